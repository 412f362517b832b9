/* SPDX-License-Identifier: MIT */
/*
 * All that is known to be lost, each loss once and in the place where it
 * happened. The hub's status tells what was lost before it; the client's
 * sequences tell what did not come here.
 *
 * A dumpling dropped in a kitchen's queue has used up a number, so the hub
 * misses it too, and so do we. Hence what the hub misses counts only beyond
 * what the kitchen says it dropped, and a gap seen here only beyond what was
 * lost before the hub since this page began to look.
 */

import { count, list, map, text } from "../ui/values.js";

/* The hub lets in half as many. */
const KITCHENS = 2048;
const CHEFS = 256;

/* A total that outlives its counter's restart from zero. */
class Total {
	constructor()
	{
		this.last = 0;
		this.sum = 0;
	}

	set(value, restarted)
	{
		this.sum += restarted || value < this.last ?
			value : value - this.last;
		this.last = value;
	}
}

class Chef {
	constructor()
	{
		this.dropped = new Total();
		this.errors = new Total();
		this.missing = new Total();
	}

	beforeHub()
	{
		return Math.max(this.dropped.sum, this.missing.sum);
	}
}

class Kitchen {
	constructor(name, host)
	{
		this.name = name;
		this.host = host;
		this.packets = 0;
		this.pid = 0;
		this.kernel = new Total();
		this.device = new Total();
		this.chefs = new Map();
	}

	chef(name)
	{
		let chef = this.chefs.get(name);

		if (!chef && this.chefs.size < CHEFS) {
			chef = new Chef();
			this.chefs.set(name, chef);
		}
		return chef || new Chef();
	}

	/* The kitchen's own counters; all begin anew when it does. */
	report(info)
	{
		const packets = count(info.packets_seen);
		const pid = count(info.pid);
		const anew = packets < this.packets ||
			(this.pid > 0 && pid !== this.pid);

		this.packets = packets;
		this.pid = pid;
		this.kernel.set(count(info.packets_dropped_kernel), anew);
		this.device.set(count(info.packets_dropped_interface), anew);
		for (const [name, v] of Object.entries(map(info.chef_stats))) {
			const chef = this.chef(text(name));

			chef.dropped.set(count(map(v).dropped), anew);
			chef.errors.set(count(map(v).errors), anew);
		}
	}
}

const PLACES = [
	["kernel", "kernel", "packet"],
	["device", "network interface", "packet"],
	["errors", "chef errors", "chef error"],
	["queue", "kitchen queue", "dumpling"],
	["way", "on the way to the hub", "dumpling"],
	["gateway", "gateway's queue for this browser", "dumpling"],
	["gaps", "gaps seen here", "dumpling"],
	["away", "while disconnected", "dumpling"],
	["unreadable", "not understood here", "message"],
];

function read(v)
{
	const info = map(map(v).info_from_kitchen);
	const hub = map(map(v).info_from_hub);
	const name = text(info.kitchen_name);
	const host = text(info.host, text(hub.host));

	return { info, name, host, id: JSON.stringify([name, host]),
		chefs: map(hub.chefs), gone: hub.state === "gone" };
}

/* The hub remembers one that has gone for a while beside its successor. */
function current(kitchens)
{
	const all = kitchens.map(read);
	const here = new Set(all.filter(({ gone }) => !gone)
		.map(({ id }) => id));

	return all.filter(({ gone, id }) => !gone || !here.has(id));
}

export class Losses {
	constructor(sequences)
	{
		this.sequences = sequences;
		this.kitchens = new Map();
		this.forgotten = new Map();
	}

	/* Takes the payload of a SystemStatusChef dumpling. */
	status(payload)
	{
		const met = new Map();

		for (const one of current(list(map(payload).dumpling_kitchens))) {
			const nth = met.get(one.id) || 0;

			met.set(one.id, nth + 1);
			this.kitchen(one.id + nth, one).report(one.info);
			for (const [chef, v] of Object.entries(one.chefs))
				this.kitchen(one.id + nth, one).chef(text(chef))
					.missing.set(count(map(v).missing),
						false);
		}
		this.explain();
	}

	/* The one that was not heard of for longest makes room. */
	kitchen(id, { name, host })
	{
		const kitchen = this.kitchens.get(id) ??
			new Kitchen(name, host);

		this.kitchens.delete(id);
		this.kitchens.set(id, kitchen);
		if (this.kitchens.size > KITCHENS) {
			const [[oldest, gone]] = this.kitchens;

			this.kitchens.delete(oldest);
			this.addKitchen(gone, (key, n) => this.forgotten.set(key,
				(this.forgotten.get(key) ?? 0) + Math.max(0, n)));
		}
		return kitchen;
	}

	/* Sets what each stream here may owe to losses before the hub. */
	explain()
	{
		const byName = new Map();

		for (const kitchen of this.kitchens.values()) {
			const same = byName.get(kitchen.name) || [];

			same.push(kitchen);
			byName.set(kitchen.name, same);
		}
		for (const s of this.sequences.streams()) {
			let lost = 0;

			for (const { chefs } of byName.get(s.kitchen) || [])
				lost += chefs.get(s.chef)?.beforeHub() ?? 0;
			if (s.base < 0)
				s.base = Math.max(0, lost - s.gaps - s.away);
			s.upstream = lost - s.base;
		}
	}

	/* { places: [{ key, label, noun, count, lines: [[who, count]] }] } */
	places()
	{
		const places = new Map(PLACES.map(([key, label, noun]) =>
			[key, { key, label, noun, count: 0, lines: [] }]));
		const add = (key, n, who) => {
			const place = places.get(key);

			if (n <= 0)
				return;
			place.count += n;
			place.lines.push([who, n]);
		};

		for (const kitchen of this.kitchens.values())
			this.addKitchen(kitchen, add);
		for (const [key, n] of this.forgotten)
			add(key, n, "kitchens of before");
		this.addHere(add);
		return [...places.values()].filter(({ count: n }) => n > 0);
	}

	addKitchen(kitchen, add)
	{
		const who = kitchen.host ?
			kitchen.name + " on " + kitchen.host : kitchen.name;

		add("kernel", kitchen.kernel.sum, who);
		add("device", kitchen.device.sum, who);
		for (const [name, chef] of kitchen.chefs) {
			const whose = name + ", " + who;

			add("errors", chef.errors.sum, whose);
			add("queue", chef.dropped.sum, whose);
			add("way", chef.missing.sum - chef.dropped.sum, whose);
		}
	}

	addHere(add)
	{
		const here = this.sequences;

		add("gateway", here.told, "this browser lagged");
		for (const s of here.streams()) {
			const who = s.chef + ", " + (s.kitchen ?? "the hub");
			const gaps = Math.max(0, s.gaps - s.upstream);
			const rest = Math.max(0, s.upstream - s.gaps);

			add("gaps", gaps, who);
			add("away", s.away - rest, who);
		}
		add("gaps", here.forgottenGaps, "streams of before");
		add("away", here.forgottenAway, "streams of before");
		add("unreadable", here.unreadable, "messages to this browser");
	}
}
