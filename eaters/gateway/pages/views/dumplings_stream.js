/* SPDX-License-Identifier: MIT */
/* The stream of dumplings, the latest first. */

import { Choice } from "../ui/choice.js";
import { Filter } from "../ui/filter.js";
import { Menu } from "../ui/menu.js";
import { Panel, button, el, put } from "../ui/dom.js";
import { KEPT } from "../data/feed.js";
import { Stream } from "../ui/stream.js";
import { clock, number, rate, shown } from "../ui/values.js";
import { firstOf, holds, isMoment, kindOf } from "../data/json.js";
import { putMarked } from "../ui/marked.js";

const LOOKED = 40;
const PREVIEW = 16;
const LONGEST = 24;
const OPAQUE = "community_id";
const MEASURE_MS = 1000;

/* What fits a line of a value that is shown in a preview. */
function brief(path, v)
{
	if (isMoment(path, v))
		return clock(v, true);

	if (Array.isArray(v))
		return "[" + v.length + "]";
	if (holds(v))
		return "{" + Object.keys(v).length + "}";
	const s = String(v);

	return s.length > LONGEST ? s.slice(0, LONGEST) + "\u2026" : s;
}

/* What grew since it was looked at last, per second. */
class Meter {
	constructor()
	{
		this.at = 0;
		this.last = null;
		this.rates = null;
	}

	look(now, values)
	{
		const past = now - this.at;

		if (past < MEASURE_MS)
			return;
		this.rates = this.last === null ? null : values.map((v, i) =>
			Math.max(0, 1000 * (v - this.last[i]) / past));
		this.last = values;
		this.at = now;
	}
}

export class DumplingStream {
	constructor(app, feed, chefs, onOpen)
	{
		this.app = app;
		this.feed = feed;
		this.chefs = chefs;
		this.paused = false;
		this.heldAt = 0;
		this.meter = new Meter();
		this.panel = new Panel("Stream", "stream");
		this.makeTools();
		this.table = new Stream({
			label: "Dumplings",
			id: ({ n }) => n,
			rows: KEPT,
			onOpen,
			columns: [
				{ key: "time", title: "Time", className: "time",
					text: ({ time }) => clock(time, true) },
				{ key: "chef", title: "Chef", className: "chef",
					text: ({ chef }) => chef },
				{ key: "kitchen", title: "Kitchen",
					className: "dim kitchen",
					text: ({ kitchen }) => kitchen },
				{ key: "payload", title: "Payload",
					className: "wide payload",
					draw: (td, item) => this.preview(td,
						item.dumpling.payload) },
			],
		});
		this.panel.body.append(this.table.root);
	}

	makeTools()
	{
		const { address } = this.app;

		this.filter = new Filter(address, {
			label: "Look for words",
			placeholder: "Words in keys and values \u2026",
			onChange: () => this.app.wake(),
		});
		this.driver = new Choice(address, { key: "driver",
			label: "Made of packets or at intervals",
			choices: [["", "All"], ["packet", "Packet"],
				["interval", "Interval"]] });
		this.kitchen = new Menu("Kitchen",
			(name) => address.set({ kitchen: name }));
		this.pause = button("Pause", () => this.stop(!this.paused));
		this.pause.setAttribute("aria-pressed", "false");
		this.panel.tools.append(this.filter.root, this.kitchen.root,
			this.driver.root, this.pause);
	}

	stop(yes)
	{
		this.paused = yes;
		this.pause.textContent = yes ? "Go on" : "Pause";
		this.pause.setAttribute("aria-pressed", String(yes));
		this.app.wake();
	}

	readdress(chef, kitchen)
	{
		this.filter.read();
		this.driver.read();
		this.feed.choose({ chef, kitchen, driver: this.driver.value,
			words: this.filter.words });
		this.chosen = kitchen;
		this.meter = new Meter();
		put(this.panel.title, shown(chef || "All chefs") + " ");
		this.panel.root.classList.toggle("one-chef", chef !== "");
		this.heldAt = 0;
		this.table.rewrite(this.feed.listed);
	}

	preview(td, payload)
	{
		td.textContent = "";
		for (const [path, s, kind] of this.pairs(payload)) {
			const key = el("span", "key");
			const value = el("span", kind);

			putMarked(key, path, this.feed.words);
			putMarked(value, s, this.feed.words);
			td.append(...path ? [key] : [], value);
		}
	}

	/*
	 * What is in a payload at first; what was looked for before the rest,
	 * and what no one reads behind it.
	 */
	pairs(payload)
	{
		const { words } = this.feed;
		const meant = ([path, s]) => words.some((word) =>
			path.toLowerCase().includes(word) ||
			s.toLowerCase().includes(word));
		const all = firstOf(payload, words.length ? LOOKED : PREVIEW)
			.map(([path, v]) => [path, brief(path, v), kindOf(v)]);
		const first = words.length ? all.filter(meant) : [];
		const opaque = ([path]) => path === OPAQUE;
		const rest = all.filter((one) => !first.includes(one));

		return [...first, ...rest.filter((one) => !opaque(one)),
			...rest.filter(opaque)].slice(0, PREVIEW);
	}

	/* --- drawing ----------------------------------------------------- */

	draw(now)
	{
		const { client } = this.app;
		const { feed } = this;
		const held = this.paused ? feed.kept.length > 0 :
			this.table.held() && feed.listed.length > 0;

		this.meter.look(now, [feed.meant, feed.skipped,
			client.received, client.leftOut]);
		this.kitchen.fill(this.kitchens(), this.chosen);
		if (held) {
			feed.pass();
		} else {
			feed.gather();
			this.heldAt = feed.meant;
		}
		this.table.fill(feed.listed);
		put(this.panel.note, this.said(held));
		this.table.say(this.awaited());
	}

	kitchens()
	{
		const names = this.chefs.kitchens(this.feed.chef);

		if (this.chosen && !names.includes(this.chosen))
			names.push(this.chosen);
		return [["", "All kitchens"], ...names.map((name) =>
			[name, shown(name)])];
	}

	said(held)
	{
		const { feed, meter } = this;

		if (held && feed.meant > this.heldAt)
			return (this.paused ? "paused" :
				"held while you are at it") + ", " +
				number(feed.meant - this.heldAt) + " came since";
		if (!meter.rates)
			return "";
		const [meant, skipped, received, leftOut] = meter.rates;

		return [rate(meant) + "/s" + (feed.words.length ?
			" have these words" : ""),
		leftOut > received / 20 && received > 0 ? "sampled by the gateway: 1 of " +
			rate((received + leftOut) / received) : "",
		skipped >= 1 ? "the latest " + rate(Math.max(0,
			meant - skipped)) + "/s are listed" : ""].filter(Boolean).join(" \u00b7 ");
	}

	awaited()
	{
		const { feed } = this;

		if (this.paused && feed.kept.length > 0)
			return "Paused: none of the " + number(feed.kept.length) +
				" that are kept has these words";
		if (feed.came > 0 && feed.words.length > 0)
			return "None of " + number(feed.came) +
				" that came has these words";
		return feed.chef && feed.chef !== "SystemStatusChef" ?
			this.app.status.awaited(feed.chef, "its dumplings") :
			"Waiting for dumplings";
	}
}
