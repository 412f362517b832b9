/* SPDX-License-Identifier: MIT */
/* All parts in detail, and what each of them lost. */

import { Eaters, Hub, Gateway, Browser } from "./system_rest.js";
import { Kitchens } from "./system_kitchens.js";
import { Lost } from "./system_lost.js";
import { Traffic } from "../data/traffic.js";
import { el } from "../ui/dom.js";

/* Counters come once a second. */
const SOON_MS = 900;

export default class System {
	static path = "system";
	static title = "System";
	static models = [Traffic];

	constructor(root, app)
	{
		this.drawnAt = 0;
		this.parts = [];
		for (const parts of [[Kitchens, Lost],
			[Hub, Gateway, Browser, Eaters]]) {
			const column = el("div", "column");

			for (const Part of parts) {
				const part = new Part(app);

				this.parts.push(part);
				column.append(...part.roots);
			}
			root.append(column);
		}
	}

	draw(now)
	{
		if (now - this.drawnAt < SOON_MS && now >= this.drawnAt)
			return;
		this.drawnAt = now;
		for (const part of this.parts)
			part.draw(now);
	}

	readdress()
	{
		this.drawnAt = 0;
		for (const part of this.parts)
			part.readdress?.();
	}

	close()
	{
		for (const part of this.parts)
			part.close?.();
	}
}
