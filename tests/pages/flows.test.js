/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import test from "node:test";
import { Flows, LIVE, OVER } from
	"../../eaters/gateway/pages/data/flows.js";
import { meansFlow } from "../../eaters/gateway/pages/data/flow_filter.js";

const T0 = 1700000000;

function make()
{
	const model = new Flows(null, () => 1000 * model.time);

	model.time = T0;
	return model;
}

function busy(client, server, port, bytes, extra = {})
{
	return { community_id: client + "-" + port, protocol: "TCP",
		client: { ip: client, port: 40000 },
		server: { ip: server, port }, packets: bytes / 100, bytes,
		...extra };
}

function tell(model, payload, kitchen = "lab")
{
	model.take({ metadata: { creation_time: model.time }, payload },
		"FlowChef", kitchen);
}

function beat(model, seconds, busiest, kitchen)
{
	model.time += seconds;
	tell(model, { flows: busiest.length, busiest }, kitchen);
}

function ended(client, server, port, extra = {})
{
	return { ...busy(client, server, port, 0),
		client: { ip: client, port: 40000, packets: 6, bytes: 400,
			ttl: 64, flags: "SAF", payload: 80,
			retransmissions: 1 },
		server: { ip: server, port, packets: 5, bytes: 600, ttl: 60,
			flags: "SAFP", payload: 200, retransmissions: 2 },
		first: T0 + 1, last: T0 + 1.5, duration: 0.5, state: "closed",
		rtt_server: 0.02, rtt_client: 0.01, part: 0, reason: "fin",
		...extra };
}

test("a rate is what passed between two intervals of its kitchen", () => {
	const model = make();
	const a = busy("10.0.0.1", "192.0.2.1", 443, 1000);

	beat(model, 0, [a], "one");
	const [flow] = model.all();

	assert.equal(flow.bytesPerSecond, 0);
	assert.equal(flow.history, null);
	beat(model, 1, [], "two");
	beat(model, 1, [a], "one");
	assert.equal(flow.bytesPerSecond, 500);
	assert.equal(flow.packetsPerSecond, 5);
	assert.equal(flow.bytes, 2000);
	assert.equal(flow.kind, "HTTPS");
	beat(model, 2, [], "one");
	assert.equal(flow.bytesPerSecond, 0);
	assert.ok(flow.live);
	assert.deepEqual(flow.history.bytes.until(flow.end).slice(-3),
		[null, 500, 0]);
});

test("nothing flows any more where a kitchen fell silent", () => {
	const model = make();

	beat(model, 0, [busy("10.0.0.1", "192.0.2.1", 80, 100)]);
	beat(model, 1, [busy("10.0.0.1", "192.0.2.1", 80, 100)]);
	assert.equal(model.remembered(), 1);
	model.time += 10;
	assert.equal(model.all()[0].bytesPerSecond, 0);
	assert.equal(model.remembered(), 0);
});

test("a flow that ended has all that was told, and the same identity", () => {
	const model = make();

	beat(model, 0, [busy("10.0.0.1", "192.0.2.1", 443, 700)]);
	const { id } = model.all()[0];

	tell(model, ended("10.0.0.1", "192.0.2.1", 443));
	const flow = model.find(id);

	assert.equal(model.all().length, 1);
	assert.equal(flow.live, false);
	assert.equal(flow.bytes, 1000);
	assert.equal(flow.packets, 11);
	assert.equal(flow.duration, 0.5);
	assert.equal(flow.rtt, 0.02);
	assert.equal(flow.retransmissions, 3);
	assert.equal(flow.client.flags, "SAF");
});

test("parts add up, and a part of a flow does not end it", () => {
	const model = make();
	const part = ended("10.0.0.1", "192.0.2.1", 443, { reason: "active" });

	beat(model, 0, [busy("10.0.0.1", "192.0.2.1", 443, 700)]);
	tell(model, part);
	beat(model, 5, [busy("10.0.0.1", "192.0.2.1", 443, 300)]);
	const [flow] = model.all();

	assert.ok(flow.live);
	assert.equal(flow.bytes, 1300);
	tell(model, { ...part, reason: "fin", part: 1, last: T0 + 9,
		rtt_server: undefined });
	assert.equal(flow.live, false);
	assert.equal(flow.bytes, 2000);
	assert.equal(flow.rtt, 0.02);
	assert.equal(flow.duration, 8);
	assert.equal(flow.client.packets, 12);
});

test("of a flow of which parts were not told here no more is known", () => {
	const partial = (...parts) => {
		const model = make();

		parts.forEach((part, i) => tell(model, ended("10.0.0.1",
			"192.0.2.1", 443, { part, reason:
				i < parts.length - 1 ? "active" : "fin" })));
		return model.all()[0].partial;
	};

	assert.equal(partial(0), false);
	assert.equal(partial(0, 1, 2), false);
	assert.equal(partial(2), true);
	assert.equal(partial(2, 3), true);
	assert.equal(partial(0, 2), true);
	assert.equal(partial(1, 1), true);
	for (const odd of [undefined, null, "0", "x", {}, [], true])
		assert.equal(partial(odd), true, String(odd));
});

test("nor of one whose end was not told here", () => {
	const model = make();

	beat(model, 0, [busy("10.0.0.1", "192.0.2.1", 80, 100)]);
	const [flow] = model.all();

	assert.equal(flow.partial, false);
	beat(model, 200, []);
	assert.equal(flow.live, false);
	assert.equal(flow.partial, true);
});

test("which end is the client may turn out later", () => {
	const model = make();

	beat(model, 0, [{ ...busy("192.0.2.1", "10.0.0.1", 40000, 100),
		community_id: "same" }]);
	tell(model, { ...ended("10.0.0.1", "192.0.2.1", 443),
		community_id: "same" });
	const [flow] = model.all();

	assert.equal(flow.client.ip, "10.0.0.1");
	assert.equal(flow.kind, "HTTPS");
	assert.equal(flow.client.bytes, 400);
});

test("kitchens, VLANs and tunnels keep flows apart", () => {
	const model = make();
	const a = busy("10.0.0.1", "192.0.2.1", 443, 100);

	beat(model, 0, [a, { ...a, vlan: 7 },
		{ ...a, tunnel: { layer: "VXLAN", id: 7 } }], "one");
	beat(model, 0, [a], "two");
	assert.equal(model.all().length, 4);
});

test("what was silent for long is over, and later forgotten", () => {
	const model = make();

	beat(model, 0, [busy("10.0.0.1", "192.0.2.1", 443, 100)]);
	beat(model, 121, []);
	assert.equal(model.live.size, 0);
	assert.equal(model.over.size, 1);
	assert.equal(model.all()[0].live, false);
	beat(model, 600, []);
	assert.equal(model.all().length, 0);
});

test("there is a bound to all of it", () => {
	const model = make();

	for (let i = 0; i < 5; i++)
		beat(model, 1, Array.from({ length: 900 }, (_, j) =>
			busy("10." + i + "." + (j >> 8) + "." + (j & 255),
				"192.0.2.1", 443, 100)));
	assert.equal(model.live.size, LIVE);
	for (let i = 0; i < OVER + 10; i++)
		tell(model, ended("10.9.0.1", "192.0.2.1", i));
	assert.equal(model.over.size, OVER);
	for (let i = 0; i < 1000; i++)
		beat(model, 0, [], "k" + i);
	assert.ok(model.beats.size <= 256);
});

test("whatever a payload is, nothing breaks", () => {
	const model = make();

	for (const v of [null, 1, "x", [], {}, true, { busiest: 7 },
		{ busiest: [null, 1, "x", [], {}, { client: 3, server: [] }] },
		{ busiest: [{ bytes: -1, packets: 1e300, client: { ip: {},
			port: "x" }, community_id: [1], vlan: {} }] },
		{ reason: {} }, { reason: "fin", client: { flags: 3, ttl: "x",
			bytes: NaN }, first: "x", last: 1e30, rtt_server: "y" }])
		tell(model, v);
	for (const flow of model.all()) {
		assert.equal(typeof flow.client.ip, "string");
		assert.ok(flow.bytes >= 0);
		assert.ok(flow.duration === null || flow.duration >= 0);
		assert.equal(meansFlow(["x"], flow, () => ""), false);
	}
});

test("words mean ports, addresses, and parts of texts", () => {
	const model = make();

	beat(model, 0, [busy("10.0.0.5", "192.0.2.1", 443, 100)]);
	const [flow] = model.all();
	const means = (s) => meansFlow(s.toLowerCase().split(" "), flow,
		(ip) => ip === "192.0.2.1" ? "www.example" : "");

	for (const s of ["443 tcp 10.0.0.5", "https", "lab", "live", "example",
		"192.0.2.1:443", "10", "40000", "10.0.0"])
		assert.ok(means(s), s);
	for (const s of ["44", "10.0.0.50", "udp", "443 udp", "ended",
		"192.0.2.1:44", "4000"])
		assert.ok(!means(s), s);
});
