/* SPDX-License-Identifier: MIT */
/*
 * What the gateway counts, from its /metrics: Prometheus' text format, of
 * which only plain samples of its own are taken.
 */

const PREFIX = "netdumplings_gateway_";
const SAMPLE = /^netdumplings_gateway_([a-z0-9_]{1,80}) ([0-9.e+]{1,30})$/;
const LINES = 20000;
const KEPT = 100;

/*
 * A map from names without the prefix to numbers. Counters end in "_total":
 * clients are those there are, clients_total those that ever were.
 */
export function parseMetrics(s)
{
	const found = new Map();

	for (const line of s.split("\n", LINES)) {
		const [, name, number] = line.startsWith(PREFIX) ?
			SAMPLE.exec(line) ?? [] : [];
		const n = Number(number);

		if (name && Number.isFinite(n) && found.size < KEPT)
			found.set(name, n);
	}
	return found;
}

/* Asks for them again and again, as long as it is open. */
export class Metrics {
	constructor(url, { every = 3000, get = fetch, onChange })
	{
		this.url = url;
		this.every = every;
		this.get = get;
		this.onChange = onChange;
		this.found = null;
		this.failed = "";
		this.at = 0;
		this.rates = new Map();
		this.timer = 0;
		this.closed = false;
		this.ask();
	}

	close()
	{
		this.closed = true;
		clearTimeout(this.timer);
	}

	async ask()
	{
		try {
			const answer = await (0, this.get)(this.url,
				{ cache: "no-store" });

			if (!answer.ok)
				throw new Error("the gateway answered " +
					answer.status);
			this.take(parseMetrics(await answer.text()),
				performance.now() / 1000);
			this.failed = "";
		} catch (e) {
			this.failed = e.message;
		}
		if (this.closed)
			return;
		this.timer = setTimeout(() => this.ask(), this.every);
		this.onChange();
	}

	take(found, at)
	{
		const past = at - this.at;

		if (this.found && past > 0)
			for (const [name, n] of found)
				this.rates.set(name, Math.max(0, (n -
					(this.found.get(name) ?? n)) / past));
		this.found = found;
		this.at = at;
	}
}
