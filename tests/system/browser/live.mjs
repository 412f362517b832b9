/* SPDX-License-Identifier: MIT */
/*
 * Walks through the gateway's pages in a real browser, and tells whether each
 * shows what is known to be on the wire.
 *
 *	node live.mjs URL PATH WORD [PATH WORD]...
 *
 * Succeeds when each PATH shows its WORD and the truth bar has its verdict,
 * without an error on the console and without a request to any other origin.
 * Otherwise says what was wrong and exits 1 (2: called wrongly).
 *
 * Environment, besides that of browser.mjs:
 *	SCREENSHOT	a PNG of the page that was the last is written there
 */

import { launch, waiter, watch } from "./browser.mjs";

async function shows(page, until, url, path, word)
{
	await page.goto(new URL("#/" + path, url).href);
	await until(() => document.documentElement.dataset.ready === "1", null,
		"a dumpling to come to the page");
	await until((s) => document.getElementById("view").innerText
		.includes(s), word, "\"" + word + "\" at /" + path);
}

async function run(url, wanted)
{
	const browser = await launch();

	try {
		const page = await browser.newPage({
			viewport: { width: 1280, height: 900 } });
		const faults = watch(page, new URL(url).origin);
		const until = waiter(page);

		try {
			for (let i = 0; i < wanted.length; i += 2)
				await shows(page, until, url, wanted[i],
					wanted[i + 1]);
			await until(() => ["complete", "lost"].includes(
				document.getElementById("truth").dataset.state),
				null, "the truth bar to have a verdict");
		} catch (e) {
			throw faults[0] ? new Error("the page " + faults[0]) : e;
		} finally {
			if (process.env.SCREENSHOT)
				await page.screenshot({
					path: process.env.SCREENSHOT,
				});
		}
		if (faults.length)
			throw new Error("the page " + faults[0]);
		console.log(await page.locator("#truth .headline").innerText());
	} finally {
		await browser.close();
	}
}

const [url, ...wanted] = process.argv.slice(2);

if (!url || wanted.length < 2 || wanted.length % 2 || !URL.canParse(url)) {
	console.error("usage: node live.mjs URL PATH WORD [PATH WORD]...");
	process.exit(2);
}
try {
	await run(url, wanted);
} catch (e) {
	console.error("live.mjs: " + String(e.message).split("\n")[0]);
	process.exitCode = 1;
}
