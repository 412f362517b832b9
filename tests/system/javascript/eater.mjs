/* SPDX-License-Identifier: MIT */
/*
 * An eater that a test talks to.
 *
 *	node eater.mjs OPTIONS
 *
 * OPTIONS are an Eater's, as JSON. Each line of standard input calls a method:
 * ["subscribe", {"chefs": ["A"]}], or none: ["report"]. Each line of standard output is one of
 *	{"state": NAME}
 *	{"numbers": {CHEF: [FIRST, LAST, COUNT]}, "received", "leftOut", "losses",
 *	 "told"}	after what came in one turn of the loop; told is the sum of
 *			what onLoss was told
 * It ends when its eater is closed.
 */

import { createInterface } from "node:readline";
import { Eater } from "netdumplings";

const options = JSON.parse(process.argv[2]);
const numbers = {};
let told = 0;
let due = false;

function print(what)
{
	process.stdout.write(JSON.stringify(what) + "\n");
}

function soon()
{
	if (due)
		return;
	due = true;
	setImmediate(() => {
		due = false;
		print({ numbers, told, received: eater.received,
			leftOut: eater.leftOut, losses: eater.losses() });
	});
}

if (!globalThis.WebSocket)
	options.WebSocket = (await import("ws")).default;

const eater = new Eater({
	...options,
	onState: ({ name }) => print({ state: name }),
	onLoss: ({ count }) => {
		told += count;
		soon();
	},
});
const input = createInterface({ input: process.stdin });

input.on("line", (line) => {
	const [method, ...all] = JSON.parse(line);

	if (method !== "report")
		eater[method](...all);
	soon();
});
for await (const { metadata } of eater) {
	const { chef, seq } = metadata;
	const [first, , count] = numbers[chef] ?? [seq, seq, 0];

	numbers[chef] = [first, seq, count + 1];
	soon();
}
input.close();
