/* SPDX-License-Identifier: MIT */
/*
 * Who made a device, by the first three bytes of its MAC address. The gateway
 * knows, if a database is installed beside it; each prefix is asked for until
 * it is answered, and few at a time.
 */

const PREFIXES = 2000;
const AT_ONCE = 4;
const QUEUE = 200;
const LENGTH = 80;
/* So long nothing is asked for after a gateway did not answer. */
const REST_MS = 10000;

/* Lets the oldest of a map or set go when it has more than `most`. */
function dropFirst(all, most)
{
	if (all.size > most)
		all.delete(all.keys().next().value);
}

export class Vendors {
	/*
	 * onChange(): something has become known. ask(path): as fetch();
	 * clock(): the time now in milliseconds.
	 */
	constructor(onChange, ask = (path) => fetch(path),
		clock = () => Date.now())
	{
		this.onChange = onChange;
		this.ask = ask;
		this.clock = clock;
		this.restsUntil = -Infinity;
		this.names = new Map();
		this.queue = new Set();
		this.running = 0;
		/* Whether there is a database; null while that is not known. */
		this.installed = null;
		this.asked = false;
	}

	/* The vendor's name, "" if it is not known, or not known yet. */
	name(mac)
	{
		const prefix = mac.slice(0, 8).replaceAll(":", "-");
		const known = this.names.get(prefix);

		if (known === undefined && this.installed !== false) {
			this.queue.add(prefix);
			dropFirst(this.queue, QUEUE);
			this.start();
		}
		return known ?? "";
	}

	start()
	{
		if (this.clock() < this.restsUntil)
			return;
		if (this.installed === null) {
			if (!this.asked)
				this.find();
			return;
		}
		while (this.installed && this.running < AT_ONCE &&
		       this.queue.size > 0) {
			const [prefix] = this.queue;

			this.queue.delete(prefix);
			this.names.set(prefix, "");
			dropFirst(this.names, PREFIXES);
			this.fetchName(prefix);
		}
	}

	/* Asks for the database: where there is none, for nothing else. */
	async find()
	{
		this.asked = true;
		const path = await this.get("oui/");

		if (path === null) {
			this.rest();
			return;
		}
		this.installed = path !== "";
		if (!this.installed)
			this.queue.clear();
		this.onChange();
		this.start();
	}

	async fetchName(prefix)
	{
		this.running++;
		const name = await this.get("oui/" + prefix);

		this.running--;
		if (name === null) {
			this.names.delete(prefix);
			this.rest();
		} else if (name) {
			this.names.set(prefix, name);
			this.onChange();
		}
		this.start();
	}

	/* Asks again later, and first for the database: it may be another. */
	rest()
	{
		this.installed = null;
		this.asked = false;
		this.restsUntil = this.clock() + REST_MS;
	}

	/* The text at a path; "" if there is none, null without an answer. */
	async get(path)
	{
		try {
			const answer = await this.ask(path);

			if (answer.status >= 500)
				return null;
			if (answer.status !== 200)
				return "";
			return (await answer.text()).trim().slice(0, LENGTH);
		} catch {
			return null;
		}
	}
}
