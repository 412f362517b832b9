/* SPDX-License-Identifier: MIT */
/*
 * Rates from counters that only grow: each source tells all of its counters
 * again and again, and what they grew by is what happened in between.
 */

import { COARSE_S, FINE_S, Steps } from "./steps.js";

const SOURCES = 512;
const SERIES = 128;
const LATE_S = 3;
/* A break longer than this is not bridged. */
const LONGEST_S = 3600;
/* The present is the mean of so many steps. */
const PRESENT = 3;

/*
 * The times of another machine's clock as those of ours: what took least to
 * come tells how far apart the two are.
 */
class Clock {
	constructor()
	{
		this.offset = Infinity;
	}

	ours(theirs, now)
	{
		if (now - theirs < this.offset ||
		    now - theirs > this.offset + LATE_S)
			this.offset = now - theirs;
		return theirs + this.offset;
	}
}

class Source {
	constructor()
	{
		this.clock = new Clock();
		this.at = 0;
		this.period = 1;
		this.last = new Map();
	}

	late(now)
	{
		return now - this.at > Math.max(LATE_S, 2.5 * this.period);
	}
}

export class Meters {
	/* clock: the time now in seconds. */
	constructor(clock)
	{
		this.clock = clock;
		this.sources = new Map();
		this.series = new Map();
		this.since = 0;
		this.version = 0;
	}

	source(id)
	{
		let source = this.sources.get(id);

		if (!source) {
			if (this.sources.size >= SOURCES)
				this.forget();
			source = new Source();
			this.sources.set(id, source);
		}
		return source;
	}

	/* Forgets the source that was silent for longest. */
	forget()
	{
		let oldest = null;

		for (const [id, { at }] of this.sources)
			if (oldest === null || at < this.sources.get(oldest).at)
				oldest = id;
		this.sources.delete(oldest);
	}

	/*
	 * Takes all counters of a source, [[name, packets, bytes]], as they
	 * were at a time of its own clock; now is the time of ours.
	 */
	read(id, theirs, now, counters)
	{
		const source = this.source(id);
		const at = source.clock.ours(theirs, now);
		const from = source.at;

		if (from && at <= from && now - from < LONGEST_S)
			return;
		if (from && at - from < LONGEST_S) {
			source.period = at - from;
			this.grow(source, from, at, counters);
			this.since ||= from;
		}
		source.at = at;
		source.last = new Map(counters.map(
			([name, packets, bytes]) => [name, { packets, bytes }]));
		this.version++;
	}

	grow(source, from, to, counters)
	{
		const grown = (now, before) => now < before ? now : now - before;

		for (const [name, packets, bytes] of counters) {
			const old = source.last.get(name);
			const n = grown(packets, old?.packets ?? 0);
			const size = grown(bytes, old?.bytes ?? 0);

			if (n > 0)
				this.one(name)?.add(from, to, n, 8 * size);
		}
	}

	one(name)
	{
		let steps = this.series.get(name);

		if (!steps) {
			if (this.series.size >= SERIES && !this.drop())
				return null;
			steps = new Steps();
			this.series.set(name, steps);
		}
		return steps;
	}

	/* Makes room by a series of which nothing is left to show. */
	drop()
	{
		for (const [name, { lastAt }] of this.series) {
			if (this.end() - lastAt > LONGEST_S) {
				this.series.delete(name);
				return true;
			}
		}
		return false;
	}

	/* --- asking ------------------------------------------------------ */

	/* Until when all sources that are not late have told. */
	end()
	{
		let most = 0;
		let least = Infinity;

		for (const { at } of this.sources.values())
			most = Math.max(most, at);
		for (const source of this.sources.values())
			if (!source.late(most))
				least = Math.min(least, source.at);
		return least === Infinity ? most : least;
	}

	/* Whether some source tells as lately as it should. */
	heard()
	{
		const now = this.clock();

		for (const source of this.sources.values())
			if (!source.late(now))
				return true;
		return false;
	}

	/*
	 * Of one series now, if some source is heard: a second's packets, or
	 * bits.
	 */
	present(name, unit, end = this.end())
	{
		const steps = this.series.get(name);
		const last = Math.floor(end) - 1;
		const whole = last - Math.ceil(this.since) + 1;
		const n = Math.max(1, Math.min(PRESENT, whole));
		let sum = 0;

		for (let i = 0; i < n && steps; i++)
			sum += steps.rate(unit, FINE_S, last - i);
		return sum / n;
	}

	/* What the sources that are not late counted since they began. */
	total(name)
	{
		const end = this.end();
		let sum = 0;

		for (const source of this.sources.values())
			if (!source.late(end))
				sum += source.last.get(name)?.packets ?? 0;
		return sum;
	}

	/*
	 * The last seconds: { times: [s], series: [{ name, values, sum }] },
	 * largest first; null stands where nothing was known yet. Times are
	 * those at which a step ends.
	 */
	history(unit, seconds)
	{
		const step = seconds <= 300 ? FINE_S : COARSE_S;
		const end = Math.floor(this.end() / step) * step;
		const times = [];

		if (!this.since)
			return { times, series: [] };
		for (let t = end - seconds; t < end; t += step)
			times.push(t);
		const series = [...this.series].map(([name, steps]) => {
			let sum = 0;
			const values = times.map((t) => {
				if (t < this.since)
					return null;
				const v = steps.rate(unit, step, t);

				sum += v;
				return v;
			});

			return { name, values, sum };
		}).filter(({ sum }) => sum > 0);

		series.sort((a, b) => b.sum - a.sum);
		return { times: times.map((t) => t + step), series };
	}
}
