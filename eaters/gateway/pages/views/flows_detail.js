/* SPDX-License-Identifier: MIT */
/* All that is known of one flow. */

import { Address } from "../ui/address.js";
import { Panel, button, el, link, put, show } from "../ui/dom.js";
import { Spark, pathOf } from "../ui/spark.js";
import { amount } from "../ui/units.js";
import { clock, many, number, shown, span } from "../ui/values.js";
import { copyButton } from "../ui/copy.js";
import { duration } from "../ui/latency.js";
import { endSaid } from "../data/flow_filter.js";
import { durationSaid, flagsSaid, stateSaid } from "./flows_words.js";
import { protocolColour } from "../ui/protocol.js";

/* Intervals that a chart has at least. */
const FEWEST = 15;

const told = (n) => n === null ? "" : number(n);

/* What there is of each end, and how it is written. */
const ENDS = [
	["Name", (end, names) => names.get(end.ip)],
	["Packets", (end) => end.told ? number(end.packets) : ""],
	["Bytes", (end) => end.told ? number(end.bytes) : ""],
	["Payload", (end) => told(end.payload)],
	["TTL", (end) => told(end.ttl)],
	["Flags", (end) => flagsSaid(end.flags)],
	["Sent again", (end) => told(end.retransmissions)],
];

const FACTS = [
	["Protocol", (flow) => flow.protocol + (flow.service &&
		flow.service !== flow.protocol ? ", " + flow.service : "")],
	["ICMP", (flow) => flow.icmp],
	["VLAN", (flow) => flow.vlan],
	["Tunnel", (flow) => flow.tunnel],
	["Now", (flow) => flow.flows ?
		amount(8 * flow.bytesPerSecond, "bit/s") + ", " +
			amount(flow.packetsPerSecond, "packets/s") :
		flow.live ? "not among its kitchen\u2019s busiest" : ""],
	["In all", (flow) => (flow.live || flow.partial ?
		"at least " : "") +
		amount(flow.bytes, "B") + " in " +
		many(flow.packets, "packet")],
	["Round trip", (flow) => [
		flow.rtt === null ? "" : duration(flow.rtt) + " to the server",
		flow.rttClient === null ? "" :
			duration(flow.rttClient) + " to the client"]
		.filter(Boolean).join(", ")],
	["First seen", (flow) => clock(flow.first, flow.parts > 0)],
	["Last seen", (flow) => clock(flow.last, flow.parts > 0)],
	["Duration", durationSaid],
	["Parts", (flow) => flow.parts > 1 ? number(flow.parts) : ""],
	["Kitchen", (flow) => flow.kitchen],
];

/* The chart of its rate, over as many intervals as it is known for. */
class RateChart {
	constructor()
	{
		const foot = el("div", "foot");

		this.spark = new Spark(360, 90);
		this.most = el("span", "most");
		this.from = el("span");
		foot.append(this.from, el("span", "", "latest"));
		this.root = el("figure", "rates");
		this.root.append(this.most, this.spark.root, foot);
	}

	draw({ beat, end, history, kind })
	{
		const all = history.bytes.until(end);
		const known = all.length - all.lastIndexOf(null) - 1;
		const values = all.slice(-Math.max(known, FEWEST));
		const most = Math.max(...values);
		const s = beat.period * (values.length - 1);

		this.root.className = "rates " + protocolColour(kind);
		put(this.most, amount(8 * most, "bit/s"));
		put(this.from, s > 0 ? span(Math.round(s)) + " before" : "");
		this.spark.draw(pathOf(values, 360, 90, most),
			"Rate over the latest intervals, at most " +
			amount(8 * most, "bit/s"));
	}
}

/* What each end sent, beside each other. */
class Ends {
	constructor(address)
	{
		const head = el("tr");
		const body = el("tbody");

		this.address = address;
		this.root = el("table", "ends");
		this.heads = ["Client", "Server"].map((title) => {
			const th = el("th", "", title);

			th.scope = "col";
			return th;
		});
		head.append(el("td"), ...this.heads);
		this.links = [link("", ""), link("", "")];
		body.append(head, this.row("Address", this.links));
		this.rows = ENDS.map(([title]) => {
			const cells = [el("span"), el("span")];
			const tr = this.row(title, cells);

			body.append(tr);
			return { tr, cells };
		});
		this.root.append(body);
	}

	row(title, cells)
	{
		const tr = el("tr");
		const th = el("th", "", title);

		th.scope = "row";
		tr.append(th, ...cells.map((cell) => {
			const td = el("td");

			td.append(cell);
			return td;
		}));
		return tr;
	}

	draw(flow, names)
	{
		const ends = [flow.client, flow.server];

		ends.forEach((end, i) => {
			const a = this.links[i];

			put(a, shown(endSaid(end)));
			a.href = Address.link("flows", { find: end.ip });
			a.setAttribute("aria-label", "Only flows of " + end.ip);
		});
		ENDS.forEach(([, say], i) => {
			const { cells, tr } = this.rows[i];
			const said = ends.map((end) => say(end, names));

			show(tr, said.some(Boolean));
			said.forEach((s, j) => put(cells[j], shown(s)));
		});
	}
}

export class FlowDetail {
	constructor(app, model, names, onClose)
	{
		this.model = model;
		this.names = names;
		this.id = "";
		this.flow = null;
		this.panel = new Panel("", "detail");
		this.panel.tools.append(button("Close", onClose));
		this.root = this.panel.root;
		this.none = el("p", "empty", "This flow is not known here: " +
			"it was not seen, or ended long ago");
		this.chart = new RateChart();
		this.state = el("p", "stands");
		this.ends = new Ends();
		this.later = el("p", "later", "What each end sent is told when " +
			"the flow ends, and every few minutes until then.");
		this.facts = el("dl", "facts");
		this.fields = FACTS.map(([title]) => this.field(title));
		this.community = this.field("Community ID");
		this.communityText = el("span", "code");
		this.community.dd.append(this.communityText, " ",
			copyButton("Copy", () => this.flow?.community ?? ""));
		this.panel.body.append(this.none, this.chart.root, this.state,
			this.ends.root, this.later, this.facts);
	}

	field(title)
	{
		const dt = el("dt", "", title);
		const dd = el("dd");

		this.facts.append(dt, dd);
		return { dt, dd };
	}

	choose(id)
	{
		if (id !== this.id)
			this.panel.body.scrollTop = 0;
		this.id = id;
	}

	draw()
	{
		if (!this.id)
			return;
		this.flow = this.model.find(this.id) ??
			(this.flow?.id === this.id ? this.flow : null);
		show(this.none, !this.flow);
		for (const node of this.panel.body.children)
			if (node !== this.none)
				show(node, Boolean(this.flow));
		if (this.flow)
			this.drawFlow(this.flow);
		else
			put(this.panel.title, "Flow ");
	}

	drawFlow(flow)
	{
		put(this.panel.title, shown(flow.client.ip) + " \u2192 " +
			shown(endSaid(flow.server)) + " ");
		put(this.panel.note, shown(flow.service || flow.kind) + ", " +
			(flow.live ? "live" : "ended"));
		show(this.chart.root, flow.history !== null);
		if (flow.history)
			this.chart.draw(flow);
		put(this.state, shown(stateSaid(flow)));
		this.ends.draw(flow, this.names);
		show(this.later, !flow.client.told);
		FACTS.forEach(([, say], i) =>
			this.fill(this.fields[i], say(flow)));
		put(this.communityText, shown(flow.community));
		show(this.community.dt, flow.community !== "");
		show(this.community.dd, flow.community !== "");
	}

	fill({ dd, dt }, s)
	{
		put(dd, shown(s));
		show(dt, s !== "");
		show(dd, s !== "");
	}
}
