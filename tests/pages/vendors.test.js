/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Vendors } from "../../eaters/gateway/pages/data/vendors.js";

const KNOWN = { "oui/": "oui.txt", "oui/00-11-22": "Example Corp\n" };

/* A gateway that notes what it is asked, and answers when it is told to. */
class Gateway {
	constructor(known)
	{
		this.known = known;
		this.asked = [];
		this.waiting = [];
		this.fetch = (path) => new Promise((resolve) => {
			this.asked.push(path);
			this.waiting.push(() => resolve({
				status: path in known ? 200 : 404,
				text: async () => known[path],
			}));
		});
	}

	/* Answers all, and those that are asked for then. */
	async answer()
	{
		while (this.waiting.length) {
			this.waiting.splice(0).forEach((answer) => answer());
			await new Promise((done) => setImmediate(done));
		}
	}
}

const mac = (i) => "00:12:" + i.toString(16).padStart(2, "0") + ":00:00:01";

test("a vendor is asked for once", async () => {
	const gateway = new Gateway(KNOWN);
	let changes = 0;
	const vendors = new Vendors(() => changes++, gateway.fetch);

	assert.equal(vendors.name("00:11:22:00:00:01"), "");
	vendors.name("00:11:22:00:00:02");
	await gateway.answer();
	assert.equal(vendors.name("00:11:22:00:00:02"), "Example Corp");
	assert.equal(vendors.name("00:99:99:00:00:02"), "");
	await gateway.answer();
	assert.equal(vendors.name("00:99:99:00:00:02"), "");
	assert.deepEqual(gateway.asked,
		["oui/", "oui/00-11-22", "oui/00-99-99"]);
	assert.equal(vendors.installed, true);
	assert.equal(changes, 2);
});

test("without a database nothing else is asked for", async () => {
	const gateway = new Gateway({});
	const vendors = new Vendors(() => {}, gateway.fetch);

	for (let i = 0; i < 100; i++)
		vendors.name(mac(i));
	await gateway.answer();
	vendors.name(mac(200));
	assert.deepEqual(gateway.asked, ["oui/"]);
	assert.equal(vendors.installed, false);
});

test("few are asked for at a time", async () => {
	const gateway = new Gateway(KNOWN);
	const vendors = new Vendors(() => {}, gateway.fetch);

	vendors.name(mac(0));
	await gateway.answer();
	for (let i = 1; i < 50; i++)
		vendors.name(mac(i));
	assert.equal(gateway.waiting.length, 4);
	await gateway.answer();
	assert.equal(gateway.asked.length, 51);
});

test("a gateway that is not there is no failure", async () => {
	const vendors = new Vendors(() => {},
		() => Promise.reject(new TypeError("gone")));

	vendors.name(mac(1));
	await new Promise((done) => setImmediate(done));
	assert.equal(vendors.installed, false);
	assert.equal(vendors.name(mac(1)), "");
});
