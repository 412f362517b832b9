/* SPDX-License-Identifier: MIT */
/* A few buttons of which one is chosen; which, is in the page's address. */

import { button, el } from "./dom.js";

export class Choice {
	/* choices: [[value, label]]; the first is what is meant without. */
	constructor(address, { key, label, choices, onChange })
	{
		this.address = address;
		this.key = key;
		this.choices = choices;
		this.root = el("div", "choice");
		this.root.setAttribute("role", "group");
		this.root.setAttribute("aria-label", label);
		this.buttons = choices.map(([value, name], i) =>
			button(name, () => {
				address.set({ [key]: i ? value : "" });
				this.read();
				onChange();
			}));
		this.root.append(...this.buttons);
		this.read();
	}

	/* Takes what the address says; call it when that changes. */
	read()
	{
		const asked = this.address.get(this.key);
		const at = this.choices.findIndex(([value]) => value === asked);

		this.value = this.choices[Math.max(0, at)][0];
		this.buttons.forEach((b, i) => b.setAttribute("aria-pressed",
			String(i === Math.max(0, at))));
	}
}
