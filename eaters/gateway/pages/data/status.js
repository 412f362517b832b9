/* SPDX-License-Identifier: MIT */
/* All parts, as the hub's status knows them, and how sure that is. */

import { count, list, many, map, seconds, span, text } from "../ui/values.js";
import { joinWorkers, readKitchen } from "./kitchens.js";
import { Watch } from "./watch.js";

const KITCHENS = 512;
const EATERS = 500;
const PERIOD_MS = 5000;

/* A name may be any value; what has no text of its own is shown as JSON. */
function readName(v)
{
	return text(v) || (v && typeof v === "object" ?
		text(JSON.stringify(v)) : "(no name)");
}

function readEater(v)
{
	const hub = map(map(v).info_from_hub);

	return {
		name: readName(map(map(v).info_from_eater).eater_name),
		host: text(hub.host),
		via: text(hub.via),
		since: seconds(hub.connected_at),
	};
}

const isLive = (kitchen) => kitchen.state === "live";

export class Status {
	static chefs = ["SystemStatusChef"];

	constructor(losses)
	{
		this.losses = losses;
		this.watch = new Watch();
		this.kitchens = [];
		this.eaters = [];
		this.live = 0;
		this.known = false;
		this.statusAt = 0;
		this.period = PERIOD_MS;
		this.allKitchens = 0;
		this.allEaters = 0;
		this.system = { uptime: 0, in: 0, out: 0, missing: 0,
			refused: 0, disconnected: 0, inRate: 0, outRate: 0 };
		this.version = 0;
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
		this.allKitchens = payload.dumpling_kitchens.length;
		this.kitchens = joinWorkers(payload.dumpling_kitchens
			.slice(0, KITCHENS).map(readKitchen));
		this.live = this.kitchens.filter(isLive).length;
		this.allEaters = list(payload.dumpling_eaters).length;
		this.eaters = list(payload.dumpling_eaters).slice(0, EATERS)
			.map(readEater);
		this.system = {
			uptime: count(payload.server_uptime),
			in: count(payload.total_dumplings_in),
			out: count(payload.total_dumplings_out),
			missing: count(payload.dumplings_missing),
			refused: count(payload.messages_refused),
			disconnected: count(payload.eaters_disconnected),
		};
		this.watch.see(this, seconds(map(dumpling.metadata)
			.creation_time) ?? now / 1000);
		this.version++;
	}

	/* What a page waits for as long as a chef sent nothing. */
	awaited(chef, what)
	{
		if (!this.known)
			return "Waiting for " + what;
		if (this.kitchens.length === 0)
			return "No kitchen is at the hub yet";
		if (!this.kitchens.some((k) => k.chefs.includes(chef)))
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
		const quiet = this.kitchens.filter((k) => !isLive(k));

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
