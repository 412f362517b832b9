/* SPDX-License-Identifier: MIT */
/* The system page: all parts, and every place where something is lost. */

/* What a panel's facts say: { term: text }. */
const facts = (selector) => Object.fromEntries(
	[...document.querySelectorAll(selector + " .facts > div")].map((d) =>
		[d.children[0].textContent, d.children[1].textContent]));

const openName = () => document.querySelector(".kitchen-detail h2")
	?.firstChild.data.trim();

export default {
	path: "system",
	checks: {
		"both kitchens are told, with what they see": async (page,
			{ until, assert }) => {
			await until(() => document.querySelectorAll(
				".kitchens-list tbody tr").length === 2, null,
			"two kitchens");
			await until(() => [...document.querySelectorAll(
				".kitchens-list td:nth-child(5)")].every((td) =>
				parseFloat(td.textContent) > 0), null,
			"packets of both");
			const text = await page.locator(".kitchens-list")
				.innerText();

			for (const word of ["office", "datacentre", "live",
				"demo"])
				assert.ok(text.includes(word), word);
		},
		"the first is open, and another is opened by the keyboard":
		async (page, { until, assert }) => {
			assert.equal(await page.evaluate(openName),
				"datacentre");
			await page.locator(".kitchens-list tbody tr").first()
				.focus();
			await page.keyboard.press("ArrowDown");
			await page.keyboard.press("Enter");
			await until(() => location.hash ===
				"#/system?kitchen=office", null, "its address");
			await until(() => document.querySelector(
				".kitchen-detail h2").textContent
				.startsWith("office"), null, "its details");
			const told = await page.evaluate(facts,
				".kitchen-detail");

			assert.equal(told.State, "live");
			assert.match(told.Interface, /office/);
			assert.match(told.Version, /^\d+\.\d+/);
			assert.match(told.Packets, /^[\d,]+/);
			assert.equal(told["Dropped by kernel"], "0");
		},
		"its chefs are told and sorted": async (page,
			{ until, assert }) => {
			const names = () => page.$$eval(
				".kitchen-detail tbody td:first-child",
				(tds) => tds.map((td) => td.textContent));
			const first = await names();

			assert.ok(first.includes("DNSChef"), first.join());
			assert.ok(first.includes("FlowChef"), first.join());
			assert.deepEqual(first, first.slice().sort());
			await page.locator(".kitchen-detail th button",
				{ hasText: "Dumplings" }).click();
			await until(() => location.hash.includes("chefs=sent"),
				null, "the address to say so");
			await page.mouse.move(0, 0);
			await until(() => {
				const n = [...document.querySelectorAll(
					".kitchen-detail td:nth-child(2)")]
					.map((td) => Number(td.textContent
						.replaceAll(",", "")));

				return n.length > 5 && n.every((v, i) =>
					i === 0 || n[i - 1] >= v);
			}, null, "most dumplings first");
		},
		"a kitchen that is not there is said to be so": async (page,
			{ until, url }) => {
			await page.goto(new URL("#/system?kitchen=nobody", url)
				.href);
			await until(() => document.querySelector(
				".kitchen-detail").innerText.includes(
				"does not know this kitchen"), null, "that");
			await page.goto(new URL("#/system", url).href);
		},
		"hub, gateway and this browser are told": async (page,
			{ until, assert }) => {
			await until(() => document.querySelector(
				".gateway-facts").innerText.includes("connected"),
			null, "the gateway's metrics");
			/* They are asked for as soon as the page is opened. */
			await until(() => [...document.querySelectorAll(
				".gateway-facts dt")].some((dt) =>
				dt.textContent === "Clients" && /^[1-9]/.test(
					dt.nextElementSibling.textContent)),
			null, "the gateway to know of this browser");
			const [hub, gateway, browser] = await Promise.all(
				[".hub-facts", ".gateway-facts",
					".browser-facts"].map((s) =>
					page.evaluate(facts, s)));

			assert.equal(hub.Status, "live");
			assert.match(hub["Dumplings in"], /^[1-9][\d,]*/);
			assert.equal(gateway.Hub, "connected");
			assert.match(browser.Connection, /^connected for/);
			assert.match(browser.Received, /^[1-9]/);
		},
		"the metrics are asked for again": async (page, { until }) => {
			const was = (await page.evaluate(facts, ".gateway-facts"))
				.Deliveries;

			await until((s) => [...document.querySelectorAll(
				".gateway-facts dd")].every((dd) =>
				dd.textContent !== s), was, "more deliveries");
		},
		"every place of loss is explained": async (page, { assert }) => {
			const rows = await page.$$eval(".lost tbody tr", (trs) =>
				trs.map((tr) => [...tr.children].map((td) =>
					td.textContent.trim())));
			const truth = await page.getAttribute("#truth",
				"data-state");

			assert.equal(rows.length, 10);
			for (const [place, n, words] of rows) {
				assert.ok(words.length > 40, place);
				if (truth === "complete")
					assert.equal(n, "none", place);
			}
			for (const place of ["Kernel", "Kitchen", "On the way",
				"Hub", "Gateway", "Gaps", "This browser"])
				assert.ok(rows.some(([s]) => s.startsWith(place)),
					place);
		},
		"eaters are listed, this page among them": async (page,
			{ until }) => {
			await until(() => {
				const text = document.querySelector(
					".eaters-list").innerText;

				return text.includes("gateway") &&
					text.includes("page");
			}, null, "this page");
		},
	},
};
