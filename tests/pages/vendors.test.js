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
				status: path in known ? 200 : 204,
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

/* Vendors of a gateway that can be away, and a clock that the test moves. */
function away()
{
	const t = { now: 0, away: true, asked: [], status: 200 };
	const ask = async (path) => {
		t.asked.push(path);
		if (t.away)
			throw new TypeError("gone");
		return { status: path in KNOWN ? t.status : 204,
			text: async () => KNOWN[path] };
	};

	t.vendors = new Vendors(() => {}, ask, () => t.now);
	t.name = async (mac) => {
		t.vendors.name(mac);
		await new Promise((done) => setImmediate(done));
		return t.vendors.name(mac);
	};
	return t;
}

const MAC = "00:11:22:00:00:01";

test("a gateway that is not there is asked again, but not at once", async () => {
	const t = away();

	assert.equal(await t.name(MAC), "");
	assert.equal(t.vendors.installed, null);
	t.away = false;
	t.now = 9999;
	assert.equal(await t.name(MAC), "");
	assert.deepEqual(t.asked, ["oui/"]);
	t.now = 10000;
	assert.equal(await t.name(MAC), "Example Corp");
	assert.equal(t.vendors.installed, true);
	assert.deepEqual(t.asked, ["oui/", "oui/", "oui/00-11-22"]);
});

test("a name that was not answered is asked for again", async () => {
	const t = away();

	t.away = false;
	assert.equal(await t.name("00:99:99:00:00:01"), "");
	t.away = true;
	for (let i = 0; i < 20; i++)
		assert.equal(await t.name(MAC), "");
	assert.equal(t.asked.length, 3);
	assert.equal(t.vendors.running, 0);
	t.away = false;
	t.now += 10000;
	assert.equal(await t.name(MAC), "Example Corp");
	assert.equal(t.asked.filter((path) => path === "oui/00-99-99").length,
		1);
});

test("an error of the gateway is no answer either", async () => {
	const t = away();

	t.away = false;
	t.status = 503;
	assert.equal(await t.name(MAC), "");
	assert.equal(t.vendors.installed, null);
	t.status = 200;
	t.now += 10000;
	assert.equal(await t.name(MAC), "Example Corp");
});
