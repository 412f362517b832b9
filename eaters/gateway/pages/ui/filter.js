/* SPDX-License-Identifier: MIT */
/*
 * A search box that narrows a page as one types, and is kept in the page's
 * address. "/" moves the keyboard to the page's first one, Escape empties it.
 */

import { el } from "./dom.js";

let boxes = 0;

export class Filter {
	/* onChange() is called when `words` has changed. */
	constructor(address, { key = "find", label, placeholder, onChange })
	{
		const id = "filter-" + ++boxes;
		const hidden = el("label", "hide", label);

		this.address = address;
		this.key = key;
		this.onChange = onChange;
		this.input = el("input");
		Object.assign(this.input, { type: "search", id, placeholder,
			autocomplete: "off", spellcheck: false,
			maxLength: 255 });
		hidden.htmlFor = id;
		this.root = el("div", "filter");
		this.root.append(hidden, this.input);
		this.input.addEventListener("input", () => this.typed());
		this.input.addEventListener("keydown", (e) => {
			if (e.key === "Escape") {
				this.input.value = "";
				this.typed();
			}
		});
		this.words = [];
		this.read();
	}

	/* Takes what the address says; call it when that changes. */
	read()
	{
		const value = this.address.get(this.key);

		if (this.input.value.trim() !== value)
			this.input.value = value;
		this.split(value);
	}

	typed()
	{
		this.address.set({ [this.key]: this.input.value.trim() }, true);
		this.split(this.input.value);
		this.onChange();
	}

	split(value)
	{
		this.words = value.toLowerCase().split(/\s+/).filter(Boolean);
	}

	/* Whether each word is in one of the texts. */
	passes(...texts)
	{
		return this.words.every((word) => texts.some((s) =>
			s.toLowerCase().includes(word)));
	}
}

addEventListener("keydown", (e) => {
	const busy = e.target.closest?.("input, textarea, select");
	const box = document.querySelector("#view input[type=search]");

	if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || busy || !box)
		return;
	e.preventDefault();
	box.focus();
	box.select();
});
