/* SPDX-License-Identifier: MIT */
/*
 * The names that are looked up most. A kitchen tells its whole table at
 * intervals; between two of them each lookup is counted here.
 */

import { Table } from "./dom.js";
import { clock, count, isMap, many, map, number, seconds, text }
	from "./values.js";

const KITCHENS = 64;
const NAMES = 5000;
const ROWS = 50;

class Counted {
	constructor()
	{
		this.names = new Map();
		this.more = false;
		this.forgotten = 0;
		this.uncounted = 0;
	}

	/* Takes a kitchen's own table; of a large one the top. */
	replace(seen, forgotten)
	{
		const told = Object.entries(seen).map(([name, v]) =>
			[text(name), {
				n: count(map(v).count),
				latest: seconds(map(v).latest),
			}]);

		this.more = told.length > NAMES;
		if (this.more) {
			told.sort((a, b) => b[1].n - a[1].n);
			told.length = NAMES;
		}
		this.names = new Map(told);
		this.forgotten = forgotten;
		this.uncounted = 0;
	}

	lookup(name, when)
	{
		const known = this.names.get(name);

		if (known) {
			known.n++;
			known.latest = when;
		} else if (this.names.size < NAMES) {
			this.names.set(name, { n: 1, latest: when });
		} else {
			this.uncounted++;
		}
	}
}

export class Names {
	constructor(kitchens)
	{
		this.chefs = ["DNSLookupChef"];
		this.kitchens = kitchens;
		this.counted = new Map();
		this.table = new Table("top-names",
			["name long wide", "n", "n dim"]);
	}

	take(dumpling, chef, kitchen)
	{
		const payload = map(dumpling.payload);
		const lookup = payload.lookup;
		const seen = payload.lookups_seen;
		let counted = this.counted.get(kitchen);

		if (!isMap(seen) && typeof map(lookup).hostname !== "string")
			return;
		if (!counted) {
			if (this.counted.size >= KITCHENS)
				return;
			counted = new Counted();
			this.counted.set(kitchen, counted);
		}
		if (isMap(seen))
			counted.replace(seen, count(payload.forgotten));
		else
			counted.lookup(text(lookup.hostname),
				seconds(lookup.when));
	}

	/* Over all kitchens: the names, summed. */
	sum()
	{
		if (this.counted.size === 1)
			return this.counted.values().next().value.names;
		const sum = new Map();

		for (const { names } of this.counted.values()) {
			for (const [name, { n, latest }] of names) {
				const known = sum.get(name);

				if (!known) {
					sum.set(name, { n, latest });
					continue;
				}
				known.n += n;
				if (latest > known.latest)
					known.latest = latest;
			}
		}
		return sum;
	}

	draw()
	{
		const sum = this.sum();
		const top = [];
		let least = 0;

		for (const entry of sum) {
			if (top.length >= ROWS && entry[1].n <= least)
				continue;
			top.push(entry);
			if (top.length >= 2 * ROWS) {
				top.sort((a, b) => b[1].n - a[1].n);
				top.length = ROWS;
				least = top[ROWS - 1][1].n;
			}
		}
		top.sort((a, b) => b[1].n - a[1].n ||
			(a[0] < b[0] ? -1 : 1));
		top.length = Math.min(top.length, ROWS);
		const most = Math.max(1, top.length ? top[0][1].n : 1);

		this.table.fill(top.map(([name, { n, latest }]) => ({
			cells: [name || "(root)", number(n), clock(latest)],
			share: n / most,
		})));
		this.say(sum.size);
	}

	say(size)
	{
		let forgotten = 0;
		let uncounted = 0;
		let more = false;

		for (const counted of this.counted.values()) {
			forgotten += counted.forgotten;
			uncounted += counted.uncounted;
			more ||= counted.more;
		}
		this.table.note.textContent = (more ? "more than " : "") +
			(size ? many(size, "name") : "") +
			(forgotten ? ", " + number(forgotten) +
				" forgotten by kitchens" : "") +
			(uncounted ? ", " + many(uncounted, "lookup") +
				" to be counted" : "");
		this.table.waiting(this.kitchens.awaited("DNSLookupChef",
			"the first lookup"));
	}
}
