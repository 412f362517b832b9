/* SPDX-License-Identifier: MIT */
/* The overview: traffic over time, who talks, and who tells. */

const pressed = (label) => [...document.querySelectorAll(
	'[aria-label="' + label + '"] [aria-pressed=true]')]
	.map((b) => b.textContent).join();

const legend = () => [...document.querySelectorAll(".key li")].map((li) => ({
	name: li.querySelector(".what").textContent,
	value: li.querySelector(".n").textContent,
	shown: li.querySelector("button").ariaPressed,
}));

const number = (s) => parseFloat(s) *
	({ k: 1e3, M: 1e6, G: 1e9 }[/[kMG]/.exec(s)?.[0]] ?? 1);

/* What of the chart's canvas is neither empty nor grid. */
const inked = () => {
	const canvas = document.querySelector(".plot canvas");
	const { data } = canvas.getContext("2d").getImageData(
		0, 0, canvas.width, canvas.height);
	let n = 0;

	for (let i = 0; i < data.length; i += 4) {
		const [r, g, b, a] = data.slice(i, i + 4);

		n += a > 0 && Math.max(r, g, b) - Math.min(r, g, b) > 60;
	}
	return n;
};

export default {
	path: "",
	checks: {
		"the chart has layers and their rates": async (page,
			{ until, assert }) => {
			await until(() => document.querySelectorAll(
				".key li").length > 5, null, "layers");
			await until(() => /^[\d.]+\s*k?\/s$/.test(document
				.querySelector(".key .n").textContent),
			null, "the first rate");
			const rows = await page.evaluate(legend);
			const by = Object.fromEntries(rows.map((r) =>
				[r.name, number(r.value)]));

			assert.ok(by.Ethernet > 0, JSON.stringify(rows));
			assert.ok(by.Ethernet >= by.TCP);
			assert.ok(by.IP >= by.UDP);
			assert.equal(rows.find(({ name }) => name === "Raw")
				.shown, "false");
			await until(inked, null, "lines on the chart");
		},
		"tiles tell what all kitchens see": async (page,
			{ until, assert }) => {
			await until(() => /^[1-9]/.test(document.querySelector(
				".tiles dd").textContent), null, "a rate");
			const tiles = await page.evaluate(() => Object.fromEntries(
				[...document.querySelectorAll(".tiles > div")]
					.map((d) => [d.children[0].textContent,
						d.children[1].textContent])));

			assert.ok(number(tiles.Packets) > 10, tiles.Packets);
			assert.match(tiles.Bits, /[kM]bit\/s$/);
			assert.equal(tiles.Kitchens, "2");
			assert.ok(number(tiles.Flows) > 0, tiles.Flows);
		},
		"it is split by kitchens, in bits, and the address says so":
		async (page, { until, assert, url }) => {
			await page.getByRole("button", { name: "Kitchens" })
				.click();
			await page.getByRole("button", { name: "Bits" }).click();
			await until(() => [...document.querySelectorAll(
				".key .what")].map((n) => n.textContent)
				.join() === "datacentre,office", null,
			"both kitchens");
			await until(() => [...document.querySelectorAll(
				".key .n")].every((n) =>
				n.textContent.endsWith("bit/s")), null, "bits");
			const { hash } = new URL(page.url());

			assert.match(hash, /by=kitchens/);
			assert.match(hash, /unit=bits/);
			await page.goBack();
			await page.goBack();
			await until(() => document.querySelectorAll(
				".key li").length > 5, null,
			"layers again, going back");
			assert.equal(new URL(page.url()).href,
				new URL("#/", url).href);
		},
		"an address with choices is shown as it says": async (page,
			{ until, assert, url }) => {
			await page.goto(new URL("#/?last=3600&by=kitchens&" +
				"hide=office", url).href);
			await until(() => document.querySelectorAll(
				".key li").length === 2, null, "kitchens");
			assert.equal(await page.evaluate(pressed, "Window"),
				"1 h");
			assert.deepEqual((await page.evaluate(legend))
				.map(({ name, shown }) => [name, shown]),
			[["datacentre", "true"], ["office", "false"]]);
			await page.goto(new URL("#/?last=0&by=x&unit=%00",
				url).href);
			await until((label) => document.querySelector(
				'[aria-label="' + label + '"] ' +
				"[aria-pressed=true]")?.textContent === "5 min",
			"Window", "what is not known to be left out");
		},
		"a name in the legend hides its line": async (page,
			{ until, assert, url }) => {
			await page.goto(new URL("#/", url).href);
			await until(() => document.querySelectorAll(
				".key li").length > 5, null, "layers");
			const tcp = page.locator(".key button",
				{ hasText: /^TCP/ });

			await tcp.focus();
			await page.keyboard.press("Enter");
			await until(() => location.hash.includes("hide=TCP"),
				null, "the address to say so");
			await until(() => {
				const canvas = document.querySelector(
					".plot canvas");

				return canvas && document.querySelector(
					".plot").ariaLabel.includes("UDP") &&
					!/\bTCP\b/.test(document.querySelector(
						".plot").ariaLabel);
			}, null, "its line to be gone");
			assert.equal(await tcp.getAttribute("aria-pressed"),
				"false");
			await tcp.click();
			await until(() => !location.hash.includes("hide"), null,
				"it to be back");
		},
		"arrows read the chart": async (page, { until, assert }) => {
			await page.focus(".plot");
			await page.keyboard.press("ArrowLeft");
			await page.keyboard.press("ArrowLeft");
			await until(() => /^\d\d:\d\d:\d\d$/.test(document
				.querySelector(".key > p").textContent),
			null, "a time");
			await page.keyboard.press("Escape");
			await until(() => document.querySelector(
				".key > p").textContent === "now", null,
			"the end again");
			assert.match(await page.getAttribute(".plot",
				"aria-label"), /^Traffic: Ethernet [\d.]+.*at most/);
		},
		"who talks most is told": async (page, { until, assert }) => {
			for (const which of ["hosts", "services", "names"])
				await until((c) => document.querySelectorAll(
					"." + c + " tbody tr").length >= 5,
				which, which);
			const [hosts, services] = await page.evaluate(() =>
				[".hosts", ".services"].map((c) =>
					document.querySelector(c).innerText));

			assert.match(hosts, /\b\d+\.\d+\.\d+\.\d+\b/);
			assert.match(services, /(TCP|UDP) \d+/);
			const bits = await page.$$eval(".hosts td:nth-child(3)",
				(tds) => tds.map((td) => td.textContent));

			assert.deepEqual(bits.map(number),
				bits.map(number).sort((a, b) => b - a));
		},
		"a name leads to its lookups": async (page,
			{ until, url }) => {
			const a = page.locator(".names tbody a").first();

			/* It keeps its place from now on. */
			await a.hover();
			const name = await a.textContent();

			await a.click();
			await until((s) => location.hash.startsWith("#/dns?") &&
				new URLSearchParams(location.hash.split("?")[1])
					.get("name") === s, name, "the DNS page");
			await page.goto(new URL("#/", url).href);
		},
		"the map leads from kitchens to here": async (page,
			{ until, assert }) => {
			await until(() => document.querySelectorAll(
				".map .kitchen[data-state=live]").length === 2,
			null, "two kitchens that are live");
			await until(() => document.querySelectorAll(
				".map path").length === 4, null, "lines");
			const text = await page.locator(".map").innerText();

			for (const word of ["office", "datacentre", "hub",
				"gateway", "this browser", "demo"])
				assert.ok(text.includes(word), word);
			await page.locator(".map .kitchen",
				{ hasText: "office" }).click();
			await until(() => location.hash ===
				"#/system?kitchen=office", null,
			"the kitchen's details");
		},
	},
};
