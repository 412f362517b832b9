/* SPDX-License-Identifier: MIT */
/*
 * What changed lately, the latest last. What goes to and fro, as an address
 * that two devices claim, is one change that was seen several times.
 */

const MOST = 200;
const SAME = 20;

export class Changes {
	constructor()
	{
		this.all = [];
		this.count = 0;
	}

	/*
	 * what: "device", "address", "moved" or "name"; mac: whose; subject:
	 * the address or name; from: the MAC or name it was before.
	 */
	add(change)
	{
		const { from = "", kitchen, mac, subject = "", what } = change;
		const pair = [from, mac].sort().join();
		const at = this.all.findIndex((other, i) =>
			i >= this.all.length - SAME && other.what === what &&
			other.subject === subject && other.pair === pair &&
			other.kitchen === kitchen);
		const times = at < 0 ? 1 : this.all[at].times + 1;

		if (at >= 0)
			this.all.splice(at, 1);
		this.all.push({ ...change, from, subject, pair, times,
			n: ++this.count });
		if (this.all.length > MOST)
			this.all.shift();
	}

	/* The latest first. */
	latest()
	{
		return this.all.slice().reverse();
	}
}
