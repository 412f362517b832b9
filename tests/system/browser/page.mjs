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
 * Environment:
 *	PLAYWRIGHT_DIR	where node_modules/playwright-core is; else looked
 *			for from this file upwards
 *	CHROMIUM	the browser's program, by default /usr/bin/chromium
 *	SCREENSHOT	a PNG of the page is written there
 *	VIEWPORT	its size, by default 1280x900
 */

import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const DEADLINE_MS = 30000;
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
	"--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync"];

function loadPlaywright()
{
	const dir = process.env.PLAYWRIGHT_DIR;
	const from = dir ? join(resolve(dir), "here.js") : import.meta.url;

	try {
		return createRequire(from)("playwright-core");
	} catch (e) {
		if (e.code !== "MODULE_NOT_FOUND")
			throw e;
		throw new Error("playwright-core is not installed: run " +
			"\"npm ci\" beside page.mjs or set PLAYWRIGHT_DIR");
	}
}

function viewport()
{
	const [width, height] =
		(process.env.VIEWPORT ?? "1280x900").split("x").map(Number);

	return { width, height };
}

/* Notes what must not happen; the first of it is what is told. */
function watch(page, origin, faults)
{
	const asked = (address) => {
		const url = new URL(address.replace(/^ws/, "http"));

		if (url.protocol !== "data:" && url.origin !== origin)
			faults.push("asked another host for " + address);
	};

	page.on("request", (request) => asked(request.url()));
	page.on("websocket", (socket) => asked(socket.url()));
	page.on("pageerror", (e) => faults.push("failed with: " + e.message));
	page.on("crash", () => faults.push("crashed"));
	page.on("console", (message) => {
		if (message.type() === "error")
			faults.push("wrote an error to the console: " +
				message.text());
	});
}

/* Waits for a fact in the page, as long as there is time. */
async function until(page, deadline, fact, argument, otherwise)
{
	const timeout = Math.max(1, deadline - Date.now());

	try {
		await page.waitForFunction(fact, argument,
			{ timeout, polling: 100 });
	} catch (e) {
		if (e.name !== "TimeoutError")
			throw e;
		throw new Error(await otherwise());
	}
}

async function check(page, url, names, faults)
{
	const deadline = Date.now() + DEADLINE_MS;
	const said = (id) => page.locator(id).innerText({ timeout: 1000 })
		.catch(() => "nothing");

	const answer = await page.goto(url, { timeout: DEADLINE_MS });

	if (!answer.ok())
		throw new Error(url + " answered " + answer.status());
	await until(page, deadline,
		() => document.documentElement.dataset.ready === "1", null,
		async () => faults[0] ? "the page " + faults[0] :
			"no dumpling came to the page; it says: " +
			(await said("#connection")));
	for (const name of names)
		await until(page, deadline,
			(s) => document.body.innerText.includes(s), name,
			async () => "\"" + name + "\" is not on the page");
	await until(page, deadline,
		() => {
			const { dataset, innerText } =
				document.getElementById("truth");

			return ["complete", "lost"].includes(dataset.state) &&
				innerText.trim() !== "";
		}, null,
		async () => "the truth bar has no verdict; it says: " +
			(await said("#truth")));
	return said("#truth .headline");
}

async function run(url, names)
{
	const { chromium } = loadPlaywright();
	const faults = [];
	let truth = "";
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: FLAGS,
	});

	try {
		const page = await browser.newPage({ viewport: viewport() });

		watch(page, new URL(url).origin, faults);
		try {
			truth = await check(page, url, names, faults);
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
