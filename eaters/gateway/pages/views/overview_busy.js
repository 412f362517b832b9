/* SPDX-License-Identifier: MIT */
/* The busiest hosts and services. */

import { Panel } from "../ui/dom.js";
import { Table } from "../ui/table.js";
import { Talkers } from "../data/talkers.js";
import { amount, brief } from "../ui/units.js";
import { many } from "../ui/values.js";

const ROWS = 12;

const rates = [
	{ key: "bits", title: "bit/s", className: "n",
		text: ({ bytes }) => amount(8 * bytes, "") },
	{ key: "packets", title: "packets/s", className: "n dim",
		text: ({ packets }) => brief(packets) },
];

function table(label, columns)
{
	return new Table({ label, columns: [...columns, ...rates], rows: ROWS,
		share: ({ share }) => share });
}

const shares = (all) => all.slice(0, ROWS).map((one) =>
	({ ...one, share: one.bytes / Math.max(all[0].bytes, 1e-9) }));

export class Busy {
	constructor(app)
	{
		this.app = app;
		this.talkers = app.model(Talkers);
		this.version = -1;
		this.hosts = new Panel("Busiest hosts", "hosts");
		this.services = new Panel("Busiest services", "services");
		this.roots = [this.hosts.root, this.services.root];
		this.hostTable = table("Busiest hosts", [{ key: "host",
			title: "Host", className: "wide",
			text: ({ key }) => key }]);
		this.serviceTable = table("Busiest services", [
			{ key: "port", title: "Port", className: "",
				text: ({ key }) => key },
			{ key: "name", title: "Usually", className: "wide dim",
				text: ({ name }) => name },
		]);
		this.hosts.body.append(this.hostTable.root);
		this.services.body.append(this.serviceTable.root);
	}

	draw()
	{
		const { talkers, app: { status } } = this;
		const busiest = talkers.busiest();

		if (this.drawn === busiest && this.status === status.version)
			return;
		this.drawn = busiest;
		this.status = status.version;
		const { hosts, services, flows, seconds } = busiest;
		const waits = status.awaited("FlowChef", "flows");

		this.hostTable.say(waits);
		this.serviceTable.say(waits);
		this.hostTable.fill(shares(hosts));
		this.serviceTable.fill(shares(services));
		this.hosts.note.textContent = hosts.length ? "of " +
			many(flows, "flow") + ", those with most bytes, in " +
			Math.round(seconds) + " s" : "";
	}
}
