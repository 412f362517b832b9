/* SPDX-License-Identifier: MIT */
/*
 * Opens the gateway's page in a real browser and tells whether it shows what
 * it should.
 *
 *	node page.mjs URL NAME [NAME...]
 *
 * Succeeds when each NAME is shown and the truth bar has its verdict, within
 * 30 seconds, without an error on the console and without a request to any
 * other origin. Otherwise says in one sentence what was wrong and exits 1
 * (2: called wrongly).
 *
 * Environment, besides that of browser.mjs:
 *	SCREENSHOT	a PNG of the page is written there
 *	VIEWPORT	its size, by default 1280x900
 */

import { PATIENCE_MS, launch, waiter, watch } from "./browser.mjs";

function viewport()
{
	const [width, height] =
		(process.env.VIEWPORT ?? "1280x900").split("x").map(Number);

	return { width, height };
}

async function check(page, url, names)
{
	const until = waiter(page);
	const answer = await page.goto(url, { timeout: PATIENCE_MS });

	if (!answer.ok())
		throw new Error(url + " answered " + answer.status());
	await until(() => document.documentElement.dataset.ready === "1", null,
		"a dumpling to come to the page");
	for (const name of names)
		await until((s) => document.body.innerText.includes(s), name,
			"\"" + name + "\" on the page");
	await until(() => {
		const { dataset, innerText } = document.getElementById("truth");

		return ["complete", "lost"].includes(dataset.state) &&
			innerText.trim() !== "";
	}, null, "the truth bar to have a verdict");
	return page.locator("#truth .headline").innerText();
}

async function run(url, names)
{
	const browser = await launch();

	try {
		const page = await browser.newPage({ viewport: viewport() });
		const faults = watch(page, new URL(url).origin);
		let truth;

		try {
			truth = await check(page, url, names);
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
		console.log(truth);
	} finally {
		await browser.close();
	}
}

const [url, ...names] = process.argv.slice(2);

if (!url || names.length === 0 || !URL.canParse(url)) {
	console.error("usage: node page.mjs URL NAME [NAME...]");
	process.exit(2);
}
try {
	await run(url, names);
} catch (e) {
	console.error("page.mjs: " + String(e.message).split("\n")[0]);
	process.exitCode = 1;
}
