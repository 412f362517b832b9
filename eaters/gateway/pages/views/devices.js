/* SPDX-License-Identifier: MIT */
/*
 * Devices: a table of all that were seen, and beside it what changed or, when
 * one was chosen, its history.
 */

import { beginning, networks } from "../data/networks.js";
import { Choice } from "../ui/choice.js";
import { DeviceDetail } from "./devices_detail.js";
import { Devices as Model, isLocal } from "../data/devices.js";
import { HostNames } from "../data/hostnames.js";
import { Filter } from "../ui/filter.js";
import { Panel, el, put, putCell, show } from "../ui/dom.js";
import { Sampled } from "../ui/sampled.js";
import { Sorting } from "../ui/sorting.js";
import { Table } from "../ui/table.js";
import { Vendors } from "../data/vendors.js";
import { ago, clock, number, shown } from "../ui/values.js";
import { change } from "./devices_change.js";

const ROWS = 500;
const NETWORKS = 20;
const DRAW_MS = 1000;
const RECENT_MS = 300000;
const MARKS = {
	device: "new",
	address: "new address",
	moved: "took an address over",
	name: "new name",
};

export default class Devices {
	static path = "devices";
	static title = "Devices";
	static models = [Model, HostNames];

	constructor(root, app)
	{
		this.app = app;
		this.model = app.model(Model);
		this.hostNames = app.model(HostNames);
		this.sampled = new Sampled(app,
			["ARPChef", "DHCPChef", "MDNSChef"]);
		this.vendors = new Vendors(() => this.anew());
		this.now = Date.now();
		this.panel = new Panel("Devices", "all");
		this.sorting = new Sorting(app.address,
			{ key: "first", down: true });
		this.makeTools();
		this.table = this.makeTable();
		this.panel.body.append(this.table.root);
		this.recent = new Panel("Changes", "changes");
		this.list = this.makeChanges();
		this.recent.body.append(this.list.root);
		this.nets = new Panel("Networks", "networks");
		this.netTable = this.makeNetworks();
		this.nets.body.append(this.netTable.root);
		this.tops = el("div", "tops");
		this.tops.append(this.recent.root, this.nets.root);
		this.detail = new DeviceDetail(this);
		this.aside = el("div", "aside");
		this.aside.append(this.tops, this.detail.root);
		root.append(this.panel.root, this.aside);
		this.readdress();
	}

	/* --- making ------------------------------------------------------ */

	makeTools()
	{
		const { address } = this.app;

		this.filter = new Filter(address, {
			label: "Narrow the devices",
			placeholder: "Name, MAC, address, vendor \u2026",
			onChange: () => this.anew(),
		});
		this.choice = new Choice(address, {
			key: "show", label: "Which devices",
			choices: [["all", "All"],
				["changed", "Changed lately"]],
		});
		this.panel.tools.append(this.filter.root, this.choice.root);
	}

	makeTable()
	{
		return new Table({
			label: "Devices",
			rows: ROWS,
			id: ({ mac }) => mac,
			...this.sorting.options(),
			onOpen: ({ mac }) => this.open(mac),
			mark: (device) => this.mark(device) ? "noted" : "",
			columns: this.columns(),
		});
	}

	columns()
	{
		return [
			{ key: "name", title: "Device", className: "name wide",
				down: false,
				draw: (td, device) => {
					const name = this.nameOf(device);

					putCell(td, [name || "unnamed",
						this.mark(device)]);
					td.classList.toggle("unnamed", !name);
				},
				value: (device) => this.nameOf(device)
					.toLowerCase() || "\uffff" },
			{ key: "address", title: "Address",
				className: "address", down: false,
				draw: (td, device) =>
					this.drawAddress(td, device),
				value: ({ place }) => place },
			{ key: "mac", title: "MAC", className: "address",
				down: false, text: ({ mac }) => mac,
				value: ({ mac }) => mac },
			{ key: "vendor", title: "Vendor", className: "vendor",
				down: false,
				draw: (td, device) => {
					put(td, shown(this.vendor(device.mac)));
					td.classList.toggle("dim",
						device.local);
				},
				value: ({ mac }) =>
					this.knownVendor(mac) || "\uffff" },
			{ key: "kitchen", title: "Kitchen",
				className: "dim kitchen",
				text: ({ kitchens }) =>
					[...kitchens].join(", ") },
			{ key: "first", title: "First seen",
				className: "time n first",
				text: ({ first }) => clock(first),
				value: ({ firstSeen }) => firstSeen },
			{ key: "last", title: "Last seen",
				className: "n dim last",
				text: ({ lastSeen }) =>
					ago(this.now - lastSeen),
				value: ({ lastSeen }) => lastSeen },
		];
	}

	drawAddress(td, device)
	{
		const { own } = device;
		const before = [...device.addresses.keys()].pop();
		const rest = own.length > 1 ?
			" +" + number(own.length - 1) : "";

		put(td, own.length ? shown(own[0]) + rest :
			before ? "had " + shown(before) : "\u2013");
		td.classList.toggle("dim", own.length === 0);
	}

	makeChanges()
	{
		return new Table({
			label: "Changes",
			rows: 100,
			id: ({ n }) => n,
			onOpen: ({ mac }) => this.open(mac),
			columns: [
				{ key: "time", title: "Time", className: "time",
					text: ({ time }) => clock(time) },
				{ key: "what", title: "What",
					className: "words wide",
					text: (c) => change(c, (mac) =>
						this.who(mac)) },
			],
		});
	}

	makeNetworks()
	{
		return new Table({
			label: "Networks",
			id: ({ net }) => net,
			onOpen: ({ net }) =>
				this.app.address.set({ find: beginning(net) }),
			share: ({ devices }) => devices / this.most,
			columns: [
				{ key: "net", title: "Network",
					className: "address wide",
					text: ({ net }) => net },
				{ key: "devices", title: "Devices",
					className: "n",
					text: ({ devices }) =>
						number(devices) },
				{ key: "active", title: "In the last minute",
					className: "n dim",
					text: ({ active }) => number(active) },
			],
		});
	}

	/* --- what is known ----------------------------------------------- */

	/* Asks for it, if it has not been asked for. */
	knownVendor(mac)
	{
		return isLocal(mac) ? "" : this.vendors.name(mac);
	}

	vendor(mac)
	{
		return isLocal(mac) ? "local or random" : this.knownVendor(mac);
	}

	/* What a device calls itself, or else what is its address called. */
	nameOf(device)
	{
		return device.name || device.own.map((ip) =>
			this.hostNames.get(ip)).find(Boolean) || "";
	}

	who(mac)
	{
		const device = this.model.devices.get(mac);
		const name = device ? this.nameOf(device) : "";

		return name ? name + " (" + mac + ")" : mac;
	}

	/* What is to be said of a device that changed lately. */
	mark({ changed, changedAt })
	{
		return changed && this.now - changedAt < RECENT_MS ?
			MARKS[changed] + ", " + ago(this.now - changedAt) : "";
	}

	passes(device)
	{
		if (this.choice.value === "changed" && !this.mark(device))
			return false;
		return this.filter.words.length === 0 || this.filter.passes(
			this.nameOf(device), device.mac,
			...device.addresses.keys(),
			this.vendors.names.get(device.mac.slice(0, 8)
				.replaceAll(":", "-")) ?? "",
			device.local ? "local random" : "",
			...device.kitchens, device.vendorClass,
			...device.services, this.mark(device));
	}

	/* --- what is chosen ---------------------------------------------- */

	open(mac)
	{
		this.app.address.set({ mac });
	}

	escape()
	{
		this.open(null);
	}

	readdress()
	{
		const mac = this.app.address.get("mac").toLowerCase();

		/* On a phone what is open is at the top. */
		if (mac && mac !== this.detail.mac)
			scrollTo(0, 0);
		this.filter.read();
		this.choice.read();
		this.sorting.read(this.table);
		this.detail.choose(mac);
		this.table.open(mac);
		show(this.tops, !mac);
		show(this.detail.root, Boolean(mac));
		this.aside.classList.toggle("open", Boolean(mac));
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
		this.now = now;
		const all = this.model.all();
		const some = all.filter((device) => this.passes(device));

		this.table.fill(some);
		put(this.panel.note, this.said(all.length, some.length));
		this.table.say(all.length ?
			"No device is like that" :
			this.app.status.awaited("ARPChef",
				"the first ARP or DHCP packet"));
		if (this.detail.mac)
			this.detail.draw();
		else
			this.drawTops(all);
	}

	said(all, some)
	{
		const { forgotten } = this.model;
		const parts = [];

		if (all > 0)
			parts.push((some < all ? number(some) + " of " : "") +
				number(all) + " seen since " +
				clock(this.model.since / 1000));
		if (some > ROWS)
			parts.push(number(ROWS) + " shown");
		if (forgotten)
			parts.push(number(forgotten) +
				" not heard for longest forgotten");
		if (this.sampled.lately(this.now))
			parts.push("sampled");
		if (this.vendors.installed === false)
			parts.push("no vendor names: install ieee-data");
		return parts.join(", ");
	}

	drawTops(all)
	{
		const { changes } = this.model;
		const nets = networks(all, this.now).slice(0, NETWORKS);

		this.most = Math.max(1, nets[0]?.devices ?? 1);
		this.netTable.fill(nets);
		this.netTable.say("Waiting for the first address");
		if (this.changesDrawn === changes.count)
			return;
		this.changesDrawn = changes.count;
		this.list.fill(changes.latest());
		this.list.say("None so far. New devices, addresses that move " +
			"to another device, and new names are listed here");
	}
}
