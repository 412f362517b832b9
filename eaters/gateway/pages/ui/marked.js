/* SPDX-License-Identifier: MIT */
/* Text in which the words that were looked for are marked. */

import { el } from "./dom.js";
import { shown } from "./values.js";

const MARKS = 50;

/* Sets a node's text, with each of the words, in small letters, marked. */
export function putMarked(node, s, words)
{
	const small = s.toLowerCase();
	let at = 0;

	node.textContent = "";
	/* Letters that change their length with their case are not marked. */
	for (let n = 0; small.length === s.length && n < MARKS; n++) {
		let next = s.length;
		let found = "";

		for (const word of words) {
			const i = small.indexOf(word, at);

			if (i >= 0 && (i < next ||
			    (i === next && word.length > found.length))) {
				next = i;
				found = word;
			}
		}
		if (!found)
			break;
		node.append(shown(s.slice(at, next)), el("mark", "",
			shown(s.slice(next, next + found.length))));
		at = next + found.length;
	}
	node.append(shown(s.slice(at)));
}
