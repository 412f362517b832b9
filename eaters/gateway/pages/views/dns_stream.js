/* SPDX-License-Identifier: MIT */
/* The stream of lookups: as it comes, narrowed, or paused. */

import { Choice } from "../ui/choice.js";
import { Filter } from "../ui/filter.js";
import { Panel, button, el, put } from "../ui/dom.js";
import { SLOW, failure } from "../data/lookups.js";
import { Sampled } from "../ui/sampled.js";
import { Stream } from "../ui/stream.js";
import { clock, number, shown } from "../ui/values.js";
import { duration } from "../ui/latency.js";

const ROWS = 200;

/* What a lookup came to: why it failed, or what was answered. */
export function outcome(lookup)
{
	if (lookup.failed)
		return failure(lookup);
	if (lookup.waiting)
		return "not answered yet";
	if (lookup.plain)
		return "";
	return lookup.answers.length ? lookup.answers.join(", ") : "no records";
}

export function drawOutcome(td, lookup)
{
	put(td, shown(outcome(lookup)));
	td.classList.toggle("bad", lookup.failed);
	td.classList.toggle("dim", !lookup.failed && !lookup.answers.length);
}

export function drawLatency(td, { latency })
{
	put(td, latency === null ? "" : duration(latency));
	td.classList.toggle("slow", latency >= SLOW);
}

/* A cell whose text can be chosen by pointer; its row has the keyboard. */
function drawClient(td, client, onClick)
{
	let b = td.firstElementChild;

	if (!b) {
		b = button("", () => onClick(b.textContent), "plain");
		b.tabIndex = -1;
		td.append(b);
	}
	b.hidden = !client;
	put(b, shown(client));
}

export class DnsStream {
	constructor(app, lookups, page)
	{
		this.app = app;
		this.lookups = lookups;
		this.panel = new Panel("Lookups", "stream");
		this.filter = new Filter(app.address, {
			label: "Narrow the lookups",
			placeholder: "Name, client, type, result \u2026",
			onChange: () => this.anew(),
		});
		this.choice = new Choice(app.address, {
			key: "show", label: "Which lookups",
			choices: [["all", "All"], ["failures", "Failures"],
				["slow", "Slow"]],
		});
		this.pause = button("Pause", () => this.stop(!this.paused));
		this.table = this.makeTable(page);
		this.panel.tools.append(this.filter.root, this.choice.root,
			this.pause);
		this.panel.body.append(this.table.root);
		this.sampled = new Sampled(app, ["DNSChef"]);
		this.stop(false);
		this.anew();
	}

	makeTable(page)
	{
		return new Stream({
			label: "Lookups",
			id: ({ n }) => n,
			rows: ROWS,
			onOpen: ({ name }) => page.openName(name),
			columns: [
				{ key: "time", title: "Time", className: "time",
					text: ({ time }) => clock(time, true) },
				{ key: "name", title: "Name",
					className: "name wide",
					text: ({ name }) => name || "(root)" },
				{ key: "type", title: "Type",
					className: "code dim",
					text: ({ type }) => type },
				{ key: "client", title: "Client",
					className: "address",
					draw: (td, { client }) => drawClient(td,
						client, (ip) =>
							page.openClient(ip)) },
				{ key: "answer", title: "Result",
					className: "result",
					draw: drawOutcome },
				{ key: "latency", title: "Latency",
					className: "n", draw: drawLatency },
				{ key: "kitchen", title: "Kitchen",
					className: "dim kitchen",
					text: ({ kitchen }) => kitchen },
			],
		});
	}

	readdress()
	{
		this.filter.read();
		this.choice.read();
		this.anew();
	}

	stop(yes)
	{
		this.paused = yes;
		this.pause.textContent = yes ? "Go on" : "Pause";
		this.pause.setAttribute("aria-pressed", String(yes));
		this.app.wake();
	}

	/* --- choosing ---------------------------------------------------- */

	/* Looks at everything that is known again. */
	anew()
	{
		this.matches = [];
		this.looked = 0;
		this.stale = true;
		this.app.wake();
	}

	source()
	{
		const { failures, latest, slow } = this.lookups;

		return { failures, slow }[this.choice.value] ?? latest;
	}

	passes(lookup)
	{
		const { client, kitchen, name, rcode, server, type } = lookup;

		return this.filter.words.length === 0 ||
			this.filter.passes(name, client, type, rcode, server,
				kitchen, outcome(lookup));
	}

	/* Adds those that came since this looked last. */
	look()
	{
		const found = [];

		for (const lookup of this.source()) {
			if (lookup.n <= this.looked || found.length >= ROWS)
				break;
			if (this.passes(lookup))
				found.push(lookup);
		}
		this.looked = this.lookups.seen;
		this.matches = [...found, ...this.matches].slice(0, ROWS);
	}

	/* --- drawing ----------------------------------------------------- */

	draw(now)
	{
		const held = !this.stale &&
			(this.paused || this.table.held());

		if (!held && this.looked !== this.lookups.seen) {
			this.look();
			this.table.fill(this.matches);
		} else if (this.stale) {
			this.table.fill(this.matches);
		}
		this.stale = false;
		this.say(held, now);
	}

	say(held, now)
	{
		const behind = this.lookups.seen - this.looked;
		const sampled = this.sampled.lately(now) ? "sampled" : "";

		put(this.panel.note, held && behind ? (this.paused ?
			"paused" : "held while you point at it") + ", " +
			number(behind) + " came since" : sampled);
		this.table.say(this.lookups.seen === 0 ?
			this.app.status.awaited("DNSChef", "the first lookup") :
			this.filter.words.length ?
				"None of the lookups kept here is like that" :
				this.choice.value === "slow" ?
					"No lookup took " + duration(SLOW) +
						" or longer" :
					"No lookup failed");
	}
}
