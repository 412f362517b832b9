/* SPDX-License-Identifier: MIT */
/* The Dumplings page: chefs, their stream, and one dumpling as a tree. */

const rows = ".page-dumplings .stream tbody tr";

const chef = (page, name) => page.locator(".chefs tbody tr",
	{ has: page.getByRole("cell", { name, exact: true }) });

/* Waits for rows, each of which has one of these texts in it. */
function all(until, texts, what)
{
	return until(([selector, list]) => {
		const found = [...document.querySelectorAll(selector)];

		return found.length > 0 && found.every((tr) =>
			list.some((s) => tr.innerText.includes(s)));
	}, [rows, texts], what);
}

export default {
	path: "dumplings",
	checks: {
		"all chefs are there, and how much they make": async (page,
			{ assert, until }) => {
			for (const name of ["DNSChef", "FlowChef", "ARPChef",
				"PacketCountChef", "SystemStatusChef"])
				await chef(page, name).waitFor();
			await until(() => Array.from(document.querySelectorAll(
				".chefs tbody tr"), (tr) => tr.innerText)
				.some((s) => /FlowChef\s+2\s+[\d.]+\s?\/s/
					.test(s)), null, "a rate, of two kitchens");
			await until((selector) => new Set(Array.from(document
				.querySelectorAll(selector), (tr) =>
				tr.cells[1].innerText)).size > 3, rows,
			"dumplings of several chefs");
			assert.match(await page.locator(".stream h2")
				.innerText(), /All chefs/);
		},
		"a chef can be chosen, and its fields are told": async (page,
			{ assert, until }) => {
			await chef(page, "ARPChef").click();
			await all(until, ["operation", "devices", "src_hw"],
				"dumplings of ARPChef alone");
			assert.match(page.url(), /chef=ARPChef/);
			await until(() => Array.from(document.querySelectorAll(
				".fields tbody tr"), (tr) => tr.innerText)
				.some((s) => /^src_hw\s+text\s+\d+ %\s+[\da-f:]{17}/
					.test(s)), null, "a field and its type");
			assert.equal(await chef(page, "ARPChef")
				.getAttribute("aria-current"), "true");
		},
		"the same in a terminal": async (page, { assert, url }) => {
			const { port } = new URL(url);

			assert.equal(await page.locator(".command code")
				.innerText(), "nd-print --hub ws://" +
				new URL(url).hostname + ":" + port +
				" --chef ARPChef --json");
		},
		"a kitchen, and how it was made": async (page,
			{ assert, until }) => {
			await page.locator(".stream select")
				.selectOption("office");
			await until((selector) => {
				const found = [...document.querySelectorAll(
					selector)];

				return found.length && found.every((tr) =>
					tr.cells[2].innerText === "office");
			}, rows, "dumplings of that kitchen");
			assert.match(page.url(), /kitchen=office/);
			assert.match(await page.locator(".command code")
				.innerText(), /--kitchen office/);
			await chef(page, "DNSLookupChef").click();
			await page.getByRole("button", { name: "Interval" })
				.click();
			await all(until, ["lookups_seen"],
				"interval dumplings");
			assert.match(page.url(), /driver=interval/);
			assert.doesNotMatch(page.url(), /kitchen/);
		},
		"words are looked for, and marked": async (page,
			{ assert, until, url }) => {
			await page.goto(new URL("#/dumplings?chef=DNSChef",
				url).href);
			await page.locator(rows).first().waitFor();
			await page.keyboard.press("/");
			await page.keyboard.type("NXDOMAIN rcode");
			await all(until, ["NXDOMAIN"], "only failures");
			assert.ok(await page.locator(rows + " mark").count() > 1);
			assert.match(page.url(), /find=NXDOMAIN\+rcode/);
			await page.evaluate(() =>
				document.activeElement.blur());
		},
		"one dumpling is a tree that opens and closes": async (page,
			{ assert, until }) => {
			await page.locator(rows).first().click();
			await until(() => document.querySelector(".tree mark"),
				null, "a marked word in the tree");
			const tree = page.locator(".tree");

			assert.match(await tree.innerText(),
				/rcode\s*"NXDOMAIN"/);
			assert.match(await tree.innerText(),
				/query_time\s*\d{10}\.\d+\s*\d\d:\d\d:\d\d\.\d{3}/);
			assert.doesNotMatch(await tree.innerText(), /creation_time/);
			await page.locator(".tree summary",
				{ hasText: "metadata" }).click();
			await until(() => /creation_time/.test(document
				.querySelector(".tree").innerText), null,
			"what is in it");
			await page.locator(".tree summary",
				{ hasText: "payload" }).press("Enter");
			await until(() => !/query_time/.test(document
				.querySelector(".tree").innerText), null,
			"the payload to close");
		},
		"it is copied whole, as JSON": async (page,
			{ assert, until, url }) => {
			await page.context().grantPermissions(["clipboard-read",
				"clipboard-write"], { origin: new URL(url).origin });
			await page.getByRole("button", { name: "Copy JSON" })
				.click();
			await until(() => [...document.querySelectorAll(
				".one .copy")].some((node) =>
				node.textContent === "Copied"), null,
			"that it was copied");
			const { metadata, payload } = JSON.parse(await page
				.evaluate(() => navigator.clipboard.readText()));

			assert.equal(metadata.chef, "DNSChef");
			assert.equal(payload.rcode, "NXDOMAIN");
			await page.keyboard.press("Escape");
			await until(() => document.querySelector(".one").hidden,
				null, "it to be closed");
		},
		"a pause holds what is shown": async (page,
			{ assert, until, url }) => {
			await page.goto(new URL("#/dumplings", url).href);
			await until((selector) => document.querySelectorAll(
				selector).length > 20, rows, "dumplings");
			await page.getByRole("button", { name: "Pause" })
				.click();
			const before = await page.locator(rows).first()
				.innerText();

			await until(() => /paused, [\d,]+ came since/.test(
				document.querySelector(".stream h2").innerText),
			null, "how many came meanwhile");
			assert.equal(await page.locator(rows).first()
				.innerText(), before);
			await page.getByRole("button", { name: "Go on" })
				.click();
			await until(([selector, old]) => document
				.querySelector(selector).innerText !== old,
			[rows, before], "it to go on");
		},
		"while paused, words and another chef are for what is kept":
		async (page, { assert, until }) => {
			const texts = () => page.locator(rows).allInnerTexts();
			const count = (n) => until(([selector, k]) => document
				.querySelectorAll(selector).length === k,
			[rows, n], n + " rows");

			await page.getByRole("button", { name: "Pause" })
				.click();
			const before = await texts();

			await page.locator(".stream input").fill("no such word");
			await count(0);
			await until(() => /^Paused: none of the \d+ /.test(document
				.querySelector(".stream .empty").innerText),
			null, "why there is none");
			await page.locator(".stream input").fill("");
			await count(before.length);
			assert.deepEqual(await texts(), before);
			await chef(page, "FlowChef").click();
			await until((selector) => document.querySelector(selector),
				rows, "dumplings of FlowChef");
			await until(() => /paused, [\d,]+ came since/.test(
				document.querySelector(".stream h2").innerText),
			null, "that it is paused still");
			await chef(page, "All chefs").click();
			await page.getByRole("button", { name: "Go on" })
				.click();
			await until((selector) => document.querySelectorAll(
				selector).length > 20, rows, "dumplings");
		},
		"Tab stops at one row, from which arrows go on": async (page,
			{ assert }) => {
			const stops = page.locator(rows + "[tabindex='0']");
			const at = () => page.evaluate(() =>
				document.activeElement.sectionRowIndex);

			assert.equal(await stops.count(), 1);
			await stops.focus();
			await page.keyboard.press("Home");
			await page.keyboard.press("ArrowDown");
			await page.keyboard.press("ArrowDown");
			assert.equal(await at(), 2);
			assert.equal(await stops.count(), 1);
			await page.keyboard.press("End");
			assert.equal(await at(), await page.locator(rows)
				.count() - 1);
			await page.keyboard.press("Tab");
			assert.equal(await at(), undefined);
			await page.keyboard.press("Shift+Tab");
			assert.equal(await page.locator(rows + ":focus").count(),
				1);
		},
		"the keyboard opens one": async (page, { assert, until }) => {
			await page.locator(rows).first().focus();
			await page.keyboard.press("ArrowDown");
			await page.keyboard.press("Enter");
			await until(() => document.querySelector(".tree .leaf"),
				null, "its tree");
			assert.equal(await page.locator(rows +
				"[aria-current=true]").count(), 1);
			await page.keyboard.press("Escape");
		},
		"a chef nobody runs is waited for": async (page,
			{ assert, until, url }) => {
			await page.goto(new URL("#/dumplings?chef=NewChef",
				url).href);
			await until(() => document.querySelector(
				".stream .empty").innerText ===
				"No kitchen runs NewChef", null, "that none does");
			assert.equal(await chef(page, "NewChef").count(), 1);
		},
	},
};
