/* SPDX-License-Identifier: MIT */
/* One of a few, kept in the page's address: a row of buttons. */

import { button, el } from "./dom.js";

export class Choice {
	/*
	 * choices: [[value, label]], the first being what is chosen unless the
	 * address says another.
	 */
	constructor(address, { key, label, choices })
	{
		this.address = address;
		this.key = key;
		this.choices = choices;
		this.root = el("div", "choice");
		this.root.setAttribute("role", "group");
		this.root.setAttribute("aria-label", label);
		this.buttons = choices.map(([value, name], i) => button(name, () =>
			address.set({ [key]: i === 0 ? "" : value })));
		this.root.append(...this.buttons);
		this.read();
	}

	/* Takes what the address says; call it when that changes. */
	read()
	{
		const said = this.address.get(this.key);
		const known = this.choices.some(([value]) => value === said);

		this.value = known ? said : this.choices[0][0];
		this.choices.forEach(([value], i) =>
			this.buttons[i].setAttribute("aria-pressed",
				String(value === this.value)));
	}
}
