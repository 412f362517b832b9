/* SPDX-License-Identifier: MIT */
/* What stands out of the lookups: figures, top names, failures, slowest. */

import { Panel, el, put, show } from "../ui/dom.js";
import { Spread, duration } from "../ui/latency.js";
import { Table } from "../ui/table.js";
import { clock, many, number, rate } from "../ui/values.js";
import { distribution } from "../data/latency.js";

const NAMES = 50;
const FAILURES = 50;
const SLOWEST = 12;

const percent = (share) => share === null ? "\u2013" :
	(100 * share).toFixed(share > 0 && share < .0995 ? 1 : 0) + " %";

/* The few numbers at the top of the page. */
export class Figures {
	constructor(lookups)
	{
		this.lookups = lookups;
		this.root = el("dl", "tiles figures");
		this.tiles = {};
		for (const [key, title] of [["queries", "Queries"],
			["failed", "Failed"], ["unanswered", "Unanswered"],
			["p50", "Median latency"], ["p95", "95 % within"]]) {
			const box = el("div");
			const value = el("dd", "big");
			const remark = el("dd", "dim");

			box.append(el("dt", "", title), value, remark);
			this.tiles[key] = { remark, value };
			this.root.append(box);
		}
	}

	say(key, value, remark)
	{
		put(this.tiles[key].value, value);
		put(this.tiles[key].remark, remark);
	}

	draw(now)
	{
		const { lookups } = this;
		const queries = lookups.rate("queries", now);
		const unanswered = lookups.rate("unanswered", now);
		const { most, p50, p95, size } =
			distribution(lookups.latencies());
		const time = (s) => s === null ? "\u2013" : duration(s);
		const sample = "of the latest " + number(lookups.latest.size);

		this.say("queries", queries === null ? "\u2013" :
			rate(queries) + "/s", "in all kitchens");
		this.say("failed", percent(lookups.failing()), sample);
		this.say("unanswered", queries > 0 ?
			percent(Math.min(1, unanswered / queries)) : "\u2013",
		"of all queries");
		this.say("p50", time(p50), "of the latest " + number(size));
		this.say("p95", time(p95), "slowest " + time(most));
	}
}

export class Tops {
	constructor(app, lookups, names, page)
	{
		this.app = app;
		this.lookups = lookups;
		this.names = names;
		this.top = new Panel("Top names", "top-names");
		this.failed = new Panel("Failures", "failures");
		this.latency = new Panel("Slowest", "slowest");
		this.makeTop(page);
		this.makeFailed(page);
		this.makeSlowest(page);
		this.spread = new Spread();
		this.latency.body.append(this.spread.root,
			this.slowTable.root);
		this.root = el("div", "tops");
		this.root.append(this.top.root, this.failed.root,
			this.latency.root);
		this.drawn = { names: -1, lookups: -1 };
	}

	makeTop(page)
	{
		this.topTable = new Table({
			label: "Top names",
			id: ({ name }) => name,
			onOpen: ({ name }) => page.openName(name),
			share: ({ count }) => count / this.most,
			columns: [
				{ key: "name", title: "Name", className: "wide",
					text: ({ name }) => name || "(root)" },
				{ key: "count", title: "Messages",
					className: "n",
					text: ({ count }) => number(count) },
				{ key: "latest", title: "Latest",
					className: "time n",
					text: ({ latest }) => clock(latest) },
			],
		});
		this.most = 1;
		this.top.body.append(this.topTable.root);
	}

	makeFailed(page)
	{
		this.failedTable = new Table({
			label: "Failures",
			id: ({ key }) => key,
			onOpen: ({ name }) => page.openName(name),
			columns: [
				{ key: "name", title: "Name", className: "wide",
					text: ({ name }) => name || "(root)" },
				{ key: "why", title: "Reason", className: "bad",
					text: ({ why }) => why },
				{ key: "count", title: "Seen", className: "n",
					text: ({ count }) => number(count) },
			],
		});
		this.failed.body.append(this.failedTable.root);
	}

	makeSlowest(page)
	{
		this.slowTable = new Table({
			label: "Slowest lookups",
			id: ({ n }) => n,
			onOpen: ({ name }) => page.openName(name),
			columns: [
				{ key: "name", title: "Name", className: "wide",
					text: ({ name }) => name || "(root)" },
				{ key: "server", title: "Server",
					className: "address dim",
					text: ({ server }) => server },
				{ key: "latency", title: "Latency",
					className: "n", text: ({ latency }) =>
						duration(latency) },
			],
		});
	}

	draw()
	{
		const { app, drawn, lookups, names } = this;

		if (drawn.names !== names.version) {
			const top = names.top(NAMES);

			drawn.names = names.version;
			this.most = Math.max(1, top[0]?.count ?? 1);
			this.topTable.fill(top);
			put(this.top.note, this.topNote());
		}
		if (drawn.lookups !== lookups.version) {
			drawn.lookups = lookups.version;
			this.drawLookups();
		}
		this.topTable.say(app.status.awaited("DNSLookupChef",
			"a kitchen\u2019s table of names"));
	}

	topNote()
	{
		const { forgotten, size } = this.names;

		return (size > NAMES ? "of " + many(size, "name") : "") +
			(forgotten ? ", " + number(forgotten) +
				" forgotten by kitchens" : "");
	}

	drawLookups()
	{
		const { lookups } = this;
		const spread = distribution(lookups.latencies());
		const failures = lookups.failuresByName();

		this.failedTable.fill(failures.slice(0, FAILURES));
		this.failedTable.say(lookups.seen ? "None so far" :
			"Waiting for the first lookup");
		put(this.failed.note, lookups.failures.size ? "the latest " +
			number(lookups.failures.size) + " seen here" : "");
		show(this.spread.root, spread.size > 0);
		this.spread.draw(spread);
		this.slowTable.fill(lookups.slowest(SLOWEST));
		this.slowTable.say("Waiting for a lookup with its answer");
		put(this.latency.note, spread.size ? "latency of the latest " +
			number(spread.size) : "");
	}
}
