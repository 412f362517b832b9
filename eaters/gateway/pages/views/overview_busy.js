/* SPDX-License-Identifier: MIT */
/* The busiest hosts and services, and the names looked up most. */

import { Address } from "../ui/address.js";
import { HostNames } from "../data/hostnames.js";
import { Names } from "../data/names.js";
import { Panel, link, put } from "../ui/dom.js";
import { Table } from "../ui/table.js";
import { Talkers } from "../data/talkers.js";
import { amount, brief } from "../ui/units.js";
import { many, shown } from "../ui/values.js";

/* As many rows as the room has, in a page that fills the window. */
const LEAST = 5;
const MOST = 40;
const PHONE = 10;

/* A cell that leads to another page. */
function leads(td, label, href)
{
	const a = td.firstElementChild ?? link("", "");

	put(a, shown(label));
	if (a.getAttribute("href") !== href)
		a.href = href;
	if (!a.isConnected)
		td.append(a);
}

const RATES = [
	{ key: "bits", title: "bit/s", className: "n",
		text: ({ bytes }) => amount(8 * bytes, "") },
	{ key: "packets", title: "packets/s", className: "n dim",
		text: ({ packets }) => brief(packets) },
];

const SERVICE = [
	{ key: "port", title: "Port", text: ({ key }) => key },
	{ key: "name", title: "Usually", className: "wide dim",
		text: ({ name }) => name },
	...RATES,
];

const NAME = [
	{ key: "name", title: "Name", className: "wide",
		draw: (td, { name }) => leads(td, name || "(root)",
			Address.link("dns", { name })) },
	{ key: "count", title: "DNS messages", className: "n",
		text: ({ count }) => brief(count) },
];

/* One panel with one table of as many rows as fit. */
class Top {
	constructor(title, className, columns)
	{
		this.panel = new Panel(title, "top " + className);
		this.table = new Table({ label: title, columns,
			share: ({ share }) => share });
		this.panel.body.append(this.table.root);
	}

	rows()
	{
		const { root, table, body } = this.table;
		const row = body.firstElementChild?.offsetHeight;

		if (getComputedStyle(root).overflow !== "hidden")
			return PHONE;
		return row ? Math.max(LEAST, Math.min(MOST, Math.floor(
			(root.clientHeight - table.tHead.offsetHeight) / row))) :
			LEAST;
	}

	/* n things, those of which `by` says most. */
	fill(n, things, by, note, waits)
	{
		this.table.say(waits);
		this.table.most = n;
		this.table.fill(things.slice(0, n).map((one) => ({ ...one,
			share: by(one) / Math.max(by(things[0]), 1e-9) })));
		this.panel.note.textContent = things.length ? note : "";
	}
}

export class Busy {
	static models = [Talkers, Names, HostNames];

	constructor(app)
	{
		this.app = app;
		this.talkers = app.model(Talkers);
		this.names = app.model(Names);
		this.hostNames = app.model(HostNames);
		this.hosts = new Top("Busiest hosts", "hosts", this.columns());
		this.services = new Top("Busiest services", "services", SERVICE);
		this.tops = new Top("Top names", "names", NAME);
		this.roots = [this.hosts, this.services, this.tops]
			.map(({ panel }) => panel.root);
		this.drawn = "";
		this.observer = new ResizeObserver(() => {
			this.drawn = "";
			app.wake();
		});
		this.observer.observe(this.hosts.table.root);
	}

	columns()
	{
		return [
			{ key: "host", title: "Host", className: "host",
				draw: (td, { key }) => leads(td, key,
					Address.link("flows", { find: key })) },
			{ key: "name", title: "Name", className: "wide dim",
				text: ({ key }) => this.hostNames.get(key) },
			...RATES,
		];
	}

	close()
	{
		this.observer.disconnect();
	}

	draw()
	{
		const { talkers, names, hostNames, app: { status } } = this;
		const busiest = talkers.busiest();
		const drawn = [busiest.version, busiest.b, names.version,
			hostNames.version, status.version].join();

		if (this.drawn === drawn)
			return;
		this.drawn = drawn;
		const { hosts, services, flows, seconds } = busiest;
		const bytes = (one) => one.bytes;
		const waits = status.awaited("FlowChef", "flows");

		/* Asked of all before any is written: so it is laid out once. */
		const [h, s, n] = [this.hosts, this.services, this.tops]
			.map((top) => top.rows());

		this.hosts.fill(h, hosts, bytes, "of the " + many(flows, "flow") +
			" with most bytes in " + Math.round(seconds) + " s",
		waits);
		this.services.fill(s, services, bytes, "of the same", waits);
		this.tops.fill(n, names.top(MOST), ({ count }) => count,
			many(names.size, "name"),
			status.awaited("DNSLookupChef", "names"));
	}
}
