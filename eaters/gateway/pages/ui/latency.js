/* SPDX-License-Identifier: MIT */
/* Latencies: in words, and how they are spread, as a picture. */

import { BINS, place } from "../data/latency.js";
import { el, put } from "./dom.js";
import { number } from "./values.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 56;
const WIDTH = 300;
const TICKS = [[.001, "1 ms"], [.01, "10 ms"], [.1, "100 ms"], [1, "1 s"]];

/* "0.25 ms", "4.1 ms", "250 ms", "1.25 s", "12.5 s". */
export function duration(s)
{
	const ms = 1000 * s;

	if (ms >= 999.5)
		return (ms / 1000).toFixed(ms < 9995 ? 2 : 1) + " s";
	return ms.toFixed(ms < 1 ? 2 : ms < 9.95 ? 1 : 0) + " ms";
}

function shape(tag, attributes)
{
	const node = document.createElementNS(SVG, tag);

	for (const [name, value] of Object.entries(attributes))
		node.setAttribute(name, value);
	return node;
}

/* A distribution of data/latency.js: a bar for each bin, and two marks. */
export class Spread {
	constructor()
	{
		const plot = el("div", "plot");
		const ticks = el("div", "ticks");

		this.svg = shape("svg", { role: "img",
			viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
			preserveAspectRatio: "none" });
		this.bars = Array.from({ length: BINS }, (_, i) =>
			shape("rect", { x: (i + .1) * WIDTH / BINS,
				width: .8 * WIDTH / BINS, class: "bin" }));
		this.marks = ["p50", "p95"].map((key) => ({ key,
			node: el("span", "mark") }));
		this.svg.append(...this.bars);
		for (const [s, label] of TICKS) {
			const tick = el("span", "", label);

			tick.style.left = 100 * place(s) + "%";
			ticks.append(tick);
		}
		plot.append(this.svg, ...this.marks.map(({ node }) => node));
		this.root = el("div", "spread");
		this.root.append(plot, ticks);
	}

	draw(spread)
	{
		const most = Math.max(1, ...spread.bins);

		this.bars.forEach((bar, i) => {
			const n = spread.bins[i];
			const h = n ? Math.max(1.5, HEIGHT * n / most) : 0;

			bar.setAttribute("y", HEIGHT - h);
			bar.setAttribute("height", h);
		});
		for (const { key, node } of this.marks) {
			const s = spread[key];

			node.hidden = s === null;
			if (s === null)
				continue;
			node.style.left = 100 * place(s) + "%";
			node.dataset.turn = key === "p50" && place(s) > .1 ||
				place(s) > .9 ? "left" : "right";
			put(node, key);
		}
		this.svg.setAttribute("aria-label", spread.size ?
			"Latency of " + number(spread.size) + " lookups: half " +
			"within " + duration(spread.p50) + ", 95 % within " +
			duration(spread.p95) : "No latency yet");
	}
}
