/* SPDX-License-Identifier: MIT */
/*
 * Dumplings as they are, of any chef: the chefs there are, the stream of one
 * of them or of all, and beside it one dumpling as a tree or, while none was
 * chosen, the fields that the chef's dumplings have.
 */

import { ChefList } from "./dumplings_chefs.js";
import { Chefs } from "../data/chefs.js";
import { Command } from "./dumplings_command.js";
import { DumplingStream } from "./dumplings_stream.js";
import { Feed } from "../data/feed.js";
import { Fields } from "./dumplings_fields.js";
import { OneDumpling } from "./dumplings_one.js";
import { el, show } from "../ui/dom.js";

export default class Dumplings {
	static path = "dumplings";
	static title = "Dumplings";
	static models = [Chefs];

	constructor(root, app)
	{
		this.app = app;
		this.feed = new Feed();
		this.wanted = undefined;
		this.chefs = new ChefList(app, app.model(Chefs));
		this.stream = new DumplingStream(app, this.feed,
			app.model(Chefs), (item) => this.openItem(item));
		this.one = new OneDumpling(() => this.openItem(null));
		this.fields = new Fields(this.feed);
		this.command = new Command();
		this.aside = el("div", "aside");
		this.aside.append(this.one.panel.root, this.fields.panel.root,
			this.command.panel.root);
		root.append(this.chefs.panel.root, this.stream.panel.root,
			this.aside);
		app.listen("*", this.feed);
		this.readdress();
	}

	close()
	{
		this.app.unlisten("*", this.feed);
	}

	/* --- what is chosen ---------------------------------------------- */

	openItem(item)
	{
		this.one.show(item, this.feed.words);
		this.stream.table.open(item?.n ?? 0);
		const chef = this.app.address.get("chef");

		this.aside.classList.toggle("open", item !== null);
		this.aside.classList.toggle("idle", item === null && !chef);
		show(this.one.panel.root, item !== null);
		show(this.fields.panel.root, item === null && Boolean(chef));
		this.app.wake();
	}

	escape()
	{
		if (this.one.item)
			this.openItem(null);
	}

	readdress()
	{
		const { address } = this.app;
		const chef = address.get("chef");
		const kitchen = address.get("kitchen");

		if (chef !== this.wanted)
			this.app.want(chef ? [chef] : null);
		this.stream.readdress(chef, kitchen);
		if (chef !== this.wanted || !this.one.item)
			this.openItem(null);
		else
			this.one.show(this.one.item, this.feed.words);
		this.wanted = chef;
		this.chefs.choose(chef);
		this.command.choose(chef, kitchen);
		this.fields.choose();
	}

	/* --- drawing ----------------------------------------------------- */

	draw(now)
	{
		this.chefs.draw();
		this.stream.draw(now);
		if (!this.one.item && this.wanted)
			this.fields.draw(now);
	}
}
