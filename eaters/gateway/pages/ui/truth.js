/* SPDX-License-Identifier: MIT */
/* The truth bar: complete, or exactly how many were lost and where. */

import { announce } from "./announce.js";
import { el, put, setState, show } from "./dom.js";
import { many, number, shown } from "./values.js";

const LINES = 40;
const SUMS = [
	["dumpling", (n) => many(n, "dumpling")],
	["packet", (n) => many(n, "packet")],
	["message", (n) => many(n, "message")],
	["chef error", (n) => "what " + many(n, "chef error") + " cost"],
];

const HEADLINES = {
	unknown: "Nothing has come yet, so nothing is known",
	partial: "Nothing is known to be lost so far",
	complete: "Complete: nothing is known to be lost",
	broken: "Complete until the connection broke",
};

function headline(places)
{
	const parts = [];

	for (const [noun, say] of SUMS) {
		let sum = 0;

		for (const place of places)
			if (place.noun === noun)
				sum += place.count;
		if (sum > 0)
			parts.push(say(sum));
	}
	return "Lost: " + parts.join(", ");
}

function chip(place)
{
	const li = el("li");

	li.append(el("b", "", number(place.count)), " " + place.label);
	return li;
}

function breakdown(places)
{
	const rows = [];

	for (const place of places)
		for (const [who, n] of place.lines)
			rows.push([place.label, who, n]);
	rows.sort((a, b) => b[2] - a[2]);
	return rows;
}

export class Truth {
	constructor(losses)
	{
		this.losses = losses;
		this.root = document.getElementById("truth");
		this.head = el("p", "headline");
		this.chips = el("ul", "places");
		this.note = el("p", "note");
		this.details = el("details");
		this.lines = el("ul", "lines");
		this.details.append(el("summary", "", "Where"), this.lines);
		this.root.append(this.head, this.chips, this.details,
			this.note);
		this.shown = "";
		this.places = [];
		this.details.addEventListener("toggle",
			() => this.drawPlaces());
	}

	/* The verdict; informed: the hub's status is here and not old. */
	judge(client, informed)
	{
		if (this.places.length > 0)
			return "lost";
		if (client.received === 0)
			return "unknown";
		if (client.state.name !== "connected")
			return "broken";
		return informed ? "complete" : "partial";
	}

	/* notes: sentences, or nothing, on how sure that is. */
	draw(client, informed, notes)
	{
		this.places = this.losses.places();
		const lost = this.places.length > 0;
		const state = this.judge(client, informed);

		setState(this.root, state);
		announce("truth", lost ? "Something was lost" :
			HEADLINES[state]);
		put(this.head, lost ? headline(this.places) : HEADLINES[state]);
		put(this.note, notes.filter(Boolean).join(". "));
		show(this.note, notes.some(Boolean));
		show(this.details, lost);
		show(this.chips, lost);
		this.drawPlaces();
	}

	drawPlaces()
	{
		const places = this.places;
		const open = this.details.open;
		const rows = open ? breakdown(places) : [];
		const now = JSON.stringify([places.map((p) => p.count), rows]);

		if (now === this.shown)
			return;
		this.shown = now;
		this.chips.replaceChildren(...places.map(chip));
		this.lines.replaceChildren(...rows.slice(0, LINES).map(
			([label, who, n]) => {
				const li = el("li");

				li.append(el("b", "", number(n)), " " + label,
					el("span", "", shown(who)));
				return li;
			}));
		if (rows.length > LINES)
			this.lines.append(el("li", "",
				"and " + many(rows.length - LINES, "place")));
	}
}
