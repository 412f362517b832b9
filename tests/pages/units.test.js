/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { it } from "node:test";
import { amount, brief, mark } from "../../eaters/gateway/pages/ui/units.js";

const plain = (s) => s.replaceAll("\u00a0", " ");

it("numbers are brief", () => {
	for (const [n, s] of [[0, "0"], [0.12, "0.1"], [7, "7"], [9.96, "10"],
		[999, "999"], [9999, "9999"], [10000, "10.0 k"],
		[123456, "123 k"], [999600, "1.00 M"], [-3, "0"], [NaN, "0"]])
		assert.equal(plain(brief(n)), s);
});

it("amounts have three digits and their unit", () => {
	for (const [n, s] of [[0, "0 bit/s"], [999, "999 bit/s"],
		[1240, "1.24 kbit/s"], [36_100_000, "36.1 Mbit/s"],
		[2.5e11, "250 Gbit/s"], [1e30, "1000000000000000 Pbit/s"]])
		assert.equal(plain(amount(n, "bit/s")), s);
});

it("marks of an axis have no digits too many", () => {
	for (const [n, s] of [[0, "0"], [500, "500"], [1000, "1 k"],
		[1500, "1.5 k"], [1_250_000, "1.25 M"]])
		assert.equal(plain(mark(n)), s);
});
