/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Devices, isLocal } from "../../eaters/gateway/pages/data/devices.js";
import { beginning, networks } from
	"../../eaters/gateway/pages/data/networks.js";

const A = "00:11:22:00:00:01";
const B = "00:11:22:00:00:02";

/* Devices, seen through a clock that is set by hand. */
class Seen extends Devices {
	constructor(kitchens = [])
	{
		const time = { now: 1e12 };

		super({ status: { kitchens } }, () => time.now);
		this.time = time;
	}

	pass(seconds)
	{
		this.time.now += 1000 * seconds;
	}

	arp(src_hw, src_ip, more = {}, kitchen = "lab")
	{
		this.take({ payload: { operation: "request", src_hw, src_ip,
			dst_hw: "00:00:00:00:00:00", dst_ip: "192.0.2.254",
			time: this.time.now / 1000, notes: null, ...more } },
			"ARPChef", kitchen);
	}

	dhcp(payload, kitchen = "lab")
	{
		this.take({ payload: { time: this.time.now / 1000,
			...payload } }, "DHCPChef", kitchen);
	}

	mdns(payload, kitchen = "lab")
	{
		this.take({ payload }, "MDNSChef", kitchen);
	}

	told()
	{
		return this.changes.latest().map(({ mac, subject, what }) =>
			[what, mac, subject]);
	}
}

test("a device is known by its MAC, with its addresses", () => {
	const seen = new Seen();

	seen.arp(A, "192.0.2.1");
	seen.pass(5);
	seen.arp(A.toUpperCase(), "192.0.2.1");
	seen.arp(B, "192.0.2.2", { dst_ip: "192.0.2.2" });
	const [a, b] = seen.all();

	assert.equal(a.mac, A);
	assert.equal(a.lastSeen - a.firstSeen, 5000);
	assert.deepEqual([...a.addresses.keys()], ["192.0.2.1"]);
	assert.equal(a.addresses.get("192.0.2.1").via, "ARP");
	assert.deepEqual([a.announced, b.announced], [0, 1]);
	assert.deepEqual(seen.told(), []);
});

test("devices are in the order of their addresses", () => {
	const seen = new Seen();

	seen.arp(A, "192.0.2.10");
	seen.arp(B, "192.0.2.9");
	assert.ok(seen.devices.get(B).place < seen.devices.get(A).place);
	seen.arp(B, "192.0.2.11");
	assert.ok(seen.devices.get(B).place > seen.devices.get(A).place);
});

test("a probe's address is nobody's", () => {
	const seen = new Seen();

	seen.arp(A, "0.0.0.0");
	assert.equal(seen.all()[0].addresses.size, 0);
});

test("what is no device's MAC is none", () => {
	const seen = new Seen();

	for (const mac of ["ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01",
		"00:00:00:00:00:00", "00:11:22", "", null, 7, {}, "x"])
		seen.arp(mac, "192.0.2.1");
	assert.equal(seen.all().length, 0);
});

test("an address that moves is told, and whose it was", () => {
	const seen = new Seen();

	seen.arp(A, "192.0.2.1");
	seen.arp(B, "192.0.2.1");
	assert.deepEqual(seen.told(), [["moved", B, "192.0.2.1"]]);
	assert.equal(seen.changes.latest()[0].from, A);
	const [a, b] = [seen.devices.get(A), seen.devices.get(B)];

	assert.deepEqual([a.own, b.own], [[], ["192.0.2.1"]]);
	assert.equal(a.addresses.get("192.0.2.1").left, true);
	assert.equal(b.addresses.get("192.0.2.1").left, false);
	assert.equal(b.changed, "moved");
	assert.equal(seen.history(A).length, 1);
});

test("to and fro is one change, seen several times", () => {
	const seen = new Seen();

	for (let i = 0; i < 6; i++)
		seen.arp(i % 2 ? A : B, "192.0.2.1");
	assert.equal(seen.changes.latest().length, 1);
	assert.equal(seen.changes.latest()[0].times, 5);
});

test("one address in two kitchens' networks is no move", () => {
	const seen = new Seen();

	seen.arp(A, "192.0.2.1", {}, "lab");
	seen.arp(B, "192.0.2.1", {}, "office");
	assert.deepEqual(seen.told(), []);
});

test("the chef's note of another MAC is a move, from whom is unknown", () => {
	const seen = new Seen();

	seen.arp(A, "192.0.2.1", { notes: "source device has new IP address" });
	assert.deepEqual(seen.told(), [["moved", A, "192.0.2.1"]]);
	assert.equal(seen.changes.latest()[0].from, "");
});

test("what there is when a page is opened is not new", () => {
	const seen = new Seen();

	seen.arp(A, "192.0.2.1", { notes: "source device is new" });
	seen.pass(30);
	seen.arp(B, "192.0.2.2");
	assert.deepEqual(seen.told(), []);
	assert.equal(seen.all()[0].newAt, 0);
});

test("new is what the chef calls so after a while", () => {
	const seen = new Seen();

	seen.arp(A, "192.0.2.1");
	seen.pass(90);
	seen.arp(B, "192.0.2.2", { notes: "source device is new" });
	seen.arp(B, "192.0.2.2", { notes: "source device is new" });
	assert.deepEqual(seen.told(), [["device", B, ""]]);
});

test("new is also what the chef of an old kitchen calls so at once", () => {
	const seen = new Seen([{ name: "lab", base: "", since: 1e9 - 3600 }]);

	seen.arp(A, "192.0.2.1", { notes: "source device is new" });
	assert.deepEqual(seen.told(), [["device", A, ""]]);
});

test("new is what comes after the page has watched for long", () => {
	const seen = new Seen();

	seen.arp(A, "192.0.2.1");
	seen.pass(400);
	seen.arp(A, "192.0.2.1");
	seen.arp(B, "192.0.2.2");
	assert.deepEqual(seen.told(), [["device", B, ""]]);
});

test("one more address is told once the page has learned", () => {
	const seen = new Seen();

	seen.arp(A, "192.0.2.1");
	seen.arp(A, "192.0.2.2");
	assert.deepEqual(seen.told(), []);
	seen.pass(90);
	seen.arp(A, "192.0.2.3");
	assert.deepEqual(seen.told(), [["address", A, "192.0.2.3"]]);
});

test("DHCP tells names and addresses", () => {
	const seen = new Seen();

	seen.dhcp({ type: "REQUEST", mac: A, hostname: "laptop",
		vendor_class: "MSFT 5.0" });
	seen.dhcp({ type: "ACK", mac: A, joined: { mac: A, ip: "192.0.2.7",
		hostname: "laptop", is_new: true } });
	const [a] = seen.all();

	assert.deepEqual([a.name, a.nameFrom, a.vendorClass],
		["laptop", "DHCP", "MSFT 5.0"]);
	assert.equal(a.addresses.get("192.0.2.7").via, "DHCP");
	seen.dhcp({ type: "REQUEST", mac: A, hostname: "renamed" });
	assert.deepEqual(seen.told(), [["name", A, "renamed"]]);
	assert.equal(seen.changes.latest()[0].from, "laptop");
});

test("multicast DNS names who has the address, before or after", () => {
	const service = { event: "new", instance: "Printer", type: "_ipp._tcp",
		host: "printer.local", addresses: ["192.0.2.9", "fe80::9"] };
	const seen = new Seen();

	seen.mdns(service);
	seen.arp(A, "192.0.2.9");
	assert.equal(seen.devices.get(A).name, "printer");
	assert.deepEqual([...seen.devices.get(A).services],
		["Printer (_ipp._tcp)"]);
	seen.mdns({ services: [service], known: 1 });
	assert.deepEqual([...seen.devices.get(A).addresses.keys()],
		["192.0.2.9", "fe80::9"]);
	assert.deepEqual(seen.devices.get(A).own, ["192.0.2.9", "fe80::9"]);
	seen.dhcp({ mac: A, hostname: "hp" });
	seen.mdns(service);
	assert.equal(seen.devices.get(A).name, "hp");
	assert.deepEqual(seen.told(), []);
});

test("any payload is taken", () => {
	const seen = new Seen();

	for (const payload of [null, 1, "x", [], {}, { joined: 3 },
		{ services: 5 }, { services: [null, 3, { host: {} },
			{ host: "x", addresses: {} },
			{ host: "y", addresses: [null, [], 3] }] },
		{ answers: [null, 5, { type: "A", data: [] }] }])
		for (const chef of Devices.chefs)
			seen.take({ payload }, chef, null);
	seen.dhcp({ mac: A, hostname: { a: 1 }, joined: { mac: A, ip: [] } },
		null);
	seen.arp(A, { ip: 1 }, { time: "x", notes: { a: 1 } }, null);
	seen.arp(A, "x".repeat(1000));
	assert.equal(seen.all().length, 1);
	assert.equal(seen.all()[0].addresses.size, 0);
	assert.equal(seen.all()[0].last, 1e9);
});

test("whatever comes, what is kept is bounded", () => {
	const seen = new Seen();
	const mac = (i) => "00:11:" + i.toString(16).padStart(8, "0")
		.match(/../g).join(":");

	for (let i = 0; i < 10000; i++) {
		seen.arp(mac(i), "10.0." + (i >> 8) + "." + (i & 255), {},
			"k" + i % 1000);
		seen.mdns({ instance: "i" + i, host: "h" + i + ".local",
			addresses: ["10.1." + (i >> 8) + "." + (i & 255)] });
		seen.arp(B, "10.2." + (i >> 8) + "." + (i & 255));
		seen.arp(i % 2 ? A : B, "10.3.0." + i % 256);
	}
	assert.equal(seen.all().length, 4096);
	assert.equal(seen.forgotten, 10002 - 4096);
	assert.ok(seen.devices.has(mac(9999)));
	assert.ok(!seen.devices.has(mac(0)));
	assert.ok(seen.devices.get(B).addresses.size <= 16);
	assert.ok(seen.changes.latest().length <= 200);
	assert.ok(seen.owners.size <= 16384 && seen.hosts.size <= 1024);
	assert.ok(seen.watched.size <= 256);
});

test("addresses that nobody registered are told apart", () => {
	assert.equal(isLocal("02:00:00:00:00:01"), true);
	assert.equal(isLocal("da:a1:19:00:00:01"), true);
	assert.equal(isLocal(A), false);
});

test("devices are counted by network", () => {
	const seen = new Seen();

	seen.arp(A, "192.0.2.1");
	seen.arp(A, "192.0.2.9");
	seen.pass(100);
	seen.arp(B, "192.0.2.2");
	assert.deepEqual(networks(seen.all(), seen.time.now),
		[{ net: "192.0.2.0/24", devices: 2, active: 1 }]);
	assert.equal(beginning("192.0.2.0/24"), "192.0.2.");
	assert.equal(beginning("2001:db8:14::/64"), "2001:db8:14:");
});
