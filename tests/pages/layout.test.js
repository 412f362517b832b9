/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import test from "node:test";
import { Layout } from "../../eaters/gateway/pages/data/layout.js";
import { network } from "../../eaters/gateway/pages/data/inet.js";

const where = (layout, spot) => {
	const at = [0, 0];

	layout.locate(spot, at, 0);
	return at;
};
const apart = ([a, b], [c, d]) => Math.hypot(a - c, b - d);
const inside = (i) => network("10.0." + (i >> 8) + "." + (i & 255));
const outside = (i) => network("198.51." + (i % 40) + "." + (i & 255));

test("an address is in a network, other text in none", () => {
	const of = (ip) => network(ip) && network(ip).kind + " " +
		network(ip).prefix;

	assert.equal(of("10.1.2.3"), "inside 10.1.2.0/24");
	assert.equal(of("172.32.0.1"), "outside 172.32.0.0/24");
	assert.equal(of("192.168.7.9"), "inside 192.168.7.0/24");
	assert.equal(of("224.0.0.251"), "group multicast");
	assert.equal(of("255.255.255.255"), "group multicast");
	assert.equal(of("fe80::1"), "inside fe80::/64");
	assert.equal(of("fd00:1:2:3:4::5"), "inside fd00:1:2:3::/64");
	assert.equal(of("2001:db8::7"), "outside 2001:db8::/64");
	assert.equal(of("2001:db8:1:2:3:4:5:6"), "outside 2001:db8:1:2::/64");
	assert.equal(of("0.0.0.0"), "group no address");
	assert.equal(of("::"), "group no address");
	assert.equal(of("ff02::fb"), "group multicast");
	assert.equal(of("::1"), "inside 0::/64");
	assert.equal(of("::ffff:192.0.2.1"), "inside 0::/64");
	for (const ip of ["", "1.2.3", "1.2.3.256", "a:b", "1::2::3", ":::",
		"2001:db8:1:2:3:4:5:6:7", "10.0.0.1 ", "zz::1", "12345::",
		"1:2:3:4:5:6:7"])
		assert.equal(network(ip), null, ip);
});

test("no two hosts stand in one place, and all inside the extent", () => {
	const layout = new Layout();
	const spots = [];

	for (let i = 0; i < 500; i++)
		spots.push(layout.place(inside(i)), layout.place(outside(i)));
	const places = spots.map((spot) => where(layout, spot));
	let least = Infinity;

	places.forEach((a, i) => places.slice(i + 1).forEach((b) => {
		least = Math.min(least, apart(a, b));
	}));
	assert.ok(least > 1.2, String(least));
	assert.ok(places.every((p) => apart(p, [layout.rim.x,
		layout.rim.z]) <=
		layout.extent() + .01));
});

test("hosts of one network are neighbours", () => {
	const layout = new Layout();
	const spots = (make, n) => Array.from({ length: n },
		(_, i) => layout.place(make(i)));
	const a = spots((i) => network("10.0.0." + i), 30);
	const b = spots((i) => network("10.0.1." + i), 30);
	const c = spots((i) => network("192.0.2." + i), 15);

	spots((i) => network("203.0.113." + i), 15);
	for (const group of [a, b, c]) {
		const at = group.map((spot) => where(layout, spot));

		assert.ok(at.every((p) => apart(p, at[0]) < 17));
	}
	assert.deepEqual(layout.districts().map(({ prefix, hosts }) =>
		[prefix, hosts]), [["10.0.0.0/24", 30], ["10.0.1.0/24", 30],
		["192.0.2.0/24", 15], ["203.0.113.0/24", 15]]);
});

test("a place is kept while others come and go", () => {
	const layout = new Layout();
	const home = layout.place(network("10.0.0.1"));
	const before = where(layout, home);
	const many = Array.from({ length: 400 },
		(_, i) => layout.place(network("10.1." + i % 20 + ".1")));

	many.slice(0, 200).forEach((spot) => layout.release(spot));
	assert.deepEqual(where(layout, home), before);
	const again = layout.place(network("10.1.0.1"));

	assert.notDeepEqual(where(layout, again), before);
});

test("beyond its room there is no place, and what is freed is given", () => {
	const layout = new Layout();
	let spot;
	let last;

	for (let i = 0; (spot = layout.place(network("203.0.113.1"))); i++) {
		last = spot;
		assert.ok(i < 5000);
	}
	layout.release(last);
	assert.ok(layout.place(network("198.51.100.1")));
	assert.equal(layout.place(network("198.51.100.1")), null);
});
