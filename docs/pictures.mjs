/* SPDX-License-Identifier: MIT */
/*
 * Takes the pictures of the pages that README.md shows, with the demo's
 * traffic.
 *
 *	BROWSER_DIR=FOLDER node docs/pictures.mjs BIN
 *
 * BIN is the folder of the built programs; in FOLDER, "npm ci" was called
 * with tests/system/browser/package.json.
 */

import { join } from "node:path";
import { launch, waiter } from "../tests/system/browser/browser.mjs";
import { spawn } from "node:child_process";

const PORT = 21348;
const PICTURES = [
	{ file: "overview.png", path: "", scheme: "light", settle: 90000 },
	{ file: "3d.png", path: "3d?view=3d", scheme: "dark", settle: 30000 },
];
const here = new URL(".", import.meta.url).pathname;
const demo = spawn(join(process.argv[2], "netdumplings"),
	["--demo", "--port", PORT, "--in-port", PORT + 1],
	{ stdio: ["ignore", "pipe", "inherit"] });

/* Its address is the first that it prints. */
await new Promise((done) => demo.stdout.once("data", done));
const browser = await launch();

try {
	for (const { file, path, scheme, settle } of PICTURES) {
		const page = await browser.newPage({ colorScheme: scheme,
			viewport: { width: 1440, height: 900 } });

		await page.goto("http://127.0.0.1:" + PORT + "/#/" + path);
		await waiter(page)(() => document.documentElement.dataset
			.ready === "1", null, "the first dumpling");
		await page.waitForTimeout(settle);
		await page.screenshot({ path: join(here, file) });
		await page.close();
	}
} finally {
	await browser.close();
	demo.kill("SIGINT");
}
