/* SPDX-License-Identifier: MIT */
/* Devices as ARP shows them: who claims which address. */

import { Table } from "./dom.js";
import { clock, many, map, number, seconds, text } from "./values.js";

const DEVICES = 1000;
const ROWS = 200;

export class Arp {
	constructor(kitchens)
	{
		this.chefs = ["ARPChef"];
		this.kitchens = kitchens;
		this.devices = new Map();
		this.forgotten = 0;
		this.table = new Table("arp",
			["address", "address wide", "", "n dim"]);
	}

	take(dumpling)
	{
		const arp = map(dumpling.payload);

		if (typeof arp.src_hw !== "string" &&
		    typeof arp.src_ip !== "string")
			return;
		const hw = text(arp.src_hw);
		const ip = text(arp.src_ip);
		const key = hw + " " + ip;
		const device = this.devices.get(key) ?? { hw, ip, note: "" };

		device.operation = text(arp.operation);
		device.when = seconds(arp.time) ??
			seconds(dumpling.metadata.creation_time);
		device.note = text(arp.notes, device.note);
		this.devices.delete(key);
		this.devices.set(key, device);
		if (this.devices.size > DEVICES) {
			this.devices.delete(this.devices.keys().next().value);
			this.forgotten++;
		}
	}

	draw()
	{
		const rows = [...this.devices.values()].slice(-ROWS).reverse();

		this.table.fill(rows.map((device) => ({
			cells: [
				device.ip,
				[device.hw, device.note],
				device.operation,
				clock(device.when),
			],
			mark: device.note ? "noted" : "",
		})));
		this.table.note.textContent = this.devices.size ?
			many(this.devices.size, "device") + (this.forgotten ?
				", " + number(this.forgotten) +
				" seen longest ago forgotten" : "") : "";
		this.table.waiting(this.kitchens.awaited("ARPChef",
			"the first ARP packet"));
	}
}
