/* SPDX-License-Identifier: MIT */
/* An eater and a gateway that says what the test wants it to. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import WebSocket, { WebSocketServer } from "ws";
import { Eater } from "netdumplings";

const servers = [];
const eaters = [];

after(() => {
	eaters.forEach((eater) => eater.close());
	for (const server of servers) {
		server.clients.forEach((client) => client.terminate());
		server.close();
	}
});

/* A list that can be waited on. */
class Log extends Array {
	push(...all)
	{
		super.push(...all);
		this.tell?.();
	}

	async until(fact)
	{
		while (!fact(this))
			await new Promise((resolve) => {
				this.tell = resolve;
			});
	}
}

function dumpling(chef, seq, payload = null)
{
	return { metadata: { chef, kitchen: "lab", creation_time: 1.5,
		driver: "packet", seq }, payload };
}

function notice(payload, seq = 0)
{
	return { metadata: { chef: "GatewayChef", kitchen: null,
		creation_time: 1.5, driver: "interval", seq }, payload };
}

/* A server, and an eater that is connected to it. */
async function connected(options = {})
{
	const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
	const hellos = new Log();
	const states = new Log();
	const losses = new Log();
	const got = new Log();
	const test = { server, hellos, states, losses, got, client: null };

	servers.push(server);
	server.on("connection", (client) => {
		test.client = client;
		client.on("message", (m) => hellos.push(JSON.parse(m)));
	});
	await new Promise((go) => server.on("listening", go));
	test.url = "http://127.0.0.1:" + server.address().port + "/x?y#z";
	test.eater = new Eater({
		url: test.url, WebSocket,
		onDumpling: (d) => got.push(d),
		onState: ({ name }) => states.push(name),
		onLoss: (loss) => losses.push(loss),
		...options,
	});
	eaters.push(test.eater);
	await hellos.until(() => hellos.length > 0);
	test.send = (...all) => test.client.send(JSON.stringify(all));
	return test;
}

test("the hello says what is wanted, and nothing else", async () => {
	const { eater, hellos } = await connected({ name: "me", chefs: ["A"],
		kitchens: null, maxRate: 5, latestPer: { A: "x.y" } });

	assert.match(eater.url, /^ws:\/\/127.0.0.1:\d+\/x\?y$/);
	eater.subscribe({ kitchens: ["lab"], sum: false });
	eater.subscribe({});
	await hellos.until(() => hellos.length === 3);
	assert.deepEqual([...hellos], [
		{ eater_name: "me", batch: true, chefs: ["A"], max_rate: 5,
			latest_per: { A: "x.y" } },
		{ eater_name: "me", batch: true, kitchens: ["lab"],
			sum: false },
		{ eater_name: "me", batch: true },
	]);
	assert.equal(eater.breaks, 0);
});

test("what is wanted may change before there is a connection", async () => {
	const hellos = new Log();
	const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });

	servers.push(server);
	server.on("connection", (client) => client.on("message",
		(m) => hellos.push(JSON.parse(m).chefs)));
	await new Promise((go) => server.on("listening", go));
	const eater = new Eater({ WebSocket, chefs: ["A"],
		url: new URL("ws://127.0.0.1:" + server.address().port) });

	eaters.push(eater);
	eater.subscribe({ chefs: ["B"] });
	await hellos.until(() => hellos.length > 0);
	assert.deepEqual([...hellos], [["B"]]);
});

test("what is wrong with its options is said", () => {
	const url = "ws://127.0.0.1/";

	assert.throws(() => new Eater({ url, WebSocket: null }),
		/there is no WebSocket here.*"ws"/);
	assert.throws(() => new Eater({ WebSocket }), /needs the url/);
	assert.throws(() => new Eater({ WebSocket, url: "nowhere" }),
		TypeError);
	assert.throws(() => new Eater({ WebSocket, url: "ftp://x/" }),
		/ftp: is no WebSocket's address/);
});

test("dumplings are handed on with their names", async () => {
	const calls = new Log();
	const { send } = await connected({
		onDumpling: (...all) => calls.push(all) });
	const status = { metadata: { chef: "S", kitchen: null, seq: 0 } };

	send(dumpling("A", 0, [1]), status);
	await calls.until(() => calls.length === 2);
	assert.deepEqual([...calls], [[dumpling("A", 0, [1]), "A", "lab"],
		[status, "S", null]]);
});

test("the iterator waits, goes on and ends", async () => {
	const t = await connected({ onDumpling: undefined });
	const seen = new Log();
	const done = (async () => {
		for await (const d of t.eater)
			seen.push(d.metadata.seq);
	})();

	t.send(dumpling("A", 0), dumpling("A", 1));
	await seen.until(() => seen.length === 2);
	t.send(dumpling("A", 2));
	await seen.until(() => seen.length === 3);
	t.eater.close();
	await done;
	assert.deepEqual([...seen], [0, 1, 2]);
	assert.deepEqual(t.eater.losses(), []);
	assert.deepEqual([...t.states], ["connecting", "connected", "closed"]);
});

test("dumplings wait for the iterator, in order", async () => {
	const { eater, send, client } = await connected({
		onDumpling: undefined, queue: 5000 });
	const seen = [];

	for (let i = 0; i < 4000; i += 100)
		send(...Array.from({ length: 100 },
			(_, j) => dumpling("A", i + j)));
	client.ping();
	await new Promise((go) => client.once("pong", go));
	for await (const { metadata } of eater) {
		seen.push(metadata.seq);
		if (seen.length === 4000)
			eater.close();
	}
	assert.deepEqual(seen, [...seen.keys()]);
});

test("what the queue has no room for is told", async () => {
	const t = await connected({ onDumpling: undefined, queue: 3 });

	t.send(...[0, 1, 2, 3, 4].map((n) => dumpling("A", n)),
		dumpling("B", 7));
	await t.losses.until(() => t.losses.length === 2);
	assert.deepEqual([...t.losses], t.eater.losses());
	assert.deepEqual([...t.losses], [
		{ where: "here", kitchen: "lab", chef: "A", count: 2 },
		{ where: "here", kitchen: "lab", chef: "B", count: 1 }]);
	const seen = [];

	for await (const { metadata } of t.eater) {
		seen.push(metadata.seq);
		if (seen.length === 3)
			t.send(dumpling("A", 5));
		if (seen.length === 4)
			break;
	}
	assert.deepEqual(seen, [0, 1, 2, 5]);
});

test("either a callback or the iterator", async () => {
	const { eater } = await connected();

	await assert.rejects(eater[Symbol.asyncIterator]().next(),
		/goes to onDumpling/);
});

test("close() ends it in the middle of a message, too", async () => {
	const t = await connected({ onDumpling: (d) => {
		t.got.push(d);
		t.eater.close();
	} });
	const closed = new Promise((go) => t.client.once("close", go));

	t.send(dumpling("A", 0), dumpling("A", 1));
	await closed;
	assert.equal(t.got.length, 1);
	assert.equal(t.eater.received, 1);
	assert.equal(t.states.at(-1), "closed");
	t.eater.retry();
	t.eater.close();
	assert.equal(t.states.length, 3);
});

test("a callback that throws loses nothing for others", async (t) => {
	const thrown = new Log();
	const later = queueMicrotask;

	t.mock.method(globalThis, "queueMicrotask", (doing) => later(() => {
		try {
			doing();
		} catch (e) {
			thrown.push(e.message);
		}
	}));
	const { send, got, losses } = await connected({ onDumpling: (d) => {
		got.push(d);
		throw new Error("no " + d.metadata.seq);
	} });

	send(dumpling("A", 0), dumpling("A", 1), dumpling("A", 3));
	await thrown.until(() => thrown.length === 3);
	assert.equal(got.length, 3);
	assert.deepEqual([...thrown], ["no 0", "no 1", "no 3"]);
	await losses.until(() => losses.length === 1);
});

test("what is no dumpling is counted", async () => {
	const { client, eater, losses, got, send } = await connected();

	client.send("{");
	client.send(Buffer.from([1, 2]));
	send(null, 1, [], {}, { metadata: 1 }, { metadata: { chef: 1 } },
		{ metadata: { chef: "x".repeat(301) } });
	client.send("null");
	client.send("[]");
	send(dumpling("A", 0));
	await got.until(() => got.length === 1);
	assert.deepEqual(eater.losses(), [{ where: "unreadable", kitchen: null,
		chef: null, count: 10 }]);
	assert.equal(losses.reduce((n, { count }) => n + count, 0), 10);
	assert.equal(eater.received, 1);
});

test("odd numbers and names are no harm", async () => {
	const { eater, got, send } = await connected();

	for (const seq of [-1, 0.5, "7", null, 1e300, {}])
		send(dumpling("A", seq));
	for (const name of ["__proto__", "constructor", ""])
		send(dumpling(name, 0), dumpling(name, 2));
	send(notice({ lost: -5 }), notice({ lost: "5" }), notice(null),
		notice({ left_out: 5 }), notice({ left_out: [null] }));
	send(dumpling("B", 0));
	await got.until(() => got.length === 13);
	assert.deepEqual(eater.losses().map(({ where, count }) =>
		[where, count]), [["gaps", 1], ["gaps", 1], ["gaps", 1]]);
	assert.equal({}.where, undefined);
});

test("it comes back, and what passed meanwhile is away", async () => {
	const t = await connected();
	const { eater, states, losses } = t;

	t.send(dumpling("A", 0));
	await t.got.until(() => t.got.length === 1);
	t.client.close(1001, "the gateway is stopping");
	await states.until(() => states.at(-1) === "waiting");
	assert.equal(eater.state.reason, "the gateway is stopping");
	assert.ok(eater.state.retryAt > Date.now());
	assert.equal(eater.breaks, 1);
	await t.hellos.until(() => t.hellos.length === 2);
	t.send(dumpling("A", 9), dumpling("A", 11));
	await losses.until(() => losses.length === 2);
	assert.deepEqual([...losses], [
		{ where: "away", kitchen: "lab", chef: "A", count: 8 },
		{ where: "gaps", kitchen: "lab", chef: "A", count: 1 }]);
	assert.ok(eater.brokenMs > 0);
	assert.equal(eater.brokenAt, 0);
});

test("who is refused says why, waits longer and longer, or not", async () => {
	const { server, url, eater: first } = await connected();

	first.close();
	server.clients.forEach((client) => client.terminate());
	await new Promise((go) => server.close(go));
	const states = new Log();
	const eater = new Eater({ WebSocket, url,
		onState: (state) => states.push(state) });
	const waits = () => states.filter(({ name }) => name === "waiting");

	eaters.push(eater);
	for (let n = 1; n < 6; n++) {
		await states.until(() => waits().length === n);
		eater.retry();
		eater.retry();
		assert.equal(states.at(-1).name, "connecting");
	}
	await states.until(() => waits().length === 6);
	assert.match(eater.state.reason, /ECONNREFUSED/);
	const ms = waits().map(({ retryAt, since }) => retryAt - since);

	assert.ok(ms[0] >= 390 && ms[0] <= 610, String(ms));
	assert.ok(ms[5] >= 11000 && ms[5] <= 18010, String(ms));
	assert.equal(eater.breaks, 0);
});

test("what is left out is told, and is not lost", async () => {
	const t = await connected({ maxRate: 10 });
	const entry = (total) => ({ left_out: [
		{ kitchen: "lab", chef: "A", total }] });

	t.send(notice(entry(100)));
	t.send(dumpling("A", 0), dumpling("A", 3), notice(entry(102), 1));
	/* Five are skipped, and no notice comes: that takes a second. */
	t.send(dumpling("A", 9));
	await t.got.until(() => t.got.length === 3);
	assert.equal(t.eater.leftOut, 2);
	assert.deepEqual(t.eater.losses(), []);
	await t.losses.until(() => t.losses.length === 1);
	assert.deepEqual(t.eater.losses(), [{ where: "gaps", kitchen: "lab",
		chef: "A", count: 5 }]);
	assert.equal(t.got.length, 3);
});

test("the gateway's own losses are told once", async () => {
	const t = await connected();

	t.send(dumpling("A", 0), notice({ lost: 4 }), dumpling("A", 5));
	await t.got.until(() => t.got.length === 2);
	await t.losses.until(() => t.losses.length === 1);
	assert.deepEqual([...t.losses], [{ where: "gateway", kitchen: null,
		chef: null, count: 4 }]);
	assert.deepEqual(t.eater.losses(), [...t.losses]);
});
