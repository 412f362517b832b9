/* SPDX-License-Identifier: MIT */
/* One dumpling, whole, as a tree. */

import { Panel, button, put } from "../ui/dom.js";
import { Tree } from "../ui/tree.js";
import { clock, shown } from "../ui/values.js";
import { copyButton } from "../ui/copy.js";

export class OneDumpling {
	constructor(onClose)
	{
		this.item = null;
		this.panel = new Panel("", "detail one");
		this.panel.tools.append(copyButton("Copy JSON", () =>
			JSON.stringify(this.item?.dumpling ?? null, null, 2)),
		button("Close", onClose));
	}

	/* item: of data/feed.js, or null for none; words: those to mark. */
	show(item, words)
	{
		const same = item === this.item && String(words) === this.words;

		if (same)
			return;
		this.item = item;
		this.words = String(words);
		this.panel.body.replaceChildren();
		if (!item)
			return;
		put(this.panel.title, shown(item.chef) + " ");
		put(this.panel.note, [shown(item.kitchen), item.driver,
			clock(item.time, true)].filter(Boolean)
			.join(" \u00b7 "));
		this.panel.body.append(new Tree(item.dumpling, words).root);
		this.panel.body.scrollTop = 0;
	}
}
