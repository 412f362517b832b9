/* SPDX-License-Identifier: MIT */
/* What goes on, at a glance: how much, of what, by whom, and who tells. */

import { Busy } from "./overview_busy.js";
import { Composed } from "../ui/composed.js";
import { History } from "./overview_history.js";
import { Parts } from "./overview_parts.js";
import { Tiles } from "./overview_tiles.js";
import { Traffic } from "../data/traffic.js";

export default class Overview extends Composed {
	static path = "";
	static title = "Overview";
	static models = [Traffic, ...Busy.models];

	constructor(root, app)
	{
		super([new Tiles(app), new History(app), new Parts(app),
			new Busy(app)]);
		for (const part of this.parts)
			root.append(...part.roots);
	}
}
