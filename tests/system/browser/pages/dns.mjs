/* SPDX-License-Identifier: MIT */
/* The DNS page: its stream, what stands out, and a name in detail. */

const rows = ".page-dns .stream tbody tr";
const texts = (selector) => Array.from(document.querySelectorAll(selector),
	(node) => node.innerText.trim());

async function count(page)
{
	return page.locator(rows).count();
}

export default {
	path: "dns",
	checks: {
		"lookups come, with what they came to": async (page,
			{ assert, until }) => {
			await until((selector) => document
				.querySelectorAll(selector).length > 20, rows,
			"twenty lookups");
			const [first] = await page.evaluate((selector) =>
				Array.from(document.querySelectorAll(selector))
					.filter((tr) => /NOERROR|\d+ ms$/.test(
						tr.cells[5].innerText))
					.map((tr) => Array.from(tr.cells,
						(td) => td.innerText.trim())),
			rows);

			assert.match(first[0], /^\d\d:\d\d:\d\d\.\d{3}$/);
			assert.match(first[1], /\w\.\w/);
			assert.match(first[2], /^[A-Z]+$/);
			assert.match(first[3], /^[\da-f.:]+$/);
			assert.match(first[6], /^(office|datacentre)$/);
		},
		"totals are rates of the kitchens": (page, { until }) => until(
			() => /^[\d.,]+\/s$/.test(document.querySelector(
				".page-dns .figures .big").innerText),
			null, "queries a second"),
		"top names, failures and slowest are told": async (page,
			{ assert, until }) => {
			for (const panel of ["top-names", "failures",
				"slowest"])
				await until((name) => document.querySelector(
					"." + name + " tbody tr td")?.innerText,
				panel, "rows of " + panel);
			const counts = (await page.evaluate(texts,
				".top-names td:nth-child(2)")).map((s) =>
				Number(s.replaceAll(",", "")));

			assert.deepEqual(counts,
				counts.slice().sort((a, b) => b - a));
			assert.match(await page.locator(".spread svg")
				.getAttribute("aria-label"), /half within/);
		},
		"typing narrows, and is kept in the address": async (page,
			{ assert, until }) => {
			await page.keyboard.press("/");
			await page.keyboard.type("example AAAA");
			await until((selector) => {
				const all = [...document.querySelectorAll(
					selector)];

				return all.length && all.every((tr) =>
					tr.cells[2].innerText === "AAAA");
			}, rows, "only lookups of that type");
			assert.match(page.url(), /find=example\+AAAA/);
			await page.keyboard.press("Escape");
			assert.doesNotMatch(page.url(), /find/);
			await until((selector) => [...document
				.querySelectorAll(selector)].some((tr) =>
				tr.cells[2].innerText === "A"), rows,
			"the others again");
			await page.evaluate(() =>
				document.activeElement.blur());
		},
		"failures alone": async (page, { assert, until }) => {
			await page.getByRole("button", { name: "Failures" })
				.click();
			await until((selector) => {
				const all = [...document.querySelectorAll(
					selector)];

				return all.length && all.every((tr) => tr.cells[4]
					.classList.contains("bad"));
			}, rows, "nothing but failures");
			assert.match(page.url(), /show=failures/);
			await page.goBack();
			await until((selector) => document.querySelector(
				selector + " .result:not(.bad)"), rows,
			"all of them again");
		},
		"a pause holds what is shown": async (page,
			{ assert, until }) => {
			await page.getByRole("button", { name: "Pause" })
				.click();
			await page.mouse.move(0, 0);
			const [before] = await page.evaluate(texts, rows);

			await until(() => /paused, [\d,]+ came since/.test(
				document.querySelector(".stream h2").innerText),
			null, "how many came meanwhile");
			const [after] = await page.evaluate(texts, rows);

			assert.equal(after, before);
			await page.getByRole("button", { name: "Go on" })
				.click();
			await page.mouse.move(0, 0);
			await until(([selector, old]) => document
				.querySelector(selector).innerText.trim() !== old,
			[rows, before], "it to go on");
		},
		"a name can be clicked": async (page, { assert, until }) => {
			const row = page.locator(".top-names tbody tr").first();

			/* It keeps its place from now on. */
			await row.hover();
			const name = await row.locator("td").first()
				.innerText();

			await row.click();
			await until((s) => document.querySelector(".detail h2")
				.innerText.startsWith(s), name, "its detail");
			await until(() => document.querySelector(
				".other-side tbody tr"), null, "who asked");
			assert.match(page.url(), new RegExp("name=" + name));
			assert.ok(await page.locator(".tops").isHidden());
			const facts = await page.locator(".detail .facts")
				.innerText();

			assert.match(facts, /Types\s+(A|AAAA|HTTPS)/);
		},
		"and a client of it": async (page, { assert, until }) => {
			await page.locator(".other-side tbody tr").first()
				.press("Enter");
			await until(() => /client=/.test(location.hash) &&
				/^[\da-f.:]+/.test(document.querySelector(
					".detail h2").innerText), null,
			"the client's detail");
			assert.doesNotMatch(page.url(), /name=/);
			await page.keyboard.press("Escape");
			await until(() => !document.querySelector(
				".page-dns .tops").hidden, null,
			"what stands out again");
		},
		"a lookup is opened by the keyboard": async (page,
			{ assert, until }) => {
			const row = page.locator(rows).first();

			await row.focus();
			await page.keyboard.press("ArrowDown");
			const name = await page.evaluate(() =>
				document.activeElement.cells[1].innerText);

			await page.keyboard.press("Enter");
			await until((s) => document.querySelector(".detail h2")
				.innerText.startsWith(s), name, "its detail");
			assert.ok(await count(page) > 0);
			await page.keyboard.press("Escape");
		},
		"an address opens what it says": async (page,
			{ assert, until, url }) => {
			await page.goto(new URL(
				"#/dns?show=slow&find=example&name=none.invalid",
				url).href);
			await until(() => document.querySelector(".detail h2")
				?.innerText.startsWith("none.invalid"), null,
			"the name's detail");
			await until(() => document.querySelector(
				".detail .empty")?.innerText.includes("Nothing"),
			null, "that nothing is known of it");
			assert.equal(await page.locator(".stream input")
				.inputValue(), "example");
			assert.equal(await page.locator(
				".choice [aria-pressed=true]").innerText(),
			"Slow");
		},
	},
};
