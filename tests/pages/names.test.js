/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Names } from "../../eaters/gateway/pages/data/names.js";

function table(names, seen, kitchen = "lab", forgotten = undefined)
{
	names.take({ payload: { lookups_seen: seen, forgotten } },
		"DNSLookupChef", kitchen);
}

test("tables of several kitchens are summed up", () => {
	const names = new Names();

	table(names, { "a.test": { count: 2, latest: 10 },
		"b.test": { count: 5, latest: 11 } });
	table(names, { "a.test": { count: 4, latest: 12 } }, "other");
	assert.deepEqual(names.top(5), [
		{ name: "a.test", count: 6, latest: 12 },
		{ name: "b.test", count: 5, latest: 11 },
	]);
	assert.deepEqual(names.top(1).map(({ name }) => name), ["a.test"]);
	assert.equal(names.size, 2);
});

test("a table replaces the kitchen's one before", () => {
	const names = new Names();

	table(names, { "a.test": { count: 2, latest: 10 } }, "lab", 3);
	table(names, { "a.test": { count: 3, latest: 20 } }, "lab", 4);
	assert.equal(names.top(1)[0].count, 3);
	assert.equal(names.forgotten, 4);
});

test("single lookups, which may be sampled, are not counted", () => {
	const names = new Names();
	const { version } = names;

	names.take({ payload: { lookup: { hostname: "a.test", when: 1 } } },
		"DNSLookupChef", "lab");
	assert.equal(names.size, 0);
	assert.equal(names.version, version);
});

test("equal counts are in the names' order", () => {
	const names = new Names();

	table(names, { b: { count: 1 }, a: { count: 1 }, c: { count: 2 } });
	assert.deepEqual(names.top(3).map(({ name }) => name),
		["c", "a", "b"]);
});

test("any payload is taken", () => {
	const names = new Names();

	for (const payload of [null, 7, "x", [], { lookups_seen: [] },
		{ lookups_seen: null }])
		names.take({ payload }, "DNSLookupChef", "lab");
	assert.equal(names.size, 0);
	table(names, { a: null, b: { count: -1, latest: "x" }, c: [1],
		["__proto__"]: { count: 1 } }, "lab", "many");
	assert.equal(names.forgotten, 0);
	assert.deepEqual(names.top(9), [
		{ name: "__proto__", count: 1, latest: null },
		{ name: "a", count: 0, latest: null },
		{ name: "b", count: 0, latest: null },
		{ name: "c", count: 0, latest: null },
	]);
});

test("a large table keeps its top, many kitchens their first", () => {
	const names = new Names();
	const seen = {};

	for (let i = 0; i < 7000; i++)
		seen["n" + i] = { count: i, latest: i };
	table(names, seen);
	assert.equal(names.size, 2000);
	assert.equal(names.top(1)[0].name, "n6999");
	for (let i = 0; i < 200; i++)
		table(names, { ["k" + i]: { count: 1e6 } }, "kitchen" + i);
	assert.ok(names.tables.size <= 64);
});
