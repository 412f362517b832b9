/* SPDX-License-Identifier: MIT */
/*
 * Hosts, the flows between them, and how much went along each, second by
 * second for five minutes. Flows of one client to one port of a server are one
 * link. The sums come from the busiest flows that FlowChef tells at intervals;
 * a flow that was over before it was among them counts once, for its last
 * second.
 */

import { count, list, map, seconds, text } from "../ui/values.js";
import { Layout } from "./layout.js";
import { flowKind } from "../ui/protocol.js";
import { network } from "./inet.js";

export const HOSTS = 1000;
export const LINKS = 3000;
export const SECONDS = 300;

const KITCHENS = 64;
const BUSIEST = 1000;
const PULSES = 2000;
const OWNERS = 6000;
const OWNED_S = 3;
const LONGEST_S = 60;

const NONE = Object.freeze({
	second: 0,
	links: new Uint16Array(0),
	packets: new Float32Array(0),
	bytes: new Float32Array(0),
	total: 0,
});

/* Things with an index below a limit, which is used again. */
class Slots {
	constructor(limit)
	{
		this.limit = limit;
		this.list = [];
		this.free = [];
		this.byKey = new Map();
	}

	get full()
	{
		return this.byKey.size >= this.limit;
	}

	add(thing)
	{
		thing.index = this.free.pop() ?? this.list.length;
		this.list[thing.index] = thing;
		this.byKey.set(thing.key, thing);
		return thing;
	}

	remove(thing)
	{
		this.list[thing.index] = null;
		this.free.push(thing.index);
		this.byKey.delete(thing.key);
	}

	/* The tenth that was idle for longest; none of those of this second. */
	idlest(second)
	{
		return [...this.byKey.values()].filter((t) => t.at < second)
			.sort((a, b) => a.at - b.at)
			.slice(0, Math.ceil(this.limit / 10));
	}
}

export class Network {
	static chefs = ["FlowChef"];

	constructor(app, clock = () => Date.now() / 1000)
	{
		this.clock = clock;
		this.layout = new Layout();
		this.hostSlots = new Slots(HOSTS);
		this.linkSlots = new Slots(LINKS);
		this.kitchens = new Map();
		this.owners = new Map();
		this.pulses = [];
		this.ring = new Array(SECONDS).fill(NONE);
		this.second = 0;
		this.first = 0;
		this.refused = 0;
		this.sumPackets = new Float32Array(LINKS);
		this.sumBytes = new Float32Array(LINKS);
		this.touched = [];
		this.version = 0;
	}

	/* Hosts and links by their index, null where there is none. */
	get hosts()
	{
		return this.hostSlots.list;
	}

	get links()
	{
		return this.linkSlots.list;
	}

	host(ip)
	{
		return this.hostSlots.byKey.get(ip);
	}

	/* --- what comes -------------------------------------------------- */

	take(dumpling, chef, kitchen)
	{
		const now = this.clock();
		const payload = map(dumpling.payload);

		this.advance(now);
		if (Array.isArray(payload.busiest))
			this.interval(payload.busiest, String(kitchen),
				seconds(map(dumpling.metadata).creation_time) ??
				now);
		else if (payload.client)
			this.ended(payload);
	}

	interval(busiest, name, created)
	{
		const kitchen = this.kitchens.get(name);
		const passed = created - (kitchen?.created ?? created);
		const known = passed > 0 && passed <= LONGEST_S;
		const flows = [];

		if (!kitchen && !this.room())
			return;
		for (const v of busiest.slice(0, BUSIEST)) {
			const flow = map(v);
			const link = this.owns(name, text(flow.community_id)) &&
				this.link(flow);

			if (link && known)
				flows.push({ link,
					packets: count(flow.packets) / passed,
					bytes: count(flow.bytes) / passed });
		}
		this.kitchens.set(name, { created, flows,
			until: this.second + Math.max(2, 2.5 * passed) });
	}

	/* Whether there is room for one more kitchen, without those silent. */
	room()
	{
		if (this.kitchens.size >= KITCHENS)
			for (const [name, { until }] of this.kitchens)
				if (until < this.second)
					this.kitchens.delete(name);
		return this.kitchens.size < KITCHENS;
	}

	/* A flow that several kitchens see is the first one's. */
	owns(kitchen, id)
	{
		const owner = this.owners.get(id);

		if (!id)
			return true;
		if (owner && owner.kitchen !== kitchen &&
		    this.second - owner.at <= OWNED_S)
			return false;
		this.owners.delete(id);
		this.owners.set(id, { kitchen, at: this.second });
		if (this.owners.size > OWNERS)
			this.owners.delete(this.owners.keys().next().value);
		return true;
	}

	ended(flow)
	{
		const told = this.owners.get(text(flow.community_id));
		const over = flow.reason === "fin" || flow.reason === "rst";

		if (!over || this.pulses.length >= PULSES ||
		    (told && this.second - told.at <= OWNED_S))
			return;
		const link = this.link(flow);
		const s = Math.max(1, count(flow.duration));
		const sum = (key) => count(map(flow.client)[key]) +
			count(map(flow.server)[key]);

		if (link)
			this.pulses.push({ link, packets: sum("packets") / s,
				bytes: sum("bytes") / s });
	}

	/* --- hosts and links --------------------------------------------- */

	link(flow)
	{
		const client = map(flow.client);
		const server = map(flow.server);
		const protocol = text(flow.protocol, "?").slice(0, 16);
		const port = Math.min(65535, Math.floor(count(server.port)));
		const from = text(client.ip);
		const to = text(server.ip);
		const key = from + " " + to + " " + protocol + " " + port;

		return this.linkSlots.byKey.get(key) ??
			this.newLink(key, from, to, protocol, port);
	}

	newLink(key, fromIp, toIp, protocol, port)
	{
		const from = this.host(fromIp) ?? this.newHost(fromIp);
		const to = from && (this.host(toIp) ?? this.newHost(toIp));

		/* The second may have needed the first one's room. */
		if (!to || this.host(fromIp) !== from)
			return null;
		if (this.linkSlots.full)
			for (const link of this.linkSlots.idlest(this.second))
				this.linkSlots.remove(link);
		if (this.linkSlots.full) {
			this.refused++;
			return null;
		}
		return this.linkSlots.add({ key, from, to, protocol, port,
			kind: flowKind(protocol, port), born: this.second,
			at: this.second, index: 0 });
	}

	newHost(ip)
	{
		const net = network(ip);

		if (net && this.hostSlots.full)
			this.forgetHosts();
		const spot = net && !this.hostSlots.full ?
			this.layout.place(net) : null;

		if (net && !spot)
			this.refused++;
		return spot ? this.hostSlots.add({ key: ip, ip, spot, ...net,
			born: this.second, at: this.second, index: 0 }) : null;
	}

	forgetHosts()
	{
		const gone = new Set(this.hostSlots.idlest(this.second));

		for (const link of [...this.linkSlots.byKey.values()])
			if (gone.has(link.from) || gone.has(link.to))
				this.linkSlots.remove(link);
		for (const host of gone) {
			this.layout.release(host.spot);
			this.hostSlots.remove(host);
		}
	}

	/* --- seconds ----------------------------------------------------- */

	/* Closes the seconds that are over. */
	advance(now)
	{
		const second = Math.floor(now);

		if (second === this.second)
			return;
		if (this.second === 0 || second < this.second ||
		    second > this.second + SECONDS) {
			this.ring.fill(NONE);
			this.first = second;
			this.second = second;
		}
		while (this.second < second) {
			this.ring[this.second % SECONDS] =
				this.snapshot(this.second);
			this.second++;
		}
		this.version++;
	}

	add({ link, packets, bytes })
	{
		const i = link.index;

		/* It may have been forgotten meanwhile. */
		if (this.links[i] !== link || packets <= 0)
			return;
		if (this.sumPackets[i] === 0)
			this.touched.push(i);
		this.sumPackets[i] += packets;
		this.sumBytes[i] += bytes;
		link.at = link.from.at = link.to.at = this.second;
	}

	snapshot(second)
	{
		const { touched, sumPackets, sumBytes } = this;

		for (const kitchen of this.kitchens.values())
			if (second <= kitchen.until)
				kitchen.flows.forEach((flow) => this.add(flow));
		this.pulses.forEach((pulse) => this.add(pulse));
		this.pulses.length = 0;
		const links = Uint16Array.from(touched);
		const packets = new Float32Array(links.length);
		const bytes = new Float32Array(links.length);
		let total = 0;

		links.forEach((i, n) => {
			packets[n] = sumPackets[i];
			bytes[n] = sumBytes[i];
			total += packets[n];
			sumPackets[i] = sumBytes[i] = 0;
		});
		touched.length = 0;
		return { second, links, packets, bytes, total };
	}

	/* The newest second that is over, and the oldest that is kept. */
	get newest()
	{
		return this.second - 1;
	}

	get oldest()
	{
		return Math.max(this.first, this.second - SECONDS);
	}

	/* What went along the links in one second; nothing if not kept. */
	at(second)
	{
		const found = this.ring[Math.max(0, second) % SECONDS];

		return found.second === second ? found : NONE;
	}

	/* Whether a snapshot's entry is of the link that is there now. */
	valid(snapshot, n)
	{
		const link = this.links[snapshot.links[n]];

		return link && link.born <= snapshot.second ? link : null;
	}
}
