/* SPDX-License-Identifier: MIT */
/* Who else eats, as the hub's status knows it. */

import { Table } from "./dom.js";
import { clock, many, map, seconds, text } from "./values.js";

const EATERS = 200;

/* A name may be any value; what has no text of its own is shown as JSON. */
function readName(v)
{
	return text(v) || (v && typeof v === "object" ?
		text(JSON.stringify(v)) : "(no name)");
}

/* Those that come through a gateway have the address that it sees. */
function readAddress(hub)
{
	const via = text(hub.via);

	return text(hub.host) + (via ? ", through " + via : "");
}

function readEater(v)
{
	const hub = map(map(v).info_from_hub);

	return {
		name: readName(map(map(v).info_from_eater).eater_name),
		address: readAddress(hub),
		since: seconds(hub.connected_at),
	};
}

export class Eaters {
	constructor()
	{
		this.chefs = ["SystemStatusChef"];
		this.table = new Table("eaters", ["name", "address", "n dim"]);
		this.list = [];
		this.all = -1;
	}

	take(dumpling)
	{
		const eaters = map(dumpling.payload).dumpling_eaters;

		if (!Array.isArray(eaters))
			return;
		this.all = eaters.length;
		this.list = eaters.slice(0, EATERS).map(readEater);
	}

	draw()
	{
		this.table.fill(this.list.map(({ name, address, since }) => ({
			cells: [name, address, clock(since)],
		})));
		this.table.note.textContent = this.all < 0 ? "" :
			many(this.all, "eater") + (this.all > EATERS ?
				", the first " + EATERS + " shown" : "");
		this.table.waiting(this.all < 0 ?
			"Waiting for the hub\u2019s status" :
			"No eater is at the hub");
	}
}
