/* SPDX-License-Identifier: MIT */
/* The Devices page: all that were seen, what changed, and one in detail. */

const rows = ".page-devices .all tbody tr";
const cells = ([selector, n]) => Array.from(
	document.querySelectorAll(selector),
	(tr) => tr.cells[n].firstChild?.data?.trim() ?? "");

const sortedUp = (texts) => texts.every((s, i) => i === 0 || texts[i - 1] <= s);

export default {
	path: "devices",
	checks: {
		"devices are told by their MAC": async (page,
			{ assert, until }) => {
			await until((selector) => document
				.querySelectorAll(selector).length >= 10, rows,
			"ten devices");
			const macs = await page.evaluate(cells, [rows, 2]);

			assert.ok(macs.every((mac) =>
				/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac)));
			assert.equal(new Set(macs).size, macs.length);
			assert.ok((await page.evaluate(cells, [rows, 1]))
				.some((ip) => /^10\.[\d.]+$/.test(ip)));
		},
		"an address nobody registered is said to be local": (page,
			{ until }) => until((selector) =>
			[...document.querySelectorAll(selector)].some((tr) =>
				/^[0-9a-f][26ae]/.test(tr.cells[2].innerText) &&
				tr.cells[3].innerText === "local or random"),
		rows, "a local one"),
		"networks are counted": (page, { until }) => until(() =>
			Array.from(document.querySelectorAll(
				".networks tbody tr"), (tr) => tr.innerText)
				.some((s) => /10\.[\d.]+\.0\/24\s+\d+/.test(s)),
		null, "a network"),
		"a column sorts, and the address says so": async (page,
			{ assert, until }) => {
			await page.locator(".all th").nth(2)
				.locator("button").click();
			await page.mouse.move(0, 0);
			await until((s) => location.hash.includes(s),
				"sort=mac.up", "the address to have it");
			assert.ok(sortedUp(await page.evaluate(cells,
				[rows, 2])));
			await page.goBack();
			assert.equal(await page.locator(
				".all th[aria-sort=descending]").innerText(),
			"First seen");
		},
		"typing narrows": async (page, { assert, until }) => {
			/* The longest begins no other one. */
			const ip = (await page.evaluate(cells, [rows, 1]))
				.filter((s) => /^10\.[\d.]+$/.test(s))
				.reduce((a, b) => b.length > a.length ? b : a);

			await page.keyboard.press("/");
			await page.keyboard.type(ip);
			await until(([selector, s]) => {
				const all = [...document.querySelectorAll(
					selector)];

				return all.length > 0 && all.length < 9 &&
					all.every((tr) => tr.cells[1].innerText
						.includes(s));
			}, [rows, ip], "only those of the address");
			assert.match(await page.locator(".all h2").innerText(),
				/\d+ of \d+ seen since/);
			await page.keyboard.press("Escape");
			await page.evaluate(() =>
				document.activeElement.blur());
		},
		"a device is opened by the keyboard": async (page,
			{ assert, until }) => {
			await page.locator(rows).first().focus();
			const mac = await page.evaluate(() =>
				document.activeElement.cells[2].innerText);

			await page.keyboard.press("Enter");
			await until((s) => document.querySelector(
				".detail .facts dd")?.innerText === s, mac,
			"its detail");
			assert.match(page.url(), /mac=[0-9a-f%]/);
			await until(() => document.querySelector(
				".detail tbody a")?.hash.startsWith(
				"#/dns?client="), null,
			"its addresses, with their lookups");
			await page.keyboard.press("Escape");
			await until(() => document.querySelector(".detail")
				.hidden, null, "it to be closed");
		},
		"an address that moves is told": async (page, { until }) => {
			/* One does so every 83 seconds. */
			await page.waitForFunction(() => Array.from(
				document.querySelectorAll(".changes tbody tr"),
				(tr) => tr.innerText)
				.some((s) => / moved from .* to /.test(s)), null,
			{ polling: 500, timeout: 110000 });
			await page.getByRole("button",
				{ name: "Changed lately" }).click();
			await page.mouse.move(0, 0);
			await until((selector) => {
				const all = [...document.querySelectorAll(
					selector)];

				return all.length && all.every((tr) =>
					tr.className === "noted");
			}, rows, "nothing but what changed");
		},
	},
};
