/* SPDX-License-Identifier: MIT */
/* Flows: a live table of them, and beside it all of the one that was chosen. */

import { Chips } from "../ui/chips.js";
import { Choice } from "../ui/choice.js";
import { Filter } from "../ui/filter.js";
import { FlowDetail } from "./flows_detail.js";
import { Flows as Model } from "../data/flows.js";
import { HostNames } from "../data/hostnames.js";
import { Panel, el, put, show } from "../ui/dom.js";
import { Sampled } from "../ui/sampled.js";
import { Sorting } from "../ui/sorting.js";
import { amount } from "../ui/units.js";
import { flowTable } from "./flows_table.js";
import { many, number } from "../ui/values.js";
import { meansFlow } from "../data/flow_filter.js";
import { protocolColour } from "../ui/protocol.js";

const DRAW_MS = 1000;

export default class Flows {
	static path = "flows";
	static title = "Flows";
	static models = [Model, HostNames];

	constructor(root, app)
	{
		this.app = app;
		this.model = app.model(Model);
		this.names = app.model(HostNames);
		this.sampled = new Sampled(app, ["FlowChef"]);
		this.panel = new Panel("Flows", "list");
		this.makeTools();
		this.sorting = new Sorting(app.address,
			{ key: "rate", down: true });
		this.table = flowTable({ names: this.names,
			...this.sorting.options(),
			onOpen: (flow) => this.openFlow(flow.id) });
		this.panel.body.append(this.chips.root, this.table.root);
		this.detail = new FlowDetail(app, this.model, this.names,
			() => this.openFlow(""));
		this.aside = el("div", "aside");
		this.aside.append(this.detail.root);
		root.append(this.panel.root, this.aside);
		this.drawnAt = 0;
		this.readdress();
	}

	makeTools()
	{
		const { address } = this.app;

		this.filter = new Filter(address, {
			label: "Narrow the flows",
			placeholder: "Address, port, name, state \u2026",
			onChange: () => this.anew(),
		});
		this.which = new Choice(address, { key: "show",
			label: "Which flows", choices: [["all", "All"],
				["live", "Live"], ["ended", "Ended"]] });
		this.chips = new Chips(address, { key: "kind",
			label: "Kinds of flows", colour: protocolColour });
		this.panel.tools.append(this.filter.root, this.which.root);
	}

	/* --- what is chosen ---------------------------------------------- */

	openFlow(id)
	{
		this.app.address.set({ flow: id });
	}

	escape()
	{
		this.openFlow("");
	}

	readdress()
	{
		const id = this.app.address.get("flow");

		this.filter.read();
		this.which.read();
		this.chips.read();
		this.sorting.read(this.table);
		this.detail.choose(id);
		this.table.open(id);
		show(this.aside, Boolean(id));
		this.aside.classList.toggle("open", Boolean(id));
		this.anew();
	}

	anew()
	{
		this.drawnAt = 0;
		this.app.wake();
	}

	/* --- drawing ----------------------------------------------------- */

	draw(now)
	{
		if (now - this.drawnAt < DRAW_MS)
			return;
		this.drawnAt = now;
		this.drawList(now);
		this.detail.draw();
	}

	drawList(now)
	{
		const which = this.which.value;
		const nameOf = (ip) => this.names.get(ip);
		const all = this.model.all();
		const known = all.filter((flow) => (which === "all" ||
			flow.live === (which === "live")) &&
			meansFlow(this.filter.words, flow, nameOf));

		this.chips.fill(known.map(({ kind }) => kind));
		const meant = known.filter(({ kind }) => this.chips.has(kind));

		this.table.say(all.length ? "No flow that is known here is " +
			"meant by that" :
			this.app.status.awaited("FlowChef", "the first flows"));
		this.table.fill(meant);
		put(this.panel.note, all.length ?
			this.said(meant, all.length, this.sampled.lately(now)) :
			"");
	}

	said(meant, all, sampled)
	{
		const sum = (what) => meant.reduce((n, flow) =>
			n + flow[what], 0);
		const shown = meant.length === all ? many(all, "flow") :
			number(meant.length) + " of " + many(all, "flow");

		return [shown,
			number(this.model.remembered()) +
				" live in the kitchens",
			this.which.value === "ended" ? "" :
				amount(8 * sum("bytesPerSecond"), "bit/s") +
				" and " + amount(sum("packetsPerSecond"),
					"packets/s") + " along those listed",
			sampled && this.which.value !== "live" ?
				"ended ones are sampled" : ""]
			.filter(Boolean).join(" \u00b7 ");
	}
}
