/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import test from "node:test";
import { DROPS, FOUNTAINS, Fountains, GRAVITY, colourOf, heightOf, rowOf }
	from "../../eaters/gateway/pages/data/fountains.js";

const layer = (name, packets) => ({ name, packets, bits: 0, total: 0 });

function run(fountains, s, still = false)
{
	for (let t = 0; t < s; t += 1 / 60)
		fountains.step(1 / 60, still);
}

test("layers stand in the order of a packet", () => {
	assert.deepEqual(["Ethernet", "ARP", "IP", "IPv6", "ICMP", "TCP",
		"UDP", "DNS", "Raw", ""].map(rowOf),
	[0, 0, 1, 1, 1, 2, 2, 3, 3, 3]);
	assert.equal(colourOf("ICMPv6 Echo Reply"), colourOf("ICMP"));
	assert.equal(colourOf("Raw"), 0);
});

test("kinds of a message are one layer, and what errors quote is none", () => {
	const fountains = new Fountains();

	fountains.set([layer("ICMPv6 Echo Request", 3),
		layer("ICMPv6 Echo Reply", 2), layer("UDP in ICMP", 9)]);
	assert.deepEqual(fountains.list.map(({ name, packets }) =>
		[name, packets]), [["ICMPv6", 5]]);
});

test("a drop is so many packets, and as many drops come as are told", () => {
	const fountains = new Fountains();

	fountains.set([layer("TCP", 600), layer("DNS", 60)]);
	run(fountains, 10);
	const [tcp, dns] = fountains.list;
	const near = (a, b) => Math.abs(a - b) <= 2;

	assert.ok(near(tcp.made, 6000 / fountains.perDrop), String(tcp.made));
	assert.ok(near(dns.made, 600 / fountains.perDrop), String(dns.made));
	fountains.set([layer("TCP", 0), layer("DNS", 60)]);
	const { made } = tcp;

	run(fountains, 5);
	assert.equal(tcp.made, made);
	assert.ok(dns.made > 600 / fountains.perDrop);
});

test("at any rate the drops in flight have room", () => {
	for (const rate of [1, 50, 3000, 1e5, 1e7]) {
		const fountains = new Fountains();

		fountains.set(["Ethernet", "IP", "TCP", "Raw"].map((name) =>
			layer(name, rate)));
		run(fountains, 6);
		let flying = 0;

		for (let i = 0; i < 4 * DROPS; i += 4) {
			const age = fountains.time - fountains.rise[i];

			if (age >= 0 &&
			    age < 2 * fountains.rise[i + 1] / GRAVITY)
				flying++;
		}
		assert.ok(flying < 3000, rate + ": " + flying);
		assert.ok(rate < 50 || flying > 100, rate + ": " + flying);
		assert.equal(fountains.perDrop === 1, rate <= 50);
	}
});

test("a fountain rises to its height, more for ten times as much", () => {
	const fountains = new Fountains();

	fountains.set([layer("TCP", 999)]);
	run(fountains, 5);
	assert.ok(Math.abs(fountains.list[0].height - heightOf(999)) < .02);
	assert.ok(Math.abs(heightOf(9999) - heightOf(999) - 2) < .01);
	assert.equal(heightOf(0), 0);
	fountains.set([]);
	fountains.step(.01, true);
	assert.equal(fountains.list[0].height, 0);
});

test("those who would rather not see things move get no drops", () => {
	const fountains = new Fountains();

	fountains.set([layer("TCP", 999)]);
	run(fountains, 1, true);
	assert.equal(fountains.list[0].made, 0);
	assert.equal(fountains.moving, false);
});

test("no two basins meet, and there is an end to them", () => {
	const fountains = new Fountains();

	fountains.set(Array.from({ length: 60 }, (_, i) =>
		layer(["802.", "IPx", "TCP", "x"][i % 4] + i, 5)));
	run(fountains, 10);
	assert.equal(fountains.list.length, FOUNTAINS);
	fountains.list.forEach((a, i) => fountains.list.slice(i + 1)
		.forEach((b) => assert.ok(Math.hypot(a.x - b.x, a.z - b.z) >
			a.radius + b.radius)));
});

test("it may run for days", () => {
	const fountains = new Fountains();

	fountains.set([layer("TCP", 100)]);
	for (let i = 0; i < 2000; i++)
		fountains.step(1, false);
	assert.ok(fountains.time <= 601);
	assert.ok(fountains.rise[0] > -1e7);
});
