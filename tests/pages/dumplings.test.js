/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import test from "node:test";
import { Chefs } from "../../eaters/gateway/pages/data/chefs.js";
import { FRESH, Feed, KEPT } from "../../eaters/gateway/pages/data/feed.js";
import { Shape } from "../../eaters/gateway/pages/data/shape.js";
import { firstOf, isMoment, kindOf, sizeOf, wordsOf } from
	"../../eaters/gateway/pages/data/json.js";
import { printCommand } from "../../eaters/gateway/pages/data/command.js";

const ALL = { chef: "", kitchen: "", driver: "", words: [] };

function give(feed, payload, { chef = "XChef", kitchen = "lab",
	driver = "packet" } = {})
{
	feed.take({ metadata: { chef, kitchen, driver, creation_time: 1700000000 },
		payload }, chef, kitchen);
}

function nested(depth)
{
	let v = "bottom";

	for (let i = 0; i < depth; i++)
		v = [v];
	return v;
}

/* --- chefs --------------------------------------------------------------- */

function status(time, kitchens)
{
	return { metadata: { creation_time: time }, payload: {
		dumpling_kitchens: kitchens.map(([name, chefs, received]) => ({
			info_from_kitchen: { kitchen_name: name, chefs },
			info_from_hub: { host: "h", chefs: Object.fromEntries(
				Object.entries(received).map(([chef, n]) =>
					[chef, { received: n }])) },
		})) } };
}

test("chefs are told with their kitchens, and rates from two statuses", () => {
	const model = new Chefs();

	model.take(status(100, [["a", ["mod.DNSChef"], { DNSChef: 10, New: 4 }],
		["b", ["DNSChef"], { DNSChef: 100 }]]));
	assert.deepEqual([...model.chefs.keys()].sort(), ["DNSChef", "New"]);
	assert.equal(model.chefs.get("DNSChef").rate, null);
	assert.deepEqual(model.kitchens("DNSChef"), ["a", "b"]);
	assert.deepEqual(model.kitchens("New"), ["a"]);
	assert.deepEqual(model.kitchens("Nobody"), []);
	model.take(status(105, [["a", [], { DNSChef: 20, New: 2 }],
		["b", [], { DNSChef: 140 }]]));
	assert.equal(model.chefs.get("DNSChef").rate, 10);
	assert.equal(model.chefs.get("New").rate, 0);
});

test("a status may be anything, and as long as it likes", () => {
	const model = new Chefs();

	for (const payload of [null, 3, [], { dumpling_kitchens: 3 },
		{ dumpling_kitchens: [null, 3, "x", { info_from_kitchen: 3,
			info_from_hub: { chefs: [1, { received: {} }] } },
		{ info_from_kitchen: { chefs: { a: 1 }, kitchen_name: {} } }] }])
		model.take({ payload });
	model.take(status(1, [["k", Array.from({ length: 9999 },
		(_, i) => "c" + i), {}]]));
	assert.ok(model.chefs.size <= 256);
});

/* --- the feed ------------------------------------------------------------ */

test("the feed has the latest first, and those that were asked for", () => {
	const feed = new Feed();

	give(feed, { n: 1 });
	give(feed, { n: 2 }, { chef: "YChef" });
	give(feed, { n: 3 }, { kitchen: "other", driver: "interval" });
	feed.gather();
	assert.deepEqual(feed.kept.map(({ dumpling }) => dumpling.payload.n),
		[3, 2, 1]);
	for (const [choice, n] of [[{ chef: "YChef" }, 0],
		[{ kitchen: "other" }, 0], [{ driver: "interval" }, 1]]) {
		feed.choose({ ...ALL, ...choice });
		assert.equal(feed.kept.length, 0);
		give(feed, {});
		give(feed, {}, { driver: "interval" });
		feed.gather();
		assert.equal(feed.kept.length, n);
	}
});

test("words are looked for in keys and values, whatever their case", () => {
	const feed = new Feed();

	give(feed, { hostName: "WWW.example" });
	give(feed, { other: [{ deep: 4711 }] });
	feed.gather();
	feed.choose({ ...ALL, words: ["hostname", "www"] });
	assert.equal(feed.listed.length, 1);
	give(feed, { other: 1 });
	give(feed, { x: "www", hostname: 2 });
	feed.gather();
	assert.equal(feed.listed.length, 2);
	assert.equal(feed.came, 4);
	assert.equal(feed.meant, 1);
	feed.choose({ ...ALL, words: ["nothing"] });
	assert.equal(feed.listed.length, 0);
});

test("words that are taken back give back what did not have them", () => {
	const feed = new Feed();
	const listed = () => feed.listed.map(({ dumpling }) =>
		dumpling.payload.n);

	for (const n of ["w1", "w2", "3"])
		give(feed, { n });
	feed.gather();
	for (const words of [["w"], ["w2"], ["nothing"]])
		feed.choose({ ...ALL, words });
	assert.deepEqual(listed(), []);
	give(feed, { n: "w4" });
	feed.pass();
	feed.choose({ ...ALL, words: ["w"] });
	assert.deepEqual(listed(), ["w2", "w1"]);
	give(feed, { n: "w5" });
	give(feed, { n: "6" });
	feed.gather();
	assert.deepEqual(listed(), ["w5", "w2", "w1"]);
	feed.choose(ALL);
	assert.deepEqual(listed(), ["w5", "3", "w2", "w1"]);
	assert.equal(feed.shape.seen, 6);
});

test("what is listed is kept, too, however much comes", () => {
	const feed = new Feed();

	give(feed, { n: "old" });
	feed.gather();
	feed.choose({ ...ALL, words: ["n"] });
	for (let i = 0; i < KEPT; i += FRESH) {
		for (let j = 0; j < FRESH; j++)
			give(feed, { n: j });
		feed.gather();
	}
	assert.deepEqual(feed.listed, feed.kept);
	assert.equal(feed.listed.length, KEPT);
});

test("a feed keeps so many and no more, and tells what it passed over", () => {
	const feed = new Feed();

	for (let i = 0; i < FRESH + 7; i++)
		give(feed, { i });
	assert.equal(feed.skipped, 7);
	feed.gather();
	assert.equal(feed.kept[0].dumpling.payload.i, FRESH + 6);
	for (let i = 0; i < 10; i++) {
		for (let j = 0; j < FRESH; j++)
			give(feed, { j });
		feed.gather();
	}
	assert.equal(feed.kept.length, KEPT);
	assert.equal(new Set(feed.kept.map(({ n }) => n)).size, KEPT);
	for (let j = 0; j < 40; j++)
		give(feed, { big: "x".repeat(1 << 20) });
	feed.gather();
	assert.ok(feed.kept.length < 40 && feed.kept.length > 0);
});

test("what passed while it was paused is not listed", () => {
	const feed = new Feed();

	give(feed, { n: 1 });
	feed.gather();
	give(feed, { n: 2 });
	feed.pass();
	feed.gather();
	assert.deepEqual(feed.kept.map(({ dumpling }) => dumpling.payload.n),
		[1]);
	assert.equal(feed.meant, 2);
});

/* --- values -------------------------------------------------------------- */

test("a shape has each field, its types, and how often it is there", () => {
	const shape = new Shape();

	shape.take({ a: 1, b: { c: "x" }, l: [{ d: 1 }, { d: null }] });
	shape.take({ a: "one", e: [] });
	assert.equal(shape.seen, 2);
	assert.deepEqual([...shape.fields.values()].map((field) =>
		[field.path, [...field.kinds].join(), field.seen]), [
		["a", "number,text", 2], ["b.c", "text", 1],
		["l[].d", "number,null", 1], ["e", "list", 1]]);
	assert.equal(shape.fields.get("a").example, "one");
	shape.take(7);
	assert.equal(shape.fields.get("(the payload)").seen, 1);
});

test("a shape of very many fields ends, and says so", () => {
	const shape = new Shape();

	for (let i = 0; i < 1000; i++)
		shape.take({ ["f" + i]: 1 });
	assert.ok(shape.fields.size <= 300);
	assert.equal(shape.left, 1000 - shape.fields.size);
	shape.take(nested(10000));
	shape.take(Object.fromEntries(Array.from({ length: 99999 },
		(_, i) => [i, 1])));
});

test("walks through values end, however deep or long those are", () => {
	const deep = nested(20000);

	assert.ok(sizeOf(deep) > 0);
	assert.equal(typeof wordsOf(deep), "string");
	assert.ok(wordsOf("x".repeat(1e6)).length <= 20000);
	assert.ok(wordsOf(Array(1e6).fill("word")).length <= 20100);
	assert.ok(firstOf(Object.fromEntries(Array.from({ length: 1e5 },
		(_, i) => [i, i])), 8).length <= 8);
	assert.equal(kindOf([]), "list");
	assert.equal(kindOf(null), "null");
	assert.deepEqual(firstOf({ a: { b: 1 }, c: [2] }, 8),
		[["a.b", 1], ["c", [2]]]);
});

test("moments are told from other numbers", () => {
	for (const key of ["time", "creation_time", "first", "lookup.when",
		"connected_at"])
		assert.ok(isMoment(key, 1700000000.5), key);
	assert.ok(!isMoment("bytes", 1700000000));
	assert.ok(!isMoment("time", 12));
	assert.ok(!isMoment("time", "1700000000"));
	assert.ok(!isMoment("lifetimes", 1700000000));
});

test("the command line is one that a shell takes as it is meant", () => {
	const here = { protocol: "http:", hostname: "127.0.0.1", port: "11348" };

	assert.equal(printCommand(here, "DNSChef", "lab"), "nd-print --hub " +
		"ws://127.0.0.1:11348 --chef DNSChef --kitchen lab --json");
	assert.equal(printCommand({ ...here, port: "" }, "", ""),
		"nd-print --hub ws://127.0.0.1:80 --json");
	assert.equal(printCommand({ ...here, protocol: "https:",
		hostname: "nd.example" }, "", ""),
	"nd-print --hub nd.example:11358 --json");
	assert.equal(printCommand({ ...here, hostname: "[::1]" }, "a'; ls", ""),
		"nd-print --hub 'ws://[::1]:11348' --chef 'a'\\''; ls' --json");
});
