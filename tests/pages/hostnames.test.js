/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import test from "node:test";
import { HostNames } from "../../eaters/gateway/pages/data/hostnames.js";

const answer = (name, data, type = "A") =>
	({ payload: { name,
		answers: [{ type, data, name: "alias." + name }] } });

test("names come from answers, and from who joined", () => {
	const names = new HostNames();

	names.take(answer("www.example", "192.0.2.1"), "DNSChef");
	names.take(answer("v6.example", "2001:db8::1", "AAAA"), "DNSChef");
	names.take({ payload: { joined: { ip: "10.0.0.9",
		hostname: "laptop" } } }, "DHCPChef");
	assert.equal(names.get("192.0.2.1"), "www.example");
	assert.equal(names.get("2001:db8::1"), "v6.example");
	assert.equal(names.get("10.0.0.9"), "laptop");
	assert.equal(names.get("192.0.2.2"), "");
});

test("a host's own name is not replaced by another's", () => {
	const names = new HostNames();

	names.take({ payload: { joined: { ip: "10.0.0.9",
		hostname: "laptop" } } }, "DHCPChef");
	names.take(answer("evil.example", "10.0.0.9"), "DNSChef");
	assert.equal(names.get("10.0.0.9"), "laptop");
});

test("they are bounded, and nothing harms them", () => {
	const names = new HostNames();

	for (const payload of [null, 3, [], { answers: "x" },
		{ name: {}, answers: [null, 1, { type: "A", data: [] }] },
		{ name: "n", answers: [{ type: "A", data: "<script>" },
			{ type: "MX", data: "10.0.0.1" }] }])
		for (const chef of ["DNSChef", "DHCPChef"])
			names.take({ payload }, chef);
	assert.equal(names.names.size, 0);
	for (let i = 0; i < 6000; i++)
		names.take(answer("n" + i, "10.0." + (i >> 8) + "." +
			(i & 255)), "DNSChef");
	assert.equal(names.names.size, 4000);
	assert.equal(names.get("10.0.23.111"), "n5999");
	const { version } = names;

	names.take(answer("n5999", "10.0.23.111"), "DNSChef");
	assert.equal(names.version, version);
});
