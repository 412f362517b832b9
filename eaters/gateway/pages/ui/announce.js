/* SPDX-License-Identifier: MIT */
/*
 * Says aloud, to those who hear a page, that something is another than before.
 * Numbers that run are shown elsewhere: nobody could listen to them.
 */

const last = new Map();

/* what: one thing of which only the latest matters, as "connection". */
export function announce(what, s)
{
	if (last.get(what) === s)
		return;
	last.set(what, s);
	document.getElementById("announce").textContent = s;
}
