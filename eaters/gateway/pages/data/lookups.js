/* SPDX-License-Identifier: MIT */
/*
 * DNS lookups: the latest, those that failed or were slow for longer, and for
 * each name and client what it was about lately. Of kitchens that do not run
 * DNSChef, the messages that DNSLookupChef tells, which have but a name.
 *
 * Under load the gateway samples lookups evenly. So shares of them are right,
 * and sums are not; those come from DNSChef's interval dumplings.
 */

import { count, isMap, list, map, seconds, text } from "../ui/values.js";
import { Recent, Subjects } from "./recent.js";

const LATEST = 4000;
const FAILURES = 2000;
const SLOWEST = 1000;
const NAMES = 1000;
const CLIENTS = 500;
const EACH = 24;
const KITCHENS = 256;
const ANSWERS = 8;
const ANSWER_LENGTH = 80;
const PARTS = 6;
const SAMPLES = 12;
const SILENT_MS = 30000;

/* Seconds from which on a lookup is called slow. */
export const SLOW = 0.1;

/* A part of a record's data, in short. */
function partText(v)
{
	if (isMap(v))
		return Object.entries(v).slice(0, PARTS).map(([key, w]) =>
			text(key) + "=" + list(w).slice(0, PARTS)
				.map((s) => text(s)).join(",")).join(" ");
	return text(v, ".") || ".";
}

/* A record's data, which may be text, a list or a map of some of them. */
function answerText(v)
{
	const data = map(v).data;
	const parts = isMap(data) ? Object.values(data) :
		Array.isArray(data) ? data : [data];
	const s = parts.slice(0, PARTS).map(partText).join(" ");

	return s.length > ANSWER_LENGTH ?
		s.slice(0, ANSWER_LENGTH) + "\u2026" : s;
}

function duration(v)
{
	return typeof v === "number" && v >= 0 && v < 1e6 ? v : null;
}

/* One of DNSChef's transactions. */
function transaction(payload)
{
	const unanswered = payload.unanswered === true;
	const waiting = !unanswered && payload.waiting === true;
	const rcode = text(payload.rcode);

	return {
		time: seconds(payload.query_time) ??
			seconds(payload.response_time),
		name: text(payload.name),
		type: text(payload.type),
		client: text(map(payload.client).ip),
		server: text(map(payload.server).ip),
		rcode,
		latency: duration(payload.latency),
		queries: count(payload.queries),
		answers: list(payload.answers).slice(0, ANSWERS)
			.map(answerText),
		unanswered,
		waiting,
		failed: unanswered ||
			(!waiting && rcode !== "" && rcode !== "NOERROR"),
		plain: false,
	};
}

/* One of DNSLookupChef's messages. */
function message(lookup)
{
	return {
		time: seconds(lookup.when),
		name: text(lookup.hostname),
		type: "", client: "", server: "", rcode: "",
		latency: null,
		queries: 1,
		answers: [],
		unanswered: false,
		waiting: false,
		failed: false,
		plain: true,
	};
}

/* Why a lookup failed, in a word; "" if it did not. */
export function failure(lookup)
{
	return !lookup.failed ? "" :
		lookup.unanswered ? "no answer" : lookup.rcode;
}

/* How the totals of a kitchen grow, by its own clock. */
class Growth {
	constructor()
	{
		this.samples = [];
		this.heard = 0;
	}

	add(time, totals, now)
	{
		const last = this.samples[this.samples.length - 1];

		if (last && (totals.queries < last.queries ||
			     time <= last.time))
			this.samples = [];
		this.samples.push({ time,
			queries: count(totals.queries),
			unanswered: count(totals.unanswered) });
		if (this.samples.length > SAMPLES)
			this.samples.shift();
		this.heard = now;
	}

	of(key)
	{
		const first = this.samples[0];
		const last = this.samples[this.samples.length - 1];

		return this.samples.length < 2 ? null : Math.max(0,
			last[key] - first[key]) / (last.time - first.time);
	}
}

export class Lookups {
	static chefs = ["DNSChef", "DNSLookupChef"];

	constructor()
	{
		this.latest = new Recent(LATEST);
		this.failures = new Recent(FAILURES);
		this.slow = new Recent(SLOWEST);
		this.names = new Subjects(NAMES, EACH);
		this.clients = new Subjects(CLIENTS, EACH);
		this.whole = new Set();
		this.growth = new Map();
		this.seen = 0;
		this.version = 0;
	}

	take(dumpling, chef, kitchen)
	{
		const payload = map(dumpling.payload);

		if (chef === "DNSLookupChef")
			this.takeMessage(map(payload.lookup), kitchen);
		else if (isMap(payload.totals))
			this.takeTotals(payload.totals, kitchen,
				seconds(map(dumpling.metadata).creation_time));
		else if (typeof payload.name === "string")
			this.takeTransaction(payload, kitchen);
	}

	takeMessage(lookup, kitchen)
	{
		if (typeof lookup.hostname === "string" &&
		    !this.whole.has(kitchen))
			this.add(message(lookup), kitchen);
	}

	takeTransaction(payload, kitchen)
	{
		if (!this.whole.has(kitchen) && this.whole.size < KITCHENS) {
			this.whole.add(kitchen);
			this.latest.keep((lookup) => !lookup.plain ||
				lookup.kitchen !== (kitchen ?? ""));
		}
		this.add(transaction(payload), kitchen);
	}

	takeTotals(totals, kitchen, time)
	{
		let growth = this.growth.get(kitchen);

		if (!growth) {
			if (this.growth.size >= KITCHENS)
				return;
			growth = new Growth();
			this.growth.set(kitchen, growth);
		}
		growth.add(time, totals, Date.now());
		this.version++;
	}

	add(lookup, kitchen)
	{
		lookup.n = ++this.seen;
		lookup.kitchen = kitchen ?? "";
		this.latest.add(lookup);
		if (lookup.failed)
			this.failures.add(lookup);
		if (lookup.latency >= SLOW)
			this.slow.add(lookup);
		this.names.add(lookup.name, lookup);
		if (lookup.client)
			this.clients.add(lookup.client, lookup);
		this.version++;
	}

	/*
	 * Over all kitchens heard of lately, "queries" or "unanswered" a
	 * second; null while that is not known.
	 */
	rate(key, now = Date.now())
	{
		let sum = null;

		for (const growth of this.growth.values()) {
			const rate = growth.of(key);

			if (rate !== null && now - growth.heard < SILENT_MS)
				sum = (sum ?? 0) + rate;
		}
		return sum;
	}

	/* The share of the latest lookups that failed; null of none. */
	failing()
	{
		let all = 0;
		let failed = 0;

		for (const lookup of this.latest) {
			if (lookup.plain || lookup.waiting)
				continue;
			all++;
			failed += lookup.failed ? 1 : 0;
		}
		return all ? failed / all : null;
	}

	/* Failures by name and reason: [{ name, why, count, latest }]. */
	failuresByName()
	{
		const groups = new Map();

		for (const lookup of this.failures) {
			const why = failure(lookup);
			const key = why + " " + lookup.name;
			const group = groups.get(key);

			if (group)
				group.count++;
			else
				groups.set(key, { key, name: lookup.name, why,
					count: 1, latest: lookup.time });
		}
		return [...groups.values()].sort((a, b) =>
			b.count - a.count || (a.key < b.key ? -1 : 1));
	}

	/* The n that took longest, of the latest and of those kept for it. */
	slowest(n)
	{
		const all = new Set([...this.slow, ...this.latest]);

		return [...all].filter(({ latency }) => latency !== null)
			.sort((a, b) => b.latency - a.latency).slice(0, n);
	}

	/* Latencies of the latest, in seconds. */
	latencies()
	{
		return [...this.latest].map(({ latency }) => latency)
			.filter((latency) => latency !== null);
	}
}
