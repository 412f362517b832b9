/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Talkers } from "../../eaters/gateway/pages/data/talkers.js";
import { serviceName } from "../../eaters/gateway/pages/data/services.js";

function make()
{
	const t = { now: 1_800_000_000 };

	t.talkers = new Talkers(null, () => t.now);
	t.tell = (busiest, more = {}, kitchen = "lab") => t.talkers.take({
		metadata: { creation_time: t.now },
		payload: { flows: 1, started: 0, busiest, ...more },
	}, "FlowChef", kitchen);
	return t;
}

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-6 * Math.max(1, b),
	a + " is not " + b);

const flow = (from, to, port, bytes, packets = 1, protocol = "TCP") => ({
	community_id: "1:" + [from, to, port, protocol],
	protocol, client: { ip: from, port: 40000 }, server: { ip: to, port },
	packets, bytes,
});

describe("busiest", () => {
	it("are hosts by what they sent and received, in a second", () => {
		const t = make();

		for (let i = 0; i < 30; i++, t.now++)
			t.tell([flow("10.0.0.1", "10.0.0.2", 443, 1000, 10),
				flow("10.0.0.3", "10.0.0.2", 53, 100, 2, "UDP")]);
		const { hosts, services, flows } = t.talkers.busiest();

		assert.deepEqual(hosts.map(({ key }) => key),
			["10.0.0.2", "10.0.0.1", "10.0.0.3"]);
		near(hosts[0].bytes, 1100);
		near(hosts[0].packets, 12);
		assert.deepEqual(services.map(({ key, name }) => [key, name]),
			[["TCP 443", "HTTPS"], ["UDP 53", "DNS"]]);
		assert.equal(flows, 2);
	});

	it("are right from the start, however rarely a kitchen tells", () => {
		for (const period of [1, 3, 5, 20]) {
			const t = make();

			for (let i = 0; i < 20; i++) {
				t.tell([flow("a", "b", 80, 1000 * period)]);
				t.now += period / 2;
				const { hosts } = t.talkers.busiest();

				assert.equal(hosts.length, i ? 2 : 0);
				if (i)
					near(hosts[0].bytes, 1000);
				t.now += period / 2;
			}
		}
	});

	it("of a kitchen that came later are as right", () => {
		const t = make();

		for (let i = 0; i < 40; i++, t.now++) {
			t.tell([flow("a", "b", 80, 1000)], {}, "old");
			if (i >= 30)
				t.tell([flow("c", "d", 80, 500)], {}, "new");
			if (i === 32)
				near(t.talkers.busiest().hosts.find(({ key }) =>
					key === "c").bytes, 500);
		}
		near(t.talkers.busiest().services[0].bytes, 1500);
	});

	it("become less when their kitchen tells no more", () => {
		const t = make();

		for (let i = 0; i < 30; i++, t.now++)
			t.tell([flow("a", "b", 80, 1000)]);
		t.now += 14;
		const { hosts: [{ bytes }] } = t.talkers.busiest();

		assert.ok(bytes > 300 && bytes < 700, String(bytes));
	});

	it("do not take a long break for one interval", () => {
		const t = make();

		for (const wait of [1, 1, 1000, 1]) {
			t.tell([flow("a", "b", 80, 1000)]);
			t.now += wait;
		}
		assert.equal(t.talkers.busiest().hosts.length, 0);
		t.tell([flow("a", "b", 80, 1000)]);
		near(t.talkers.busiest().hosts[0].bytes, 1000);
	});

	it("count a flow that two kitchens see once", () => {
		const alone = make();
		const both = make();

		for (let i = 0; i < 30; i++) {
			alone.tell([flow("a", "b", 80, 1000)]);
			both.tell([flow("a", "b", 80, 1000)], {}, "x");
			both.tell([flow("a", "b", 80, 900)], {}, "y");
			alone.now++;
			both.now++;
		}
		assert.equal(both.talkers.busiest().hosts[0].bytes,
			alone.talkers.busiest().hosts[0].bytes);
	});

	it("are forgotten after half a minute", () => {
		const t = make();

		t.tell([]);
		t.now++;
		t.tell([flow("a", "b", 80, 1000)]);
		assert.equal(t.talkers.busiest().hosts.length, 2);
		t.now += 40;
		assert.equal(t.talkers.busiest().hosts.length, 0);
	});

	it("that talk to themselves count once", () => {
		const t = make();

		t.tell([]);
		t.now += 3;
		t.tell([flow("a", "a", 80, 3000)]);
		assert.equal(t.talkers.busiest().hosts[0].bytes, 1000);
	});

	it("without ports are called by their protocol", () => {
		const t = make();

		t.tell([]);
		t.now++;
		t.tell([{ ...flow("a", "b", undefined, 10, 1, "ICMP"),
			server: { ip: "b" } }]);
		assert.equal(t.talkers.busiest().services[0].key, "ICMP");
	});
});

describe("flows", () => {
	it("are those of all kitchens, and how many begin in a second", () => {
		const t = make();

		for (let i = 0; i < 5; i++, t.now++) {
			t.tell([], { flows: 100, started: 20 * i }, "a");
			t.tell([], { flows: 50, started: 10 * i }, "b");
		}
		assert.deepEqual(t.talkers.flows(), { flows: 150, rate: 30 });
	});

	it("of a kitchen that tells no more do not count", () => {
		const t = make();

		t.tell([], { flows: 100 }, "a");
		t.now += 20;
		t.tell([], { flows: 50 }, "b");
		assert.equal(t.talkers.flows().flows, 50);
	});
});

describe("bounds", () => {
	it("anything at all may come", () => {
		const t = make();

		for (const v of [null, 1, "x", [], {}, [null], [[]], -1, 1e308]) {
			t.tell(v);
			t.tell([v, { client: v, server: v, protocol: v,
				packets: v, bytes: v, community_id: v }]);
			t.tell([], { flows: v, started: v });
			t.now++;
		}
		for (const { bytes } of t.talkers.busiest().hosts)
			assert.ok(Number.isFinite(bytes));
		assert.ok(Number.isFinite(t.talkers.flows().rate));
	});

	it("so many flows and kitchens are kept, and no more", () => {
		const t = make();

		for (let k = 0; k < 600; k++)
			for (let n = 0; n < 2; n++)
				t.tell(Array.from({ length: 100 }, (_, i) =>
					flow("h" + k + "." + i, "s", 80, 1)),
				{}, "k" + k);
		assert.equal(t.talkers.bins[0].flows.size, 4000);
		assert.equal(t.talkers.bins[0].reach.size, 512);
		assert.equal(t.talkers.kitchens.size, 512);
		for (const { bytes } of t.talkers.busiest().hosts)
			assert.ok(Number.isFinite(bytes));
	});
});

describe("services", () => {
	it("have the names that people know", () => {
		assert.equal(serviceName("TCP", 22), "SSH");
		assert.equal(serviceName("UDP", 443), "QUIC");
		assert.equal(serviceName("TCP", 443), "HTTPS");
		assert.equal(serviceName("TCP", 40001), "");
		assert.equal(serviceName("ICMP", null), "");
	});
});
