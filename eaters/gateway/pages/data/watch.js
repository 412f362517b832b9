/* SPDX-License-Identifier: MIT */
/*
 * How fast what the hub's status counts goes on, and who dropped something
 * lately. Sets of each kitchen: rate, dumplings a second; dropping, "" or
 * where; and of the hub inRate and outRate.
 */

const KITCHENS = 512;
/* A loss is news for so long. */
const NEWS_S = 15;

const id = ({ name, host }) => JSON.stringify([name, host]);

function sum(kitchen, key)
{
	let n = 0;

	for (const chef of kitchen.stats.values())
		n += chef[key];
	return n;
}

const counts = (kitchen) => ({
	received: sum(kitchen, "received"),
	kernel: kitchen.drops,
	interface: kitchen.device_drops,
	queue: sum(kitchen, "dropped"),
});

const grown = (now, before) => Math.max(0, now - before);

export class Watch {
	constructor()
	{
		this.kitchens = new Map();
		this.at = 0;
		this.hub = null;
	}

	see(status, at)
	{
		const past = at - this.at;
		const kitchens = new Map();

		for (const kitchen of status.kitchens.slice(0, KITCHENS))
			kitchens.set(id(kitchen), this.one(kitchen, at, past));
		this.kitchens = kitchens;
		this.rates(status.system, past);
		this.at = at;
	}

	one(kitchen, at, past)
	{
		const old = this.kitchens.get(id(kitchen));
		const now = counts(kitchen);
		const lost = { ...old?.lost };

		for (const place of ["kernel", "interface", "queue"])
			if (old && now[place] > old.now[place])
				lost[place] = at;
		kitchen.rate = old && past > 0 ?
			grown(now.received, old.now.received) / past : 0;
		kitchen.dropping = Object.keys(lost).filter(
			(place) => at - lost[place] < NEWS_S).join(", ");
		return { now, lost };
	}

	rates(system, past)
	{
		const old = this.hub;

		system.inRate = old && past > 0 ?
			grown(system.in, old.in) / past : 0;
		system.outRate = old && past > 0 ?
			grown(system.out, old.out) / past : 0;
		this.hub = { in: system.in, out: system.out };
	}
}
