/* SPDX-License-Identifier: MIT */
/* The page of fountains. */

const drawn = (kind) => document.querySelector(".stage")?.dataset.kind === kind;

/* How much of the drawing is not empty. Runs in the page. */
function ink()
{
	const canvas = document.querySelector(".stage canvas");
	const copy = document.createElement("canvas");
	const pen = copy.getContext("2d");
	let n = 0;

	Object.assign(copy, { width: canvas.width, height: canvas.height });
	pen.drawImage(canvas, 0, 0);
	const { data } = pen.getImageData(0, 0, copy.width, copy.height);

	for (let i = 3; i < data.length; i += 4)
		n += data[i] > 0;
	return n > 2000;
}

async function layers(until)
{
	await until(() => {
		const names = [...document.querySelectorAll(".side td.kind")]
			.map((td) => td.textContent);

		return ["Ethernet", "IP", "TCP", "UDP", "DNS"].every((s) =>
			names.includes(s));
	}, null, "layers of each kind in the table");
	await until(() => [...document.querySelectorAll(
		".labels span:not([hidden])")].some((l) =>
		/^TCP .*\/s$/.test(l.textContent)), null,
	"a fountain's name and rate");
}

export default { path: "landscape", checks: {
	"shows a fountain for each layer, by WebGL": async (page,
		{ until, url }) => {
		await page.goto(new URL("#/landscape?view=3d", url).href);
		await until(drawn, "3d", "the drawing");
		await layers(until);
	},

	"and on a canvas": async (page, { until, url }) => {
		await page.goto(new URL("#/landscape?view=2d", url).href);
		await until(drawn, "2d", "the drawing");
		await layers(until);
		await until(ink, null, "something on the canvas");
	},

	"says what a drop is": async (page, { until }) => {
		await until(() => /A drop is \d+ packets?;.*packets\/s/.test(
			document.querySelector(".drop").textContent), null,
		"how many packets a drop is");
	},

	"numbers in the table are those at the fountains": async (page,
		{ until }) => {
		await until(() => {
			const texts = (s) => [...document.querySelectorAll(s)]
				.map((e) => e.textContent);
			const number = (s) =>
				parseFloat(s.replace(/[^\d.]/g, ""));
			const at = texts(".side td.kind").indexOf("TCP");
			const said = texts(".side td.kind + td")[at];
			const label = texts(".labels span").find(
				(s) => s.startsWith("TCP "));

			return said && label && number(said) ===
				number(label.slice(4));
		}, null, "the same number in both");
	},

	"arrow keys turn it": async (page, { until }) => {
		const where = () => document.querySelector(
			".labels span:not([hidden])").style.transform;

		for (const key of ["ArrowLeft", "+"]) {
			const before = await page.evaluate(where);

			await page.focus(".stage");
			await page.keyboard.press(key);
			await until((s) => document.querySelector(
				".labels span:not([hidden])").style
				.transform !== s, before,
			"it to move by " + key);
		}
	},

	"columns stand where motion is not wanted": async (page,
		{ until, url }) => {
		await page.emulateMedia({ reducedMotion: "reduce" });
		await page.goto(new URL("#/landscape?view=3d", url).href);
		await until(drawn, "2d", "the drawing that stands");
		await layers(until);
		await until(ink, null, "something on the canvas");
		await page.emulateMedia({ reducedMotion: "no-preference" });
		await until(drawn, "3d", "the one that moves");
	},
} };
