/* SPDX-License-Identifier: MIT */
/*
 * Ties the client to the panels. A dumpling costs each panel that eats its
 * chef's dumplings a few steps and no drawing; what changed is drawn at most
 * four times a second, and not at all while nobody looks.
 */

import { Arp } from "./arp.js";
import { Connection } from "./connection.js";
import { Eater } from "./netdumplings.js";
import { Eaters } from "./eaters.js";
import { Kitchens } from "./kitchens.js";
import { Layers } from "./layers.js";
import { Lookups } from "./lookups.js";
import { Losses } from "./losses.js";
import { Names } from "./names.js";
import { Truth } from "./truth.js";

const DRAW_MS = 250;
const TICK_MS = 1000;

const client = new Eater({
	name: "page",
	chefs: ["ARPChef", "DNSLookupChef", "PacketCountChef",
		"SystemStatusChef"],
	onDumpling: serve,
	onState: () => wake(),
});
const losses = new Losses(client.sequences);
const kitchens = new Kitchens(losses);
const connection = new Connection(client, kitchens);
const truth = new Truth(losses);
const panels = [
	kitchens,
	new Eaters(),
	new Layers(kitchens),
	new Names(kitchens),
	new Lookups(kitchens),
	new Arp(kitchens),
];
const byChef = new Map();
let drawnAt = 0;
let timer = 0;
let frame = 0;

/* A panel that fails says so once, and the others go on. */
function attempt(panel, doing)
{
	try {
		doing();
	} catch (e) {
		if (!panel.failed)
			console.error(e);
		panel.failed = true;
	}
}

function serve(dumpling, chef, kitchen)
{
	for (const panel of byChef.get(chef) ?? []) {
		panel.dirty = true;
		attempt(panel, () => panel.take(dumpling, chef, kitchen));
	}
	wake();
}

/* Draws soon: at the next frame, but not sooner than DRAW_MS after the last. */
function wake()
{
	if (timer || frame)
		return;
	const wait = drawnAt + DRAW_MS - performance.now();

	if (wait <= 0)
		frame = requestAnimationFrame(draw);
	else
		timer = setTimeout(() => {
			timer = 0;
			frame = requestAnimationFrame(draw);
		}, wait);
}

function draw()
{
	const now = Date.now();

	frame = 0;
	drawnAt = performance.now();
	for (const panel of panels) {
		if (!panel.dirty)
			continue;
		panel.dirty = false;
		attempt(panel, () => panel.draw(now));
	}
	attempt(connection, () => connection.draw(now));
	attempt(truth, () => truth.draw(client, kitchens.informed(now),
		connection.doubt(now)));
	if (client.received > 0)
		document.documentElement.dataset.ready = "1";
}

/* Clocks move, and what a panel waits for changes, without dumplings. */
function tick()
{
	for (const panel of panels)
		panel.dirty ||= panel.ticks || client.received === 0 ||
			!panel.table.empty.hidden;
	wake();
}

for (const panel of panels) {
	panel.dirty = true;
	for (const chef of panel.chefs)
		byChef.set(chef, [...byChef.get(chef) ?? [], panel]);
}
setInterval(tick, TICK_MS);
addEventListener("online", () => client.retry());
document.addEventListener("visibilitychange", () => {
	if (!document.hidden)
		client.retry();
});
