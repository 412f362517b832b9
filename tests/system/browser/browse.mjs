/* SPDX-License-Identifier: MIT */
/*
 * Opens a page in a real browser, and waits for its parts.
 *
 *	node browse.mjs URL SELECTOR TEXT [SELECTOR TEXT...]
 *
 * Succeeds when for each selector there is an element with this text, within
 * 30 seconds, and nothing was written to the console.
 */

import assert from "node:assert/strict";
import { launch } from "./browser.mjs";

const [url, ...parts] = process.argv.slice(2);
const browser = await launch();

try {
	const page = await browser.newPage();
	const said = [];

	page.on("console", (message) => said.push(message.text()));
	page.on("pageerror", (e) => said.push(e.message));
	await page.goto(url);
	for (let i = 0; i < parts.length; i += 2)
		await page.waitForFunction(([selector, text]) =>
			[...document.querySelectorAll(selector)].some(
				(e) => e.textContent === text),
		parts.slice(i, i + 2), { timeout: 30000, polling: 50 })
			.catch((e) => assert.fail(parts[i] + " is not " +
				parts[i + 1] + ": " + e.message + "\n" +
				said.join("\n")));
	assert.deepEqual(said, []);
} finally {
	await browser.close();
}
