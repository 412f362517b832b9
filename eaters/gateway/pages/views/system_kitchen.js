/* SPDX-License-Identifier: MIT */
/* One kitchen: what it is, what it counts, and its chefs. */

import { Facts } from "../ui/facts.js";
import { Panel, el, put, show } from "../ui/dom.js";
import { Sorting } from "../ui/sorting.js";
import { Table } from "../ui/table.js";
import { amount } from "../ui/units.js";
import { clock, many, number, span } from "../ui/values.js";

/* Groups of counters: [title, which, how a name is written]. */
const GROUPS = [
	["Fragments", /^(packets_(reassembled|incomplete)|fragments_)/],
	["TCP streams", /^streams?(_|$)/],
	["NMSG", /^nmsg_/],
	["Further counters", /./],
];
const BAD = /incomplete|overlapping|invalid|lost|bad|refused|expired|conflict/;
const NAMES = new Map([
	["packets_reassembled", "Put together"],
	["packets_incomplete", "Never whole"],
	["fragments_overlapping", "Overlapping"],
	["fragments_invalid", "Invalid"],
	["streams", "Connections"],
	["streams_live", "Now"],
	["streams_forgotten", "Made room"],
	["stream_gap_bytes", "Bytes not seen"],
	["stream_conflicts", "Sent again as others"],
	["stream_memory", "Memory"],
]);

/* "nmsg_containers_lost" is "Containers lost". */
function say(name)
{
	const words = name.replace(/^nmsg_/, "").replaceAll("_", " ");

	return NAMES.get(name) ??
		words.charAt(0).toUpperCase() + words.slice(1);
}

const zero = (n) => n > 0 ? number(n) : "\u2013";

function bad(key)
{
	return (td, chef) => {
		td.classList.toggle("bad", chef[key] > 0);
		put(td, zero(chef[key]));
	};
}

function took(ns)
{
	if (ns <= 0)
		return "\u2013";
	return ns < 1000 ? number(ns) + " ns" :
		ns < 1e6 ? (ns / 1000).toFixed(1) + " \u00b5s" :
			(ns / 1e6).toFixed(1) + " ms";
}

function chefTable(sorting)
{
	const column = (key, title, text) => ({ key, title, className: "n",
		value: (c) => c[key], text });

	return new Table({ label: "Chefs of this kitchen", rows: 256,
		...sorting.options(),
		id: ({ name }) => name,
		columns: [
			{ key: "name", title: "Chef", className: "name wide",
				down: false, value: ({ name }) => name,
				text: ({ name }) => name },
			column("sent", "Dumplings", (c) =>
				number(c.told ? c.sent : c.received)),
			{ ...column("missing", "Missing"), draw: bad("missing") },
			{ ...column("dropped", "Dropped"), draw: bad("dropped") },
			{ ...column("errors", "Errors"), draw: bad("errors") },
			column("waiting", "Waiting", (c) => zero(c.waiting)),
			column("forgotten", "Forgotten",
				(c) => zero(c.forgotten)),
			column("packet_ns", "A packet takes", (c) =>
				[took(c.packet_ns), c.slow ? "slow" : ""]),
		] });
}

export class KitchenDetail {
	constructor(address)
	{
		this.sorting = new Sorting(address,
			{ key: "name", down: false }, "chefs");
		this.panel = new Panel("Kitchen", "kitchen-detail");
		this.empty = el("p", "empty");
		this.inside = el("div", "inside");
		this.chefs = chefTable(this.sorting);
		this.facts = new Facts();
		this.inside.append(this.facts.root, this.chefs.root);
		this.groups = GROUPS.map(([title]) => {
			const root = el("div", "group");
			const facts = new Facts();

			root.append(el("h3", "", title), facts.root);
			this.inside.append(root);
			return { root, facts };
		});
		this.panel.body.append(this.empty, this.inside);
	}

	readdress()
	{
		this.sorting.read(this.chefs);
	}

	/* row: see Kitchens, or null if the chosen one is not there. */
	draw(row, chosen, now)
	{
		show(this.inside, row !== null);
		show(this.empty, row === null);
		put(this.empty, chosen ? "The hub does not know this kitchen" :
			"Waiting for a kitchen");
		put(this.panel.title, (row?.id || chosen || "Kitchen") + " ");
		if (!row)
			return;
		const { k } = row;

		this.panel.note.textContent = many(k.stats.size, "chef");
		this.chefs.say("It has no chefs");
		this.chefs.fill([...k.stats.values()]);
		this.facts.fill(this.about(row, now));
		this.count(k.counters);
	}

	about({ k, said, state, packets, bits }, now)
	{
		const told = k.packets !== null;

		return [
			["State", said, state !== "live"],
			["Host", k.host],
			["Interface", k.device],
			["Filter", k.filter || "none"],
			["Version", k.version || "not told"],
			...k.pid ? [["Process", String(k.pid) + (k.workers > 1 ?
				" and others" : "")]] : [],
			["Workers", number(k.workers)],
			["Interval", k.poke ? k.poke + " s" : "not told"],
			["Here since", clock(k.since) || "not told"],
			["Last heard", k.heard === null ? "not told" :
				span(now / 1000 - k.heard) + " ago"],
			...told ? [
				["Packets", number(k.packets) + "  (" +
					(packets === null ? "rate not known" :
						number(packets) + "/s") + ")"],
				["Bytes", amount(k.bytes, "byte") + "  (" +
					(bits === null ? "rate not known" :
						amount(bits, "bit/s")) + ")"],
				["Dropped by kernel", number(k.drops),
					k.drops > 0],
				["Dropped by interface", number(k.device_drops),
					k.device_drops > 0],
			] : [["Packets", "this kitchen counts none"]],
		];
	}

	/* A group is shown if something in it was counted. */
	count(counters)
	{
		const left = new Map(counters);

		GROUPS.forEach(([, which], i) => {
			const mine = [...left].filter(([name]) =>
				which.test(name));
			const some = mine.some(([, n]) => n > 0);
			const { root, facts } = this.groups[i];

			for (const [name] of mine)
				left.delete(name);
			show(root, some);
			if (some)
				facts.fill(mine.map(([name, n]) => [say(name),
					name === "stream_memory" ?
						amount(n, "byte") : number(n),
					n > 0 && BAD.test(name)]));
		});
	}
}
