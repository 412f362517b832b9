/* SPDX-License-Identifier: MIT */
/* The page of hosts and flows, in space and as a map. */

const FRAME_MS = 4;
const CONTEXTS = 16;

const drawn = (kind) => document.querySelector(".stage")?.dataset.kind === kind;
const listed = (n) => document.querySelectorAll(
	".side .list tbody tr").length >= n;

async function ready(until, kind)
{
	await until(drawn, kind, "the drawing as " + kind);
	await until(listed, 3, "three hosts in the list");
}

/* Waits for the address to have a key's value. */
const addressed = (until, part) => until(
	(s) => location.hash.includes(s), part, part + " in the address");

/*
 * Has a view of its own draw so many hosts and flows, and gives how long the
 * scripts of a frame took in the middle, in ms. Runs in the page.
 */
async function frameCost({ hosts, links })
{
	const [{ Network }, { SpaceView }] = await Promise.all([
		import("/data/network.js"), import("/views/space_view.js")]);
	const model = new Network(null, () => model.time);
	const ip = (i) => i % 3 ? "10.0." + i % 12 + "." + (i >> 2) :
		"198.51.100." + i;
	const host = (i) => ip(i % hosts).replace(/\.(\d+)$/,
		(_, n) => "." + n % 250);
	const busiest = Array.from({ length: links }, (_, i) => ({
		community_id: String(i), protocol: i % 4 ? "TCP" : "UDP",
		client: { ip: host(i) },
		server: { ip: host(7 * i + 1 + Math.floor(i / hosts)),
			port: [53, 80, 443, 22][i % 4] },
		packets: 1 + i * 37 % 500, bytes: 1000 * (1 + i % 500) }));

	model.time = 1700000000;
	for (let s = 0; s < 3; s++, model.time++)
		for (const [k, part] of [busiest.slice(0, 900),
			busiest.slice(900)].entries())
			model.take({ metadata: { creation_time: model.time },
				payload: { busiest: part } }, "FlowChef",
			"kitchen" + k);
	model.advance(model.time);
	const view = new SpaceView(model, { nameOf: (h) => h.ip,
		onPick() {}, onKind() {} });
	const times = [];

	view.root.style.cssText = "position: fixed; inset: 0; z-index: 9";
	document.body.append(view.root);
	await view.show("3d");
	const { draw } = view.stage;
	const enough = new Promise((resolve) => {
		view.stage.draw = (...all) => {
			const start = performance.now();

			draw(...all);
			times.push(performance.now() - start);
			/* All of it moves in each of these frames. */
			view.scene.moving = true;
			if (times.length === 25)
				resolve();
			return true;
		};
	});

	view.set(model.at(model.newest), () => true, null);
	await enough;
	view.close();
	view.root.remove();
	times.sort((a, b) => a - b);
	return { kind: view.kind, hosts: view.scene.activeHosts,
		links: view.scene.active, ms: times[12] };
}

const TRIES = 30;

/* Where the column of one of those whose names are shown is. */
function under(i)
{
	const stage = document.querySelector(".stage").getBoundingClientRect();
	const boxes = [...document.querySelectorAll(
		".labels span:not(.district):not([hidden])")]
		.map((label) => label.getBoundingClientRect())
		.filter(({ top, bottom }) => top > stage.top + 60 &&
			bottom < stage.bottom - 20);
	const box = boxes[i % boxes.length];

	return box && { x: box.left + box.width / 2, y: box.bottom + 6 };
}

export default { path: "3d", checks: {
	"shows hosts, flows and names": async (page, { until, url }) => {
		await page.goto(new URL("#/3d?view=3d", url).href);
		await ready(until, "3d");
		await until(() => /[1-9]\d* hosts, [1-9]\d* flows/.test(
			document.querySelector("h2 small").textContent), null,
		"a number of hosts and flows");
		await until(() => document.querySelectorAll(
			".labels span:not([hidden])").length > 5, null,
		"names");
	},

	"goes to a host that is clicked, and back": async (page, { until }) => {
		await page.click(".side .list tbody tr");
		await addressed(until, "host=");
		const ip = await page.evaluate(() => new URLSearchParams(
			location.hash.split("?")[1]).get("host"));

		await until((s) => document.querySelector(".card .facts")
			.textContent.includes(s), ip, "the host's address");
		await until(() => document.querySelector(".labels .marked"),
			null, "its name in the drawing");
		await page.keyboard.press("Escape");
		await until(() => !location.hash.includes("host=") &&
			document.querySelector(".side .card").hidden, null,
		"the list again");
	},

	"a button over it picks no host": async (page, { until, assert }) => {
		await page.click(".kinds button:nth-child(2)");
		await ready(until, "map");
		await page.click(".side .list tbody tr");
		await addressed(until, "host=");
		const entries = await page.evaluate(() => history.length);
		const host = (await page.evaluate(() => location.hash))
			.match(/host=[^&]+/)[0];

		await page.click(".kinds button:nth-child(1)");
		await ready(until, "3d");
		await page.click(".kinds button:nth-child(2)");
		await until(drawn, "map", "the map");
		await addressed(until, host);
		assert.equal(await page.evaluate(() => history.length),
			entries + 2);
		await page.click(".corner > button");
		await until(() => !location.hash.includes("host="), null,
			"no host");
	},

	"without WebGL the map is not made anew with each letter":
	async (page, { until, url, assert }) => {
		const other = await page.context().browser().newPage();

		await other.addInitScript(() => {
			const { getContext } = HTMLCanvasElement.prototype;

			HTMLCanvasElement.prototype.getContext =
				function context(kind, ...rest) {
					return kind.startsWith("webgl") ? null :
						getContext.call(this, kind,
							...rest);
				};
		});
		await other.goto(new URL("#/3d?view=3d", url).href);
		await other.waitForFunction(drawn, "map");
		await other.waitForFunction(() => /no WebGL/.test(
			document.querySelector(".reason").textContent));
		const canvas = await other.$(".stage canvas");

		await other.fill(".filter input", "a");
		await other.waitForFunction(() =>
			location.hash.includes("find=a"));
		assert.ok(await canvas.evaluate((node) => node.isConnected));
		await other.close();
	},

	"shows whose column is clicked": async (page, { until, assert }) => {
		await page.click(".kinds button:nth-child(2)");
		await ready(until, "map");
		/* Hosts move as others come, maybe from under the pointer. */
		for (let i = 0; i < TRIES && !await page.evaluate(() =>
			location.hash.includes("host=")); i++) {
			const place = await until(under, i, "a name");

			await page.mouse.click(place.x, place.y);
		}
		await addressed(until, "host=");
		assert.ok(await page.isVisible(".card h3"));
		await page.click(".card .back");
	},

	"a search narrows it": async (page, { until }) => {
		const name = await page.textContent(
			".side .list tbody tr td.name");
		const word = name.slice(0, 6);

		await page.keyboard.press("/");
		await page.keyboard.type(word);
		await addressed(until, "find=");
		await until((s) => [...document.querySelectorAll(
			".labels span:not(.district):not([hidden])")]
			.some((l) => l.textContent.includes(s)), word,
		"the name that was searched");
		await page.fill(".filter input", "no such thing");
		await until(() => document.querySelector("h2 small").textContent
			.includes("0 hosts"), null, "no hosts");
		await page.keyboard.press("Escape");
		await until(listed, 3, "all again");
	},

	"a protocol can be chosen": async (page, { until, url }) => {
		await page.click(".protocols button:has-text('DNS')");
		await addressed(until, "protocol=DNS");
		await until(listed, 2, "hosts that speak DNS");
		await page.click(".side .list tbody tr");
		await until(() => {
			const kinds = [...document.querySelectorAll(
				".card td.kind")];

			return kinds.length > 0 && kinds.every(
				(td) => /DNS/.test(td.textContent));
		}, null, "flows of DNS and no others");
		await page.goto(new URL("#/3d?view=map", url).href);
	},

	"time stops, goes back and on": async (page, { until, assert }) => {
		const told = () => page.textContent(".timeline .time");

		await page.focus(".stage");
		await page.keyboard.press("Space");
		await until(() => /ago/.test(document.querySelector(
			".timeline .time").textContent), null, "time to pass");
		const stopped = (await told()).split(",")[0];

		await page.focus(".timeline input");
		await page.keyboard.press("ArrowLeft");
		await until((s) => document.querySelector(".timeline .time")
			.textContent.split(",")[0] < s, stopped,
		"an earlier second");
		assert.equal(await page.textContent(
			".timeline button:first-child"), "Play");
		await page.click(".timeline button:has-text('Live')");
		await until(() => !/ago/.test(document.querySelector(
			".timeline .time").textContent), null, "now");
	},

	"arrow keys, plus and minus move it": async (page, { until }) => {
		const where = () => document.querySelector(
			".labels .district:not([hidden])").style.transform;

		for (const key of ["ArrowRight", "ArrowUp", "+", "-"]) {
			const before = await page.evaluate(where);

			await page.focus(".stage");
			await page.keyboard.press(key);
			await until((s) => document.querySelector(
				".labels .district:not([hidden])").style
				.transform !== s, before,
			"it to move by " + key);
		}
	},

	"a graphics context that is lost leaves a map":
	async (page, { until }) => {
		await page.click(".kinds button:nth-child(1)");
		await ready(until, "3d");
		await page.evaluate(() => document
			.querySelector(".stage canvas")
			.getContext("webgl2").getExtension("WEBGL_lose_context")
			.loseContext());
		await ready(until, "map");
		await until(() => /context/.test(document.querySelector(
			".stage .reason").textContent), null, "the reason");
		await page.click(".kinds button:nth-child(1)");
		await ready(until, "3d");
	},

	"500 hosts and 1500 flows are drawn": async (page,
		{ assert }) => {
		const cost = await page.evaluate(frameCost,
			{ hosts: 500, links: 1500 });

		console.log("scripts take " + cost.ms.toFixed(1) + " ms a " +
			"frame for " + cost.hosts + " hosts and " + cost.links +
			" flows, of a reach of " + FRAME_MS);
		assert.equal(cost.kind, "3d");
		assert.ok(cost.hosts >= 450, "hosts: " + cost.hosts);
		assert.ok(cost.links >= 1450, "flows: " + cost.links);
	},

	"pages can be switched as often as one likes": async (page,
		{ until, assert }) => {
		const warned = [];

		page.on("console", (m) => {
			if (/Too many active WebGL/.test(m.text()))
				warned.push(m.text());
		});
		for (let i = 0; i < CONTEXTS + 4; i++) {
			await page.evaluate((s) => (location.hash = s),
				(i % 2 ? "#/3d" : "#/landscape") + "?view=3d");
			await until(drawn, "3d", "three dimensions");
		}
		assert.deepEqual(warned, []);
		await page.evaluate(() => (location.hash = "#/dns"));
		await until(() => !document.querySelector("#view .stage"),
			null, "the drawing to be gone");
	},
} };
