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
const OTHERS = 200;
const COLOURS = ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"];

/* A colour for each name, which stays with it for as long as it is shown. */
export class Colours {
	constructor()
	{
		this.known = new Map();
	}

	/* A map from these names to colours: each its own while there are. */
	of(names)
	{
		const kept = new Map(names.filter((name) => this.known.has(name))
			.map((name) => [name, this.known.get(name)]));
		const free = COLOURS.filter((c) => ![...kept.values()]
			.includes(c));

		for (const name of names)
			if (!kept.has(name))
				kept.set(name, free.shift() ?? "c0");
		this.known = kept;
		return kept;
	}
}

/* Of the layers without a colour of their own, in the order they came. */
const others = new Map();

function otherColour(name)
{
	if (others.size >= OTHERS)
		others.clear();
	if (!others.has(name))
		others.set(name, COLOURS[others.size % COLOURS.length]);
	return others.get(name);
}

/* Of a layer: its protocol's colour, if it has one. */
export function layerLook(name)
{
	const colour = protocolColour(name);

	if (Object.hasOwn(CARRIERS, name))
		return { colour: "c0", style: CARRIERS[name] };
	if (colour !== "c0")
		return { colour, style: "" };
	return { colour: otherColour(name), style: "dotted" };
}
