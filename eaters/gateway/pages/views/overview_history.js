/* SPDX-License-Identifier: MIT */
/* The chart of packets or bits per second, by layer or by kitchen. */

import { Panel, show } from "../ui/dom.js";
import { Chart } from "../ui/chart.js";
import { Choice } from "../ui/choice.js";
import { Colours, layerLook } from "../ui/looks.js";
import { Traffic } from "../data/traffic.js";
import { amount, brief } from "../ui/units.js";
import { inOrder, many } from "../ui/values.js";

const LINES = 12;
const AREAS = 8;
const STAYS = 1.5;
const HIDDEN = 40;
const MINUTE = 60;
const KILO = 1000;
/* What is left of a packet says little, so it is shown when asked for. */
const UNASKED = ["IP in ICMP", "Padding", "Raw"];

/* The order of layers in the legend: as they lie on each other. */
const ORDER = ["Ethernet", "802.3", "cooked linux", "ARP", "IP", "IPv6",
	"ICMP", "ICMPv6", "TCP", "UDP", "DNS", "TLS", "HTTP"];

function place(name)
{
	const i = ORDER.indexOf(name);

	return UNASKED.includes(name) ? ORDER.length + 1 :
		i >= 0 ? i : ORDER.length;
}

/* All together, as one. */
const together = (series) => ({
	name: many(series.length, "other"),
	values: series[0].values.map((v, i) => v === null ? null :
		series.reduce((sum, { values }) => sum + values[i], 0)),
});

export class History {
	constructor(app)
	{
		const { address } = app;

		this.app = app;
		this.traffic = app.model(Traffic);
		this.colours = new Colours();
		this.shown = new Set();
		this.version = -1;
		this.panel = new Panel("Traffic", "traffic");
		this.roots = [this.panel.root];
		const choice = (key, label, choices) =>
			new Choice(address, { key, label, choices });

		this.by = choice("by", "Split by", [["layers", "Layers"],
			["kitchens", "Kitchens"]]);
		this.unit = choice("unit", "Unit", [["packets", "Packets"],
			["bits", "Bits"]]);
		this.scale = choice("scale", "Scale", [["even", "Even"],
			["log", "Log"]]);
		this.span = choice("last", "Window", [["300", "5 min"],
			["60", "1 min"], ["900", "15 min"], ["3600", "1 h"]]);
		/* In the order of their length, whichever is the usual one. */
		this.span.root.prepend(this.span.buttons[1]);
		this.choices = [this.unit, this.by, this.scale, this.span];
		this.chart = new Chart({ label: "Traffic",
			onToggle: (name) => this.toggle(name) });
		this.panel.tools.append(...this.choices.map((c) => c.root));
		this.panel.body.append(this.chart.root);
		this.readHidden();
	}

	close()
	{
		this.chart.close();
	}

	readdress()
	{
		for (const choice of this.choices)
			choice.read();
		this.readHidden();
		this.version = -1;
	}

	/* --- what is hidden ---------------------------------------------- */

	/* In the address are those that are not as they are unasked. */
	readHidden()
	{
		const said = this.app.address.get("hide").split(",")
			.filter(Boolean).slice(0, HIDDEN);

		this.turned = new Set(said);
		this.hidden = new Set(this.turned);
		for (const name of UNASKED) {
			if (this.turned.has(name))
				this.hidden.delete(name);
			else
				this.hidden.add(name);
		}
	}

	toggle(name)
	{
		const turned = new Set(this.turned);

		if (!turned.delete(name))
			turned.add(name);
		this.app.address.set({ hide: [...turned].join(",") });
	}

	/* --- drawing ----------------------------------------------------- */

	draw()
	{
		const { traffic, app } = this;

		if (this.version === traffic.version)
			return;
		this.version = traffic.version;
		show(this.scale.root, this.by.value === "layers");
		const [by, unit] = [this.by.value, this.unit.value];
		const { times, series } = traffic.history(by, unit,
			Number(this.span.value));
		const lines = by === "layers" ? this.layers(series) :
			this.kitchens(series);

		this.chart.say(by === "layers" ? app.status.awaited(
			"PacketCountChef", "two counts of packets") :
			"Waiting for the hub\u2019s status");
		this.chart.set({ times, series: lines, stacked: by !== "layers",
			log: by === "layers" && this.scale.value === "log" &&
				(unit === "bits" ? KILO : 1),
			span: this.seconds(times), what: by + unit,
			hidden: this.hidden, write: unit === "bits" ?
				(n) => amount(n, "bit/s") :
				(n) => brief(n) + "/s" });
		this.panel.note.textContent = this.note(by, unit);
	}

	/* The window, as far as something is known; not less than a minute. */
	seconds(times)
	{
		const known = (times.at(-1) ?? 0) - this.traffic.since(
			this.by.value);

		return Math.min(Number(this.span.value),
			Math.max(MINUTE, Math.ceil(known / 10) * 10));
	}

	layers(series)
	{
		return series.slice(0, LINES)
			.sort((a, b) => place(a.name) - place(b.name) ||
				(a.name < b.name ? -1 : 1))
			.map((s) => ({ ...s, ...layerLook(s.name) }));
	}

	/*
	 * The largest, and the others as one; who is shown is not replaced by
	 * another that is hardly larger.
	 */
	kitchens(series)
	{
		const size = ({ name, sum }) =>
			sum * (this.shown.has(name) ? STAYS : 1);
		const all = series.slice().sort((a, b) => size(b) - size(a));
		const rest = all.splice(AREAS);

		all.sort((a, b) => inOrder(a.name, b.name));
		this.shown = new Set(all.map(({ name }) => name));
		const colours = this.colours.of([...this.shown]);
		const lines = all.map((s) => ({ ...s,
			colour: colours.get(s.name), style: "" }));

		if (rest.length)
			lines.push({ ...together(rest), colour: "c0", style: "" });
		return lines;
	}

	note(by, unit)
	{
		const without = this.traffic.withoutBytes.size;

		if (by === "kitchens")
			return (unit === "bits" ? "bit/s" : "packets/s") +
				", kitchens on top of each other";
		if (unit === "packets")
			return "packets/s; a packet is in each of its layers";
		return "bit/s of whole packets" + (without ? "; " +
			many(without, "kitchen") + " without: its " +
			"PacketCountChef counts no bytes" : "");
	}
}
