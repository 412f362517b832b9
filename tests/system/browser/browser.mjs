/* SPDX-License-Identifier: MIT */
/*
 * A real browser at a gateway's pages, and what must never happen there.
 *
 * Environment:
 *	BROWSER_DIR	where node_modules is; else looked for from this file
 *			upwards
 *	CHROMIUM	the browser's program, by default /usr/bin/chromium
 */

import { createRequire } from "node:module";
import { join, resolve } from "node:path";

/* The demo may go without a failed lookup for half a minute. */
export const PATIENCE_MS = 60000;

/* WebGL is drawn by the processor: there is no other here. */
const FLAGS = ["--headless", "--no-sandbox", "--disable-quic",
	"--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--use-gl=angle",
	"--use-angle=swiftshader", "--enable-unsafe-swiftshader",
	"--ignore-gpu-blocklist"];

/* What an npm package exports; it is not beside this file. */
export function load(name)
{
	const dir = process.env.BROWSER_DIR;
	const from = dir ? join(resolve(dir), "here.js") : import.meta.url;

	try {
		return createRequire(from)(name);
	} catch (e) {
		if (e.code !== "MODULE_NOT_FOUND")
			throw e;
		throw new Error(name + " is not installed: run \"npm ci\" " +
			"beside browser.mjs or set BROWSER_DIR");
	}
}

export function launch(flags = [])
{
	return load("playwright-core").chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: [...FLAGS, ...flags],
	});
}

/*
 * Notes what must not happen: errors, and requests to another host. While
 * `faults.gatewayIsGone` is true, that it can't be reached is none.
 */
export function watch(page, origin)
{
	const faults = [];
	const asked = (address) => {
		const url = new URL(address.replace(/^ws/, "http"));

		if (url.protocol !== "data:" && url.origin !== origin)
			faults.push("asked another host for " + address);
	};

	faults.gatewayIsGone = false;
	page.on("request", (request) => asked(request.url()));
	page.on("websocket", (socket) => asked(socket.url()));
	page.on("pageerror", (e) => faults.push("failed with: " + e.message));
	page.on("crash", () => faults.push("crashed"));
	page.on("console", (message) => {
		if (message.type() === "error" &&
		    !(faults.gatewayIsGone &&
		      /net::ERR|WebSocket|Failed to (load|fetch)/
			      .test(message.text())))
			faults.push("wrote an error to the console: " +
				message.text());
	});
	return faults;
}

/*
 * Gives until(fact, argument, what): waits for a fact in the page, a function
 * that is called there, and returns what it gave.
 */
export function waiter(page, patienceMs = PATIENCE_MS)
{
	return async (fact, argument, what) => {
		try {
			const found = await page.waitForFunction(fact, argument,
				{ timeout: patienceMs, polling: 100 });

			return await found.jsonValue();
		} catch (e) {
			if (e.name !== "TimeoutError")
				throw e;
			throw new Error("waited in vain for " + what);
		}
	};
}
