/* SPDX-License-Identifier: MIT */
/*
 * A chart over time, as lines or as areas on top of each other, with a legend
 * that tells the values at its end, or where somebody points, and that hides
 * and shows what it names.
 */

import uPlot from "../lib/uPlot.esm.js";
import { clock, shown } from "./values.js";
import { colour, onColours } from "./theme.js";
import { el, put, setState, show } from "./dom.js";
import { mark } from "./units.js";

const FONT = "11px system-ui, sans-serif";
const TOPS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const MINUTE = 60;
/* The logarithm's likeness that has a zero. */
const ASINH = 4;
const LINEAR = 1;
const DASHES = { dashed: [6, 4], dotted: [2, 3] };

/* The same colour, this much of it. */
const faded = (rgb, alpha) => rgb.replace(/^rgb\((.*)\)$/,
	"rgba($1, " + alpha + ")");

/* A round number that is not less. */
function roundUp(n)
{
	const ten = 10 ** Math.floor(Math.log10(Math.max(n, 1)));

	return ten * TOPS.find((top) => top * ten >= n * 0.999999);
}

function marks(splits, seconds)
{
	return splits.map((t) => {
		const s = clock(t).slice(-8);

		return seconds ? s : s.slice(0, 5);
	});
}

/* Sums from below, of those that are shown; null where nothing is known. */
function stack(series)
{
	let below = null;

	return series.map(({ values }) => {
		below = values.map((v, i) => v === null ? null :
			v + (below?.[i] ?? 0));
		return below;
	});
}

export class Chart {
	/*
	 * label: what it shows; onToggle(name): a name in the legend was
	 * chosen.
	 */
	constructor({ label, onToggle })
	{
		this.label = label;
		this.onToggle = onToggle;
		this.plot = null;
		this.made = "";
		this.top = 0;
		this.at = null;
		this.given = null;
		this.room = el("div", "plot");
		this.room.tabIndex = 0;
		this.room.setAttribute("role", "img");
		this.legend = el("div", "key");
		this.time = el("p", "dim");
		this.names = el("ul");
		this.legend.append(this.time, this.names);
		this.empty = el("p", "empty");
		this.root = el("div", "chart");
		this.root.append(this.room, this.legend, this.empty);
		this.observer = new ResizeObserver(() => this.resize());
		this.observer.observe(this.room);
		this.forget = onColours(() => this.make());
		this.room.addEventListener("keydown", (e) => this.key(e));
		show(this.legend, false);
	}

	close()
	{
		this.observer.disconnect();
		this.forget();
		this.plot?.destroy();
		this.plot = null;
	}

	/* What is said as long as there is nothing to draw. */
	say(s)
	{
		put(this.empty, s);
	}

	/*
	 * { times, series: [{ name, colour, values, style }], stacked, log, span,
	 *   what, write(n), hidden }
	 * log: for a logarithmic scale, from where on it is one;
	 * write: a value as text; colour: a custom property's name; style: "area", "dashed", "dotted"
	 * or none; hidden: a Set of names; what: changes when values of another
	 * kind are shown; the chart ends at the last time and is `span` seconds
	 * long.
	 */
	set(given)
	{
		const drawn = given.series.filter(
			({ name }) => !given.hidden.has(name));
		const made = JSON.stringify([given.stacked, given.log, drawn.map(
			({ name, colour: c, style }) => [name, c, style])]);
		const empty = given.series.length === 0;

		if (made !== this.made || given.what !== this.given?.what)
			this.top = 0;
		this.given = given;
		this.drawn = drawn;
		show(this.empty, empty);
		show(this.legend, !empty);
		show(this.room, !empty);
		if (made !== this.made || !this.plot) {
			this.made = made;
			this.make();
		} else {
			this.plot.setData(this.data(), false);
			this.plot.setScale("x", this.range());
		}
		this.list();
	}

	data()
	{
		const { stacked, times } = this.given;
		const rows = stacked ? stack(this.drawn) :
			this.drawn.map(({ values }) => values);

		return [times, ...rows];
	}

	range()
	{
		const max = this.given.times.at(-1) ?? 0;

		return { min: max - this.given.span, max };
	}

	/* --- the plot ---------------------------------------------------- */

	make()
	{
		const { clientWidth: width, clientHeight: height } = this.room;

		this.plot?.destroy();
		this.plot = null;
		if (!this.given?.series.length || !width || !height)
			return;
		this.plot = new uPlot({
			width, height,
			padding: [10, 14, 0, 0],
			legend: { show: false },
			cursor: {
				drag: { x: false, y: false },
				y: false,
				points: { size: 7, width: 1.5 },
			},
			scales: {
				x: { time: true, auto: false },
				y: { ...this.scale(), range: (u, min, max) =>
					this.limits(max) },
			},
			axes: this.axes(),
			series: [{}, ...this.drawn.map((s) => this.line(s))],
			bands: this.bands(),
			hooks: { setCursor: [({ cursor }) =>
				this.point(cursor.idx)] },
		}, this.data(), this.room);
		this.plot.setScale("x", this.range());
	}

	/* From nothing to a round number, which stays while it is about right. */
	limits(max)
	{
		if (max > this.top || max < 0.45 * this.top)
			this.top = roundUp(max * 1.05);
		return [0, Math.max(this.top, 1)];
	}

	/* Below `log` a logarithmic scale is an even one. */
	scale()
	{
		const { log } = this.given;

		return log ? { distr: ASINH, asinh: log } : { distr: LINEAR };
	}

	/* Zero and powers of ten. */
	powers(max)
	{
		const out = [0];

		for (let n = this.given.log; n <= max; n *= 10)
			out.push(n);
		return out;
	}

	axes()
	{
		const common = {
			stroke: () => colour("dim"),
			font: FONT,
			ticks: { show: false },
		};
		const grid = { stroke: () => colour("rule"), width: 1 };

		return [
			{ ...common, grid: { show: false }, size: 26, gap: 6,
				space: 90,
				values: (u, splits, axis, space, step) =>
					marks(splits, step < MINUTE) },
			{ ...common, grid, size: 54, gap: 8, space: 44,
				splits: this.given.log ? (u, axis, min, max) =>
					this.powers(max) : undefined,
				filter: (u, splits) => splits,
				values: (u, splits) => splits.map(mark) },
		];
	}

	line({ colour: name, style })
	{
		const { stacked } = this.given;
		const c = colour(name);

		return {
			stroke: c,
			width: stacked ? 1 : style === "area" ? 1.25 : 1.75,
			dash: DASHES[style],
			fill: stacked ? faded(c, 0.45) :
				style === "area" ? faded(c, 0.13) : undefined,
			points: { show: false },
		};
	}

	/* Of areas on top of each other each ends where the one below does. */
	bands()
	{
		return this.given.stacked ? this.drawn.slice(1).map((s, i) =>
			({ series: [i + 2, i + 1] })) : [];
	}

	resize()
	{
		const { clientWidth: width, clientHeight: height } = this.room;

		if (!this.plot)
			this.make();
		else if (width && height)
			this.plot.setSize({ width, height });
	}

	/* --- reading it -------------------------------------------------- */

	point(i)
	{
		if (i === this.at)
			return;
		this.at = i ?? null;
		this.list();
	}

	/* The arrows move along the chart, Escape leaves it. */
	key(e)
	{
		const { plot, given } = this;
		const way = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
		const last = given?.times.length - 1;

		if (!plot || e.ctrlKey || e.metaKey || e.altKey)
			return;
		if (e.key === "Escape") {
			plot.setCursor({ left: -10, top: -10 });
		} else if (way) {
			const i = Math.max(0, Math.min(last,
				(this.at ?? last + 1) + way));

			plot.setCursor({ top: 0,
				left: plot.valToPos(given.times[i], "x") });
			e.preventDefault();
		}
	}

	/* Where the legend reads: where somebody points, or the end. */
	reading()
	{
		const { times } = this.given;

		return this.at !== null && this.at < times.length ? this.at :
			times.length - 1;
	}

	list()
	{
		const { times, series, write, hidden } = this.given;
		const i = this.reading();

		put(this.time, this.at === null ? "now" : clock(times[i]));
		while (this.names.children.length > series.length)
			this.names.lastChild.remove();
		while (this.names.children.length < series.length)
			this.names.append(this.entry(
				this.names.children.length));
		series.forEach(({ name, colour: c, style, values }, n) => {
			const li = this.names.children[n];
			const [b] = li.children;
			const off = hidden.has(name);

			li.className = c;
			setState(b, style ?? "line");
			b.setAttribute("aria-pressed", String(!off));
			put(b.children[1], shown(name));
			put(b.children[2], off || (values[i] ?? null) === null ?
				"\u2013" : write(values[i]));
		});
		this.room.setAttribute("aria-label", this.told());
	}

	entry(n)
	{
		const li = el("li");
		const b = el("button");

		b.type = "button";
		b.append(el("i"), el("span", "what"), el("span", "n"));
		b.addEventListener("click", () =>
			this.onToggle(this.given.series[n].name));
		li.append(b);
		return li;
	}

	/* The chart in words, read where the legend is. */
	told()
	{
		const { times, series, write, hidden } = this.given;
		const i = this.reading();
		const when = this.at === null ? "" : ", at " + clock(times[i]);
		const said = (v) => v === null ? "unknown" : write(v);
		const each = series.filter(({ name }) => !hidden.has(name))
			.slice(0, 12).map(({ name, values }) => shown(name) +
				" " + said(values[i] ?? null) +
				", at most " + write(values.reduce((a, b) =>
				Math.max(a, b ?? 0), 0)));

		return this.label + when + ": " + each.join("; ");
	}
}
