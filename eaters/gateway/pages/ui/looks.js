/* SPDX-License-Identifier: MIT */
/* How the lines of a chart are told apart. */

import { protocolColour } from "./protocol.js";

/* What carries all else is drawn back: { colour, style }. */
const CARRIERS = {
	"Ethernet": "area",
	"802.3": "area",
	"cooked linux": "area",
	"IP": "dashed",
	"IPv6": "dotted",
};
const COLOURS = ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"];

/* One for each name, as they come: a colour stays with its name. */
export class Looks {
	constructor()
	{
		this.known = new Map();
	}

	get(name)
	{
		let look = this.known.get(name);

		if (!look) {
			const n = this.known.size;

			look = { colour: COLOURS[n % COLOURS.length],
				style: ["", "dashed", "dotted"][
					Math.floor(n / COLOURS.length) % 3] };
			this.known.set(name, look);
		}
		return look;
	}
}

const rest = new Looks();

/* Of a layer: its protocol's colour, if it has one. */
export function layerLook(name)
{
	const colour = protocolColour(name);

	if (Object.hasOwn(CARRIERS, name))
		return { colour: "c0", style: CARRIERS[name] };
	if (colour !== "c0")
		return { colour, style: "" };
	return { colour: rest.get(name).colour, style: "dotted" };
}
