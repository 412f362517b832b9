/* SPDX-License-Identifier: MIT */
/*
 * A page through what happens to it: the gateway goes and comes back, and
 * dumplings are lost. Who calls this does that, and is told when.
 *
 *	node session.mjs URL
 *
 * Reads words from standard input, and answers each with "ok" when the page
 * has come to show that; what must not be is said, and ends it with 1:
 *	connected	it says so, and dumplings come
 *	waiting		the gateway has gone: it says so, and tries again
 *	back		it is connected again, and says that it was not
 *	lost N PLACE	the truth bar tells N dumplings, lost in that place
 *	complete	the truth bar knows of no loss
 */

import { createInterface } from "node:readline";
import { launch, waiter, watch } from "./browser.mjs";

const [url] = process.argv.slice(2);
const browser = await launch();
const page = await browser.newPage();
const faults = watch(page, new URL(url).origin);
const until = waiter(page);

const stateIs = (state) => until((s) =>
	document.getElementById("connection").dataset.state === s &&
	document.getElementById("connection").innerText.trim() !== "", state,
	"the page to be " + state);
const truthIs = (state) => until((s) =>
	document.getElementById("truth").dataset.state === s, state,
	"the truth bar to say " + state);
const truthSays = (words, what) => until((all) => all.every((word) =>
	document.getElementById("truth").innerText.includes(word)), words,
	what);

const acts = {
	async connected()
	{
		faults.gatewayIsGone = false;
		await stateIs("connected");
		await until(() => document.documentElement.dataset.ready ===
			"1", null, "the first dumpling");
	},
	async waiting()
	{
		faults.gatewayIsGone = true;
		await stateIs("waiting");
		await truthSays(["Not connected"], "the truth bar to doubt");
	},
	async back()
	{
		await acts.connected();
		await truthSays(["disconnected 1 time"],
			"the truth bar to tell of the break");
	},
	async lost(n, ...place)
	{
		await truthIs("lost");
		await truthSays([n + " dumplings", place.join(" ")],
			n + " lost " + place.join(" "));
		await page.locator("#truth summary").click();
		await truthSays(["py"], "whose they were");
	},
	complete: () => truthIs("complete"),
};

try {
	await page.goto(url);
	for await (const line of createInterface({ input: process.stdin })) {
		const [act, ...args] = line.split(" ");

		await acts[act](...args);
		if (faults.length)
			throw new Error("the page " + faults[0]);
		console.log("ok");
	}
} catch (e) {
	console.log(e.stack ?? e);
	process.exitCode = 1;
} finally {
	await browser.close();
}
