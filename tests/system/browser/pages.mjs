/* SPDX-License-Identifier: MIT */
/*
 * Opens one of the pages in a real browser and checks it: its own checks, and
 * what is true of each.
 *
 *	node pages.mjs URL NAME
 *
 * NAME.mjs in pages/ has the page's own: { path, checks }, each check a
 * function of Playwright's page and { until, url, assert }. Prints a line for
 * each check; exits 1 when one failed, or when anything was wrong meanwhile.
 *
 * Environment, besides that of browser.mjs:
 *	SCREENSHOTS	a folder for pictures of the page
 */

import assert from "node:assert/strict";
import { launch, load, waiter, watch } from "./browser.mjs";
import { join } from "node:path";

const SIZES = {
	desktop: { viewport: { width: 1440, height: 900 } },
	phone: {
		viewport: { width: 390, height: 844 },
		hasTouch: true,
		reducedMotion: "reduce",
	},
};

const [url, name] = process.argv.slice(2);

if (!name || !URL.canParse(url)) {
	console.error("usage: node pages.mjs URL NAME");
	process.exit(2);
}

const { path, checks } = (await import("./pages/" + name + ".mjs")).default;
const address = new URL("#/" + path, url).href;
const axe = load("axe-core");
let failed = 0;

/* --- true of every page -------------------------------------------------- */

/* Nothing serious for those who see, hear or move in another way. */
async function accessible(page)
{
	/* Not by a script of the page: its policy allows none of others. */
	await page.evaluate(axe.source);
	const { violations } = await page.evaluate(() => axe.run(document, {
		resultTypes: ["violations"],
	}));
	const bad = violations.filter(({ impact }) =>
		["serious", "critical"].includes(impact));

	assert.deepEqual(bad.map(({ id, nodes }) =>
		id + ": " + nodes[0].target + ": " +
		nodes[0].failureSummary), []);
}

/* It has a place in the navigation, a title, and a heading. */
async function placed(page)
{
	const place = await page.evaluate(() => ({
		current: document.querySelectorAll("nav [aria-current=page]")
			.length,
		headings: Array.from(document.querySelectorAll("h1"),
			(h) => h.textContent.trim()),
		title: document.title,
	}));

	assert.equal(place.current, 1);
	assert.equal(place.headings.length, 1);
	assert.ok(place.title.startsWith(place.headings[0]), place.title);
}

/* The document is no wider than the window; parts may scroll by themselves. */
async function fits(page)
{
	const [wide, room] = await page.evaluate(() => [
		document.documentElement.scrollWidth, innerWidth]);

	assert.ok(wide <= room, wide + " pixels in a window of " + room);
}

/* The keyboard gets from the top into the page. */
async function reachable(page, { until })
{
	/* Anew: the keyboard would go on from where something was clicked. */
	await page.reload();
	await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	await until(() => document.activeElement?.id === "view", null,
		"the link to the page to move the keyboard there");
	assert.equal(page.url(), address);
}

/* --- running ------------------------------------------------------------- */

async function attempt(what, doing)
{
	try {
		await doing();
		console.log("ok   " + name + ": " + what);
	} catch (e) {
		failed++;
		console.log("FAIL " + name + ": " + what + ": " +
			(e.stack ?? e));
	}
}

async function picture(page, size, scheme)
{
	if (process.env.SCREENSHOTS)
		await page.screenshot({ path: join(process.env.SCREENSHOTS,
			name + "-" + size + "-" + scheme + ".png") });
}

/* At the page, as one that was just loaded, and with something to show. */
async function arrive(page, until)
{
	await page.goto("about:blank");
	await page.goto(address);
	await until(() => document.documentElement.dataset.ready === "1", null,
		"the first dumpling");
	await until(() => ["complete", "lost"].includes(
		document.getElementById("truth").dataset.state), null,
		"the truth bar to have a verdict");
}

async function visit(browser, size, scheme, own)
{
	const at = " (" + size + ", " + scheme + ")";
	const page = await browser.newPage({ ...SIZES[size],
		colorScheme: scheme });
	const faults = watch(page, new URL(url).origin);
	const until = waiter(page);

	await arrive(page, until);
	for (const [what, check] of Object.entries(own))
		await attempt(what + at, () => check(page,
			{ until, url, assert }));
	await arrive(page, until);
	await attempt("fits its window" + at, () => fits(page));
	await attempt("is accessible" + at, () => accessible(page));
	await picture(page, size, scheme);
	if (own === checks) {
		await attempt("has its place" + at, () => placed(page));
		await attempt("is reached by the keyboard" + at,
			() => reachable(page, { until }));
	}
	await attempt("nothing went wrong" + at,
		async () => assert.deepEqual(faults.slice(0, 3), []));
	await page.close();
}

const browser = await launch();

try {
	await visit(browser, "desktop", "light", checks);
	await visit(browser, "desktop", "dark", {});
	await visit(browser, "phone", "light", {});
	await visit(browser, "phone", "dark", {});
} catch (e) {
	failed++;
	console.log("FAIL " + name + ": " + (e.stack ?? e));
} finally {
	await browser.close();
}
process.exitCode = failed ? 1 : 0;
