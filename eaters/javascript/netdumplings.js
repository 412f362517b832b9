/* SPDX-License-Identifier: MIT */
/*
 * An eater in JavaScript: connects to a gateway, says what it wants, takes
 * dumplings in batches, comes back when the line breaks, and keeps account of
 * what did not arrive. See docs/javascript.md.
 */

import { Sequences, count, map, named } from "./sequences.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;
const OPENING_MS = 10000;
const SETTLE_MS = 1000;

/** @typedef {import("./sequences.js").Wants} Wants */
/** @typedef {import("./sequences.js").Loss} Loss */
/** @typedef {import("./sequences.js").Stream} Stream */
/**
 * @typedef {object} Dumpling
 * @property {{chef: string, kitchen: string | null, creation_time: number,
 *	driver: "packet" | "interval", seq?: number}} metadata
 * @property {any} payload whatever the chef made
 */
/**
 * @typedef {object} State
 * @property {"connecting" | "connected" | "waiting" | "closed"} name
 * @property {number} since in ms since 1970, as all times here
 * @property {number} [retryAt] when it connects again; waiting only
 * @property {string} [reason] why it waits, as far as that is known
 */
/**
 * As much of a WebSocket as is needed.
 * @typedef {object} Socket
 * @property {((event: any) => void) | null} onopen
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onclose
 * @property {((event: any) => void) | null} onerror
 * @property {(text: string) => void} send
 * @property {() => void} close
 */
/** @typedef {new (url: string) => Socket} SocketClass */
/**
 * @typedef {object} OwnOptions
 * @property {string | URL} [url] the gateway; of a page: where it is from
 * @property {string} [name] how the hub's status names this eater
 * @property {(dumpling: Dumpling, chef: string, kitchen: string | null) =>
 *	void} [onDumpling] without it they wait for the iterator
 * @property {(state: State) => void} [onState]
 * @property {(loss: Loss) => void} [onLoss] told of what more is lost
 * @property {number} [queue] how many dumplings may wait for the iterator
 * @property {SocketClass} [WebSocket] where there is none built in
 */
/** @typedef {Wants & OwnOptions} Options */

/**
 * A gateway's address as WebSockets have it; a page's own unless given.
 * @param {string | URL | undefined} url
 */
function address(url)
{
	const page = globalThis.location?.href;
	const at = url ?? page;

	if (!at)
		throw new Error("an eater needs the url of a gateway");
	const full = new URL(at, page);

	full.protocol = full.protocol.replace(/^http/, "ws");
	full.hash = "";
	if (url === undefined)
		full.search = "";
	if (full.protocol !== "ws:" && full.protocol !== "wss:")
		throw new Error(full.protocol + " is no WebSocket's address");
	return full.href;
}

/** @param {string} name @param {Wants} wants */
function hello(name, { chefs, kitchens, sum, maxRate, latestPer })
{
	return JSON.stringify({
		eater_name: name,
		batch: true,
		chefs: chefs ?? undefined,
		kitchens: kitchens ?? undefined,
		sum,
		max_rate: maxRate,
		latest_per: latestPer,
	});
}

/**
 * What a callback throws is for all to see, and stops nothing here.
 * @param {() => void} doing
 */
function attempt(doing)
{
	try {
		doing();
	} catch (e) {
		queueMicrotask(() => {
			throw e;
		});
	}
}

/**
 * A connection that is kept up, from when the code that made it is done until
 * close(). What comes goes to onDumpling, or else waits for the iterator.
 */
export class Eater {
	/** @param {Options} options */
	constructor({ url, name = "netdumplings.js", onDumpling, onState,
		onLoss, queue = 10000, WebSocket = globalThis.WebSocket,
		...wants } = {})
	{
		if (!WebSocket)
			throw new Error("there is no WebSocket here: give " +
				"that of the package \"ws\" as an option");
		this.url = address(url);
		this.name = name;
		this.wants = /** @type {Wants} */ (wants);
		this.onDumpling = onDumpling;
		this.onState = onState;
		this.onLoss = onLoss;
		this.WebSocket = /** @type {SocketClass} */ (WebSocket);
		this.sequences = new Sequences(
			(...loss) => this.lost(...loss));
		this.received = 0;
		this.lastAt = 0;
		this.breaks = 0;
		this.brokenAt = 0;
		this.brokenMs = 0;
		this.wait = FIRST_WAIT_MS;
		/** @type {any} */
		this.timer = undefined;
		/** @type {any} */
		this.settling = undefined;
		/** @type {Socket | null} */
		this.socket = null;
		/** @type {State} */
		this.state = { name: "connecting", since: Date.now() };
		this.closed = false;
		/** @type {Map<string, Loss>} that onLoss is not told yet */
		this.news = new Map();
		/** @type {Dumpling[]} */
		this.queue = [];
		this.room = queue;
		this.first = 0;
		/** @type {(() => void)[]} */
		this.sleepers = [];
		queueMicrotask(() => this.open());
	}

	/* How many the gateway left out because of maxRate or latestPer. */
	get leftOut()
	{
		return this.sequences.leftOut;
	}

	/* All that is known to be lost, by its place. */
	losses()
	{
		return this.sequences.losses();
	}

	/**
	 * Changes what it wants, and keeps the connection.
	 * @param {Wants} wants
	 */
	subscribe(wants)
	{
		const before = this.wants;
		const text = hello(this.name, wants);

		this.wants = { ...wants };
		if (this.state.name !== "connected" ||
		    text === hello(this.name, before))
			return;
		this.sequences.subscribed(before, wants);
		this.socket?.send(text);
		this.tell();
	}

	/* Does not wait any longer. */
	retry()
	{
		if (this.state.name === "waiting")
			this.open();
	}

	/* Ends it for good. */
	close()
	{
		if (this.closed)
			return;
		this.closed = true;
		clearTimeout(this.timer);
		clearTimeout(this.settling);
		this.part();
		this.sequences.settle(Infinity);
		this.tell();
		this.enter({ name: "closed" });
		this.queue = [];
		this.wake();
	}

	/* --- connection -------------------------------------------------- */

	open()
	{
		if (this.closed)
			return;
		clearTimeout(this.timer);
		this.enter({ name: "connecting" });
		if (this.closed)
			return;
		try {
			this.connect(new this.WebSocket(this.url));
		} catch (e) {
			this.broken(/** @type {Error} */ (e).message);
		}
	}

	/** @param {Socket} socket */
	connect(socket)
	{
		let why = "";

		this.socket = socket;
		this.timer = setTimeout(() => socket.close(), OPENING_MS);
		socket.onopen = () => this.opened(socket);
		socket.onmessage = ({ data }) => this.frame(data);
		socket.onerror = ({ message }) => {
			why = message;
		};
		socket.onclose = ({ reason }) => this.broken(reason || why);
	}

	/** @param {Socket} socket */
	opened(socket)
	{
		clearTimeout(this.timer);
		if (this.brokenAt)
			this.brokenMs += Date.now() - this.brokenAt;
		this.brokenAt = 0;
		this.sequences.connected(this.wants);
		socket.send(hello(this.name, this.wants));
		this.enter({ name: "connected" });
	}

	/** @param {unknown} reason */
	broken(reason)
	{
		const ms = this.wait * (0.8 + 0.4 * Math.random());

		clearTimeout(this.timer);
		this.part();
		if (this.state.name === "connected") {
			this.breaks++;
			this.brokenAt = Date.now();
		}
		this.wait = Math.min(2 * this.wait, LONGEST_WAIT_MS);
		this.timer = setTimeout(() => this.open(), ms);
		this.enter({ name: "waiting", retryAt: Date.now() + ms,
			reason: named(reason) ?? "" });
	}

	/* Is done with the socket; a refused one still has an error to tell. */
	part()
	{
		const socket = this.socket;

		this.socket = null;
		if (!socket)
			return;
		socket.onopen = socket.onmessage = socket.onclose = null;
		socket.onerror = () => {};
		socket.close();
	}

	/** @param {Omit<State, "since">} state */
	enter(state)
	{
		this.state = { ...state, since: Date.now() };
		attempt(() => this.onState?.(this.state));
	}

	/* --- what comes -------------------------------------------------- */

	/** @param {unknown} data */
	frame(data)
	{
		let value;

		this.wait = FIRST_WAIT_MS;
		this.lastAt = Date.now();
		try {
			value = JSON.parse(/** @type {string} */ (data));
		} catch {
			this.unread();
		}
		if (value !== undefined)
			for (const v of Array.isArray(value) ? value : [value])
				this.take(v);
		this.wake();
		this.tell();
	}

	unread()
	{
		this.sequences.unreadable++;
		this.lost("unreadable", null, 1);
	}

	/** @param {any} dumpling */
	take(dumpling)
	{
		const metadata = map(map(dumpling).metadata);
		const chef = named(metadata.chef);
		const kitchen = named(metadata.kitchen);

		if (this.closed)
			return;
		if (chef === null)
			return this.unread();
		if (chef === "GatewayChef" && metadata.kitchen === null)
			return this.notice(dumpling);
		if (Number.isSafeInteger(metadata.seq) && metadata.seq >= 0)
			this.sequences.see(kitchen, chef, metadata.seq);
		this.received++;
		if (this.onDumpling)
			attempt(() => this.onDumpling?.(dumpling, chef,
				kitchen));
		else if (this.queue.length - this.first < this.room)
			this.queue.push(dumpling);
		else
			this.sequences.dropped(kitchen, chef);
	}

	/** @param {any} dumpling of the gateway itself */
	notice({ metadata, payload })
	{
		const { lost, left_out: leftOut } = map(payload);

		if (count(lost) > 0)
			this.sequences.lost(count(lost));
		if (Array.isArray(leftOut))
			this.sequences.omitted(leftOut, metadata.seq);
	}

	/* --- what is lost ------------------------------------------------ */

	/** @param {Loss["where"]} where @param {Stream | null} s @param {number} n */
	lost(where, s, n)
	{
		const kitchen = s && s.kitchen;
		const chef = s && s.chef;
		const key = JSON.stringify([where, kitchen, chef]);
		const loss = this.news.get(key);

		if (loss)
			loss.count += n;
		else if (this.onLoss)
			this.news.set(key, { where, kitchen, chef, count: n });
	}

	/* Tells what was lost; what may be left out is judged a bit later. */
	tell()
	{
		this.sequences.settle(Date.now());
		const news = [...this.news.values()];

		this.news.clear();
		for (const loss of news)
			attempt(() => this.onLoss?.(loss));
		if (this.sequences.pending.size > 0)
			this.settling ??= setTimeout(() => {
				this.settling = undefined;
				this.tell();
			}, SETTLE_MS);
	}

	/* --- the iterator ------------------------------------------------ */

	wake()
	{
		for (const go of this.sleepers.splice(0))
			go();
	}

	/** @returns {AsyncGenerator<Dumpling, void, void>} */
	async * [Symbol.asyncIterator]()
	{
		if (this.onDumpling)
			throw new Error("what comes goes to onDumpling");
		for (;;) {
			const dumpling = this.shift();

			if (dumpling)
				yield dumpling;
			else if (this.closed)
				return;
			else
				await new Promise((go) =>
					this.sleepers.push(() => go(null)));
		}
	}

	/* The one that waited longest. */
	shift()
	{
		const dumpling = this.queue[this.first];

		if (this.first < this.queue.length)
			this.first++;
		if (this.first === this.queue.length || this.first > 1000) {
			this.queue.splice(0, this.first);
			this.first = 0;
		}
		return dumpling;
	}
}
