/* SPDX-License-Identifier: MIT */
/*
 * Flows, as FlowChef tells them: at intervals how much went along the busiest,
 * and of each all that is known when it ends. Rates are differences over the
 * time between two intervals of the same kitchen. What a live flow had in all
 * is what was told so far, so no less than that.
 */

import { count, list, map, seconds, text } from "../ui/values.js";
import { History } from "./history.js";
import { flowKind } from "../ui/protocol.js";
import { serviceName } from "./services.js";

export const LIVE = 2000;
export const OVER = 1000;
/* Intervals that a flow's history has. */
export const TICKS = 60;

const KITCHENS = 256;
const BUSIEST = 1000;
const SILENT_MS = 120000;
const KEPT_MS = 600000;
const LONGEST_S = 300;

const number = (v) => typeof v === "number" ? count(v) : null;

/* The time from one interval to the next, of one kitchen. */
class Beat {
	constructor(name, clock)
	{
		this.name = name;
		this.clock = clock;
		this.tick = 0;
		this.at = null;
		this.period = 0;
		this.heardAt = 0;
		this.flows = 0;
		this.busiest = 0;
	}

	strike(at, now)
	{
		const period = at === null || this.at === null ? 0 :
			at - this.at;

		this.period = period >= 0.05 && period <= LONGEST_S ?
			period : 0;
		this.at = at;
		this.heardAt = now;
		this.tick++;
	}

	/* Whether it was heard as lately as it should have been. */
	get sounds()
	{
		return this.clock() - this.heardAt < 3000 * this.period + 3000;
	}
}

class End {
	constructor(v)
	{
		this.ip = text(v.ip, "?");
		this.port = typeof v.port === "number" ? count(v.port) : null;
		this.told = false;
		this.packets = 0;
		this.bytes = 0;
		this.payload = null;
		this.ttl = null;
		this.flags = "";
		this.retransmissions = null;
	}

	/* What the end sent in one more part of the flow. */
	tell(v)
	{
		const more = (mine, n) => n === null ? mine : (mine ?? 0) + n;

		this.told = true;
		this.packets += count(v.packets);
		this.bytes += count(v.bytes);
		this.payload = more(this.payload, number(v.payload));
		this.ttl ??= number(v.ttl);
		this.retransmissions = more(this.retransmissions,
			number(v.retransmissions));
		for (const flag of text(v.flags).slice(0, 12))
			if (!this.flags.includes(flag))
				this.flags += flag;
	}
}

function tunnelled(v)
{
	const { layer, id } = map(v);

	return layer === undefined ? "" : text(layer) + " " + text(id);
}

function icmpSaid(v)
{
	const { type, code } = map(v);

	return type === undefined ? "" : "type " + text(type) + ", code " +
		text(code);
}

export class Flow {
	constructor(id, v, beat)
	{
		this.id = id;
		this.beat = beat;
		this.community = text(v.community_id);
		this.protocol = text(v.protocol, "?");
		this.vlan = text(v.vlan);
		this.tunnel = tunnelled(v.tunnel);
		this.icmp = icmpSaid(v.icmp);
		this.between(v);
		this.live = true;
		this.told = { packets: 0, bytes: 0 };
		this.since = { packets: 0, bytes: 0 };
		this.tick = -1;
		this.rate = { packets: 0, bytes: 0 };
		this.history = null;
		this.state = "";
		this.rtt = null;
		this.rttClient = null;
		this.first = null;
		this.last = null;
		this.parts = 0;
		/* Whether something of it was told, but not to us. */
		this.partial = false;
		this.reason = "";
		this.heardAt = 0;
	}

	/* Its ends; which is the client may turn out later. */
	between(v)
	{
		this.client = new End(map(v.client));
		this.server = new End(map(v.server));
		this.kind = flowKind(this.protocol, this.server.port);
		this.service = serviceName(this.protocol, this.server.port);
	}

	get kitchen()
	{
		return this.beat.name;
	}

	get bytes()
	{
		return this.told.bytes + this.since.bytes;
	}

	get packets()
	{
		return this.told.packets + this.since.packets;
	}

	/* Whether its rate was told at its kitchen's latest interval. */
	get flows()
	{
		return this.live && this.tick === this.beat.tick &&
			this.beat.sounds;
	}

	get bytesPerSecond()
	{
		return this.flows ? this.rate.bytes : 0;
	}

	get packetsPerSecond()
	{
		return this.flows ? this.rate.packets : 0;
	}

	get duration()
	{
		return this.first === null || this.last === null ? null :
			Math.abs(this.last - this.first);
	}

	/* Either way's retransmissions, or null where none are counted. */
	get retransmissions()
	{
		const { client, server } = this;

		return client.retransmissions === null &&
			server.retransmissions === null ? null :
			client.retransmissions + server.retransmissions;
	}

	/* The tick that its history ends with. */
	get end()
	{
		return this.live ? this.beat.tick : this.tick;
	}

	/* What went along since the interval before. */
	gain(v, now)
	{
		const { at, period, tick } = this.beat;
		const packets = count(v.packets);
		const bytes = count(v.bytes);

		this.since.packets += packets;
		this.since.bytes += bytes;
		this.heardAt = now;
		this.tick = tick;
		this.first ??= period && at !== null ? at - period : at;
		this.last = at;
		this.rate = period ? { packets: packets / period,
			bytes: bytes / period } : { packets: 0, bytes: 0 };
		if (!period)
			return;
		this.history ??= { packets: new History(TICKS),
			bytes: new History(TICKS) };
		this.history.packets.set(tick, this.rate.packets);
		this.history.bytes.set(tick, this.rate.bytes);
	}

	/*
	 * All of a part of it, which may be its last; parts count from 0, and
	 * each only what is its own.
	 */
	tell(v, now)
	{
		if (this.parts === 0) {
			this.between(v);
			this.first = seconds(v.first) ?? this.first;
		}
		const { client, server } = this;

		client.tell(map(v.client));
		server.tell(map(v.server));
		this.last = seconds(v.last) ?? this.last;
		this.told = { packets: client.packets + server.packets,
			bytes: client.bytes + server.bytes };
		this.since = { packets: 0, bytes: 0 };
		this.state = text(v.state);
		this.rtt = number(v.rtt_server) ?? this.rtt;
		this.rttClient = number(v.rtt_client) ?? this.rttClient;
		this.reason = text(v.reason);
		this.heardAt = now;
		this.partial ||= number(v.part) !== this.parts;
		this.parts++;
	}
}

function idOf(v, kitchen)
{
	const { client, server } = { client: map(v.client),
		server: map(v.server) };
	const name = text(v.community_id) || [text(v.protocol), text(client.ip),
		text(client.port), text(server.ip), text(server.port)]
		.join("-");

	return [name, text(v.vlan), tunnelled(v.tunnel).replace(" ", "-"),
		kitchen].filter(Boolean).join("@");
}

function trim(things, most)
{
	while (things.size > most)
		things.delete(things.keys().next().value);
}

export class Flows {
	static chefs = ["FlowChef"];

	/* clock: the time now in milliseconds. */
	constructor(app, clock = () => Date.now())
	{
		this.clock = clock;
		this.live = new Map();
		this.over = new Map();
		this.beats = new Map();
		this.version = 0;
	}

	take(dumpling, chef, kitchen)
	{
		const payload = map(dumpling.payload);
		const beat = this.beat(kitchen ?? "");
		const now = this.clock();

		if (Array.isArray(payload.busiest))
			this.interval(payload, beat,
				seconds(map(dumpling.metadata).creation_time),
				now);
		else if (payload.reason !== undefined)
			this.told(payload, beat, now);
		else
			return;
		this.version++;
	}

	beat(kitchen)
	{
		let beat = this.beats.get(kitchen);

		if (!beat) {
			beat = new Beat(kitchen, this.clock);
			this.beats.set(kitchen, beat);
			trim(this.beats, KITCHENS);
		}
		return beat;
	}

	interval(payload, beat, at, now)
	{
		const busiest = list(payload.busiest).slice(0, BUSIEST);

		beat.strike(at, now);
		beat.flows = count(payload.flows);
		beat.busiest = busiest.length;
		for (const v of busiest.map(map)) {
			const flow = this.alive(v, beat);

			flow.gain(v, now);
		}
		trim(this.live, LIVE);
		this.forget(now);
	}

	/* The live flow that this is about, as the one heard of last. */
	alive(v, beat)
	{
		const id = idOf(v, beat.name);
		const flow = this.live.get(id) ?? new Flow(id, v, beat);

		this.live.delete(id);
		this.live.set(id, flow);
		return flow;
	}

	told(v, beat, now)
	{
		const flow = this.alive(v, beat);

		flow.tell(v, now);
		if (flow.reason !== "active")
			this.end(flow);
		trim(this.live, LIVE);
	}

	end(flow)
	{
		flow.live = false;
		this.live.delete(flow.id);
		this.over.delete(flow.id);
		this.over.set(flow.id, flow);
		trim(this.over, OVER);
	}

	/* Those silent for long are over; that was told, but not to us. */
	forget(now)
	{
		for (const flow of this.live.values()) {
			if (now - flow.heardAt < SILENT_MS)
				break;
			flow.partial = true;
			this.end(flow);
		}
		for (const [id, flow] of this.over) {
			if (now - flow.heardAt < KEPT_MS)
				break;
			this.over.delete(id);
		}
	}

	find(id)
	{
		return this.live.get(id) ?? this.over.get(id);
	}

	/* The live ones, then those that are over, the latest first. */
	all()
	{
		return [...[...this.live.values()].reverse(),
			...[...this.over.values()].reverse()];
	}

	/* How many flows the kitchens remember that are heard. */
	remembered()
	{
		let sum = 0;

		for (const beat of this.beats.values())
			if (beat.sounds)
				sum += beat.flows;
		return sum;
	}
}
