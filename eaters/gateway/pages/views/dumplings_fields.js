/* SPDX-License-Identifier: MIT */
/* Which fields a chef's dumplings have, found in those that came. */

import { Panel, put } from "../ui/dom.js";
import { Table } from "../ui/table.js";
import { many } from "../ui/values.js";

const DRAW_MS = 1000;
const NAMES = { text: "text", number: "number", truth: "true or false",
	null: "null", list: "empty list", map: "empty map" };

export class Fields {
	constructor(feed)
	{
		this.feed = feed;
		this.drawnAt = 0;
		this.panel = new Panel("Fields", "fields");
		this.table = new Table({
			label: "Fields",
			id: ({ path }) => path,
			columns: [
				{ key: "path", title: "Field",
					className: "path",
					text: ({ path }) => path },
				{ key: "kind", title: "Type",
					className: "dim",
					text: ({ kinds }) => [...kinds].map((kind) =>
						NAMES[kind]).join(", ") },
				{ key: "seen", title: "In", className: "n dim",
					text: ({ seen }) => this.share(seen) },
				{ key: "example", title: "Latest",
					className: "code example wide",
					text: ({ example }) => example },
			],
		});
		this.table.say("Waiting for dumplings");
		this.panel.body.append(this.table.root);
	}

	share(seen)
	{
		const percent = 100 * seen / this.feed.shape.seen;

		return percent > 0 && percent < 1 ? "< 1 %" :
			Math.floor(percent) + " %";
	}

	choose()
	{
		this.drawnAt = 0;
	}

	draw(now)
	{
		const { shape } = this.feed;

		if (now - this.drawnAt < DRAW_MS)
			return;
		this.drawnAt = now;
		put(this.panel.note, !shape.seen ? "" :
			"in the payloads of " + many(shape.seen, "dumpling") +
			(shape.left ? ", and more than are listed" : ""));
		this.table.fill([...shape.fields.values()]);
	}
}
