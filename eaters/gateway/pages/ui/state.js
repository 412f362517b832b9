/* SPDX-License-Identifier: MIT */
/* What state a kitchen is in, in one word and in a few. */

import { span } from "./values.js";

const STATES = ["live", "dropping", "silent", "gone"];

/* How bad a state is, 0 for good. */
export const severity = (state) => STATES.indexOf(state);

/* [state, what is said of it] */
export function kitchenState(kitchen, now)
{
	const quiet = kitchen.heard === null ? "" :
		" for " + span(now / 1000 - kitchen.heard);

	if (kitchen.state === "gone")
		return ["gone", "gone" + quiet];
	if (kitchen.state !== "live")
		return ["silent", "silent" + quiet];
	return kitchen.dropping ?
		["dropping", "dropping: " + kitchen.dropping] :
		["live", "live"];
}
