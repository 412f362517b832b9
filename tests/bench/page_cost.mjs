/* SPDX-License-Identifier: MIT */
/*
 * What each page costs a browser.
 *
 *	node page_cost.mjs URL SECONDS PATH...
 *
 * Prints a line of JSON for each path: the share of a core that the page's
 * process took over so many seconds, and its threads' main part; the megabytes
 * of its heap and of the process; how many frames were drawn a second; and
 * what the page says of the dumplings that came.
 */

import { launch, watch } from "../system/browser/browser.mjs";
import { readFileSync, readdirSync } from "node:fs";

const TICKS = 100;
const SETTLE_MS = 5000;
const FRAMES_MS = 2000;
const [url, seconds, ...paths] = process.argv.slice(2);
const browser = await launch(["--disable-gpu-rasterization"]);

/* Processes that draw pages, and what each has used of a processor, in s. */
function renderers()
{
	const found = new Map();

	for (const pid of readdirSync("/proc").filter((s) => /^\d+$/.test(s))) {
		try {
			const args = readFileSync("/proc/" + pid + "/cmdline",
				"utf8");
			const stat = readFileSync("/proc/" + pid + "/stat",
				"utf8").split(") ")[1].split(" ");

			if (args.includes("--type=renderer"))
				found.set(pid, (Number(stat[11]) +
					Number(stat[12])) / TICKS);
		} catch {
			/* It has ended meanwhile. */
		}
	}
	return found;
}

function megabytes(pid)
{
	const text = readFileSync("/proc/" + pid + "/smaps_rollup", "utf8");

	return Number(/^Pss:\s+(\d+)/m.exec(text)[1]) / 1024;
}

async function cost(path)
{
	const page = await browser.newPage({
		viewport: { width: 1440, height: 900 } });
	const faults = watch(page, new URL(url).origin);
	const cdp = await page.context().newCDPSession(page);
	const metrics = async () => Object.fromEntries(
		(await cdp.send("Performance.getMetrics")).metrics
			.map(({ name, value }) => [name, value]));

	await cdp.send("Performance.enable");
	await page.goto(new URL("#/" + path, url).href);
	await page.waitForTimeout(SETTLE_MS);
	/* Counted by themselves, as asking for each costs some, too. */
	const frames = await page.evaluate((ms) => new Promise((done) => {
		const end = performance.now() + ms;
		let n = 0;
		const next = (now) => {
			n++;
			if (now < end)
				requestAnimationFrame(next);
			else
				done(1000 * n / ms);
		};

		requestAnimationFrame(next);
	}), FRAMES_MS);
	const before = renderers();
	const from = await metrics();

	await page.waitForTimeout(seconds * 1000);
	const to = await metrics();
	const flow = await page.locator("#flow").innerText();
	const took = to.Timestamp - from.Timestamp;
	/* Others are kept for pages to come, and do nothing. */
	const [cpu, pid] = [...renderers()].map(
		([p, used]) => [used - (before.get(p) ?? 0), p])
		.sort((a, b) => b[0] - a[0])[0];

	await cdp.send("HeapProfiler.enable");
	await cdp.send("HeapProfiler.collectGarbage");
	console.log(JSON.stringify({
		path,
		core: cpu / took,
		main: (to.TaskDuration - from.TaskDuration) / took,
		script: (to.ScriptDuration - from.ScriptDuration) / took,
		layout: (to.LayoutDuration - from.LayoutDuration +
			to.RecalcStyleDuration - from.RecalcStyleDuration) /
			took,
		heap: (await metrics()).JSHeapUsedSize / 1048576,
		megabytes: megabytes(pid),
		frames,
		flow,
		faults,
	}));
	await page.close();
}

for (const path of paths)
	await cost(path);
await browser.close();
