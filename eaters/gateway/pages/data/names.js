/* SPDX-License-Identifier: MIT */
/*
 * The names that are looked up most. A kitchen tells its table at intervals,
 * and only such tables are counted: the lookups between two of them may have
 * been sampled by the gateway, and what is sampled is no total.
 */

import { count, isMap, map, seconds, text } from "../ui/values.js";

const KITCHENS = 64;
const NAMES = 2000;

const most = (a, b) => b.count - a.count || (a.name < b.name ? -1 : 1);

function readTable(seen)
{
	const names = Object.entries(seen).map(([name, v]) => ({
		name: text(name),
		count: count(map(v).count),
		latest: seconds(map(v).latest),
	}));

	if (names.length > NAMES) {
		names.sort(most);
		names.length = NAMES;
	}
	return names;
}

export class Names {
	static chefs = ["DNSLookupChef"];

	constructor()
	{
		this.tables = new Map();
		this.version = 0;
		this.sorted = [];
		this.sortedAt = 0;
	}

	take(dumpling, chef, kitchen)
	{
		const payload = map(dumpling.payload);
		const seen = payload.lookups_seen;

		if (!isMap(seen) || (!this.tables.has(kitchen) &&
				     this.tables.size >= KITCHENS))
			return;
		this.tables.set(kitchen, {
			names: readTable(seen),
			forgotten: count(payload.forgotten),
		});
		this.version++;
	}

	/* The n names looked up most: [{ name, count, latest }]. */
	top(n)
	{
		return this.all().slice(0, n);
	}

	/* How many names the kitchens tell. */
	get size()
	{
		return this.all().length;
	}

	/* How many names had to make room in the kitchens. */
	get forgotten()
	{
		let sum = 0;

		for (const { forgotten } of this.tables.values())
			sum += forgotten;
		return sum;
	}

	/* All, over all kitchens, those with most messages first. */
	all()
	{
		if (this.sortedAt !== this.version) {
			this.sorted = this.sum().sort(most);
			this.sortedAt = this.version;
		}
		return this.sorted;
	}

	sum()
	{
		const sum = new Map();

		for (const { names } of this.tables.values())
			for (const entry of names) {
				const known = sum.get(entry.name);

				if (!known) {
					sum.set(entry.name, { ...entry });
					continue;
				}
				known.count += entry.count;
				if (entry.latest > known.latest)
					known.latest = entry.latest;
			}
		return [...sum.values()];
	}
}
