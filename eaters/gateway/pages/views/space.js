/* SPDX-License-Identifier: MIT */
/* The network in space: hosts as columns, flows as arcs between them. */

import { Filter } from "../ui/filter.js";
import { HostNames } from "../data/hostnames.js";
import { Network } from "../data/network.js";
import { Panel, button, el, put, show } from "../ui/dom.js";
import { Side, legend } from "./space_side.js";
import { SpaceView } from "./space_view.js";
import { Timeline } from "./space_time.js";
import { graphics } from "../ui/graphics.js";
import { many } from "../ui/values.js";
import { protocolColour } from "../ui/protocol.js";

/* What can be chosen, and which kinds of flows each is. */
const PROTOCOLS = new Map([["TCP", ["TCP"]], ["UDP", ["UDP"]],
	["DNS", ["DNS", "mDNS"]], ["HTTPS", ["HTTPS", "QUIC"]],
	["HTTP", ["HTTP"]], ["ICMP", ["ICMP", "ICMPv6"]], ["others", []]]);
const KNOWN = new Map([...PROTOCOLS].flatMap(([name, kinds]) =>
	kinds.map((kind) => [kind, name])));

export default class Space {
	static path = "3d";
	static title = "3D";
	static models = [Network, HostNames];

	constructor(root, app)
	{
		this.app = app;
		this.network = app.model(Network);
		this.names = app.model(HostNames);
		this.nameOf = (host) => this.names.get(host.ip) || host.ip;
		const hooks = { nameOf: this.nameOf,
			onPick: (host) => this.pick(host) };

		this.view = new SpaceView(this.network,
			{ ...hooks, onKind: () => this.drawKind() });
		this.side = new Side(this.view, hooks);
		this.time = new Timeline(this.network, () => {
			this.view.run(!this.time.paused);
			this.refresh();
		});
		this.shown = "";
		this.build(root);
		this.key = (e) => this.typed(e);
		document.addEventListener("keydown", this.key);
		this.readdress();
	}

	/* --- building ---------------------------------------------------- */

	build(root)
	{
		const { view } = this;
		const main = el("div", "main");
		const space = el("div", "space");

		this.panel = new Panel("Hosts and flows");
		this.tools();
		this.empty = el("p", "empty waiting");
		this.note = el("p", "reason");
		this.note.setAttribute("role", "status");
		view.root.append(this.empty, this.note, this.corner);
		view.root.tabIndex = 0;
		view.root.setAttribute("role", "group");
		view.root.setAttribute("aria-label", "The network, drawn: " +
			"arrow keys turn it, plus and minus zoom, 0 shows " +
			"all of it, space stops time. The hosts are in the list " +
			"beside it.");
		this.side.root.append(legend());
		main.append(view.root, this.time.root);
		space.append(main, this.side.root);
		this.panel.body.append(space);
		root.append(this.panel.root);
	}

	tools()
	{
		const { address } = this.app;
		const protocols = el("div", "protocols");

		this.filter = new Filter(address, {
			label: "Find hosts and flows",
			placeholder: "Name, address, port",
			onChange: () => this.refresh(),
		});
		protocols.setAttribute("role", "group");
		protocols.setAttribute("aria-label", "Only these protocols");
		this.buttons = [...PROTOCOLS.keys()].map((name) => {
			const b = button(name, () => this.toggle(name),
				"only " + protocolColour(name));

			protocols.append(b);
			return [name, b];
		});
		this.kinds = [["3d", "3D"], ["map", "Map"]].map(
			([kind, label]) => [kind, button(label,
				() => this.drawAs(kind))]);
		const kinds = el("div", "kinds");

		kinds.setAttribute("role", "group");
		kinds.setAttribute("aria-label", "Drawn as");
		kinds.append(...this.kinds.map(([, b]) => b));
		this.panel.tools.append(this.filter.root, protocols);
		this.corner = el("div", "corner");
		this.corner.append(kinds, button("Show all",
			() => this.home()));
	}

	/* --- what is chosen ---------------------------------------------- */

	toggle(name)
	{
		const chosen = new Set(this.chosen);

		if (!chosen.delete(name))
			chosen.add(name);
		this.app.address.set({ protocol: [...chosen].join(",") });
	}

	/* Once more, too, if the address says so already. */
	drawAs(kind)
	{
		this.app.address.set({ view: kind });
		this.view.show(kind, true);
	}

	pick(host)
	{
		this.app.address.set({ host: host?.ip ?? "" });
	}

	home()
	{
		this.pick(null);
		this.view.key("0");
	}

	readdress()
	{
		const { address } = this.app;
		const kind = address.get("view");

		this.filter.read();
		this.chosen = new Set(address.get("protocol").split(",")
			.filter((name) => PROTOCOLS.has(name)));
		for (const [name, b] of this.buttons)
			b.setAttribute("aria-pressed",
				String(this.chosen.has(name)));
		this.view.show(kind === "map" || kind === "3d" ? kind :
			graphics() === "fast" ? "3d" : "map");
		this.readHost();
		this.refresh();
	}

	readHost()
	{
		const host = this.network.host(this.app.address.get("host")) ??
			null;

		if (host === this.side.host)
			return;
		this.side.choose(host);
		this.view.choose(host);
		this.shown = "";
	}

	drawKind()
	{
		for (const [kind, b] of this.kinds)
			b.setAttribute("aria-pressed",
				String(kind === this.view.kind));
		put(this.note, this.view.reason ?
			"A map, as " + this.view.reason : "");
		show(this.note, this.view.reason !== "");
		this.view.root.dataset.kind = this.view.kind;
	}

	typed(e)
	{
		const busy = e.target.closest?.(
			"input, select, textarea, button, a, summary, tbody");

		if (e.ctrlKey || e.metaKey || e.altKey || busy)
			return;
		if (e.key === " ")
			this.time.toggle();
		else if (e.target !== document.body &&
			 !this.view.root.contains(e.target) &&
			 e.target.id !== "view")
			return;
		else if (!this.view.key(e.key))
			return;
		e.preventDefault();
	}

	escape()
	{
		if (this.side.host)
			this.pick(null);
	}

	/* --- drawing ----------------------------------------------------- */

	passes(link)
	{
		const { filter, chosen } = this;

		if (chosen.size > 0 && !chosen.has(KNOWN.get(link.kind) ??
		    "others"))
			return false;
		return filter.words.length === 0 || filter.passes(link.from.ip,
			link.to.ip, this.names.get(link.from.ip),
			this.names.get(link.to.ip), link.kind, link.protocol,
			String(link.port));
	}

	refresh()
	{
		this.shown = "";
		this.draw();
	}

	draw()
	{
		const { network, time, view, filter } = this;

		network.advance(network.clock());
		time.tick();
		time.draw();
		this.readHost();
		const now = time.second + " " + this.names.version;

		if (now === this.shown)
			return;
		this.shown = now;
		view.set(network.at(time.second), (link) => this.passes(link),
			filter.words.length ? (host) => filter.passes(host.ip,
				this.names.get(host.ip)) : null);
		this.say();
		this.side.draw(this.quiet());
	}

	/* Why nothing is shown. */
	quiet()
	{
		if (this.filter.words.length || this.chosen.size)
			return "Nothing of this second matches";
		return this.network.hosts.length ?
			"Nothing was told of this second" :
			this.app.status.awaited("FlowChef", "flows");
	}

	say()
	{
		const { scene } = this.view;
		const nothing = this.network.hosts.length === 0;

		put(this.panel.note, nothing ? "" :
			many(scene.activeHosts, "host") + ", " +
			many(scene.active, "flow"));
		show(this.empty, nothing);
		put(this.empty, nothing ? this.quiet() : "");
	}

	close()
	{
		document.removeEventListener("keydown", this.key);
		this.view.close();
	}
}
