/* SPDX-License-Identifier: MIT */
/*
 * Who made a device, by the first three bytes of its MAC address. The gateway
 * knows, if a database is installed beside it; each prefix is asked for once,
 * and few at a time.
 */

const PREFIXES = 2000;
const AT_ONCE = 4;
const QUEUE = 200;
const LENGTH = 80;

/* Lets the oldest of a map or set go when it has more than `most`. */
function dropFirst(all, most)
{
	if (all.size > most)
		all.delete(all.keys().next().value);
}

export class Vendors {
	/* ask(path): as fetch(); onChange(): something has become known. */
	constructor(onChange, ask = (path) => fetch(path))
	{
		this.onChange = onChange;
		this.ask = ask;
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

		if (known === undefined && this.installed !== false &&
		    !this.queue.has(prefix)) {
			this.queue.add(prefix);
			dropFirst(this.queue, QUEUE);
			this.start();
		}
		return known ?? "";
	}

	start()
	{
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
		this.installed = await this.get("oui/") !== "";
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
		if (name) {
			this.names.set(prefix, name);
			this.onChange();
		}
		this.start();
	}

	/* The text at a path; "" if there is none. */
	async get(path)
	{
		try {
			const answer = await this.ask(path);

			if (answer.status !== 200)
				return "";
			return (await answer.text()).trim().slice(0, LENGTH);
		} catch {
			return "";
		}
	}
}
