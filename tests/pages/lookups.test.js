/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Lookups, failure } from
	"../../eaters/gateway/pages/data/lookups.js";
import { distribution } from "../../eaters/gateway/pages/data/latency.js";

const asked = (more = {}) => ({
	client: { ip: "192.0.2.10", port: 42000 },
	server: { ip: "192.0.2.1", port: 53 },
	name: "www.test", type: "A", query_time: 100, queries: 1,
	rcode: "NOERROR", latency: .01,
	answers: [{ type: "A", data: "192.0.2.80" }],
	...more,
});

function take(lookups, more, kitchen = "lab")
{
	lookups.take({ payload: asked(more) }, "DNSChef", kitchen);
}

function message(lookups, hostname, kitchen = "lab")
{
	lookups.take({ payload: { lookup: { hostname, when: 1 } } },
		"DNSLookupChef", kitchen);
}

function totals(lookups, creation_time, queries, unanswered, kitchen = "lab")
{
	lookups.take({ metadata: { creation_time },
		payload: { totals: { queries, unanswered } } },
		"DNSChef", kitchen);
}

const latest = (lookups) => [...lookups.latest];

test("a transaction is a lookup", () => {
	const lookups = new Lookups();

	take(lookups);
	const [lookup] = latest(lookups);

	assert.equal(lookup.name, "www.test");
	assert.equal(lookup.client, "192.0.2.10");
	assert.equal(lookup.server, "192.0.2.1");
	assert.equal(lookup.time, 100);
	assert.equal(lookup.kitchen, "lab");
	assert.deepEqual(lookup.answers, ["192.0.2.80"]);
	assert.equal(lookup.failed, false);
	assert.equal(failure(lookup), "");
});

test("what failed says why", () => {
	const lookups = new Lookups();

	take(lookups, { rcode: "NXDOMAIN", answers: undefined });
	take(lookups, { unanswered: true, rcode: undefined, latency: null });
	take(lookups, { waiting: true, rcode: undefined, latency: null });
	take(lookups);
	assert.deepEqual(latest(lookups).map(failure),
		["", "", "no answer", "NXDOMAIN"]);
	assert.equal(lookups.failing(), 2 / 3);
	assert.equal(lookups.failures.size, 2);
});

test("failures are counted by name and reason", () => {
	const lookups = new Lookups();

	take(lookups, { name: "a.test", rcode: "SERVFAIL" });
	for (let i = 0; i < 3; i++)
		take(lookups, { name: "b.test", rcode: "NXDOMAIN" });
	take(lookups, { name: "b.test", rcode: "SERVFAIL" });
	assert.deepEqual(lookups.failuresByName().map(({ count, name, why }) =>
		[name, why, count]), [["b.test", "NXDOMAIN", 3],
		["a.test", "SERVFAIL", 1], ["b.test", "SERVFAIL", 1]]);
});

test("the slowest outlive what is no longer among the latest", () => {
	const lookups = new Lookups();

	take(lookups, { name: "slow.test", latency: 2 });
	for (let i = 0; i < 6000; i++)
		take(lookups, { latency: .001 });
	assert.ok(latest(lookups).every(({ name }) => name !== "slow.test"));
	assert.equal(lookups.slowest(3)[0].name, "slow.test");
	assert.equal(lookups.slowest(3).length, 3);
});

test("what is known of a name and of a client", () => {
	const lookups = new Lookups();

	take(lookups);
	take(lookups, { client: { ip: "192.0.2.11" }, rcode: "NXDOMAIN" });
	take(lookups, { name: "other.test" });
	const name = lookups.names.get("www.test");

	assert.equal(name.seen, 2);
	assert.equal(name.failed, 1);
	assert.deepEqual([...name.recent].map(({ client }) => client),
		["192.0.2.11", "192.0.2.10"]);
	assert.equal(lookups.clients.get("192.0.2.10").seen, 2);
	assert.equal(lookups.names.get("none.test"), undefined);
});

test("messages are lookups only where no transactions come", () => {
	const lookups = new Lookups();

	message(lookups, "a.test");
	message(lookups, "b.test", "other");
	assert.equal(lookups.latest.size, 2);
	take(lookups);
	message(lookups, "c.test");
	assert.deepEqual(latest(lookups).map(({ name }) => name),
		["www.test", "b.test"]);
	message(lookups, "d.test", "other");
	assert.equal(latest(lookups)[0].plain, true);
	assert.equal(lookups.failing(), 0);
});

test("rates are of totals, by the kitchens' clocks", () => {
	const lookups = new Lookups();

	assert.equal(lookups.rate("queries"), null);
	totals(lookups, 1000, 50, 0);
	assert.equal(lookups.rate("queries"), null);
	totals(lookups, 1005, 150, 5);
	totals(lookups, 2000, 10, 0, "other");
	totals(lookups, 2010, 110, 10, "other");
	assert.equal(lookups.rate("queries"), 30);
	assert.equal(lookups.rate("unanswered"), 2);
	/* A kitchen that began anew, and those not heard of for long. */
	totals(lookups, 1010, 7, 0);
	assert.equal(lookups.rate("queries"), 10);
	assert.equal(lookups.rate("queries", Date.now() + 60000), null);
});

test("what is answered is told in short, of any type", () => {
	const lookups = new Lookups();
	const answers = (...data) => {
		take(lookups, { answers: data.map((d) => ({ data: d })) });
		return latest(lookups)[0].answers;
	};

	assert.deepEqual(answers({ preference: 10, exchange: "mx.test" }),
		["10 mx.test"]);
	assert.deepEqual(answers(["v=spf1", "-all"]), ["v=spf1 -all"]);
	assert.deepEqual(answers({ priority: 1, target: "",
		params: { alpn: ["h2", "h3"] } }), ["1 . alpn=h2,h3"]);
	assert.equal(answers("x".repeat(1e6))[0].length, 81);
	assert.equal(answers(...Array(100).fill("192.0.2.1")).length, 8);
	assert.equal(answers(null, 7, [[[[]]]], { a: { b: { c: 1 } } })
		.length, 4);
});

test("any payload is taken", () => {
	const lookups = new Lookups();

	for (const payload of [null, 1, "x", [], {}, { name: 7 },
		{ totals: 3 }, { totals: {} }, { lookup: [] },
		{ lookup: { hostname: null } }])
		for (const chef of Lookups.chefs)
			lookups.take({ payload }, chef, null);
	assert.equal(lookups.latest.size, 0);
	take(lookups, { client: 1, server: [], type: {}, rcode: [],
		latency: "x", query_time: 1e300, queries: -1, answers: {} },
		null);
	const [lookup] = latest(lookups);

	assert.deepEqual([lookup.client, lookup.type, lookup.latency,
		lookup.time, lookup.kitchen], ["", "", null, null, ""]);
	totals(lookups, "x", 1, 1);
	totals(lookups, "x", 2, 2);
	assert.equal(lookups.rate("queries"), null);
	for (const latency of [-1, NaN, Infinity, 1e9]) {
		take(lookups, { latency });
		assert.equal(latest(lookups)[0].latency, null);
	}
});

test("whatever comes, what is kept is bounded", () => {
	const lookups = new Lookups();

	for (let i = 0; i < 20000; i++) {
		take(lookups, { name: "n" + i, rcode: "SERVFAIL", latency: 1,
			client: { ip: "c" + i } }, "k" + i % 1000);
		totals(lookups, i, i, i, "k" + i);
	}
	for (let i = 0; i < 1000; i++)
		take(lookups, { name: "often.test" });
	assert.ok(lookups.latest.size <= 5000);
	assert.ok(lookups.failures.size <= 2500);
	assert.ok(lookups.slow.size <= 1250);
	assert.ok(lookups.names.subjects.size <= 1000);
	assert.ok(lookups.clients.subjects.size <= 500);
	assert.ok(lookups.names.get("often.test").recent.size <= 30);
	assert.equal(lookups.names.get("often.test").seen, 1000);
	assert.ok(lookups.growth.size <= 256 && lookups.whole.size <= 256);
});

test("latencies are spread over a logarithmic scale", () => {
	const spread = distribution([.001, .002, .003, .01, 9, 1e-9, 5000]);

	assert.equal(spread.size, 7);
	assert.equal(spread.p50, .003);
	assert.equal(spread.p95, 5000);
	assert.equal(spread.most, 5000);
	assert.equal(spread.bins.reduce((a, b) => a + b), 7);
	assert.equal(spread.bins[0], 1);
	assert.equal(spread.bins[spread.bins.length - 1], 2);
	assert.deepEqual([distribution([]).p50, distribution([]).most],
		[null, null]);
});
