/* SPDX-License-Identifier: MIT */
/* What is known of one device, and what changed about it. */

import { Address } from "../ui/address.js";
import { Panel, button, el, link, put, show } from "../ui/dom.js";
import { Table } from "../ui/table.js";
import { ago, clock, many, shown } from "../ui/values.js";
import { change } from "./devices_change.js";

const LOCAL = "none: the address was chosen by the device or by " +
	"its administrator";

const FACTS = [
	["MAC", (device) => device.mac],
	["Vendor", (device, page) => device.local ? LOCAL :
		page.knownVendor(device.mac)],
	["Name", (device, page) => {
		const name = page.nameOf(device);

		return name && name + ", from " + (device.nameFrom || "DNS");
	}],
	["System", (device) => device.vendorClass],
	["First seen", (device) => clock(device.first)],
	["Last seen", (device, page) => clock(device.last) + ", " +
		ago(page.now - device.lastSeen)],
	["Kitchens", (device) => [...device.kitchens].join(", ")],
	["Offers", (device) => [...device.services].join(", ")],
	["Announced", (device) => device.announced ?
		"its address unasked (gratuitous ARP), seen " +
			many(device.announced, "time") : ""],
	["ARP", (device) => device.note],
];

export class DeviceDetail {
	constructor(page)
	{
		this.page = page;
		this.mac = "";
		this.panel = new Panel("", "detail");
		this.panel.tools.append(button("Close", () => page.open(null)));
		this.root = this.panel.root;
		this.none = el("p", "empty",
			"No device of this MAC address is known here");
		this.facts = el("dl", "facts");
		this.fields = FACTS.map(([title]) => {
			const dt = el("dt", "", title);
			const dd = el("dd");

			this.facts.append(dt, dd);
			return { dt, dd };
		});
		this.addresses = this.makeAddresses();
		this.historyTitle = el("h3", "", "Changes");
		this.history = this.makeHistory();
		this.panel.body.append(this.none, this.facts,
			el("h3", "", "Addresses"), this.addresses.root,
			this.historyTitle, this.history.root);
	}

	makeAddresses()
	{
		return new Table({
			label: "Addresses",
			columns: [
				{ key: "ip", title: "Address",
					className: "address wide",
					draw: (td, { ip }) =>
						this.drawAddress(td, ip) },
				{ key: "via", title: "By",
					text: ({ via }) => via },
				{ key: "last", title: "Seen",
					className: "time n",
					text: ({ last }) => clock(last) },
				{ key: "left", title: "Now",
					text: ({ left }) => left ?
						"another\u2019s" : "its own" },
			],
		});
	}

	/* An address leads to what it looks up. */
	drawAddress(td, ip)
	{
		let a = td.firstElementChild;

		if (!a) {
			a = link("", "");
			td.append(a);
		}
		a.href = Address.link("dns", { client: ip });
		put(a, shown(ip));
		a.setAttribute("aria-label", shown(ip) + ", its DNS lookups");
	}

	makeHistory()
	{
		return new Table({
			label: "Changes of this device",
			columns: [
				{ key: "time", title: "Time", className: "time",
					text: ({ time }) => clock(time) },
				{ key: "what", title: "What",
					className: "words wide",
					text: (c) => change(c, (mac) =>
						this.page.who(mac)) },
			],
		});
	}

	choose(mac)
	{
		if (mac !== this.mac)
			this.panel.body.scrollTop = 0;
		this.mac = mac;
	}

	draw()
	{
		const { model } = this.page;
		const device = model.devices.get(this.mac);

		put(this.panel.title, shown((device &&
			this.page.nameOf(device)) || this.mac) + " ");
		put(this.panel.note, "device");
		show(this.none, !device);
		for (const node of this.panel.body.children)
			if (node !== this.none)
				show(node, Boolean(device));
		if (device)
			this.drawDevice(device, model.history(device.mac));
	}

	drawDevice(device, history)
	{
		FACTS.forEach(([, say], i) => {
			const { dd, dt } = this.fields[i];
			const s = say(device, this.page);

			put(dd, shown(s));
			show(dt, s !== "");
			show(dd, s !== "");
		});
		this.addresses.fill([...device.addresses.values()].reverse());
		this.addresses.say("None is known");
		show(this.historyTitle, history.length > 0);
		show(this.history.root, history.length > 0);
		this.history.fill(history);
	}
}
