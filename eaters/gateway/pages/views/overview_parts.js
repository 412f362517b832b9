/* SPDX-License-Identifier: MIT */
/*
 * Who tells: kitchens, the hub, eaters and this browser as boxes, and between
 * them lines, the thicker the more dumplings pass in a second.
 */

import { Address } from "../ui/address.js";
import { Panel, el, link, put, setState, show } from "../ui/dom.js";
import { brief } from "../ui/units.js";
import { inOrder, many, shown, span } from "../ui/values.js";
import { kitchenState, severity } from "../ui/state.js";
import { lines } from "./overview_lines.js";

/* With more of them, kitchens are lines of a list and have one line. */
const BOXES = 6;
const KITCHENS = 200;
const EATERS = 6;

function box(kind, tag = "div")
{
	const root = el(tag, "box " + kind);

	root.append(el("b"), el("span", "rate"), el("small"));
	return root;
}

function fill(root, name, rate, remark, state = "")
{
	const [b, n, small] = root.children;

	put(b, shown(name));
	put(n, rate);
	put(small, shown(remark));
	setState(root, state);
}

const perSecond = (n) => brief(n) + "/s";

export class Parts {
	constructor(app)
	{
		this.app = app;
		this.panel = new Panel("System", "parts");
		this.roots = [this.panel.root];
		this.panel.tools.append(link("All parts",
			Address.link("system")));
		this.kitchens = el("div", "kitchens");
		this.hub = box("hub");
		this.eaters = el("div", "eaters");
		this.gateway = box("gateway");
		this.others = el("div", "others");
		this.browser = box("browser");
		this.eaters.append(this.others, this.gateway);
		this.map = el("div", "map");
		this.map.append(this.kitchens, this.hub, this.eaters,
			this.browser);
		this.lines = lines(this.map);
		this.empty = el("p", "empty");
		this.panel.body.append(this.map, this.empty);
		this.shown = [];
		this.counted = { at: 0, received: 0, rate: 0 };
		this.observer = new ResizeObserver(() => this.connect());
		this.observer.observe(this.map);
	}

	close()
	{
		this.observer.disconnect();
	}

	draw(now)
	{
		const { status } = this.app;

		this.measure(now);
		show(this.map, status.known);
		show(this.empty, !status.known);
		put(this.empty, "Waiting for the hub\u2019s status");
		if (!status.known || (this.version === status.version &&
		    now - this.drawnAt < 1000))
			return;
		this.version = status.version;
		this.drawnAt = now;
		this.drawKitchens(status, now);
		this.drawOthers(status);
		fill(this.hub, "hub", perSecond(status.system.inRate),
			"up for " + span(status.system.uptime),
			status.informed(now) ? "live" : "silent");
		const { name } = this.app.client.state;
		const there = name === "connected" ? "live" : "silent";

		fill(this.gateway, "gateway", "", location.host, there);
		fill(this.browser, "this browser", perSecond(this.counted.rate),
			name, there);
		this.connect();
	}

	/* How many dumplings come here in a second. */
	measure(now)
	{
		const { counted, app: { client: { received } } } = this;

		if (now - counted.at < 1000)
			return;
		this.counted = { at: now, received, rate: counted.at ?
			1000 * (received - counted.received) /
			(now - counted.at) : 0 };
	}

	/* Of many, those first that are not well. */
	sorted(now)
	{
		const { kitchens } = this.app.status;
		const trouble = (k) => kitchens.length > BOXES ?
			severity(kitchenState(k, now)[0]) : 0;

		return kitchens.slice(0, KITCHENS).sort((a, b) =>
			trouble(b) - trouble(a) || inOrder(a.name, b.name));
	}

	drawKitchens(status, now)
	{
		const { kitchens: root } = this;
		const all = this.sorted(now);

		this.shown = all;

		root.classList.toggle("many", all.length > BOXES);
		while (root.children.length > all.length)
			root.lastElementChild.remove();
		while (root.children.length < all.length)
			root.append(box("kitchen", "a"));
		all.forEach((kitchen, i) => {
			const [state, said] = kitchenState(kitchen, now);
			const place = [kitchen.host, kitchen.device]
				.filter(Boolean).join(" \u00b7 ");
			const node = root.children[i];
			const href = Address.link("system",
				{ kitchen: kitchen.name });

			if (node.getAttribute("href") !== href)
				node.href = href;
			fill(node, kitchen.name, state === "live" ?
				perSecond(kitchen.rate) : "", state === "live" ?
				place : said, state);
		});
		this.panel.note.textContent = all.length ?
			many(status.kitchens.length, "kitchen") : "";
	}

	/* The other eaters; the gateway's clients are told as a number. */
	drawOthers(status)
	{
		const direct = status.eaters.filter(({ via, name }) => !via &&
			name !== "gateway");
		const clients = status.eaters.length - direct.length - 1;
		const some = direct.slice(0, EATERS);

		put(this.gateway.lastElementChild, location.host);
		while (this.others.children.length > some.length)
			this.others.lastElementChild.remove();
		while (this.others.children.length < some.length)
			this.others.append(box("eater"));
		some.forEach(({ name, host }, i) =>
			fill(this.others.children[i], name, "", host, "live"));
		this.clients = Math.max(0, clients);
	}

	connect()
	{
		const { status } = this.app;
		const { system } = status;
		const crowd = this.kitchens.classList.contains("many");
		const from = crowd ? [[this.kitchens, system.inRate]] :
			[...this.kitchens.children].map((node, i) =>
				[node, this.shown[i]?.rate ?? 0,
					node.dataset.state]);

		this.lines.set([
			...from.map(([node, n, state]) =>
				[node, this.hub, n, state]),
			...[...this.others.children].map((node) =>
				[this.hub, node, 0]),
			[this.hub, this.gateway, system.outRate],
			[this.gateway, this.browser, this.counted.rate],
		]);
	}
}
