/* SPDX-License-Identifier: MIT */
/*
 * An eater for browsers: connects to a gateway, says what it wants, takes
 * dumplings in batches, comes back when the line breaks, and keeps account of
 * what did not arrive. It knows nothing of the page.
 */

import { count, isMap, map, text } from "./ui/values.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;
const OPENING_MS = 10000;
const STREAMS = 2000;
const LANES = 3;
const LANE_AGE = 1000;

/*
 * One chef of one kitchen numbers its dumplings one by one. Two kitchens may
 * carry one name, and a kitchen that was restarted begins anew; so a stream
 * can have several lanes of numbers, and a number belongs to the lane that it
 * follows most closely.
 */
class Stream {
	constructor(kitchen, chef)
	{
		this.kitchen = kitchen;
		this.chef = chef;
		this.last = -1;
		this.seen = 0;
		this.lanes = [];
		this.notice = 0;
		this.session = 0;
		this.gaps = 0;
		this.away = 0;
		this.base = -1;
		this.upstream = 0;
	}

	/* Moves to the number's lane; how many numbers were skipped in it. */
	follow(seq)
	{
		let best = seq > this.last ? this.last : -1;
		let at = -1;

		this.lanes = this.lanes.filter(
			(lane) => this.seen - lane.seen < LANE_AGE);
		this.lanes.forEach((lane, i) => {
			if (seq > lane.last && lane.last > best) {
				best = lane.last;
				at = i;
			}
		});
		if (best < 0 || at >= 0) {
			if (at >= 0)
				this.lanes.splice(at, 1);
			this.lanes.push({ last: this.last, seen: this.seen });
			if (this.lanes.length > LANES)
				this.lanes.shift();
		}
		this.last = seq;
		return best < 0 ? 0 : seq - best - 1;
	}
}

/*
 * What this client knows to have missed, by the numbers of the dumplings and
 * by the gateway's notices. A notice stands where the loss is: what a stream
 * skips in its first dumpling after one has been told by it already, and is
 * not counted again.
 */
export class Sequences {
	constructor()
	{
		this.kitchens = new Map();
		this.size = 0;
		this.notice = 0;
		this.session = 0;
		this.told = 0;
		this.credit = 0;
		this.unreadable = 0;
		this.forgottenGaps = 0;
		this.forgottenAway = 0;
	}

	/* A connection begins: what was skipped until now passed without us. */
	connected()
	{
		this.session++;
		this.credit = 0;
	}

	/* The gateway's queue for this client lost n. */
	lost(n)
	{
		this.told += n;
		this.credit += n;
		this.notice++;
	}

	see(kitchen, chef, seq)
	{
		const s = this.stream(kitchen, chef);

		s.seen++;
		if (seq === s.last + 1 && s.notice === this.notice &&
		    s.session === this.session)
			s.last = seq;
		else
			this.judge(s, seq);
	}

	judge(s, seq)
	{
		let skipped = 0;

		if (s.seen === 1)
			s.last = seq;
		else
			skipped = s.follow(seq);
		if (s.notice !== this.notice) {
			const told = Math.min(skipped, this.credit);

			this.credit -= told;
			skipped -= told;
		}
		if (s.session !== this.session)
			s.away += skipped;
		else
			s.gaps += skipped;
		s.notice = this.notice;
		s.session = this.session;
	}

	stream(kitchen, chef)
	{
		let chefs = this.kitchens.get(kitchen);

		if (!chefs) {
			chefs = new Map();
			this.kitchens.set(kitchen, chefs);
		}
		let s = chefs.get(chef);

		if (!s) {
			if (this.size >= STREAMS)
				this.forgetOldest();
			s = new Stream(kitchen, chef);
			s.notice = this.notice;
			s.session = this.session;
			this.kitchens.set(kitchen, chefs);
			chefs.set(chef, s);
			this.size++;
		}
		return s;
	}

	forgetOldest()
	{
		const [kitchen, chefs] = this.kitchens.entries().next().value;
		const s = chefs.values().next().value;

		if (s) {
			this.forgottenGaps += s.gaps;
			this.forgottenAway += s.away;
			chefs.delete(s.chef);
			this.size--;
		}
		if (chefs.size === 0)
			this.kitchens.delete(kitchen);
	}

	* streams()
	{
		for (const chefs of this.kitchens.values())
			yield* chefs.values();
	}
}

/*
 * A connection that is kept up. onDumpling(dumpling, chef, kitchen) is called
 * for each, onState() whenever `state` has changed: its name is "connecting",
 * "connected" or "waiting" (until retryAt, because of reason).
 */
export class Client {
	constructor({ url, eater, chefs, kitchens, onDumpling, onState })
	{
		this.url = url;
		this.hello = { eater_name: eater, batch: true };
		if (chefs)
			this.hello.chefs = chefs;
		if (kitchens)
			this.hello.kitchens = kitchens;
		this.onDumpling = onDumpling;
		this.onState = onState;
		this.sequences = new Sequences();
		this.received = 0;
		this.lastAt = 0;
		this.breaks = 0;
		this.brokenAt = 0;
		this.brokenMs = 0;
		this.wait = FIRST_WAIT_MS;
		this.timer = 0;
		this.socket = null;
		this.state = { name: "connecting", since: Date.now() };
	}

	/* Connects, and from then on connects again whenever that ends. */
	open()
	{
		const socket = new WebSocket(this.url);

		clearTimeout(this.timer);
		this.socket = socket;
		this.enter({ name: "connecting" });
		this.timer = setTimeout(() => socket.close(), OPENING_MS);
		socket.onopen = () => {
			clearTimeout(this.timer);
			this.sequences.connected();
			if (this.brokenAt)
				this.brokenMs += Date.now() - this.brokenAt;
			this.brokenAt = 0;
			socket.send(JSON.stringify(this.hello));
			this.enter({ name: "connected" });
		};
		socket.onmessage = (event) => this.frame(event.data);
		socket.onclose = (event) => this.closed(event);
	}

	closed(event)
	{
		const ms = this.wait * (0.8 + 0.4 * Math.random());

		clearTimeout(this.timer);
		this.socket = null;
		if (this.state.name === "connected") {
			this.breaks++;
			this.brokenAt = Date.now();
		}
		this.wait = Math.min(2 * this.wait, LONGEST_WAIT_MS);
		this.timer = setTimeout(() => this.open(), ms);
		this.enter({
			name: "waiting",
			retryAt: Date.now() + ms,
			reason: event.reason,
		});
	}

	/* Changes what it wants. */
	subscribe({ chefs, kitchens, maxRate, latestPer })
	{
		this.hello = { eater_name: this.hello.eater_name, batch: true };
		for (const [key, value] of Object.entries({ chefs, kitchens,
			max_rate: maxRate, latest_per: latestPer }))
			if (value)
				this.hello[key] = value;
		if (this.state.name === "connected")
			this.socket.send(JSON.stringify(this.hello));
	}

	/* Does not wait any longer. */
	retry()
	{
		if (this.state.name === "waiting")
			this.open();
	}

	enter(state)
	{
		this.state = { ...state, since: Date.now() };
		this.onState();
	}

	frame(data)
	{
		let value;

		this.wait = FIRST_WAIT_MS;
		this.lastAt = Date.now();
		try {
			value = JSON.parse(data);
		} catch {
			this.sequences.unreadable++;
			return;
		}
		if (Array.isArray(value)) {
			for (const dumpling of value)
				this.take(dumpling);
		} else {
			this.take(value);
		}
	}

	take(dumpling)
	{
		const metadata = isMap(dumpling) ? dumpling.metadata : null;

		if (!isMap(metadata) || typeof metadata.chef !== "string") {
			this.sequences.unreadable++;
			return;
		}
		const chef = text(metadata.chef);
		const kitchen = text(metadata.kitchen, null);

		if (chef === "GatewayChef" && kitchen === null) {
			const n = count(map(dumpling.payload).lost);

			if (n > 0)
				this.sequences.lost(n);
			return;
		}
		if (Number.isSafeInteger(metadata.seq) && metadata.seq >= 0)
			this.sequences.see(kitchen, chef, metadata.seq);
		this.received++;
		this.onDumpling(dumpling, chef, kitchen);
	}
}
