/* SPDX-License-Identifier: MIT */
/* A menu of which one is chosen, and whose entries come and go. */

import { el } from "./dom.js";

export class Menu {
	/* onChange(value) */
	constructor(label, onChange)
	{
		const hidden = el("span", "hide", label);

		this.select = el("select");
		this.select.addEventListener("change",
			() => onChange(this.select.value));
		this.root = el("label", "menu");
		this.root.append(hidden, this.select);
		this.drawn = "";
	}

	/* entries: [[value, text]] */
	fill(entries, chosen)
	{
		const now = JSON.stringify(entries);

		if (now !== this.drawn)
			this.select.replaceChildren(...entries.map(
				([value, s]) => {
					const option = el("option", "", s);

					option.value = value;
					return option;
				}));
		this.drawn = now;
		if (this.select.value !== chosen)
			this.select.value = chosen;
	}
}
