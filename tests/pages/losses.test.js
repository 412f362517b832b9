/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import test from "node:test";
import { Losses } from "../../eaters/gateway/pages/data/losses.js";

function losses()
{
	return new Losses({ streams: () => [], told: 0, unreadable: 0,
		forgottenGaps: 0, forgottenAway: 0 });
}

function kitchen(name, { state = "live", pid = 1, packets = 100, kernel = 0,
	host = "h", missing = 0, dropped = 0 } = {})
{
	return {
		info_from_kitchen: { kitchen_name: name, host, pid,
			packets_seen: packets, packets_dropped_kernel: kernel,
			chef_stats: { A: { dropped } } },
		info_from_hub: { state, chefs: { A: { missing } } },
	};
}

const tell = (to, ...kitchens) => to.status({ dumpling_kitchens: kitchens });
const sums = (of) => Object.fromEntries(of.places().map(
	({ key, count }) => [key, count]));

test("each loss counts once, where it was", () => {
	const all = losses();

	tell(all, kitchen("a", { kernel: 5, missing: 9, dropped: 7 }));
	tell(all, kitchen("a", { kernel: 6, missing: 9, dropped: 7 }));
	assert.deepEqual(sums(all), { kernel: 6, queue: 7, way: 2 });
});

test("one that was started again counts on, whatever the hub remembers", () => {
	const all = losses();

	tell(all, kitchen("a", { kernel: 100 }));
	tell(all, kitchen("a", { kernel: 100, state: "gone" }));
	/* The new one is beside the old one, and then alone. */
	tell(all, kitchen("a", { kernel: 100, state: "gone" }),
		kitchen("a", { kernel: 20, pid: 2, packets: 500 }));
	tell(all, kitchen("a", { kernel: 50, pid: 2, packets: 600 }));
	assert.deepEqual(sums(all), { kernel: 150 });
});

test("two of one name are two", () => {
	const all = losses();

	for (let i = 0; i < 3; i++)
		tell(all, kitchen("a", { kernel: 1 }),
			kitchen("a", { kernel: 2 }));
	assert.deepEqual(sums(all), { kernel: 3 });
});

test("kitchens that came and went are remembered as one sum", () => {
	const all = losses();

	for (let i = 0; i < 5000; i++)
		tell(all, kitchen("a", { kernel: 1, host: "h" + i }));
	assert.deepEqual(sums(all), { kernel: 5000 });
	assert.ok(all.kitchens.size < 3000);
});

test("nothing that comes breaks it", () => {
	const all = losses();

	for (const v of [null, 5, [], {}, { dumpling_kitchens: 1 },
		{ dumpling_kitchens: [null, 1, [], {}, {
			info_from_kitchen: { chef_stats: 5, pid: "x" },
			info_from_hub: { chefs: [1] } }] }])
		all.status(v);
	assert.deepEqual(sums(all), {});
});
