/* SPDX-License-Identifier: MIT */
/* Beside the space: its hosts as a list, or one host and what it does. */

import { amount, brief } from "../ui/units.js";
import { button, el, put, show } from "../ui/dom.js";
import { clock, many, shown } from "../ui/values.js";
import { protocolColour } from "../ui/protocol.js";
import { Table } from "../ui/table.js";

const rateColumns = (packets, bytes) => [
	{ key: "packets", title: "packets/s", className: "n",
		text: (t) => brief(packets(t)), value: packets },
	{ key: "bits", title: "bit/s", className: "n",
		text: (t) => brief(8 * bytes(t)), value: bytes },
];

export class Side {
	/* onPick(host or null) */
	constructor(view, { nameOf, onPick })
	{
		Object.assign(this, { view, nameOf, onPick });
		this.root = el("aside", "side");
		this.root.setAttribute("aria-label", "Hosts");
		this.list = el("div", "list");
		this.list.append(el("h3", "", "Busiest hosts"),
			this.hosts().root);
		this.card = el("section", "card");
		this.card.setAttribute("aria-label", "Host");
		this.fillCard();
		this.root.append(this.list, this.card);
		this.host = null;
		this.choose(null);
	}

	hosts()
	{
		const { scene } = this.view;
		const packets = (h) => scene.packets[h.index];
		const bytes = (h) => scene.bytes[h.index];

		this.table = new Table({
			label: "Busiest hosts",
			id: (h) => h.ip,
			rows: 60,
			sort: { key: "packets", down: true },
			onSort: () => {},
			onOpen: (h) => this.onPick(h),
			columns: [{ key: "host", title: "host",
				className: "name",
				text: (h) => this.named(h),
				value: (h) => this.nameOf(h) },
			...rateColumns(packets, bytes)],
		});
		return this.table;
	}

	named(host)
	{
		const name = this.nameOf(host);

		return [name, name === host.ip ? "" : host.ip];
	}

	fillCard()
	{
		this.heading = el("h3");
		this.facts = el("dl", "facts");
		this.terms = new Map();
		for (const [key, term] of [["ip", "address"],
			["prefix", "network"], ["rate", "now"],
			["born", "first seen"]]) {
			const dd = el("dd");

			this.terms.set(key, dd);
			this.facts.append(el("dt", "", term), dd);
		}
		this.back = button("All hosts", () => this.onPick(null),
			"back");
		this.flows = this.flowTable();
		this.card.append(this.back, this.heading, this.facts,
			this.flows.root);
	}

	flowTable()
	{
		const { scene } = this.view;
		const packets = (l) => scene.linkPackets[l.index];
		const bytes = (l) => scene.linkBytes[l.index];

		return new Table({
			label: "Flows of this host",
			id: (l) => l.key,
			rows: 100,
			sort: { key: "packets", down: true },
			onSort: () => {},
			onOpen: (l) => this.onPick(this.peer(l)),
			columns: [{ key: "peer", title: "with",
				className: "name",
				text: (l) => [this.nameOf(this.peer(l)),
					this.way(l)],
				value: (l) => this.nameOf(this.peer(l)) },
			{ key: "kind", title: "protocol", className: "kind",
				text: (l) => l.kind,
				value: (l) => l.kind,
				draw: (td, l) => {
					td.className = "kind " +
						protocolColour(l.kind);
					put(td, shown(l.kind));
				} },
			...rateColumns(packets, bytes)],
		});
	}

	peer(link)
	{
		return link.from === this.host ? link.to : link.from;
	}

	way(link)
	{
		const port = link.port ? " port " + link.port : "";

		if (link.from === this.host)
			return "server" + (port && "," + port);
		return "client" + (port && " of" + port);
	}

	choose(host)
	{
		this.host = host;
		show(this.list, host === null);
		show(this.card, host !== null);
		if (host)
			this.root.scrollTop = 0;
	}

	/* Shows what the scene holds now. */
	draw(empty)
	{
		if (this.host)
			this.drawCard();
		else
			this.drawList(empty);
	}

	drawList(empty)
	{
		const { scene } = this.view;

		this.table.say(empty);
		this.table.fill(scene.host.slice(0, scene.hosts)
			.filter((h) => h && scene.packets[h.index] > 0));
	}

	drawCard()
	{
		const { host, terms } = this;
		const { scene } = this.view;
		const flows = [];

		for (let i = 0; i < scene.links; i++) {
			const link = scene.link[i];

			if (link && scene.linkPackets[i] > 0 &&
			    (link.from === host || link.to === host))
				flows.push(link);
		}
		put(this.heading, shown(this.nameOf(host)));
		put(terms.get("ip"), host.ip);
		put(terms.get("prefix"), host.prefix);
		put(terms.get("born"), clock(host.born));
		put(terms.get("rate"), many(flows.length, "flow") + ", " +
			amount(scene.packets[host.index], "packets/s") + ", " +
			amount(8 * scene.bytes[host.index], "bit/s"));
		this.flows.say("Nothing goes to or from it in this second");
		this.flows.fill(flows);
	}
}

/* How the drawing is read. */
export function legend()
{
	const root = el("div", "reading");
	const scale = el("p", "scale");

	for (const [n, label] of [[1, "1"], [4, "10"], [7, "100"],
		[10, "1 k"]]) {
		const row = el("span", "run");

		for (let i = 0; i < n; i++)
			row.append(el("i"));
		scale.append(row, label);
	}
	root.append(el("p", "", "Dots run from client to server, all as " +
		"fast. Larger dots are larger packets, a higher column is " +
		"more packets of the host, and so many dots are packets/s:"),
	scale,
	el("p", "", "Shown are the busiest flows of each kitchen and second."));
	return root;
}
