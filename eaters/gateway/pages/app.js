/* SPDX-License-Identifier: MIT */
/*
 * Ties the client, what is known and the page that is shown. A dumpling costs
 * each model that eats its chef's dumplings a few steps and no drawing; the
 * page is drawn at most four times a second, less often where that takes long,
 * and not while nobody looks.
 *
 * Models gather what came, whichever page is shown, so that a page has a past
 * when it is opened. A model is a class:
 *	static chefs		whose dumplings it takes
 *	constructor(app)
 *	take(dumpling, chef, kitchen)
 *	version			grows whenever it has changed
 * There is one of each: app.model(Class).
 */

import { Address } from "./ui/address.js";
import { Connection } from "./ui/connection.js";
import { Eater } from "./netdumplings.js";
import { Losses } from "./data/losses.js";
import { Status } from "./data/status.js";
import { Truth } from "./ui/truth.js";
import { el, link } from "./ui/dom.js";
import { pages } from "./pages.js";
import { themeButton } from "./ui/theme.js";

const DRAW_MS = 250;
/* A drawing that takes long is followed by a rest of so many times that. */
const REST = 10;
const LONGEST_REST_MS = 1000;
const TICK_MS = 1000;
/* More dumplings a second than this no page needs; the gateway samples. */
const MAX_RATE = 600;

export class App {
	constructor()
	{
		this.address = new Address();
		this.models = new Map();
		this.byChef = new Map();
		this.extra = [];
		this.page = null;
		this.drawnAt = 0;
		this.rest = DRAW_MS;
		this.timer = 0;
		this.frame = 0;
		this.root = document.getElementById("view");
		this.client = new Eater({
			name: "page",
			onDumpling: (...all) => this.serve(...all),
			onState: () => this.wake(),
		});
		this.losses = new Losses(this.client.sequences);
		this.status = this.model(Status);
		this.connection = new Connection(this.client, this.status);
		this.truth = new Truth(this.losses);
		for (const { models = [] } of pages)
			models.forEach((model) => this.model(model));
	}

	/* The only one of a class of models, made when it is first asked for. */
	model(Class)
	{
		let model = this.models.get(Class);

		if (!model) {
			model = new Class(Class === Status ? this.losses :
				this);
			this.models.set(Class, model);
			for (const chef of Class.chefs)
				this.listen(chef, model);
		}
		return model;
	}

	/* Has a taker get a chef's dumplings; "*": those of all chefs. */
	listen(chef, taker)
	{
		this.byChef.set(chef, [...this.byChef.get(chef) ?? [], taker]);
	}

	unlisten(chef, taker)
	{
		this.byChef.set(chef, (this.byChef.get(chef) ?? [])
			.filter((other) => other !== taker));
	}

	/* --- what comes -------------------------------------------------- */

	/* What the page that is shown wants besides: chefs, or null for all. */
	want(chefs)
	{
		this.extra = chefs;
		this.subscribe();
	}

	subscribe()
	{
		const base = [...this.byChef.keys()].filter((c) => c !== "*");

		this.client.subscribe({
			chefs: this.extra === null ? null :
				[...new Set([...base, ...this.extra])],
			maxRate: MAX_RATE,
		});
	}

	serve(dumpling, chef, kitchen)
	{
		for (const key of [chef, "*"])
			for (const taker of this.byChef.get(key) ?? [])
				this.attempt(taker, () =>
					taker.take(dumpling, chef, kitchen));
		this.wake();
	}

	/* What fails says so once, and the others go on. */
	attempt(who, doing)
	{
		try {
			doing();
		} catch (e) {
			if (!who.failed)
				console.error(e);
			who.failed = true;
		}
	}

	/* --- drawing ----------------------------------------------------- */

	/* Draws soon: at the next frame, not before it has rested from the last. */
	wake()
	{
		if (this.timer || this.frame)
			return;
		const wait = this.drawnAt + this.rest - performance.now();
		const ask = () => {
			this.timer = 0;
			this.frame = requestAnimationFrame(() => this.draw());
		};

		if (wait <= 0)
			ask();
		else
			this.timer = setTimeout(ask, wait);
	}

	draw()
	{
		const now = Date.now();
		const { client, connection, status } = this;

		this.frame = 0;
		this.drawnAt = performance.now();
		if (this.page)
			this.attempt(this.page, () => this.page.draw(now));
		this.attempt(connection, () => connection.draw(now));
		this.attempt(this.truth, () => this.truth.draw(client,
			status.informed(now), [connection.doubt(now),
				connection.leftOutSaid()]));
		/* By then the browser has laid it out and painted it, too. */
		setTimeout(() => {
			const took = performance.now() - this.drawnAt;

			this.rest = Math.min(Math.max(DRAW_MS, REST * took),
				LONGEST_REST_MS);
		});
		if (client.received > 0)
			document.documentElement.dataset.ready = "1";
	}

	/* --- pages ------------------------------------------------------- */

	navigation()
	{
		const nav = document.getElementById("nav");

		for (const { path, title } of pages)
			nav.append(link(title, Address.link(path)));
	}

	open()
	{
		const found = pages.find(
			({ path }) => path === this.address.page) ?? pages[0];
		const root = el("div", "page page-" + (found.path || "overview"));

		this.page?.close?.();
		this.page = null;
		if (this.extra?.length !== 0)
			this.want([]);
		root.append(el("h1", "hide", found.title));
		this.root.replaceChildren(root);
		document.title = found.title + " \u00b7 netdumplings";
		for (const a of document.querySelectorAll("#nav a")) {
			if (a.hash === Address.link(found.path))
				a.setAttribute("aria-current", "page");
			else
				a.removeAttribute("aria-current");
		}
		document.querySelector("#nav [aria-current]")
			?.scrollIntoView({ block: "nearest" });
		scrollTo(0, 0);
		this.attempt(found, () => {
			this.page = new found(root, this);
		});
		this.wake();
	}

	start()
	{
		this.navigation();
		themeButton(document.getElementById("theme"));
		this.subscribe();
		this.open();
		/* The address names a page; "#view" would be another one. */
		document.querySelector(".skip").addEventListener("click",
			(e) => {
				e.preventDefault();
				this.root.focus();
			});
		this.address.addEventListener("page", () => {
			this.open();
			this.root.focus({ preventScroll: true });
		});
		this.address.addEventListener("change", () => {
			this.page?.readdress?.();
			this.wake();
		});
		setInterval(() => this.wake(), TICK_MS);
		document.addEventListener("keydown", (e) => {
			if (e.key === "Escape" &&
			    !e.target.closest?.("input, select"))
				this.page?.escape?.();
		});
		addEventListener("online", () => this.client.retry());
		document.addEventListener("visibilitychange", () => {
			if (!document.hidden)
				this.client.retry();
		});
	}
}

new App().start();
