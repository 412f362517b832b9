/* SPDX-License-Identifier: MIT */
/* All kitchens, and one of them in detail. */

import { KitchenDetail } from "./system_kitchen.js";
import { Panel, setState } from "../ui/dom.js";
import { Sorting } from "../ui/sorting.js";
import { Table } from "../ui/table.js";
import { Traffic } from "../data/traffic.js";
import { amount, brief } from "../ui/units.js";
import { kitchenState, severity } from "../ui/state.js";
import { inOrder, number, shown } from "../ui/values.js";

function state(td, { state: s, said })
{
	setState(td, s);
	if (td.textContent !== said)
		td.textContent = said;
}

function sum(kitchen, key)
{
	let n = 0;

	for (const chef of kitchen.stats.values())
		n += chef[key];
	return n;
}

const NOTHING = "\u2013";
const UNKNOWN = { packets: null, bits: null };

const COLUMNS = [
	{ key: "name", title: "Kitchen", className: "name", down: false,
		text: ({ k }) => k.name, value: ({ place }) => place },
	{ key: "state", title: "State", className: "state",
		draw: state, value: ({ state: s }) => severity(s) },
	{ key: "host", title: "Host", down: false, text: ({ k }) => k.host,
		value: ({ k }) => k.host },
	{ key: "device", title: "Interface", className: "wide", down: false,
		text: ({ k }) => k.device, value: ({ k }) => k.device },
	{ key: "packets", title: "packets/s", className: "n",
		text: ({ packets }) => packets === null ? NOTHING :
			brief(packets),
		value: ({ packets }) => packets ?? -1 },
	{ key: "bits", title: "bit/s", className: "n",
		text: ({ bits }) => bits === null ? NOTHING : amount(bits, ""),
		value: ({ bits }) => bits ?? -1 },
	{ key: "rate", title: "dumplings/s", className: "n",
		text: ({ k }) => brief(k.rate), value: ({ k }) => k.rate },
	{ key: "drops", title: "Packets dropped", className: "n",
		text: ({ drops }) => number(drops), value: ({ drops }) => drops },
	{ key: "lost", title: "Dumplings lost", className: "n",
		text: ({ lost }) => number(lost), value: ({ lost }) => lost },
];

export class Kitchens {
	constructor(app)
	{
		const { address } = app;

		this.app = app;
		this.traffic = app.model(Traffic);
		this.version = -1;
		this.chosen = "";
		this.panel = new Panel("Kitchens", "kitchens-list");
		this.sorting = new Sorting(address,
			{ key: "name", down: false });
		this.detail = new KitchenDetail(address);
		this.roots = [this.panel.root, this.detail.panel.root];
		this.table = new Table({ label: "Kitchens", columns: COLUMNS,
			rows: 512,
			id: ({ id }) => id,
			...this.sorting.options(),
			onOpen: ({ id }) => address.set({ kitchen: id }),
			mark: ({ drops, lost }) => drops + lost > 0 ?
				"dropped" : "" });
		this.panel.body.append(this.table.root);
		this.readdress();
	}

	readdress()
	{
		this.chosen = this.app.address.get("kitchen");
		this.sorting.read(this.table);
		this.detail.readdress();
		this.version = -1;
	}

	draw(now)
	{
		const { status } = this.app;
		const second = Math.floor(now / 1000);

		this.table.say(status.known ? "No kitchen is at the hub: " +
			"start nd-sniff" : "Waiting for the hub\u2019s status");
		if (this.version === status.version && this.second === second)
			return;
		this.version = status.version;
		this.second = second;
		const rows = this.rows(now);
		const open = rows.find(({ id }) => id === this.chosen) ??
			(this.chosen ? null : rows[0] ?? null);

		this.table.fill(rows);
		this.table.open(open?.id ?? "");
		this.detail.draw(open, this.chosen, now);
		this.panel.note.textContent = status.allKitchens >
			status.kitchens.length ? number(status.kitchens.length) +
			", workers of one together" : rows.length ?
			number(rows.length) : "";
	}

	/*
	 * Those of one name are told apart by a number; what each of them sees
	 * in a second is not known.
	 */
	rows(now)
	{
		const met = new Map();
		const all = new Map();

		for (const { name } of this.app.status.kitchens)
			all.set(name, (all.get(name) ?? 0) + 1);
		return this.app.status.kitchens.slice().sort((a, b) =>
			inOrder(a.name, b.name)).map((k, place) => {
			const [s, said] = kitchenState(k, now);
			const times = met.get(k.name) ?? 0;

			met.set(k.name, times + 1);
			return { k, place, state: s, said: shown(said),
				id: times ? k.name + " #" + (times + 1) : k.name,
				...all.get(k.name) > 1 ? UNKNOWN :
					this.traffic.kitchen(k.name),
				drops: k.drops + k.device_drops,
				lost: Math.max(sum(k, "missing"),
					sum(k, "dropped")) };
		});
	}
}
