/* SPDX-License-Identifier: MIT */
/* All chefs, those never heard of too, by what the hub has from them. */

import { count, list, map, seconds, text } from "../ui/values.js";

const KITCHENS = 512;
const CHEFS = 256;
const STREAMS = 8192;

/* "netdumplings.dumplingchefs.ARPChef" is ARPChef. */
function chefName(v)
{
	const name = text(v);

	return name.slice(name.lastIndexOf(".") + 1);
}

export class Chefs {
	static chefs = ["SystemStatusChef"];

	constructor()
	{
		this.chefs = new Map();
		this.counts = new Map();
		this.at = null;
		this.version = 0;
	}

	take(dumpling)
	{
		const { dumpling_kitchens: kitchens } = map(dumpling.payload);
		const at = seconds(map(dumpling.metadata).creation_time);
		const past = this.at !== null && at > this.at ? at - this.at : 0;

		if (!Array.isArray(kitchens))
			return;
		const before = this.counts;

		this.chefs = new Map();
		this.counts = new Map();
		for (const v of kitchens.slice(0, KITCHENS))
			this.kitchen(map(v), before, past);
		this.at = at;
		this.version++;
	}

	kitchen({ info_from_kitchen: own, info_from_hub: hub }, before, past)
	{
		const info = map(own);
		const name = text(info.kitchen_name);
		const host = text(info.host, text(map(hub).host));
		const came = map(map(hub).chefs);

		for (const v of list(info.chefs).slice(0, CHEFS))
			this.chef(chefName(v), name);
		for (const key of Object.keys(came).slice(0, CHEFS)) {
			const chef = this.chef(text(key), name);
			const stream = JSON.stringify([name, host, key]);
			const n = count(map(came[key]).received);
			const more = n - (before.get(stream) ?? n);

			if (this.counts.size < STREAMS)
				this.counts.set(stream, n);
			if (!chef)
				continue;
			chef.received += n;
			if (past)
				chef.rate = (chef.rate ?? 0) +
					Math.max(0, more) / past;
		}
	}

	chef(name, kitchen)
	{
		let chef = this.chefs.get(name);

		if (!chef && name && this.chefs.size < CHEFS) {
			chef = { name, kitchens: new Set(), received: 0,
				rate: null };
			this.chefs.set(name, chef);
		}
		if (kitchen)
			chef?.kitchens.add(kitchen);
		return chef;
	}

	/* The names of a chef's kitchens; no chef: of all. */
	kitchens(chef)
	{
		const chefs = chef ? [this.chefs.get(chef)] :
			[...this.chefs.values()];

		return [...new Set(chefs.flatMap((one) =>
			one ? [...one.kitchens] : []))].sort();
	}
}
