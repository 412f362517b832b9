/* SPDX-License-Identifier: MIT */
/* Terms and what they are. */

import { el, put } from "./dom.js";
import { shown } from "./values.js";

export class Facts {
	constructor()
	{
		this.root = el("dl", "facts");
	}

	/* pairs: [[term, text, bad]], "bad" true for what is not as it ought. */
	fill(pairs)
	{
		const { root } = this;

		while (root.children.length > pairs.length)
			root.lastElementChild.remove();
		while (root.children.length < pairs.length) {
			const pair = el("div");

			pair.append(el("dt"), el("dd"));
			root.append(pair);
		}
		pairs.forEach(([term, s, bad = false], i) => {
			const [dt, dd] = root.children[i].children;

			put(dt, term);
			put(dd, shown(s));
			dd.classList.toggle("bad", bad);
		});
	}
}
