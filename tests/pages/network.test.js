/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import test from "node:test";
import { HOSTS, LINKS, Network, SECONDS } from
	"../../eaters/gateway/pages/data/network.js";

const T0 = 1700000000;

function make()
{
	const model = new Network(null, () => model.time);

	model.time = T0;
	return model;
}

function flow(client, server, port, packets, extra = {})
{
	return { community_id: client + server + port, protocol: "TCP",
		client: { ip: client, port: 40000 },
		server: { ip: server, port }, packets, bytes: 100 * packets,
		...extra };
}

function tell(model, busiest, kitchen = "lab")
{
	model.take({ metadata: { creation_time: model.time },
		payload: { busiest } }, "FlowChef", kitchen);
}

/* [[from, to, kind, packets/s]] of the newest second. */
function now(model)
{
	const s = model.at(model.newest);

	return Array.from(s.links, (i, n) => {
		const link = model.valid(s, n);

		return [link.from.ip, link.to.ip, link.kind,
			Math.round(s.packets[n] * 10) / 10];
	});
}

test("what passed between two interval dumplings is a rate", () => {
	const model = make();

	tell(model, [flow("10.0.0.1", "192.0.2.1", 443, 999)]);
	model.time += 2;
	tell(model, [flow("10.0.0.1", "192.0.2.1", 443, 30)]);
	model.time += 1;
	model.advance(model.time);
	assert.deepEqual(now(model),
		[["10.0.0.1", "192.0.2.1", "HTTPS", 15]]);
	assert.equal(model.at(model.newest).bytes[0], 1500);
	/* Nothing is said of the time before the first dumpling. */
	assert.equal(model.at(T0).links.length, 0);
});

test("connections of one client to one port are one link", () => {
	const model = make();
	const two = () => [flow("10.0.0.1", "192.0.2.1", 80, 4),
		flow("10.0.0.1", "192.0.2.1", 80, 6, { community_id: "other" }),
		flow("10.0.0.1", "192.0.2.1", 22, 1)];

	tell(model, two());
	model.time += 1;
	tell(model, two());
	model.time += 1;
	model.advance(model.time);
	assert.deepEqual(now(model), [
		["10.0.0.1", "192.0.2.1", "HTTP", 10],
		["10.0.0.1", "192.0.2.1", "TCP", 1]]);
	assert.equal(model.hosts.length, 2);
});

test("a flow that two kitchens see is counted once, others are added", () => {
	const model = make();

	for (let i = 0; i < 2; i++) {
		tell(model, [flow("10.0.0.1", "10.0.0.2", 22, 8)], "one");
		tell(model, [flow("10.0.0.1", "10.0.0.2", 22, 8),
			flow("10.0.0.1", "10.0.0.2", 22, 2,
				{ community_id: "b" })], "two");
		model.time += 1;
	}
	model.advance(model.time);
	assert.deepEqual(now(model).map((row) => row[3]), [10]);
});

test("a kitchen that falls silent stops counting", () => {
	const model = make();

	for (let i = 0; i < 2; i++, model.time++)
		tell(model, [flow("10.0.0.1", "10.0.0.2", 22, 8)]);
	model.advance(model.time);
	assert.equal(now(model).length, 1);
	model.time += 10;
	model.advance(model.time);
	assert.equal(now(model).length, 0);
});

test("a short flow is seen for a second, and not twice", () => {
	const model = make();
	const over = (id) => ({ community_id: id, protocol: "TCP",
		client: { ip: "10.0.0.1", port: 1, packets: 3, bytes: 300 },
		server: { ip: "10.0.0.9", port: 80, packets: 2, bytes: 900 },
		duration: .2, reason: "fin" });

	tell(model, [flow("10.0.0.1", "10.0.0.9", 80, 5,
		{ community_id: "told" })]);
	model.take({ payload: over("short") }, "FlowChef", "lab");
	model.take({ payload: over("told") }, "FlowChef", "lab");
	model.take({ payload: { ...over("idle"), reason: "idle" } },
		"FlowChef", "lab");
	model.time += 1;
	model.advance(model.time);
	assert.deepEqual(now(model), [["10.0.0.1", "10.0.0.9", "HTTP", 5]]);
	model.time += 1;
	model.advance(model.time);
	assert.deepEqual(now(model), []);
});

test("five minutes are kept, also when nothing comes for longer", () => {
	const model = make();

	tell(model, []);
	for (let i = 0; i < SECONDS + 50; i++) {
		model.time += 1;
		tell(model, [flow("10.0.0.1", "10.0.0.2", 22, i)]);
	}
	assert.equal(model.newest - model.oldest, SECONDS - 1);
	assert.equal(model.at(model.oldest).links.length, 1);
	assert.equal(model.at(model.oldest - 1).links.length, 0);
	assert.equal(model.at(model.oldest + 10).packets[0] -
		model.at(model.oldest).packets[0], 10);
	model.time += 1e6;
	model.advance(model.time);
	assert.equal(model.at(model.newest).links.length, 0);
	assert.equal(model.oldest, model.second);
	/* A clock that was set back begins anew. */
	model.time = T0;
	model.advance(model.time);
	assert.equal(model.second, T0);
});

test("hosts and links are bounded, and the idle make room", () => {
	const model = make();

	for (let i = 0; i < 4; i++, model.time += 5)
		tell(model, Array.from({ length: 1000 }, (_, n) => flow(
			"10." + i + "." + (n >> 8) + "." + (n & 255),
			"192.0.2." + n % 200, n, 1)));
	assert.ok(model.hosts.length <= HOSTS);
	assert.ok(model.links.length <= LINKS);
	assert.ok(model.host("10.3.0.1"), "the newest is there");
	assert.ok(!model.host("10.0.0.1"), "the oldest is not");
	for (const link of model.links)
		if (link)
			assert.equal(model.hosts[link.from.index], link.from);
});

test("a link that took a place does not inherit its past", () => {
	const model = make();

	tell(model, [flow("10.0.0.1", "10.0.0.2", 22, 5)]);
	model.time += 1;
	tell(model, [flow("10.0.0.1", "10.0.0.2", 22, 5)]);
	model.time += 1;
	tell(model, []);
	const past = model.at(model.newest);
	const link = model.valid(past, 0);

	assert.equal(link.port, 22);
	model.linkSlots.remove(link);
	model.time += 1;
	tell(model, [flow("10.0.0.7", "10.0.0.8", 80, 5)]);
	assert.equal(model.links[link.index].port, 80);
	assert.equal(model.valid(past, 0), null);
});

test("nothing that a kitchen sends harms it", () => {
	const model = make();
	const odd = [null, 7, "x", [], {}, { client: 1, server: [] },
		{ client: { ip: {} }, server: { ip: "10.0.0.1" } },
		{ client: { ip: "<b>" }, server: { ip: "10.0.0.1" } },
		{ client: { ip: "999.1.1.1" }, server: { ip: "::1::" } },
		{ client: { ip: "10.0.0.1" }, server: { ip: "10.0.0.2",
			port: -1e99 }, packets: "many", bytes: -5,
		protocol: "P".repeat(999) }];

	for (const busiest of [odd, null, "x", { length: 1e9 }])
		for (const time of [T0, NaN, null, "now", -1e300]) {
			model.take({ metadata: { creation_time: time },
				payload: { busiest } }, "FlowChef", null);
			model.time += .4;
		}
	for (const payload of [null, [], 3, { client: {} }, ...odd])
		model.take({ payload }, "FlowChef", "lab");
	for (let i = 0; i < 500; i++)
		tell(model, [], "kitchen" + i);
	model.advance(model.time + 1);
	assert.ok(model.kitchens.size <= 64);
	assert.ok(model.hosts.every(({ ip }) => ip.startsWith("10.0.0.")));
	assert.equal(now(model).length, 0);
});
