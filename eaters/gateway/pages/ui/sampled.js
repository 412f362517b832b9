/* SPDX-License-Identifier: MIT */
/* Whether the gateway left out some of what chefs sent lately. */

const LATELY_MS = 10000;

export class Sampled {
	constructor(app, chefs)
	{
		this.app = app;
		this.chefs = chefs;
		this.leftOut = null;
		this.at = -Infinity;
	}

	/* Is to be asked at least every few seconds. */
	lately(now)
	{
		let leftOut = 0;

		for (const s of this.app.client.sequences.streams())
			if (this.chefs.includes(s.chef))
				leftOut += s.total;
		if (this.leftOut !== null && leftOut > this.leftOut)
			this.at = now;
		this.leftOut = leftOut;
		return now - this.at < LATELY_MS;
	}
}
