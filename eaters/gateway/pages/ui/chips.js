/* SPDX-License-Identifier: MIT */
/*
 * Kinds of things that can be chosen, any number of them, with how many there
 * are of each. None chosen means all. Kept in the page's address.
 */

import { button, el, put, show } from "./dom.js";
import { number, shown } from "./values.js";

const CHIPS = 10;

export class Chips {
	/* colour(kind): the class that has its colour. */
	constructor(address, { key, label, colour })
	{
		this.address = address;
		this.key = key;
		this.colour = colour;
		this.chips = new Map();
		this.root = el("div", "chips");
		this.root.setAttribute("role", "group");
		this.root.setAttribute("aria-label", label);
		this.read();
	}

	/* Takes what the address says; call it when that changes. */
	read()
	{
		this.chosen = new Set(this.address.get(this.key).split(",")
			.filter(Boolean).slice(0, CHIPS));
		for (const kind of this.chosen)
			this.chip(kind);
		for (const [kind, { node }] of this.chips)
			node.setAttribute("aria-pressed",
				String(this.chosen.has(kind)));
	}

	has(kind)
	{
		return this.chosen.size === 0 || this.chosen.has(kind);
	}

	toggle(kind)
	{
		const chosen = new Set(this.chosen);

		if (!chosen.delete(kind))
			chosen.add(kind);
		this.address.set({ [this.key]: [...chosen].join(",") });
	}

	chip(kind)
	{
		let chip = this.chips.get(kind);

		if (!chip && (this.chips.size < CHIPS || this.chosen.has(kind))) {
			const node = button("", () => this.toggle(kind),
				"chip " + this.colour(kind));
			const count = el("small");

			node.append(el("span", "", shown(kind)), count);
			node.setAttribute("aria-pressed", "false");
			this.root.append(node);
			chip = { node, count };
			this.chips.set(kind, chip);
		}
		return chip;
	}

	/* kinds: that of each thing, as often as there are such things. */
	fill(kinds)
	{
		const counts = new Map();

		for (const kind of kinds)
			counts.set(kind, (counts.get(kind) ?? 0) + 1);
		for (const [kind] of [...counts].sort((a, b) => b[1] - a[1]))
			this.chip(kind);
		for (const [kind, { count }] of this.chips)
			put(count, number(counts.get(kind) ?? 0));
		show(this.root, this.chips.size > 0);
	}
}
