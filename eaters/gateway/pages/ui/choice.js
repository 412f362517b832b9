/* SPDX-License-Identifier: MIT */
/* One of a few, kept in the page's address: a row of buttons. */

import { button, el } from "./dom.js";

export class Choice {
	/*
	 * of: [[value, label]], the first being what is chosen unless the
	 * address says another.
	 */
	constructor(address, { key, label, of })
	{
		this.address = address;
		this.key = key;
		this.of = of;
		this.root = el("div", "choice");
		this.root.setAttribute("role", "group");
		this.root.setAttribute("aria-label", label);
		this.buttons = of.map(([value, name], i) => button(name, () =>
			address.set({ [key]: i === 0 ? "" : value })));
		this.root.append(...this.buttons);
		this.read();
	}

	/* Takes what the address says; call it when that changes. */
	read()
	{
		const said = this.address.get(this.key);
		const known = this.of.some(([value]) => value === said);

		this.value = known ? said : this.of[0][0];
		this.of.forEach(([value], i) =>
			this.buttons[i].setAttribute("aria-pressed",
				String(value === this.value)));
	}
}
