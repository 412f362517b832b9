/* SPDX-License-Identifier: MIT */
/* The Flows page: its table, what narrows it, and a flow in detail. */

const rows = ".page-flows .list tbody tr";

/* Waits for rows, all of which are as `fact` has it, a function of a row. */
function all(until, fact, what)
{
	return until(([selector, source]) => {
		const is = new Map([
			["https", (tr) => tr.innerText.includes("HTTPS")],
			["dns", (tr) => tr.cells[0].innerText === "DNS"],
			["live", (tr) => !tr.classList.contains("over")],
			["over", (tr) => tr.classList.contains("over")],
			["443", (tr) => [1, 2].some((i) => /:443(\s|$)/
				.test(tr.cells[i].innerText))],
		]).get(source);
		const found = [...document.querySelectorAll(selector)];

		return found.length > 0 && found.every(is);
	}, [rows, fact], what);
}

async function first(page, selector)
{
	return (await page.locator(selector).first().innerText()).trim();
}

export default {
	path: "flows",
	checks: {
		"flows come, with their rates": async (page,
			{ assert, until }) => {
			await until((selector) => Array.from(document
				.querySelectorAll(selector + " td.rate"), (td) =>
				td.innerText).filter((s) =>
				/^[\d.]+\s[kMG]?bit\/s$/.test(s)).length > 5,
			rows, "rates of some flows");
			const cells = await page.locator(rows).first()
				.locator("td").allInnerTexts();

			assert.match(cells[1], /^[\da-f.:]+/);
			assert.match(cells[2], /^[\da-f.:]+/);
			assert.match(cells[6], /^[\d.]+\s[kMG]?B$/);
			assert.match(cells[11], /^(office|datacentre)$/);
			assert.match(await first(page, ".list h2"),
				/flows? .* live in the kitchens .*\spackets\/s/);
		},
		"a sparkline tells how a rate went": (page, { until }) => until(
			(selector) => [...document.querySelectorAll(selector +
				" .spark")].some((svg) => {
				const d = svg.querySelector(".line")
					.getAttribute("d") ?? "";

				return d.split("L").length > 4 &&
					/now [\d.]+/.test(
						svg.getAttribute("aria-label"));
			}), rows, "one of four intervals"),
		"the busiest are first, and headings sort": async (page,
			{ assert, until }) => {
			await page.locator("th .sorter", { hasText: "Total" })
				.click();
			assert.match(page.url(), /sort=total/);
			await until((selector) => {
				const most = ["B", "kB", "MB", "GB"];
				const n = Array.from(document.querySelectorAll(
					selector + " td.total"), (td) => {
					const [v, unit] = td.innerText
						.split(/\s/);

					return v * 1000 ** most.indexOf(unit);
				});

				return n.length > 5 && n.every((v, i) =>
					i === 0 || v <= n[i - 1]);
			}, rows, "the largest first");
			await page.goBack();
			assert.doesNotMatch(page.url(), /sort/);
			await until(() => document.querySelector(
				"th.rate[aria-sort=descending]"), null,
			"the order of before");
		},
		"typing narrows, and is kept in the address": async (page,
			{ assert, until }) => {
			await page.keyboard.press("/");
			await page.keyboard.type("443 https");
			await all(until, "443", "only flows to port 443");
			assert.match(page.url(), /find=443\+https/);
			await page.reload();
			await all(until, "443", "the same after a reload");
			await page.locator(".filter input").fill("nowhere.test");
			await until(() => /No flow that is known/.test(document
				.querySelector(".list .empty").innerText), null,
			"that there is none");
			await page.locator(".filter input").press("Escape");
			assert.doesNotMatch(page.url(), /find/);
			await page.evaluate(() =>
				document.activeElement.blur());
		},
		"kinds of flows can be chosen": async (page,
			{ assert, until }) => {
			await page.locator(".chip", { hasText: /^DNS/ }).click();
			await all(until, "dns", "nothing but DNS");
			assert.match(page.url(), /kind=DNS/);
			await page.locator(".chip", { hasText: /^DNS/ }).click();
			assert.doesNotMatch(page.url(), /kind/);
		},
		"live ones, and those that ended": async (page, { until }) => {
			await page.getByRole("button", { name: "Ended" })
				.click();
			await all(until, "over", "only flows that ended");
			await page.getByRole("button", { name: "Live" })
				.click();
			await all(until, "live", "only flows that go on");
			await page.getByRole("button", { name: "All",
				exact: true }).click();
		},
		"a flow that ended is told in full": async (page,
			{ assert, until, url }) => {
			await page.goto(new URL("#/flows?show=ended&find=closed",
				url).href);
			await all(until, "over", "a flow that was closed");
			await page.locator(rows).first().click();
			await until(() => /both ends have closed/.test(document
				.querySelector(".detail .stands").innerText),
			null, "its state in words");
			const detail = await page.locator(".detail").innerText();

			assert.match(page.url(), /flow=1%3A/);
			assert.match(detail, /Community ID\s+1:\S{28}/);
			assert.match(detail, /SYN/);
			assert.match(detail, /Round trip\s+[\d.]+ ms to/);
			assert.match(detail, /Packets\s+[\d,]+\s+[\d,]+/);
		},
		"an end of it narrows the list": async (page,
			{ assert, until }) => {
			const link = page.locator(".detail .ends a").last();
			const ip = (await link.getAttribute("aria-label"))
				.split(" ").at(-1);

			await link.click();
			await until(([selector, s]) => {
				const found = [...document.querySelectorAll(
					selector)];

				return found.length && found.every((tr) =>
					tr.innerText.includes(s));
			}, [rows, ip], "only flows of that end");
			assert.equal(await page.locator(".aside").isVisible(),
				false);
			assert.equal(await page.locator(".filter input")
				.inputValue(), ip);
		},
		"the keyboard opens and closes one": async (page,
			{ assert, until, url }) => {
			await page.goto(new URL("#/flows", url).href);
			await until((selector) => document.querySelectorAll(
				selector).length > 1, rows, "two flows");
			await page.locator(rows).first().focus();
			await page.keyboard.press("ArrowDown");
			await page.keyboard.press("Enter");
			await until(() => document.querySelector(
				".detail h2").innerText.includes("\u2192"), null,
			"its detail");
			assert.match(page.url(), /flow=/);
			assert.equal(await page.locator(rows +
				"[aria-current=true]").count(), 1);
			await page.keyboard.press("Escape");
			await until(() => document.querySelector(
				".page-flows .aside").hidden, null,
			"it to be closed");
			assert.doesNotMatch(page.url(), /flow=/);
		},
		"a flow nobody knows is said to be unknown": async (page,
			{ until, url }) => {
			await page.goto(new URL("#/flows?flow=none", url).href);
			await until(() => /not known here/.test(document
				.querySelector(".detail").innerText), null,
			"that it is not known");
		},
	},
};
