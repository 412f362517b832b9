/* SPDX-License-Identifier: MIT */
/* The kitchens as the hub's status knows them, and how sure that is. */

import { Table } from "./dom.js";
import { clock, count, list, many, map, number, seconds, span, text }
	from "./values.js";

const KITCHENS = 200;
const PERIOD_MS = 5000;

/* "netdumplings.dumplingchefs.ARPChef" is ARPChef. */
function chefName(v)
{
	const name = text(v);

	return name.slice(name.lastIndexOf(".") + 1);
}

function readKitchen(v)
{
	const info = map(map(v).info_from_kitchen);
	const hub = map(map(v).info_from_hub);
	const received = map(hub.chefs);

	return {
		name: text(info.kitchen_name, "(no name)"),
		base: text(info.worker_of),
		workers: 1,
		state: text(hub.state, "live"),
		since: seconds(hub.connected_at),
		heard: seconds(hub.last_heard),
		host: text(info.host, text(hub.host)),
		device: text(info.interface),
		filter: text(info.filter),
		chefs: list(info.chefs).slice(0, 32).map(chefName),
		received: (chef) => count(map(received[chef]).received),
		packets: info.packets_seen === undefined ? null :
			count(info.packets_seen),
		announced: info.packets_dropped_kernel !== undefined,
		drops: count(info.packets_dropped_kernel),
		device_drops: count(info.packets_dropped_interface),
	};
}

const STATES = ["live", "silent", "gone"];

/* What a kitchen and one more of its workers are together. */
function join(one, other)
{
	const received = one.received;

	one.workers++;
	if (STATES.indexOf(other.state) > STATES.indexOf(one.state))
		one.state = other.state;
	one.received = (chef) => received(chef) + other.received(chef);
	one.packets += other.packets;
	one.drops += other.drops;
	one.device_drops += other.device_drops;
}

/* Each kitchen once, as its user named it, whatever its workers. */
function joinWorkers(kitchens)
{
	const bases = new Map();

	return kitchens.filter((k) => {
		const first = k.base ? bases.get(k.base) : undefined;

		if (first)
			join(first, k);
		else if (k.base) {
			bases.set(k.base, k);
			k.name = k.base;
		}
		return !first;
	});
}

const isLive = (kitchen) => kitchen.state === "live";

export class Kitchens {
	constructor(losses)
	{
		this.chefs = ["SystemStatusChef"];
		this.losses = losses;
		this.table = new Table("kitchens", ["name", "state", "", "",
			"code long", "words", "n", "n"]);
		this.list = [];
		this.live = 0;
		this.known = false;
		this.statusAt = 0;
		this.period = PERIOD_MS;
		this.all = 0;
		this.system = { uptime: 0, in: 0, out: 0, refused: 0 };
	}

	take(dumpling)
	{
		const payload = map(dumpling.payload);
		const now = Date.now();

		if (!Array.isArray(payload.dumpling_kitchens))
			return;
		this.losses.status(payload);
		if (this.known)
			this.period = Math.max(PERIOD_MS, now - this.statusAt);
		this.statusAt = now;
		this.known = true;
		this.all = payload.dumpling_kitchens.length;
		this.list = joinWorkers(payload.dumpling_kitchens
			.slice(0, KITCHENS).map(readKitchen));
		this.live = this.list.filter(isLive).length;
		this.system = {
			uptime: count(payload.server_uptime),
			in: count(payload.total_dumplings_in),
			out: count(payload.total_dumplings_out),
			refused: count(payload.messages_refused),
		};
	}

	/* Names that more than one kitchen goes by. */
	doubled()
	{
		const met = new Set();
		const twice = new Set();

		for (const { name } of this.list)
			(met.has(name) ? twice : met).add(name);
		return twice;
	}

	draw()
	{
		const twice = this.doubled();

		this.table.fill(this.list.map((k) => ({
			cells: [
				[k.name, twice.has(k.name) ?
					"this name is used twice" :
					k.workers > 1 ?
						many(k.workers, "worker") : ""],
				[k.state, k.state !== "live" && k.heard ?
					"heard " + clock(k.heard) :
					k.since ? "since " + clock(k.since) :
						""],
				k.host,
				k.device,
				k.filter,
				this.served(k),
				k.packets === null ? "" : number(k.packets),
				[k.announced ? number(k.drops) : "",
					k.device_drops ? "and " +
					number(k.device_drops) +
					" by the interface" : ""],
			],
			mark: "is-" + (STATES.includes(k.state) ?
				k.state : "silent") +
				(k.drops ? " dropping" : ""),
		})));
		this.table.note.textContent = this.known ? this.summary() : "";
		this.table.waiting(this.known ?
			"No kitchen is at the hub: start nd-sniff" :
			"Waiting for the hub\u2019s status");
	}

	served(k)
	{
		return k.chefs.map((chef) => {
			const n = k.received(chef);

			return n ? chef + "\u00a0" + number(n) : chef;
		}).join(", ");
	}

	summary()
	{
		const { uptime, refused } = this.system;
		const parts = [many(this.all, "kitchen")];

		if (this.all > KITCHENS)
			parts.push("the first " + KITCHENS + " shown");
		parts.push("hub up " + span(uptime),
			number(this.system.in) + " dumplings in",
			number(this.system.out) + " out");
		if (refused)
			parts.push(many(refused, "message") + " refused");
		return parts.join(" \u00b7 ");
	}

	/* What a panel waits for as long as a chef sent nothing. */
	awaited(chef, what)
	{
		if (!this.known)
			return "Waiting for " + what;
		if (this.list.length === 0)
			return "No kitchen is at the hub yet";
		if (!this.list.some((k) => k.chefs.includes(chef)))
			return "No kitchen runs " + chef;
		return "Waiting for " + what;
	}

	/* Whether the hub's status has come and is not overdue. */
	informed(now)
	{
		return this.known && now - this.statusAt <= 3 * this.period;
	}

	/* Why the losses that the status tells may not be all. */
	doubt(now)
	{
		const quiet = this.list.filter((k) => !isLive(k));

		if (!this.known)
			return "What was lost before the hub is not known: " +
				"its status has not come yet";
		if (!this.informed(now))
			return "The hub\u2019s last status is " +
				span((now - this.statusAt) / 1000) + " old";
		if (quiet.length)
			return many(quiet.length, "kitchen") +
				" not heard from: " +
				quiet.slice(0, 3).map(({ name }) => name)
					.join(", ") +
				(quiet.length > 3 ? "\u2026" : "");
		return "";
	}
}
