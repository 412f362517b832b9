/* SPDX-License-Identifier: MIT */
/* Packets per second by layer, from PacketCountChef's cumulative counts. */

import { Table, el, put, show } from "./dom.js";
import { count, isMap, map, number, rate, seconds, text } from "./values.js";

const WINDOW_MS = 300000;
const MINUTE_MS = 60000;
const SAMPLE_MS = 1000;
const STALE_MS = 20000;
const KITCHENS = 256;
const LAYERS = 200;
const ROWS = 40;
const LINES = 8;
const SVG = "http://www.w3.org/2000/svg";
const COLOURED = ["Ethernet", "IP", "IPv6", "TCP", "UDP", "DNS", "ARP", "ICMP"];

/* One kitchen: its last counts, and the rates between the last two. */
class Source {
	constructor()
	{
		this.time = null;
		this.counts = new Map();
		this.rates = new Map();
		this.at = 0;
		this.stale = STALE_MS;
	}

	take(time, counts, now)
	{
		const took = this.time === null ? 0 : time - this.time;

		if (this.at)
			this.stale = Math.max(STALE_MS, 3 * (now - this.at));
		if (took > 0)
			this.rates = this.between(counts, took);
		this.time = time;
		this.counts = counts;
		this.at = now;
	}

	/*
	 * A count that is less than it was tells that the kitchen began anew:
	 * what it counted since is the least there can have been.
	 */
	between(counts, took)
	{
		const rates = new Map();
		let anew = false;

		for (const [layer, n] of this.counts)
			anew ||= (counts.get(layer) ?? 0) < n;
		for (const [layer, n] of counts) {
			const from = anew ? 0 : this.counts.get(layer) ?? 0;

			rates.set(layer, (n - from) / took);
		}
		return rates;
	}
}

function read(counts)
{
	const out = new Map();

	for (const [layer, n] of Object.entries(counts)) {
		if (out.size === LAYERS)
			break;
		out.set(text(layer), count(n));
	}
	return out;
}

/* The next of 1, 2, 5, 10, 20, ... */
function ceiling(n)
{
	const ten = 10 ** Math.floor(Math.log10(Math.max(n, 1)));

	return [1, 2, 5, 10].map((k) => k * ten).find((v) => v >= n);
}

function svg(name, attributes)
{
	const node = document.createElementNS(SVG, name);

	for (const [key, value] of Object.entries(attributes))
		node.setAttribute(key, value);
	return node;
}

function colour(layer)
{
	const i = COLOURED.indexOf(layer);

	return i < 0 ? "c0" : "c" + (i + 1);
}

/*
 * Lines against one scale and one window of time, which grows by minutes up
 * to the longest.
 */
class Chart {
	constructor(figure)
	{
		const plot = figure.querySelector(".plot");

		this.from = figure.querySelector("figcaption span");
		this.svg = svg("svg", {
			viewBox: "0 0 100 100",
			preserveAspectRatio: "none",
			"aria-hidden": "true",
		});
		for (const y of [0.5, 50, 99.5])
			this.svg.append(svg("path", {
				class: "grid",
				d: "M0 " + y + "H100",
			}));
		this.lines = svg("g", {});
		this.svg.append(this.lines);
		this.top = el("span", "top");
		this.half = el("span", "half");
		plot.append(this.svg, this.top, this.half);
	}

	draw(samples, layers, now)
	{
		let max = 0;

		for (const { rates } of samples)
			for (const layer of layers)
				max = Math.max(max, rates.get(layer) ?? 0);
		const scale = ceiling(max);
		const age = samples.length ? now - samples[0].at : 0;
		const minutes = Math.min(WINDOW_MS / MINUTE_MS,
			Math.max(1, Math.ceil(age / MINUTE_MS)));

		put(this.from, minutes + " min ago");
		put(this.top, number(scale));
		put(this.half, rate(scale / 2));
		while (this.lines.children.length > layers.length)
			this.lines.lastChild.remove();
		while (this.lines.children.length < layers.length)
			this.lines.append(svg("path", {}));
		layers.forEach((layer, i) => {
			const path = this.lines.children[i];

			path.setAttribute("class", "line " + colour(layer));
			path.setAttribute("d",
				this.path(samples, layer, scale, (at) =>
					100 - 100 * (now - at) /
					(minutes * MINUTE_MS)));
		});
	}

	path(samples, layer, scale, x)
	{
		let d = "";
		for (const { at, rates, broken } of samples) {
			const y = 99 - 98 * (rates.get(layer) ?? 0) / scale;

			d += (d === "" || broken ? "M" : "L") +
				x(at).toFixed(2) + " " + y.toFixed(1);
		}
		return samples.at(-1)?.live ? d + "H100" : d;
	}
}

export class Layers {
	constructor(kitchens)
	{
		const figure = document.querySelector("#layers figure");

		this.chefs = ["PacketCountChef"];
		this.kitchens = kitchens;
		this.sources = new Map();
		this.samples = [];
		this.table = new Table("layers", ["layer", "n", "n"]);
		this.figure = figure;
		this.chart = new Chart(figure);
		this.ticks = true;
	}

	take(dumpling, chef, kitchen)
	{
		const counts = map(dumpling.payload).packet_counts;
		const time = seconds(dumpling.metadata.creation_time);

		if (!isMap(counts) || time === null)
			return;
		let source = this.sources.get(kitchen);

		if (!source) {
			if (this.sources.size >= KITCHENS)
				return;
			source = new Source();
			this.sources.set(kitchen, source);
		}
		source.take(time, read(counts), Date.now());
		this.sample(Date.now());
	}

	/* The sum over kitchens as it is now, one a second at most. */
	sample(now)
	{
		const rates = new Map();
		let live = false;

		for (const source of this.sources.values()) {
			if (now - source.at > source.stale)
				continue;
			for (const [layer, r] of source.rates) {
				live = true;
				if (rates.size < LAYERS || rates.has(layer))
					rates.set(layer,
						(rates.get(layer) ?? 0) + r);
			}
		}
		const n = this.samples.length;
		const last = this.samples[n - 1];
		const next = { at: now, rates, live, broken: false };

		if (!live && !last)
			return;
		next.broken = last !== undefined && !last.live;
		if (last && now - last.at < SAMPLE_MS) {
			next.at = last.at;
			next.broken = last.broken;
			this.samples[n - 1] = next;
		} else {
			this.samples.push(next);
		}
		const from = now - WINDOW_MS;

		while (this.samples.length > 1 && this.samples[1].at < from)
			this.samples.shift();
	}

	/* A kitchen that fell silent since the last sample makes a new one. */
	expire(now)
	{
		const last = this.samples.at(-1);

		if (!last || !last.live)
			return;
		for (const { at, stale } of this.sources.values()) {
			if (now > at + stale && at + stale > last.at) {
				this.sample(now);
				return;
			}
		}
	}

	draw(now)
	{
		this.expire(now);
		const totals = this.totals();
		const rows = [...totals].sort((a, b) => b[1] - a[1]);
		const rates = this.samples.at(-1)?.rates ?? new Map();
		const most = Math.max(1, ...rates.values());

		this.table.fill(rows.slice(0, ROWS).map(([layer, total]) => ({
			cells: [
				layer,
				this.samples.length ?
					rate(rates.get(layer) ?? 0) : "\u2026",
				number(total),
			],
			mark: colour(layer),
			share: (rates.get(layer) ?? 0) / most,
		})));
		show(this.figure, this.samples.length > 0);
		this.table.waiting(this.kitchens.awaited("PacketCountChef",
			"the first packet counts"));
		this.chart.draw(this.samples,
			rows.slice(0, LINES).map(([layer]) => layer), now);
	}

	totals()
	{
		const totals = new Map();

		for (const source of this.sources.values())
			for (const [layer, n] of source.counts)
				totals.set(layer, (totals.get(layer) ?? 0) + n);
		return totals;
	}
}
