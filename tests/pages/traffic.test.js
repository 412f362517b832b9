/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Traffic } from "../../eaters/gateway/pages/data/traffic.js";

const T0 = 1_800_000_000;

/* A Traffic and a clock that the test moves. */
function make()
{
	const t = { now: T0 };

	t.traffic = new Traffic(null, () => t.now);
	/* What a kitchen counted; its own clock is `ahead` of ours. */
	t.count = (packets, bytes, kitchen = "lab", ahead = 0) =>
		t.traffic.take({
			metadata: { creation_time: t.now + ahead },
			payload: { packet_counts: packets,
				...bytes && { byte_counts: bytes } },
		}, "PacketCountChef", kitchen);
	t.status = (kitchens) => t.traffic.take({
		metadata: { creation_time: t.now },
		payload: { dumpling_kitchens: kitchens },
	}, "SystemStatusChef", null);
	return t;
}

const kitchen = (name, packets, bytes, more = {}, hub = {}) => ({
	info_from_kitchen: { kitchen_name: name, host: "h",
		packets_seen: packets, bytes_seen: bytes, ...more },
	info_from_hub: { state: "live", ...hub },
});

const sum = (values) => values.reduce((a, b) => a + (b ?? 0), 0);
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-6 * Math.max(1, b),
	a + " is not " + b);

describe("layers", () => {
	it("are told as a second's packets and bits, largest first", () => {
		const t = make();

		for (let i = 0; i <= 10; i++, t.now++)
			t.count({ ARP: 2 * i, IP: 50 * i },
				{ ARP: 120 * i, IP: 5000 * i });
		const [ip, arp] = t.traffic.layers();

		assert.equal(ip.name, "IP");
		near(ip.packets, 50);
		near(ip.bits, 40000);
		assert.equal(ip.total, 500);
		near(arp.packets, 2);
	});

	it("add up over kitchens, whatever their clocks say", () => {
		const t = make();

		for (let i = 0; i <= 10; i++, t.now++) {
			t.count({ IP: 10 * i }, null, "a");
			t.count({ IP: 30 * i }, null, "b", -86400);
			t.count({ IP: 60 * i }, null, "c", 3600);
		}
		near(t.traffic.layers()[0].packets, 100);
	});

	it("are right from their first seconds on", () => {
		const t = make();

		t.now += 0.4;
		for (let i = 0; i <= 6; i++, t.now++) {
			t.count({ IP: 50 * i }, null);
			if (i > 1)
				near(t.traffic.layers()[0].packets, 50);
		}
	});

	it("are even when a kitchen tells only every five seconds", () => {
		const t = make();

		for (let i = 0; i <= 60; i += 5, t.now += 5)
			t.count({ IP: 7 * i }, null);
		const { times, series: [ip] } =
			t.traffic.history("layers", "packets", 60);

		assert.equal(times.length, 60);
		for (const v of ip.values.filter((n) => n !== null))
			near(v, 7);
	});

	it("what was before the first count is not what happened now", () => {
		const t = make();

		t.count({ IP: 1e9 }, null);
		t.now++;
		t.count({ IP: 1e9 + 5 }, null);
		t.now++;
		t.count({ IP: 1e9 + 10 }, null);
		const { series: [ip] } =
			t.traffic.history("layers", "packets", 60);

		near(Math.max(...ip.values), 5);
	});

	it("go on when a kitchen was restarted", () => {
		const t = make();

		for (const n of [0, 100, 200, 40, 140]) {
			t.count({ IP: n }, null);
			t.now++;
		}
		const { series: [ip] } =
			t.traffic.history("layers", "packets", 60);

		near(sum(ip.values), 100 + 100 + 40 + 100);
	});

	it("say which kitchens count no bytes", () => {
		const t = make();

		t.count({ IP: 1 }, null, "old");
		t.count({ IP: 1 }, { IP: 60 }, "new");
		assert.deepEqual([...t.traffic.withoutBytes], ["old"]);
	});

	it("of a kitchen that went silent do not hold up the others", () => {
		const t = make();

		for (let i = 0; i <= 30; i++, t.now++) {
			t.count({ IP: 10 * i }, null, "a");
			if (i < 10)
				t.count({ IP: 10 * i }, null, "b");
		}
		const { times } = t.traffic.history("layers", "packets", 60);

		assert.equal(times.at(-1), T0 + 30);
		near(t.traffic.layers()[0].packets, 10);
	});
});

describe("what is told of now", () => {
	const run = () => {
		const t = make();

		for (let i = 0; i <= 10; i++, t.now++) {
			t.count({ IP: 10 * i }, { IP: 1000 * i });
			t.status([kitchen("lab", 10 * i, 1000 * i)]);
		}
		return t;
	};

	it("is nothing once all kitchens fell silent", () => {
		const t = run();

		t.now += 1.5;
		near(t.traffic.layers()[0].packets, 10);
		near(t.traffic.now().packets, 10);
		near(t.traffic.kitchen("lab").bits, 8000);
		t.now += 2;
		assert.deepEqual(t.traffic.layers(), [
			{ name: "IP", packets: 0, bits: 0, total: 100 }]);
		assert.equal(t.traffic.heard("layers"), false);
		assert.equal(t.traffic.now(), null);
		assert.deepEqual(t.traffic.kitchen("lab"),
			{ packets: null, bits: null });
	});

	it("is there again when a kitchen is", () => {
		const t = run();

		t.now += 60;
		for (let i = 0; i <= 5; i++, t.now++)
			t.count({ IP: 100 + 20 * i }, null);
		assert.equal(t.traffic.heard("layers"), true);
		near(t.traffic.layers()[0].packets, 20);
		assert.equal(t.traffic.now(), null);
	});

	it("waits for who tells but rarely", () => {
		const t = make();

		for (let i = 0; i <= 40; i += 10, t.now += 10)
			t.count({ IP: 7 * i }, null);
		near(t.traffic.layers()[0].packets, 7);
		t.now += 20;
		assert.equal(t.traffic.layers()[0].packets, 0);
	});
});

describe("history", () => {
	it("knows nothing from before the page was there", () => {
		const t = make();

		for (let i = 0; i <= 10; i++, t.now++)
			t.count({ IP: i }, null);
		const { values } = t.traffic.history("layers", "packets", 60)
			.series[0];

		assert.equal(values.filter((v) => v === null).length, 50);
		assert.equal(values.filter((v) => v !== null).length, 10);
	});

	it("holds an hour, in steps of ten seconds", () => {
		const t = make();

		for (let i = 0; i <= 4000; i++, t.now++)
			t.count({ IP: 3 * i }, null);
		const { times, series: [ip] } =
			t.traffic.history("layers", "packets", 3600);

		assert.equal(times.length, 360);
		assert.equal(times[1] - times[0], 10);
		for (const v of ip.values)
			near(v, 3);
	});

	it("loses nothing when nothing was told for a while", () => {
		const t = make();

		t.count({ IP: 0 }, null);
		t.now += 1;
		t.count({ IP: 10 }, null);
		t.now += 40;
		t.count({ IP: 410 }, null);
		const { series: [ip] } =
			t.traffic.history("layers", "packets", 60);

		near(sum(ip.values), 410);
	});

	it("is empty, and no error, before anything came", () => {
		assert.deepEqual(make().traffic.history("kitchens", "bits", 300),
			{ times: [], series: [] });
	});
});

describe("kitchens", () => {
	it("are the sum of their workers", () => {
		const t = make();

		for (let i = 0; i <= 10; i++, t.now++)
			t.status([0, 1].map((w) => kitchen("lab." + w, 100 * i,
				6000 * i, { worker_of: "lab" })));
		near(t.traffic.kitchen("lab").packets, 200);
		near(t.traffic.now().bits, 96000);
		assert.deepEqual(t.traffic.history("kitchens", "bits", 60)
			.series.map(({ name }) => name), ["lab"]);
	});

	it("of one name on two hosts are both counted", () => {
		const t = make();

		for (let i = 0; i <= 10; i++, t.now++)
			t.status([kitchen("lab", 10 * i, 0, { host: "x" }),
				kitchen("lab", 20 * i, 0, { host: "y" })]);
		near(t.traffic.kitchen("lab").packets, 30);
	});

	it("that are gone, or count nothing, are left out", () => {
		const t = make();

		for (let i = 0; i <= 5; i++, t.now++)
			t.status([kitchen("dead", 5 * i, 0, {},
				{ state: "gone" }), { info_from_kitchen: {
				kitchen_name: "python" } }]);
		assert.equal(t.traffic.known("kitchens"), false);
	});
});

describe("bounds", () => {
	it("anything at all may come", () => {
		const t = make();
		const odd = [null, 1, "x", [], {}, true, -1, 1e300, [[]],
			{ a: { b: 1 } }];

		for (const v of odd) {
			t.traffic.take({ metadata: v, payload: v },
				"PacketCountChef", null);
			t.traffic.take({ metadata: { creation_time: v },
				payload: { packet_counts: v,
					byte_counts: v } },
			"PacketCountChef", "k");
			t.traffic.take({ metadata: { creation_time: t.now },
				payload: { packet_counts: { IP: v },
					byte_counts: { IP: v } } },
			"PacketCountChef", "k");
			t.status(v);
			t.status([v, { info_from_kitchen: v,
				info_from_hub: v }, kitchen(v, v, v)]);
			t.now++;
		}
		for (const { packets, bits } of t.traffic.layers())
			assert.ok(Number.isFinite(packets + bits));
	});

	it("times that leap do not stop the rest", () => {
		const t = make();

		for (let i = 0; i <= 20; i++, t.now++)
			t.count({ IP: 10 * i }, null, "k",
				i === 7 ? 1e9 : i === 13 ? -1e9 : 0);
		const { times } = t.traffic.history("layers", "packets", 60);

		assert.ok(times.at(-1) <= t.now);
		assert.ok(times.at(-1) >= t.now - 12);
	});

	it("so many layers and kitchens are kept, and no more", () => {
		const t = make();

		for (let i = 0; i < 2000; i++) {
			t.count({ ["layer" + i]: i }, null, "k" + i);
			t.now += 0.01;
			t.count({ ["layer" + i]: i + 1, more: i }, null, "k" + i);
		}
		const { layers } = t.traffic.meters;

		assert.ok(layers.sources.size <= 512);
		assert.ok(layers.series.size <= 128);
		assert.ok(t.traffic.withoutBytes.size <= 512);
	});
});
