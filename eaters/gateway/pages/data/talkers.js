/* SPDX-License-Identifier: MIT */
/*
 * Who talks most, and of what: hosts and services over the last half minute,
 * of the busiest flows that each kitchen tells at its intervals. A report is
 * about the time since the one before it, so a kitchen's first is left out. A
 * flow that several kitchens see counts as the one does that saw most of it.
 */

import { count, isMap, list, map, seconds, text } from "../ui/values.js";
import { serviceName } from "./services.js";

const BIN_S = 3;
const BINS = 10;
const KITCHENS = 512;
const FLOWS = 4000;
const TAKEN = 1000;
const SEERS = 8;
const LATE_S = 15;
/* What is told after a longer break is not about all of it. */
const LONGEST_S = 120;

const port = (v) => Number.isInteger(v) && v >= 0 && v < 65536 ? v : null;

function readFlow(v)
{
	const { client, server, protocol } = map(v);
	const ends = [map(client), map(server)];
	const [from, to] = ends.map((end) => text(end.ip));
	const flow = { from, to, port: port(ends[1].port),
		protocol: text(protocol, "?"), seen: [] };

	flow.id = text(map(v).community_id) || JSON.stringify([protocol, from,
		port(ends[0].port), to, flow.port]);
	return flow;
}

/*
 * The flows of a few seconds, how much of each every kitchen saw, and from
 * when to when each kitchen's reports reach.
 */
class Bin {
	constructor(b)
	{
		this.b = b;
		this.flows = new Map();
		this.reach = new Map();
	}

	extend(kitchen, from, to)
	{
		const old = this.reach.get(kitchen);

		if (old || this.reach.size < KITCHENS)
			this.reach.set(kitchen, { from: old?.from ?? from, to,
				period: to - from });
	}

	add(v, kitchen)
	{
		const packets = count(map(v).packets);
		const bytes = count(map(v).bytes);
		const read = readFlow(v);
		let flow = this.flows.get(read.id);

		if (!flow && this.flows.size >= FLOWS)
			return;
		if (!flow) {
			flow = read;
			this.flows.set(flow.id, flow);
		}
		let seer = flow.seen.find((s) => s.kitchen === kitchen);

		if (!seer && flow.seen.length < SEERS) {
			seer = { kitchen, packets: 0, bytes: 0 };
			flow.seen.push(seer);
		}
		if (seer) {
			seer.packets += packets;
			seer.bytes += bytes;
		}
	}
}

/* Adds to what is known by a key. */
function add(sums, key, packets, bytes, more)
{
	let sum = sums.get(key);

	if (!sum) {
		sum = { key, packets: 0, bytes: 0, ...more };
		sums.set(key, sum);
	}
	sum.packets += packets;
	sum.bytes += bytes;
}

const most = (sums) => [...sums.values()].sort((a, b) => b.bytes - a.bytes);

export class Talkers {
	static chefs = ["FlowChef"];

	constructor(app, clock = () => Date.now() / 1000)
	{
		this.clock = clock;
		this.bins = [];
		this.kitchens = new Map();
		this.since = 0;
		this.version = 0;
		this.summed = { version: -1 };
	}

	take(dumpling, chef, kitchen)
	{
		const payload = map(dumpling.payload);
		const created = seconds(map(dumpling.metadata).creation_time);

		if (!Array.isArray(payload.busiest) || created === null)
			return;
		const now = this.clock();
		const name = kitchen ?? "";
		const from = this.kitchens.get(name)?.now ?? -Infinity;

		this.version++;
		this.since ||= now;
		this.report(name, now, created, payload);
		if (now - from > LONGEST_S)
			return;
		const bin = this.bin(now);

		bin.extend(name, from, now);
		if (!bin.reach.has(name))
			return;
		for (const v of payload.busiest.slice(0, TAKEN))
			if (isMap(v))
				bin.add(v, name);
	}

	/* How many flows a kitchen knows, and how fast new ones come. */
	report(kitchen, now, created, payload)
	{
		const old = this.kitchens.get(kitchen);
		const started = count(payload.started);
		const told = { now, created, started,
			flows: count(payload.flows), rate: 0,
			of: list(payload.busiest).length };
		const past = old ? created - old.created : 0;

		if (past > 0 && started >= old.started)
			told.rate = (started - old.started) / past;
		this.kitchens.delete(kitchen);
		this.kitchens.set(kitchen, told);
		if (this.kitchens.size > KITCHENS)
			this.kitchens.delete(this.kitchens.keys().next().value);
	}

	bin(now)
	{
		const b = Math.floor(now / BIN_S);

		if (this.bins.at(-1)?.b !== b)
			this.bins.push(new Bin(b));
		this.bins = this.bins.filter((bin) => bin.b > b - BINS);
		return this.bins.at(-1);
	}

	/* --- asking ------------------------------------------------------ */

	/* { flows, rate } of all kitchens that still tell theirs. */
	flows()
	{
		const now = this.clock();
		const sum = { flows: 0, rate: 0 };

		for (const told of this.kitchens.values()) {
			if (now - told.now > LATE_S)
				continue;
			sum.flows += told.flows;
			sum.rate += told.rate;
		}
		return sum;
	}

	/*
	 * { hosts: [{ key, packets, bytes }], services: [{ key, name, port,
	 *   protocol, packets, bytes }], flows, seconds }: a second's packets
	 * and bytes, most bytes first; of a host what it sent and received.
	 */
	busiest()
	{
		const b = Math.floor(this.clock() / BIN_S);

		if (this.summed.version === this.version && this.summed.b === b)
			return this.summed;
		const hosts = new Map();
		const services = new Map();
		const ids = new Set();
		const bins = this.bins.filter((bin) => bin.b > b - BINS);
		const spans = this.spans(bins);

		for (const bin of bins)
			this.sum(bin, spans, hosts, services, ids);
		this.summed = { version: this.version, b, flows: ids.size,
			seconds: Math.max(0, ...spans.values()),
			hosts: most(hosts), services: most(services) };
		return this.summed;
	}

	/*
	 * So many seconds are what each kitchen told of; those in which a
	 * report is overdue count, too.
	 */
	spans(bins)
	{
		const now = this.clock();
		const reach = new Map();

		for (const bin of bins)
			for (const [kitchen, r] of bin.reach)
				reach.set(kitchen, { ...r, from:
					reach.get(kitchen)?.from ?? r.from });
		return new Map([...reach].map(([kitchen, r]) => [kitchen,
			Math.max(1, r.to - r.from,
				now - 2 * r.period - r.from)]));
	}

	sum(bin, spans, hosts, services, ids)
	{
		for (const flow of bin.flows.values()) {
			const { from, to, protocol } = flow;
			const best = flow.seen.reduce((a, s) =>
				s.bytes > a.bytes ? s : a);
			const span = spans.get(best.kitchen);
			const packets = best.packets / span;
			const bytes = best.bytes / span;
			const key = flow.port === null ? protocol :
				protocol + " " + flow.port;

			ids.add(flow.id);
			add(hosts, from, packets, bytes);
			if (to !== from)
				add(hosts, to, packets, bytes);
			add(services, key, packets, bytes, { protocol,
				port: flow.port,
				name: serviceName(protocol, flow.port) });
		}
	}
}
