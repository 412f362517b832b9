/* SPDX-License-Identifier: MIT */
/*
 * DNS: a stream of lookups, and beside it what stands out of them or, when a
 * name or a client was chosen, all that is known of that.
 */

import { Detail } from "./dns_detail.js";
import { DnsStream } from "./dns_stream.js";
import { Figures, Tops } from "./dns_tops.js";
import { Lookups } from "../data/lookups.js";
import { Names } from "../data/names.js";
import { el, show } from "../ui/dom.js";

const SUMS_MS = 1000;

export default class Dns {
	static path = "dns";
	static title = "DNS";
	static models = [Lookups, Names];

	constructor(root, app)
	{
		const lookups = app.model(Lookups);

		this.app = app;
		this.lookups = lookups;
		this.names = app.model(Names);
		this.figures = new Figures(lookups);
		this.stream = new DnsStream(app, lookups, this);
		this.tops = new Tops(app, lookups, this.names, this);
		this.detail = new Detail(app, lookups, this);
		this.aside = el("div", "aside");
		this.aside.append(this.tops.root, this.detail.root);
		root.append(this.figures.root, this.stream.panel.root,
			this.aside);
		this.sumsAt = 0;
		this.readdress();
	}

	/* --- what is chosen ---------------------------------------------- */

	openName(name)
	{
		this.app.address.set({ name: name || ".", client: null });
	}

	openClient(client)
	{
		this.app.address.set({ name: null, client });
	}

	openNone()
	{
		this.app.address.set({ name: null, client: null });
	}

	escape()
	{
		this.openNone();
	}

	readdress()
	{
		const { address } = this.app;
		const name = address.get("name");
		const client = address.get("client");
		const before = this.detail.subject;

		this.detail.choose(name ? "name" : client ? "client" : "",
			name === "." ? "" : name || client);
		/* On a phone what is open is at the top. */
		if (this.detail.subject && this.detail.subject !== before)
			scrollTo(0, 0);
		this.stream.readdress();
		show(this.tops.root, !this.detail.subject);
		show(this.detail.root, Boolean(this.detail.subject));
		this.aside.classList.toggle("open",
			Boolean(this.detail.subject));
		this.sumsAt = 0;
	}

	/* --- drawing ----------------------------------------------------- */

	draw(now)
	{
		this.stream.draw(now);
		if (now - this.sumsAt < SUMS_MS)
			return;
		this.sumsAt = now;
		this.figures.draw(now);
		if (this.detail.subject)
			this.detail.draw();
		else
			this.tops.draw();
	}
}
