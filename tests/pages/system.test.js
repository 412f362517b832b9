/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Metrics, parseMetrics }
	from "../../eaters/gateway/pages/data/metrics.js";
import { Status } from "../../eaters/gateway/pages/data/status.js";

const NO_LOSSES = { status() {} };

function status(times)
{
	const s = new Status(NO_LOSSES);

	times.forEach((payload, i) => s.take({
		metadata: { creation_time: 1000 + i }, payload }));
	return s;
}

const kitchen = (info, chefs = {}) => ({
	info_from_kitchen: { kitchen_name: "lab", host: "h",
		packets_seen: 0, packets_dropped_kernel: 0, ...info },
	info_from_hub: { state: "live", chefs },
});

describe("kitchens", () => {
	it("have their chefs' counters, joined over workers", () => {
		const worker = (n) => kitchen({
			kitchen_name: "lab." + n, worker_of: "lab",
			version: "1.0.0", chefs: ["ARPChef"],
			slow_chefs: n ? ["ARPChef"] : [],
			streams_live: 3,
			chef_stats: { ARPChef: { next_seq: 10, dropped: 1,
				errors: n, packet_ns: 100 * n } },
		}, { ARPChef: { received: 9, missing: 1 } });
		const { kitchens: [k, ...more] } = status([{
			dumpling_kitchens: [worker(0), worker(1)] }]);
		const arp = k.stats.get("ARPChef");

		assert.equal(more.length, 0);
		assert.equal(k.name, "lab");
		assert.equal(k.workers, 2);
		assert.equal(k.version, "1.0.0");
		assert.equal(k.counters.get("streams_live"), 6);
		assert.deepEqual([arp.sent, arp.received, arp.missing,
			arp.dropped, arp.errors, arp.packet_ns, arp.slow],
		[20, 18, 2, 2, 1, 100, true]);
	});

	it("say how many dumplings came of them in a second", () => {
		const at = (n) => ({ total_dumplings_in: 2 * n,
			dumpling_kitchens: [kitchen({},
				{ ARPChef: { received: n, missing: 0 } })] });
		const s = status([at(100), at(125)]);

		assert.equal(s.kitchens[0].rate, 25);
		assert.equal(s.system.inRate, 50);
	});

	it("are dropping for a while after they dropped", () => {
		const at = (kernel, queue) => ({ dumpling_kitchens: [kitchen({
			packets_dropped_kernel: kernel,
			chef_stats: { A: { dropped: queue } } })] });
		const said = (...times) => status(times).kitchens[0].dropping;

		assert.equal(said(at(5, 5)), "", "what was before is no news");
		assert.equal(said(at(5, 0), at(6, 0)), "kernel");
		assert.equal(said(at(5, 0), at(6, 0), at(6, 1)),
			"kernel, queue");
		assert.equal(said(at(5, 0), at(6, 0),
			...Array.from({ length: 20 }, () => at(6, 0))), "");
	});

	it("may tell anything at all", () => {
		for (const v of [null, 1, "x", [], {}, [{}], -1, 1e308, true]) {
			const s = status([{ dumpling_kitchens: [v, kitchen({
				chef_stats: v, slow_chefs: v, chefs: v,
				version: v, pid: v, packets_seen: v }, v),
			{ info_from_kitchen: v, info_from_hub: v }],
			dumpling_eaters: v, total_dumplings_in: v }]);

			assert.equal(s.kitchens.length, 3);
			for (const k of s.kitchens)
				assert.ok(Number.isFinite(k.rate), String(v));
		}
	});

	it("and so many chefs and counters are kept of each", () => {
		const many = (f) => Object.fromEntries(Array.from(
			{ length: 3000 }, (_, i) => ["n" + i, f(i)]));
		const { kitchens: [k] } = status([{ dumpling_kitchens: [kitchen(
			{ ...many((i) => i), chef_stats: many(() => ({})) },
			many(() => ({})))] }]);

		assert.ok(k.stats.size <= 256);
		assert.ok(k.counters.size <= 64);
	});
});

const TEXT = `# HELP netdumplings_gateway_clients WebSocket clients connected.
# TYPE netdumplings_gateway_clients gauge
netdumplings_gateway_clients 3
netdumplings_gateway_clients_total 12
netdumplings_gateway_dumplings_total 1.5e+6
netdumplings_hub_dumplings_in_total 7
netdumplings_gateway_x{a="netdumplings_gateway_y 1"} 4
netdumplings_gateway_bad NaN
netdumplings_gateway_worse 1 2 3
`;

describe("metrics", () => {
	it("are the gateway's own plain samples", () => {
		assert.deepEqual([...parseMetrics(TEXT)],
			[["clients", 3], ["clients_total", 12],
				["dumplings_total", 1.5e6]]);
	});

	it("are so many at most, whatever came", () => {
		const lines = Array.from({ length: 5000 }, (_, i) =>
			"netdumplings_gateway_m" + i + " " + i);

		assert.equal(parseMetrics(lines.join("\n")).size, 100);
		assert.equal(parseMetrics("\0\uffff".repeat(9999)).size, 0);
	});

	it("are asked for until they are closed, and failure is told", async () => {
		const answers = [{ ok: true, text: async () => TEXT },
			{ ok: false, status: 503 }];
		const seen = [];

		await new Promise((resolve) => {
			const metrics = new Metrics("metrics", {
				every: 0,
				get: async () => answers[seen.length],
				onChange()
				{
					seen.push([metrics.found.get("clients"),
						metrics.failed]);
					if (seen.length === 2) {
						metrics.close();
						resolve();
					}
				},
			});
		});
		assert.deepEqual(seen, [[3, ""],
			[3, "the gateway answered 503"]]);
	});
});
