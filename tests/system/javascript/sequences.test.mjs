/* SPDX-License-Identifier: MIT */
/* What numbers and notices say to be missing; without any connection. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Sequences } from "./node_modules/netdumplings/sequences.js";

class Account {
	constructor(wants = {})
	{
		this.told = [];
		this.at = 1000;
		this.notices = 0;
		this.sequences = new Sequences((where, s, n) =>
			this.told.push([where, s && s.chef, n]));
		this.sequences.now = () => this.at;
		this.wants = wants;
		this.sequences.connected(wants);
	}

	see(chef, ...numbers)
	{
		for (const seq of numbers)
			this.sequences.see("lab", chef, seq);
		return this;
	}

	/* The notice at a slot's end: { chef: total }. */
	omitted(totals, seq = this.notices)
	{
		this.notices = seq + 1;
		this.sequences.omitted(Object.entries(totals).map(
			([chef, total]) => ({ kitchen: "lab", chef, total })),
			seq);
		return this;
	}

	subscribe(wants)
	{
		this.sequences.subscribed(this.wants, wants);
		this.wants = wants;
		return this;
	}

	/* { "where chef": count }, as known now. */
	get losses()
	{
		return Object.fromEntries(this.sequences.losses().map(
			({ where, chef, count }) =>
				[chef ? where + " " + chef : where, count]));
	}
}

const LIMITED = { maxRate: 10 };

test("numbers in a row miss nothing, wherever they begin", () => {
	const a = new Account().see("A", 5, 6, 7).see("B", 0, 1);

	assert.deepEqual(a.losses, {});
	assert.deepEqual(a.told, []);
});

test("what is skipped is missing, and told at once", () => {
	const a = new Account().see("A", 0, 4, 5).see("B", 1, 3);

	assert.deepEqual(a.losses, { "gaps A": 3, "gaps B": 1 });
	assert.deepEqual(a.told, [["gaps", "A", 3], ["gaps", "B", 1]]);
});

test("a kitchen that begins anew misses nothing", () => {
	assert.deepEqual(new Account().see("A", 100, 101, 0, 1).losses, {});
});

test("two kitchens of one name are two rows of numbers", () => {
	const a = new Account().see("A", 100, 0, 101, 1, 102, 2, 104, 3);

	assert.deepEqual(a.losses, { "gaps A": 1 });
});

test("a notice's loss is not counted again where it is skipped", () => {
	const a = new Account().see("A", 0).see("B", 0);

	a.sequences.lost(5);
	a.see("A", 3).see("B", 4).see("A", 5);
	assert.deepEqual(a.losses, { gateway: 5, "gaps A": 1 });
});

test("what passed while there was no connection is away", () => {
	const a = new Account().see("A", 0, 1);

	a.sequences.connected({});
	a.see("A", 11, 12, 14);
	assert.deepEqual(a.losses, { "away A": 9, "gaps A": 1 });
});

test("what is left out is not lost, whenever its notice counts it", () => {
	const a = new Account(LIMITED).omitted({ A: 700 });

	a.see("A", 10, 13, 14).omitted({ A: 702 });
	/* Two more at the end of a slot, which the next one shows. */
	a.see("A", 16).omitted({ A: 705 }).see("A", 19, 20);
	a.at += 60000;
	assert.deepEqual(a.losses, {});
	assert.deepEqual(a.told, []);
	assert.equal(a.sequences.leftOut, 5);
});

test("what is skipped beyond what was left out is lost", () => {
	const a = new Account(LIMITED).omitted({});

	a.see("A", 0, 10).see("B", 0, 3);
	assert.deepEqual(a.losses, {});
	a.omitted({ A: 4 });
	assert.deepEqual(a.losses, { "gaps A": 5, "gaps B": 2 });
	assert.deepEqual(a.told, [["gaps", "A", 5], ["gaps", "B", 2]]);
	assert.equal(a.sequences.leftOut, 4);
});

test("what no notice tells of is lost after a second", () => {
	const a = new Account(LIMITED).omitted({}).see("A", 0, 4);

	a.at += 999;
	assert.deepEqual(a.losses, {});
	a.see("A", 6);
	a.at += 1;
	assert.deepEqual(a.losses, { "gaps A": 4 });
	/* A notice that was under way for longer puts it right. */
	a.omitted({ A: 3 });
	assert.deepEqual(a.losses, { "gaps A": 1 });
	a.see("A", 8).omitted({ A: 4 });
	assert.deepEqual(a.losses, { "gaps A": 1 });
});

test("what was left out before a stream's first hides no loss", () => {
	const a = new Account(LIMITED).omitted({});

	/* 0 to 7 left out, then 9. */
	a.see("A", 8, 10).omitted({ A: 9 }).see("A", 11, 14);
	a.at += 1000;
	assert.deepEqual(a.losses, { "gaps A": 2 });
});

test("a stream that is first heard of in a notice", () => {
	const a = new Account(LIMITED).omitted({}).omitted({ A: 50 });

	a.see("A", 50, 53).omitted({ A: 51 });
	assert.deepEqual(a.losses, { "gaps A": 1 });
	assert.equal(a.sequences.leftOut, 51);
});

test("a loss notice and one of what was left out, in one slot", () => {
	const a = new Account(LIMITED).omitted({}).see("A", 0).see("B", 0);

	a.sequences.lost(6);
	/* A: 4 left out, 4 lost. B: 2 lost, and 3 of which nobody tells. */
	a.see("A", 9).see("B", 6).omitted({ A: 4 });
	assert.deepEqual(a.losses, { gateway: 6, "gaps B": 3 });
});

test("after a loss the notice for a stream that is silent comes first", () => {
	const a = new Account(LIMITED).omitted({}).see("A", 0);

	a.sequences.lost(2);
	a.omitted({ A: 4 }).see("A", 7).omitted({ B: 1 });
	assert.deepEqual(a.losses, { gateway: 2 });
});

test("what is away is so without what was left out since", () => {
	const a = new Account(LIMITED).omitted({}).see("A", 0);

	a.sequences.connected(LIMITED);
	a.omitted({ A: 90 }, 400);
	/* Of 1 to 12 ten passed before, two were left out, as was 15. */
	a.see("A", 13, 14).omitted({ A: 93 }).see("A", 16).omitted({ A: 93 });
	assert.deepEqual(a.losses, { "away A": 10 });
});

test("a gateway that leaves nothing out tells nothing of it", () => {
	const a = new Account(LIMITED).see("A", 0, 3);

	assert.deepEqual(a.losses, { "gaps A": 2 });
});

test("what another hello did not want is not lost", () => {
	const both = { chefs: ["A", "B"] };
	const a = new Account(both).see("A", 0).see("B", 0);

	a.subscribe({ chefs: ["A"] });
	a.at += 100;
	a.subscribe(both);
	/* Still under way from before the two, and from after them. */
	a.see("B", 1, 20).see("A", 1, 3);
	a.at += 5000;
	a.see("B", 22, 24);
	assert.deepEqual(a.losses, { "gaps A": 1, "gaps B": 1 });
});

test("what was not wanted is not away either", () => {
	const both = { chefs: ["A", "B"] };
	const a = new Account(both).see("A", 0).see("B", 0);

	a.subscribe({ chefs: ["A"] });
	a.sequences.connected({ chefs: ["A"] });
	a.at += 60000;
	a.subscribe(both);
	a.at += 60000;
	a.see("A", 10).see("B", 500, 502);
	assert.deepEqual(a.losses, { "away A": 9, "gaps B": 1 });
});

test("kitchens are wanted or not as chefs are", () => {
	const a = new Account({});

	a.sequences.see("lab", "A", 0);
	a.sequences.see("barn", "A", 0);
	a.sequences.see(null, "Status", 0);
	a.subscribe({ kitchens: ["lab"] });
	a.subscribe({});
	a.sequences.see("lab", "A", 2);
	a.sequences.see("barn", "A", 9);
	a.sequences.see(null, "Status", 9);
	assert.deepEqual(a.losses, { "gaps A": 1 });
	a.subscribe({ kitchens: ["lab"], chefs: ["Status", "A"] });
	a.at += 60000;
	a.sequences.see(null, "Status", 11);
	a.sequences.see(null, "Status", 13);
	assert.deepEqual(a.losses, { "gaps A": 1, "gaps Status": 1 });
});

test("limits begin with their first notice", () => {
	const a = new Account({}).see("A", 0, 1).subscribe(LIMITED);

	a.see("A", 2, 3).omitted({ A: 1000 }, 70);
	a.see("A", 50, 52).omitted({ A: 1001 });
	assert.deepEqual(a.losses, {});
	assert.equal(a.sequences.leftOut, 1);
	a.see("A", 55).omitted({ A: 1002 });
	assert.deepEqual(a.losses, { "gaps A": 1 });
});

test("notices for the hello before go on until the new one's", () => {
	const a = new Account(LIMITED).omitted({}).see("A", 0, 2)
		.omitted({ A: 1 });

	a.subscribe({ maxRate: 20 });
	a.see("A", 5).omitted({ A: 3 });
	assert.equal(a.sequences.leftOut, 3);
	a.omitted({ A: 900 }, 44).see("A", 9, 11).omitted({ A: 901 });
	a.at += 60000;
	assert.deepEqual(a.losses, {});
	assert.equal(a.sequences.leftOut, 4);
});

test("two hellos, one after the other", () => {
	const a = new Account(LIMITED).omitted({}).see("A", 0).omitted({ A: 3 });

	a.subscribe({ maxRate: 20 });
	a.subscribe({ maxRate: 30 });
	/* The gateway's slot for the first of them, and that for the second. */
	a.see("A", 6).omitted({ A: 700 }, 40).see("A", 20, 23);
	a.omitted({ A: 1 }, 0).see("A", 30, 32).omitted({ A: 1 });
	a.at += 60000;
	assert.deepEqual(a.losses, { "gaps A": 1 });
	assert.equal(a.sequences.leftOut, 3);
});

test("what was skipped before another hello may have been left out", () => {
	const a = new Account(LIMITED).omitted({}).see("A", 0, 4);

	a.subscribe({ maxRate: 20 });
	a.see("A", 9).omitted({}, 0);
	a.at += 60000;
	assert.deepEqual(a.losses, {});
});

test("a hello that is as the one before to the gateway", () => {
	const a = new Account({ ...LIMITED, chefs: ["A", "B"] }).omitted({})
		.see("A", 0).omitted({ A: 8 }).see("A", 9);

	a.subscribe({ ...LIMITED, chefs: ["B", "A"] });
	/* It begins anew, with totals and numbers that go on. */
	a.omitted({ A: 9 }).see("A", 40, 42).omitted({ A: 10 });
	a.at += 5000;
	a.see("A", 43, 45, 50).omitted({ A: 12 });
	assert.deepEqual(a.losses, { "gaps A": 3 });
	a.see("A", 52).omitted({ A: 13 });
	assert.deepEqual(a.losses, { "gaps A": 3 });
	assert.equal(a.sequences.leftOut, 13);
});

test("limits that end may still be at work for a while", () => {
	const a = new Account(LIMITED).omitted({}).see("A", 0).subscribe({});

	a.see("A", 5).omitted({ A: 4 }).see("A", 8);
	a.at += 5000;
	a.see("A", 9, 10, 12);
	assert.deepEqual(a.losses, { "gaps A": 1 });
});

test("a connection that ends leaves nothing undecided", () => {
	const a = new Account(LIMITED).omitted({}).see("A", 0, 4);

	a.sequences.connected(LIMITED);
	assert.deepEqual(a.losses, { "gaps A": 3 });
});

test("memory has a bound, and counts what it forgets", () => {
	const a = new Account();

	for (let i = 0; i < 3000; i++) {
		a.sequences.see("lab" + i % 7, "C" + i, 0);
		a.sequences.see("lab" + i % 7, "C" + i, 3);
	}
	assert.equal([...a.sequences.streams()].length, 2000);
	assert.equal(a.sequences.losses().reduce(
		(sum, { count }) => sum + count, 0), 6000);
});

test("notices that make no sense change nothing", () => {
	const a = new Account(LIMITED);

	a.sequences.omitted([null, 7, "x", [], {}, { chef: 5, total: 1 },
		{ chef: "A", kitchen: "lab", total: -3 },
		{ chef: "A", kitchen: "lab", total: "9" },
		{ chef: "x".repeat(5000), kitchen: "lab", total: 9 }]);
	a.see("A", 0, 2).omitted({ A: NaN }).omitted({ A: 1e300 });
	assert.deepEqual(a.losses, { "gaps A": 1 });
	assert.equal(a.sequences.leftOut, 0);
});

/* A gateway with a client that lags, as numbers; what is lost is known. */
test("any mixture adds up", () => {
	let x = 7;
	const random = (n) => {
		x = (x * 1103515245 + 12345) % 2147483648;
		return Math.floor(x / 65536) % n;
	};

	for (let round = 0; round < 200; round++) {
		const a = new Account(LIMITED).omitted({});
		const next = [0, 0, 0];
		const totals = [0, 0, 0];
		let gaps = 0;
		let told = 0;

		for (let chef = 0; chef < 3; chef++)
			a.see("C" + chef, next[chef]++);
		for (let slot = 0; slot < 50; slot++) {
			const before = [...totals];

			for (let i = 0; i < 20; i++) {
				const chef = random(3);
				const fate = random(slot > 40 ? 2 : 12);
				const seq = next[chef]++;

				if (fate === 0)
					totals[chef]++;
				else if (fate === 11 && round % 2)
					gaps++;
				else if (fate === 11)
					a.sequences.lost(1, told++);
				else
					a.see("C" + chef, seq);
			}
			const grown = Object.fromEntries(totals.map((n, chef) =>
				["C" + chef, n]).filter((_, chef) =>
				totals[chef] > before[chef]));

			if (Object.keys(grown).length > 0)
				a.omitted(grown);
			a.at += 250;
		}
		for (let chef = 0; chef < 3; chef++)
			a.see("C" + chef, next[chef]);
		a.at += 1000;
		const sum = Object.entries(a.losses).reduce((n, [key, m]) =>
			key.startsWith("gaps") ? n + m : n, 0);

		assert.equal(sum, gaps);
		assert.equal(a.losses.gateway ?? 0, told);
		assert.equal(a.sequences.leftOut,
			totals.reduce((n, m) => n + m));
	}
});
