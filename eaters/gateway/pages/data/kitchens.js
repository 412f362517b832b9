/* SPDX-License-Identifier: MIT */
/* Kitchens, as the hub's status tells them. */

import { count, isMap, list, map, seconds, text } from "../ui/values.js";

const CHEFS = 256;
const COUNTERS = 64;

/* "netdumplings.dumplingchefs.ARPChef" is ARPChef. */
function chefName(v)
{
	const name = text(v);

	return name.slice(name.lastIndexOf(".") + 1);
}

/* What a kitchen and the hub say of its chefs, by their names. */
function readChefs(info, hub)
{
	const stats = map(info.chef_stats);
	const received = map(hub.chefs);
	const slow = new Set(list(info.slow_chefs).slice(0, CHEFS).map(chefName));
	const names = new Set([...list(info.chefs).slice(0, CHEFS)
		.map(chefName), ...Object.keys(stats).slice(0, CHEFS),
	...Object.keys(received).slice(0, CHEFS)]);

	return new Map([...names].slice(0, CHEFS).map((name) => {
		const own = map(stats[name]);
		const came = map(received[name]);

		return [name, {
			name,
			told: isMap(stats[name]),
			sent: count(own.next_seq),
			received: count(came.received),
			missing: count(came.missing),
			dropped: count(own.dropped),
			errors: count(own.errors),
			waiting: count(own.waiting),
			forgotten: count(own.forgotten),
			packet_ns: count(own.packet_ns),
			slow: slow.has(name),
		}];
	}));
}

/* Whatever else a kitchen counts, by the names that it gives. */
function readCounters(info)
{
	const known = ["pid", "poke_interval", "packets_seen", "bytes_seen",
		"packets_dropped_kernel", "packets_dropped_interface",
		"worker"];

	return new Map(Object.entries(info).filter(([name, v]) =>
		typeof v === "number" && !known.includes(name))
		.slice(0, COUNTERS).map(([name, v]) => [text(name), count(v)]));
}

export function readKitchen(v)
{
	const info = map(map(v).info_from_kitchen);
	const hub = map(map(v).info_from_hub);
	const received = map(hub.chefs);
	const stats = readChefs(info, hub);

	return {
		name: text(info.kitchen_name, "(no name)"),
		base: text(info.worker_of),
		workers: 1,
		state: text(hub.state, "live"),
		since: seconds(hub.connected_at),
		heard: seconds(hub.last_heard),
		host: text(info.host, text(hub.host)),
		device: text(info.interface),
		filter: text(info.filter),
		version: text(info.version),
		pid: count(info.pid),
		poke: count(info.poke_interval),
		patient: info.patient === true,
		chefs: list(info.chefs).slice(0, 32).map(chefName),
		received: (chef) => count(map(received[chef]).received),
		packets: info.packets_seen === undefined ? null :
			count(info.packets_seen),
		bytes: count(info.bytes_seen),
		announced: info.packets_dropped_kernel !== undefined,
		drops: count(info.packets_dropped_kernel),
		device_drops: count(info.packets_dropped_interface),
		stats,
		counters: readCounters(info),
	};
}

const STATES = ["live", "silent", "gone"];

function joinStats(all, more)
{
	for (const [name, other] of more) {
		const one = all.get(name);

		if (!one) {
			all.set(name, other);
			continue;
		}
		one.packet_ns = Math.max(one.packet_ns, other.packet_ns);
		one.slow ||= other.slow;
		one.told ||= other.told;
		for (const key of ["sent", "received", "missing", "dropped",
			"errors", "waiting", "forgotten"])
			one[key] += other[key];
	}
}

/* What a kitchen and one more of its workers are together. */
function join(one, other)
{
	const received = one.received;

	one.workers++;
	if (STATES.indexOf(other.state) > STATES.indexOf(one.state))
		one.state = other.state;
	one.received = (chef) => received(chef) + other.received(chef);
	one.packets += other.packets;
	one.bytes += other.bytes;
	one.drops += other.drops;
	one.device_drops += other.device_drops;
	joinStats(one.stats, other.stats);
	for (const [name, n] of other.counters)
		one.counters.set(name, n + (one.counters.get(name) ?? 0));
}

/* Each kitchen once, as its user named it, whatever its workers. */
export function joinWorkers(kitchens)
{
	const bases = new Map();

	return kitchens.filter((k) => {
		const first = k.base ? bases.get(k.base) : undefined;

		if (first)
			join(first, k);
		else if (k.base) {
			bases.set(k.base, k);
			k.name = k.base;
		}
		return !first;
	});
}
