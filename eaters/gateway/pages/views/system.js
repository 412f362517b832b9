/* SPDX-License-Identifier: MIT */
/* All parts in detail, and what each of them lost. */

import { Composed } from "../ui/composed.js";
import { Eaters, Hub, Gateway, Browser } from "./system_rest.js";
import { Kitchens } from "./system_kitchens.js";
import { Lost } from "./system_lost.js";
import { Traffic } from "../data/traffic.js";
import { el } from "../ui/dom.js";

export default class System extends Composed {
	static path = "system";
	static title = "System";
	static models = [Traffic];

	constructor(root, app)
	{
		super([]);
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
}
