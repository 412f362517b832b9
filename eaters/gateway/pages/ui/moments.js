/* SPDX-License-Identifier: MIT */
/* A line of time with a tick for each of a few moments. */

import { clock, many } from "./values.js";
import { el, put } from "./dom.js";

export class Moments {
	/* noun: what happened, "lookup". */
	constructor(noun)
	{
		const ends = el("div", "ends");

		this.noun = noun;
		this.line = el("div", "line-of-time");
		this.line.setAttribute("role", "img");
		this.from = el("span");
		this.to = el("span");
		ends.append(this.from, this.to);
		this.root = el("div", "moments");
		this.root.append(this.line, ends);
	}

	/* moments: [{ time (or null), bad }] */
	draw(moments)
	{
		const known = moments.filter(({ time }) => time !== null);
		const times = known.map(({ time }) => time);
		const from = Math.min(...times);
		const to = Math.max(...times);

		this.root.hidden = known.length < 2;
		if (known.length < 2)
			return;
		while (this.line.children.length > known.length)
			this.line.lastElementChild.remove();
		while (this.line.children.length < known.length)
			this.line.append(el("i"));
		known.forEach(({ time, bad }, i) => {
			const tick = this.line.children[i];

			tick.className = bad ? "bad" : "";
			tick.style.left = 100 * (time - from) /
				(to - from || 1) + "%";
		});
		put(this.from, clock(from, to - from < 10));
		put(this.to, clock(to, to - from < 10));
		this.line.setAttribute("aria-label",
			many(known.length, this.noun) + " from " + clock(from) +
			" to " + clock(to));
	}
}
