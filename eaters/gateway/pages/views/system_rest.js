/* SPDX-License-Identifier: MIT */
/* The hub, the gateway, this browser, and the eaters. */

import { Facts } from "../ui/facts.js";
import { Metrics } from "../data/metrics.js";
import { Panel } from "../ui/dom.js";
import { Table } from "../ui/table.js";
import { brief } from "../ui/units.js";
import { clock, many, number, rate, span } from "../ui/values.js";

class Part {
	constructor(app, title, className)
	{
		this.app = app;
		this.panel = new Panel(title, "part " + className);
		this.facts = new Facts();
		this.panel.body.append(this.facts.root);
		this.roots = [this.panel.root];
	}

	draw(now)
	{
		this.facts.fill(this.told(now));
	}
}

/* A number and how fast it grows. */
const growing = (n, perSecond) => number(n) +
	(perSecond > 0 ? "  (" + rate(perSecond) + "/s)" : "");

export class Hub extends Part {
	constructor(app)
	{
		super(app, "Hub", "hub-facts");
	}

	told(now)
	{
		const { status } = this.app;
		const { system } = status;

		if (!status.known)
			return [["Status", "not here yet"]];
		return [
			["Status", status.informed(now) ? "live" :
				span((now - status.statusAt) / 1000) + " old",
			!status.informed(now)],
			["Up for", span(system.uptime)],
			["Dumplings in", growing(system.in, system.inRate)],
			["Dumplings out", growing(system.out, system.outRate)],
			["Missing", number(system.missing), system.missing > 0],
			["Refused", many(system.refused, "message"),
				system.refused > 0],
			["Cut off", many(system.disconnected, "eater"),
				system.disconnected > 0],
		];
	}
}

export class Gateway extends Part {
	constructor(app)
	{
		super(app, "Gateway", "gateway-facts");
		this.metrics = new Metrics("metrics",
			{ onChange: () => app.wake() });
	}

	close()
	{
		this.metrics.close();
	}

	told()
	{
		const { found, failed, rates } = this.metrics;
		const n = (name) => found.get(name) ?? 0;
		const total = (name) => n(name + "_total");
		const grows = (name) => growing(total(name),
			rates.get(name + "_total") ?? 0);

		if (!found)
			return [["Metrics", failed || "asked for", !!failed]];

		return [
			["Hub", n("hub_connected") ? "connected" :
				"not connected", !n("hub_connected")],
			["Clients", number(n("clients")) + " of " +
				number(total("clients")) + " so far"],
			["Dumplings", grows("dumplings")],
			["Deliveries", grows("deliveries")],
			["Lost by laggards", number(total("deliveries_lost")),
				total("deliveries_lost") > 0],
			["Left out as asked", grows("deliveries_left_out")],
			["Missed", number(total("dumplings_missing")),
				total("dumplings_missing") > 0],
			["Lagged too long", many(total("clients_closed_lagging"),
				"client"), total("clients_closed_lagging") > 0],
			["WebSocket kitchens", number(n("kitchens")) + " of " +
				number(total("kitchens")) + " so far"],
			...failed ? [["Metrics", failed, true]] : [],
		];
	}
}

export class Browser extends Part {
	constructor(app)
	{
		super(app, "This browser", "browser-facts");
		this.last = { at: 0, received: 0, perSecond: 0 };
	}

	told(now)
	{
		const { client, losses } = this.app;
		const { received, breaks, brokenMs, leftOut = 0 } = client;
		const lost = losses.places().filter(({ noun }) =>
			noun === "dumpling").reduce((sum, p) => sum + p.count, 0);

		if (now - this.last.at >= 1000)
			this.last = { at: now, received,
				perSecond: this.last.at ?
					1000 * (received - this.last.received) /
					(now - this.last.at) : 0 };
		return [
			["Connection", client.state.name + " for " +
				span((now - client.state.since) / 1000),
			client.state.name !== "connected"],
			["Received", growing(received, this.last.perSecond)],
			["Left out as asked", number(leftOut)],
			["Known to be lost", many(lost, "dumpling"), lost > 0],
			["Disconnected", many(breaks, "time") + (breaks ?
				", " + span(Math.ceil(brokenMs / 1000)) +
				" in all" : ""), breaks > 0],
			["Not understood", many(client.sequences.unreadable,
				"message"), client.sequences.unreadable > 0],
		];
	}
}

export class Eaters {
	constructor(app)
	{
		this.app = app;
		this.version = -1;
		this.panel = new Panel("Eaters", "eaters-list");
		this.roots = [this.panel.root];
		this.table = new Table({ label: "Eaters",
			sort: { key: "since", down: false },
			id: ({ name, host, since, nth }) => JSON.stringify(
				[name, host, since, nth]),
			columns: [
				{ key: "name", title: "Name",
					className: "name", text: (e) => e.name,
					value: (e) => e.name, down: false },
				{ key: "host", title: "Host",
					text: (e) => e.host,
					value: (e) => e.host, down: false },
				{ key: "via", title: "Through",
					text: (e) => e.via,
					value: (e) => e.via, down: false },
				{ key: "since", title: "Since",
					className: "time n",
					text: (e) => clock(e.since),
					value: (e) => e.since ?? 0 },
			] });
		this.panel.body.append(this.table.root);
	}

	draw()
	{
		const { status } = this.app;

		this.table.say(status.known ? "No eater is at the hub" :
			"Waiting for the hub\u2019s status");
		if (this.version === status.version)
			return;
		this.version = status.version;
		this.table.fill(status.eaters.map((e, nth) => ({ ...e, nth })));
		this.panel.note.textContent = status.allEaters ?
			brief(status.allEaters) : "";
	}
}
