/* SPDX-License-Identifier: MIT */
/* What goes on, at a glance: how much, of what, by whom, and who tells. */

import { Busy } from "./overview_busy.js";
import { History } from "./overview_history.js";
import { Parts } from "./overview_parts.js";
import { Tiles } from "./overview_tiles.js";
import { Traffic } from "../data/traffic.js";

/* Less than a second, so that none is left out. */
const SOON_MS = 900;

export default class Overview {
	static path = "";
	static title = "Overview";
	static models = [Traffic, ...Busy.models];

	constructor(root, app)
	{
		this.drawnAt = 0;
		this.parts = [new Tiles(app), new History(app), new Parts(app),
			new Busy(app)];
		for (const part of this.parts)
			root.append(...part.roots);
	}

	/* What is shown are seconds, so that a second is soon enough. */
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
