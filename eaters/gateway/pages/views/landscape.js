/* SPDX-License-Identifier: MIT */
/* A fountain for each layer of the packets that kitchens count. */

import { amount, brief } from "../ui/units.js";
import { colourOf } from "../data/fountains.js";
import { Panel, el, put, show } from "../ui/dom.js";
import { graphics } from "../ui/graphics.js";
import { many, shown } from "../ui/values.js";
import { still } from "../ui/theme.js";
import { LandscapeView } from "./landscape_view.js";
import { Table } from "../ui/table.js";
import { Traffic } from "../data/traffic.js";

export default class Landscape {
	static path = "landscape";
	static title = "Landscape";
	static models = [Traffic];

	constructor(root, app)
	{
		this.app = app;
		this.traffic = app.model(Traffic);
		this.view = new LandscapeView();
		this.version = -1;
		this.heard = false;
		this.build(root);
		this.readdress();
	}

	build(root)
	{
		const space = el("div", "space");
		const side = el("aside", "side");
		const { view } = this;

		this.panel = new Panel("Packets by layer");
		this.empty = el("p", "empty waiting");
		view.root.append(this.empty);
		view.root.tabIndex = 0;
		view.root.setAttribute("role", "group");
		view.root.setAttribute("aria-label", "A fountain for each " +
			"layer: arrow keys turn them, plus and minus zoom. " +
			"The numbers are in the table beside it.");
		view.root.addEventListener("keydown", (e) => {
			if (!e.ctrlKey && !e.metaKey && !e.altKey &&
			    view.key(e.key))
				e.preventDefault();
		});
		side.setAttribute("aria-label", "Layers");
		side.append(this.layers().root, this.legend());
		space.append(view.root, side);
		this.panel.body.append(space);
		root.append(this.panel.root);
	}

	layers()
	{
		this.table = new Table({
			label: "Layers",
			id: ({ name }) => name,
			columns: [{ key: "name", title: "layer",
				className: "kind",
				text: ({ name }) => name,
				draw: (td, { name }) => {
					td.className = "kind c" +
						colourOf(name);
					put(td, shown(name));
				} },
			{ key: "packets", title: "packets/s", className: "n",
				text: ({ packets }) => this.heard ?
					brief(packets) : "\u2013" },
			{ key: "bits", title: "bit/s", className: "n",
				text: ({ bits }) => bits > 0 ?
					brief(bits) : "" },
			{ key: "total", title: "packets so far", className: "n",
				text: ({ total }) => brief(total) }],
		});
		return this.table;
	}

	legend()
	{
		const root = el("div", "reading");

		this.drop = el("p", "drop");
		root.append(this.drop, el("p", "", "Each is higher by as " +
			"much for each tenfold of packets/s. A packet has " +
			"several layers, and is counted in each."));
		return root;
	}

	readdress()
	{
		const kind = this.app.address.get("view");

		this.view.show(kind === "3d" || kind === "2d" ? kind :
			graphics() === "fast" ? "3d" : "2d");
	}

	draw(now)
	{
		const { traffic, view } = this;
		const second = Math.floor(now / 1000);

		/* Who falls silent changes no version. */
		if (traffic.version === this.version && second === this.second)
			return;
		this.version = traffic.version;
		this.second = second;
		this.heard = traffic.heard("layers");
		const layers = traffic.known("layers") ? traffic.layers() : [];

		view.set(layers);
		show(this.empty, layers.length === 0);
		put(this.empty, layers.length ? "" : this.app.status.awaited(
			"PacketCountChef", "packets to be counted"));
		put(this.panel.note, layers.length ? many(layers.length,
			"layer") + (this.heard ? "" :
			", none counted now") : "");
		put(this.drop, (still.matches ? "In" : "A drop is " +
			many(view.fountains.perDrop, "packet") + "; in") +
			" the tallest are " +
			amount(layers[0]?.packets ?? 0, "packets/s") + ".");
		this.table.say(this.empty.textContent);
		this.table.fill(layers);
	}

	close()
	{
		this.view.close();
	}
}
