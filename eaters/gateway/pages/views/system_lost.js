/* SPDX-License-Identifier: MIT */
/* Every place where something can be lost, on the way from the wire to here. */

import { Panel, el } from "../ui/dom.js";
import { Table } from "../ui/table.js";
import { many, number } from "../ui/values.js";

const WHOSE = 3;

/* [key, place, what it means, what to do], in the order of the way. */
const PLACES = [
	["device", "Network interface",
		"The interface or its driver dropped packets before the " +
		"kernel had them.",
		"Enlarge its ring: ethtool -G."],
	["kernel", "Kernel\u2019s capture buffer",
		"Packets came faster than the kitchen took them.",
		"Fewer chefs, a --filter, a larger --buffer-size, or more " +
		"--workers."],
	["errors", "Chefs",
		"A chef failed on a packet, and may have made no dumpling " +
		"of it.",
		"The kitchen\u2019s log says which and why."],
	["queue", "Kitchen\u2019s queue",
		"The hub, or the line to it, took dumplings more slowly " +
		"than the kitchen made them.",
		"Look at the hub\u2019s load and the line."],
	["way", "On the way to the hub",
		"The kitchen sent them, and the hub never saw them: the " +
		"line broke, or the hub was started anew.",
		"Look at the line between them."],
	["refused", "Hub",
		"Messages came that were not well formed.",
		"Whoever sends them is no kitchen of this version: see the " +
		"hub\u2019s log."],
	["gateway", "Gateway\u2019s queue for this browser",
		"This browser, or its line, took dumplings more slowly than " +
		"they came, so the oldest went.",
		"Close other pages, or use a faster line."],
	["gaps", "Gaps seen here",
		"Numbers are missing here that no other place explains.",
		"Look at what the gateway missed, and its log."],
	["away", "While disconnected",
		"They passed while this page had no connection.",
		"What was counted meanwhile is in totals; single dumplings " +
		"are not."],
	["unreadable", "This browser",
		"Messages came that were not understood.",
		"Load the page again: it may be older than the gateway."],
];

function count(td, { n, noun })
{
	td.classList.toggle("bad", n > 0);
	td.textContent = n > 0 ? many(n, noun) : "none";
}

/* Options are not broken in two lines. */
function advised(advice)
{
	const root = el("span", "advice");

	for (const word of advice.split(" "))
		root.append(word.startsWith("--") ?
			el("span", "option", word) : word, " ");
	return root;
}

function words(td, { means, advice, n, lines })
{
	const now = JSON.stringify([n, lines]);

	if (td.dataset.now === now)
		return;
	td.dataset.now = now;
	td.replaceChildren(means + " ", advised(advice));
	if (n > 0)
		td.append(el("small", "", lines));
}

export class Lost {
	constructor(app)
	{
		this.app = app;
		this.panel = new Panel("Losses", "lost");
		this.roots = [this.panel.root];
		this.drawn = "";
		this.table = new Table({ label: "Losses by place",
			rows: PLACES.length,
			mark: ({ n }) => n > 0 ? "some" : "",
			columns: [
				{ key: "place", title: "Place",
					className: "name",
					text: ({ place }) => place },
				{ key: "n", title: "Lost", className: "n",
					draw: count },
				{ key: "words", title: "What that means, and what " +
					"to do", className: "words wide",
					draw: words },
			] });
		this.panel.body.append(this.table.root);
	}

	draw(now)
	{
		const { losses, status } = this.app;
		const found = new Map(losses.places().map((p) => [p.key, p]));
		const { refused } = status.system;

		if (refused > 0)
			found.set("refused", { count: refused, noun: "message",
				lines: [] });
		const rows = PLACES.map(([key, place, means, advice]) => {
			const { count: n = 0, noun = "", lines = [] } =
				found.get(key) ?? {};

			return { place, means, advice, n, noun,
				lines: this.whose(lines) };
		});
		const drawn = JSON.stringify(rows);

		if (drawn !== this.drawn)
			this.table.fill(rows);
		this.drawn = drawn;
		this.panel.note.textContent = "from the wire to this page, " +
			"each in the place where it happened" +
			(status.informed(now) ? "" : "; the hub\u2019s status " +
			"is not here, so this may not be all");
	}

	/* Who lost most. */
	whose(lines)
	{
		const most = lines.slice().sort((a, b) => b[1] - a[1]);

		return most.slice(0, WHOSE).map(([who, n]) => who + ": " +
			number(n)).join("; ") + (most.length > WHOSE ?
			"; and " + number(most.length - WHOSE) + " more" : "");
	}
}
