/* SPDX-License-Identifier: MIT */
/* The chefs whose dumplings can be read: a list, or where it is narrow a menu. */

import { Menu } from "../ui/menu.js";
import { Panel, el, put, show } from "../ui/dom.js";
import { Table } from "../ui/table.js";
import { amount } from "../ui/units.js";
import { many, number, shown } from "../ui/values.js";

const ALL = { name: "", kitchens: new Set(), rate: null };
const HUB = { name: "SystemStatusChef", kitchens: new Set(), rate: null };

export class ChefList {
	constructor(app, model)
	{
		this.app = app;
		this.model = model;
		this.version = -1;
		this.chosen = "";
		this.panel = new Panel("Chefs", "chefs");
		this.table = new Table({
			label: "Chefs",
			id: ({ name }) => name,
			onOpen: ({ name }) => this.open(name),
			columns: [
				{ key: "name", title: "Chef", className: "wide",
					text: ({ name }) => name || "All chefs" },
				{ key: "kitchens", title: "Kitchens",
					className: "n dim kitchens",
					text: (chef) =>
						chef.kitchens.size ? number(
							chef.kitchens.size) : "" },
				{ key: "rate", title: "Rate",
					className: "n", text: ({ rate }) =>
						rate === null ? "" :
							amount(rate, "/s") },
			],
		});
		this.menu = new Menu("Chef", (name) => this.open(name));
		this.hint = el("p", "empty", "Choose a chef to see which fields " +
			"its dumplings have, or a dumpling to see all of it.");
		this.panel.body.append(this.menu.root, this.table.root,
			this.hint);
		this.draw();
	}

	open(name)
	{
		this.app.address.set({ chef: name, kitchen: null });
	}

	/* The chef that was chosen is there, even if nobody runs it. */
	list()
	{
		const chefs = new Map(this.model.chefs);

		if (!chefs.has(HUB.name))
			chefs.set(HUB.name, HUB);
		if (this.chosen && !chefs.has(this.chosen))
			chefs.set(this.chosen, { ...ALL, name: this.chosen });
		return [...chefs.values()].sort((a, b) =>
			a.name < b.name ? -1 : 1);
	}

	choose(name)
	{
		this.chosen = name;
		this.version = -1;
		show(this.hint, name === "");
		this.draw();
	}

	draw()
	{
		const { version } = this.model;

		if (version === this.version)
			return;
		this.version = version;
		const chefs = this.list();
		const rates = chefs.filter(({ rate }) => rate !== null);
		const sum = rates.length ? rates.reduce((n, { rate }) =>
			n + rate, 0) : null;

		this.table.fill([{ ...ALL, rate: sum }, ...chefs]);
		this.table.open(this.chosen);
		this.menu.fill([["", "All chefs"], ...chefs.map(({ name }) =>
			[name, shown(name)])], this.chosen);
		put(this.panel.note, this.model.chefs.size ? "in " + many(
			this.model.kitchens("").length, "kitchen") : "");
	}
}
