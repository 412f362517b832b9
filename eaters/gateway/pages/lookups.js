/* SPDX-License-Identifier: MIT */
/* The stream of lookups, newest first, with pause and filter. */

import { Table } from "./dom.js";
import { clock, many, map, number, seconds, text } from "./values.js";

const KEPT = 2000;
const ROWS = 200;

/* The last so many of something. */
class Ring {
	constructor(size)
	{
		this.size = size;
		this.clear();
	}

	clear()
	{
		this.items = [];
		this.total = 0;
	}

	push(item)
	{
		if (this.items.length < this.size)
			this.items.push(item);
		else
			this.items[this.total % this.size] = item;
		this.total++;
	}

	/* The newest n, newest first. */
	newest(n)
	{
		const out = [];
		const have = Math.min(n, this.items.length);

		for (let i = 1; i <= have; i++)
			out.push(this.items[(this.total - i) % this.size]);
		return out;
	}
}

export class Lookups {
	constructor(kitchens)
	{
		this.chefs = ["DNSLookupChef"];
		this.kitchens = kitchens;
		this.kept = new Ring(KEPT);
		this.lines = new Ring(ROWS);
		this.drawn = 0;
		this.filter = "";
		this.held = null;
		this.table = new Table("lookups",
			["time", "name long wide", "dim"]);
		this.button = document.getElementById("lookups-pause");
		this.input = document.getElementById("lookups-filter");
		this.button.addEventListener("click", () => this.pause());
		this.input.addEventListener("input", () => this.narrow());
	}

	take(dumpling, chef, kitchen)
	{
		const lookup = map(map(dumpling.payload).lookup);

		if (typeof lookup.hostname !== "string")
			return;
		const line = {
			when: seconds(lookup.when) ??
				seconds(dumpling.metadata.creation_time),
			name: text(lookup.hostname),
			kitchen: kitchen ?? "",
		};

		this.kept.push(line);
		if (this.held === null && this.passes(line))
			this.lines.push(line);
	}

	passes({ name, kitchen })
	{
		return this.filter === "" ||
			name.toLowerCase().includes(this.filter) ||
			kitchen.toLowerCase().includes(this.filter);
	}

	/* The lines anew, from what is kept or, paused, from what was then. */
	rebuild()
	{
		const from = this.held ?? this.kept.newest(KEPT);

		this.lines.clear();
		for (let i = from.length - 1; i >= 0; i--)
			if (this.passes(from[i]))
				this.lines.push(from[i]);
		this.drawn = 0;
		this.draw();
	}

	narrow()
	{
		this.filter = this.input.value.trim().toLowerCase();
		this.rebuild();
	}

	pause()
	{
		if (this.held === null) {
			this.held = this.kept.newest(KEPT);
			this.heldAt = this.kept.total;
		} else {
			this.held = null;
		}
		const paused = this.held !== null;

		this.button.setAttribute("aria-pressed", String(paused));
		this.button.textContent = paused ? "Go on" : "Pause";
		this.rebuild();
	}

	/* Writes the new lines only: the oldest rows move to the top. */
	draw()
	{
		const body = this.table.body;
		const all = this.lines.newest(ROWS);
		const fresh = this.drawn === 0 ? all.length :
			Math.min(all.length, this.lines.total - this.drawn);

		while (body.children.length > (this.drawn ? ROWS : all.length))
			body.lastElementChild.remove();
		for (let i = fresh - 1; i >= 0; i--) {
			const full = this.drawn === 0 ?
				body.children.length >= all.length :
				body.children.length >= ROWS;
			const tr = full ? body.lastElementChild :
				this.table.row();
			const { when, name, kitchen } = all[i];

			this.table.write(tr, {
				cells: [clock(when, true), name || "(root)",
					kitchen],
			});
			body.prepend(tr);
		}
		this.drawn = this.lines.total;
		this.table.filled(all.length > 0);
		this.say();
	}

	say()
	{
		const total = this.kept.total;
		const missed = this.held ? total - this.heldAt : 0;

		this.table.note.textContent =
			(total ? number(total) + " seen" : "") +
			(this.held ? ", paused, " + number(missed) + " new" :
				"");
		this.table.waiting(total && this.filter ?
			"None of the last " + many(this.kept.items.length,
				"lookup") + " contains this" :
			this.kitchens.awaited("DNSLookupChef",
				"the first lookup"));
	}
}
