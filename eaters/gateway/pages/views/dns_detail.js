/* SPDX-License-Identifier: MIT */
/*
 * What is known of one name, or of one client: who asked or what it asked,
 * when, and what came of it.
 */

import { Moments } from "../ui/moments.js";
import { Panel, button, el, put, show } from "../ui/dom.js";
import { Table } from "../ui/table.js";
import { clock, many, number, shown } from "../ui/values.js";
import { distribution } from "../data/latency.js";
import { drawLatency, drawOutcome } from "./dns_stream.js";
import { duration } from "../ui/latency.js";
import { failure } from "../data/lookups.js";

const LISTED = 8;
const ROOT = "(root)";

/* How often each of some values is there, the most frequent first. */
function tally(values)
{
	const counts = new Map();

	for (const value of values)
		if (value)
			counts.set(value, (counts.get(value) ?? 0) + 1);
	return [...counts].sort((a, b) =>
		b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function listed(values)
{
	const all = tally(values);
	const rest = all.length - LISTED;

	return all.slice(0, LISTED).map(([value, n]) => shown(value) +
		(n > 1 && all.length > 1 ? " \u00d7" + number(n) : ""))
		.join(", ") +
		(rest > 0 ? ", and " + number(rest) + " more" : "");
}

const FACTS = [
	["Seen here", (subject) => number(subject.seen) + (subject.failed ?
		", " + number(subject.failed) + " failed" : "")],
	["Latest", (subject, lookups) => clock(lookups[0].time, true)],
	["Types", (subject, lookups) => listed(lookups.map(
		({ type }) => type))],
	["Results", (subject, lookups) => listed(lookups.map((lookup) =>
		failure(lookup) || lookup.rcode))],
	["Latency", (subject, lookups) => {
		const { most, p50 } = distribution(lookups
			.map(({ latency }) => latency)
			.filter((latency) => latency !== null));

		return p50 === null ? "" : "median " + duration(p50) +
			", at most " + duration(most);
	}],
	["Answers", (subject, lookups, kind) => kind === "client" ? "" :
		listed(lookups.flatMap(({ answers }) => answers))],
	["Servers", (subject, lookups) => listed(lookups.map(
		({ server }) => server))],
	["Kitchens", (subject, lookups) => listed(lookups.map(
		({ kitchen }) => kitchen))],
];

const OTHERS = { name: "Who asked", client: "What it asked for" };

export class Detail {
	constructor(app, lookups, page)
	{
		this.app = app;
		this.lookups = lookups;
		this.page = page;
		this.kind = "";
		this.subject = null;
		this.panel = new Panel("", "detail");
		this.panel.tools.append(button("Close",
			() => page.openNone()));
		this.root = this.panel.root;
		this.moments = new Moments("lookup");
		this.facts = el("dl", "facts");
		this.fields = FACTS.map(([title]) => {
			const dt = el("dt", "", title);
			const dd = el("dd");

			this.facts.append(dt, dd);
			return { dt, dd };
		});
		this.othersTitle = el("h3");
		this.others = this.makeOthers();
		this.latest = this.makeLatest();
		this.none = el("p", "empty", "Nothing of it is kept here: " +
			"it was not seen, or not for long");
		this.panel.body.append(this.none, this.moments.root, this.facts,
			this.othersTitle, this.others.root,
			el("h3", "", "Latest"), this.latest.root);
	}

	/* The other side: of a name its clients, of a client its names. */
	makeOthers()
	{
		return new Table({
			label: "The other side",
			id: ([other]) => other,
			className: "other-side",
			onOpen: ([other]) => this.kind === "name" ?
				this.page.openClient(other) :
				this.page.openName(other === ROOT ? "" : other),
			share: ([, n]) => n / this.most,
			columns: [
				{ key: "other", title: "Who", className: "wide",
					text: ([other]) => other },
				{ key: "n", title: "Lately", className: "n",
					text: ([, n]) => number(n) },
			],
		});
	}

	makeLatest()
	{
		return new Table({
			label: "Latest lookups",
			columns: [
				{ key: "time", title: "Time", className: "time",
					text: ({ time }) => clock(time, true) },
				{ key: "type", title: "Type",
					className: "code dim",
					text: ({ type }) => type },
				{ key: "result", title: "Result",
					className: "result wide",
					draw: drawOutcome },
				{ key: "latency", title: "Latency",
					className: "n", draw: drawLatency },
			],
		});
	}

	/* Shows what `kind`, "name" or "client", has this name; "": none. */
	choose(kind, key)
	{
		const now = kind ? kind + " " + key : null;

		if (now === this.subject)
			return;
		this.kind = kind;
		this.key = key;
		this.subject = now;
		put(this.panel.title, shown(key || ROOT) + " ");
		put(this.othersTitle, OTHERS[kind] ?? "");
		this.root.scrollTop = 0;
		this.drawn = -1;
	}

	draw()
	{
		const { key, kind, lookups } = this;
		const subject = lookups[kind + "s"].get(key);
		const recent = subject ? [...subject.recent] : [];

		if (this.drawn === (subject?.seen ?? 0))
			return;
		this.drawn = subject?.seen ?? 0;
		show(this.none, !subject);
		for (const node of this.panel.body.children)
			if (node !== this.none)
				show(node, Boolean(subject));
		put(this.panel.note, kind);
		if (subject)
			this.drawSubject(subject, recent);
	}

	drawSubject(subject, recent)
	{
		const others = tally(recent.map((lookup) =>
			this.kind === "name" ? lookup.client :
				lookup.name || ROOT));

		FACTS.forEach(([, say], i) => {
			const { dd, dt } = this.fields[i];
			const s = say(subject, recent, this.kind);

			put(dd, s);
			show(dt, s !== "");
			show(dd, s !== "");
		});
		this.moments.draw(recent.map(({ failed, time }) =>
			({ time, bad: failed })));
		this.most = Math.max(1, others[0]?.[1] ?? 1);
		show(this.othersTitle, others.length > 0);
		show(this.others.root, others.length > 0);
		this.others.fill(others);
		this.latest.fill(recent);
		put(this.panel.note, this.kind + ", of the latest " +
			many(recent.length, "lookup"));
	}
}
