/* SPDX-License-Identifier: MIT */
/* What goes on, at a glance: how much, of what, by whom, and who tells. */

import { Busy } from "./overview_busy.js";
import { History } from "./overview_history.js";
import { Parts } from "./overview_parts.js";
import { Tiles } from "./overview_tiles.js";
import { Traffic } from "../data/traffic.js";

export default class Overview {
	static path = "";
	static title = "Overview";
	static models = [Traffic, ...Busy.models];

	constructor(root, app)
	{
		this.parts = [new Tiles(app), new History(app), new Parts(app),
			new Busy(app)];
		for (const part of this.parts)
			root.append(...part.roots);
	}

	draw(now)
	{
		for (const part of this.parts)
			part.draw(now);
	}

	readdress()
	{
		for (const part of this.parts)
			part.readdress?.();
	}

	close()
	{
		for (const part of this.parts)
			part.close?.();
	}
}
