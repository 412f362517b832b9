/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Sampled } from "../../eaters/gateway/pages/ui/sampled.js";
import { Sequences } from "../../eaters/javascript/sequences.js";

/* A page's question, and a gateway that tells what it left out in all. */
function make(chefs)
{
	const sequences = new Sequences();
	const t = { sampled: new Sampled({ client: { sequences } }, chefs) };

	sequences.connected({ maxRate: 100 });
	t.tell = (chef, total, kitchen = "lab") =>
		sequences.omitted([{ kitchen, chef, total }]);
	t.again = () => sequences.connected({ maxRate: 100 });
	return t;
}

test("what was left out in the last ten seconds makes it sampled", () => {
	const t = make(["FlowChef"]);

	assert.equal(t.sampled.lately(1000), false);
	t.tell("FlowChef", 5);
	assert.equal(t.sampled.lately(2000), true);
	assert.equal(t.sampled.lately(11999), true);
	assert.equal(t.sampled.lately(12000), false);
	t.tell("FlowChef", 6, "other");
	assert.equal(t.sampled.lately(13000), true);
});

test("what was left out before somebody looked does not", () => {
	const t = make(["FlowChef"]);

	t.tell("FlowChef", 1e6);
	assert.equal(t.sampled.lately(1000), false);
	assert.equal(t.sampled.lately(2000), false);
});

test("nor does what other chefs sent", () => {
	const t = make(["ARPChef", "DHCPChef"]);

	assert.equal(t.sampled.lately(1000), false);
	t.tell("DNSChef", 5);
	assert.equal(t.sampled.lately(2000), false);
	t.tell("DHCPChef", 1);
	assert.equal(t.sampled.lately(3000), true);
});

test("nor does a count that begins anew", () => {
	const t = make(["FlowChef"]);

	t.tell("FlowChef", 100);
	assert.equal(t.sampled.lately(1000), false);
	t.again();
	t.tell("FlowChef", 0);
	assert.equal(t.sampled.lately(2000), false);
	t.tell("FlowChef", 1);
	assert.equal(t.sampled.lately(3000), true);
});
