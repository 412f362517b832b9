/* SPDX-License-Identifier: MIT */
/* The drawing of the network, in space or as a map, with its names. */

import * as gl from "./space_gl.js";
import { Labels } from "../ui/labels.js";
import { Scene, heightOf } from "../data/scene.js";
import { SpaceMap } from "./space_map.js";
import { Stage } from "../ui/stage.js";
import { graphics } from "../ui/graphics.js";
import { onColours, still } from "../ui/theme.js";
import { shown } from "../ui/values.js";

const REACH = 22;
const CLICK = 6;
const NAMED = 90;
const LONGEST = 30;
/* Between two frames, where the main processor draws: see Stage. */
const REST_MS = { "3d": 120, map: 25 };

const short = (s) => s.length > LONGEST ? s.slice(0, LONGEST) + "\u2026" : s;

export class SpaceView {
	/*
	 * nameOf(host); onPick(host or null); onKind(): what is drawn, see
	 * `kind`, or why (`reason`) have changed.
	 */
	constructor(network, { nameOf, onPick, onKind })
	{
		Object.assign(this, { network, nameOf, onPick, onKind });
		this.scene = new Scene();
		this.labels = new Labels();
		this.stage = new Stage({ draw: (s, now) => this.draw(s, now),
			resized: () => this.resized() });
		this.stage.root.append(this.labels.root);
		this.root = this.stage.root;
		this.renderer = null;
		this.kind = "";
		this.reason = "";
		this.failed = "";
		this.running = true;
		this.chosen = null;
		this.hovered = null;
		this.extent = 0;
		this.attempt = 0;
		this.out = new Float32Array(3);
		this.project = (x, y, z, out) =>
			this.renderer.project(x, y, z, out);
		this.unlisten = onColours(() => {
			this.renderer?.colours();
			this.stage.wake();
		});
		this.lost = (e) => {
			e.preventDefault();
			this.failed = "the browser took the graphics " +
				"context away";
			this.show("3d");
		};
		this.listen();
	}

	/* --- by what it is drawn ----------------------------------------- */

	/*
	 * kind: "3d" or "map"; where the first can't be, it is the second, and
	 * stays so once it failed, unless it is to be tried again.
	 */
	async show(kind, again = false)
	{
		const attempt = ++this.attempt;

		if (again)
			this.failed = "";
		let reason = kind === "3d" ? this.hindrance() : "";

		if (reason)
			kind = "map";
		if (kind === this.kind && this.renderer) {
			this.explain(reason);
			return;
		}
		this.leave();
		if (kind === "3d" && !await this.space(attempt)) {
			this.failed = reason = "WebGL failed here";
			kind = "map";
		}
		if (attempt !== this.attempt)
			return;
		if (kind === "map")
			this.renderer = new SpaceMap(this.stage.fresh(),
				this.scene, this.network.layout);
		this.kind = kind;
		this.reason = reason;
		this.begin();
	}

	/* Why it can't be drawn in space; "": it can, as far as is known. */
	hindrance()
	{
		return graphics() === "none" ? "this browser has no WebGL" :
			this.failed;
	}

	explain(reason)
	{
		if (reason === this.reason)
			return;
		this.reason = reason;
		this.onKind();
	}

	/* Whether the drawing in space could be made, or is not wanted now. */
	async space(attempt)
	{
		try {
			const libraries = await gl.load();

			if (attempt !== this.attempt)
				return true;
			const canvas = this.stage.fresh();

			this.renderer = new gl.SpaceGl(libraries, canvas,
				this.scene, this.network.layout);
			canvas.addEventListener("webglcontextlost", this.lost);
			return true;
		} catch {
			return attempt !== this.attempt;
		}
	}

	begin()
	{
		const slow = this.kind === "map" || graphics() === "slow";

		this.stage.rest = slow ? REST_MS[this.kind] : 0;
		this.renderer.onMove = () => this.stage.wake();
		this.renderer.controls?.addEventListener("change",
			this.renderer.onMove);
		this.stage.measure();
		if (this.stage.width > 0)
			this.resized();
		if (this.chosen)
			this.approach(this.chosen);
		this.stage.wake();
		this.onKind();
	}

	leave()
	{
		const { canvas } = this.stage;

		canvas?.removeEventListener("webglcontextlost", this.lost);
		this.renderer?.close();
		this.renderer = null;
	}

	resized()
	{
		const { width, height, ratio } = this.stage;

		this.renderer?.resize(width, height, ratio);
	}

	/* --- what is shown ----------------------------------------------- */

	/* A second of the network, of it only the links that pass. */
	set(snapshot, passes, found)
	{
		this.scene.set(this.network, snapshot, passes, this.chosen);
		this.fit();
		this.found = found;
		this.name();
		this.stage.wake();
	}

	/* All in sight, until somebody has looked elsewhere. */
	fit()
	{
		const extent = this.network.layout.extent();

		if (extent === this.extent)
			return;
		if (this.renderer?.untouched && !this.chosen)
			this.renderer.home(this.scene.active === 0);
		this.extent = extent;
	}

	name()
	{
		const { hosts, host, packets } = this.scene;
		const busy = [];

		for (let i = 0; i < hosts; i++)
			if (host[i] &&
			    (packets[i] > 0 || this.pointed(host[i])))
				busy.push(host[i]);
		busy.sort((a, b) => packets[b.index] - packets[a.index]);
		this.labels.set(this.network.layout.districts()
			.map((d) => this.district(d))
			.concat(busy.filter((h, n) => n < NAMED ||
				this.pointed(h)).map((h) => this.label(h))));
	}

	pointed(host)
	{
		return host === this.chosen || host === this.hovered;
	}

	district({ prefix, x, z, hosts })
	{
		return { key: "/" + prefix, text: prefix, className: "district",
			x, y: 0, z, below: true,
			weight: hosts >= 3 ? 1e6 + hosts : .5 };
	}

	label(host)
	{
		const i = host.index;
		const p = this.scene.packets[i];
		const marked = this.pointed(host);
		const words = this.found?.(host) ? 1e5 : 0;

		return { key: host.ip, bold: marked,
			text: short(shown(this.nameOf(host))),
			className: marked ? "marked" : this.chosen &&
				!this.scene.near[i] ? "faint" : "",
			x: this.scene.hostPlace[2 * i], y: heightOf(p),
			z: this.scene.hostPlace[2 * i + 1],
			weight: marked ? Infinity : words + (this.chosen &&
				this.scene.near[i] ? 1e4 : 0) + p };
	}

	/* --- frames ------------------------------------------------------ */

	draw(seconds, now)
	{
		const { renderer, scene, stage, labels } = this;

		if (!renderer)
			return false;
		scene.step(seconds, still.matches);
		if (this.running && !still.matches)
			renderer.run(seconds);
		const again = renderer.draw(seconds, now) || scene.moving ||
			(this.running && !still.matches && scene.active > 0);

		if (!again)
			labels.arrangedAt = -Infinity;
		labels.place(this.project, stage.width, stage.height, now);
		return again;
	}

	/* Dots run, or stand still. */
	run(yes)
	{
		this.running = yes;
		this.stage.wake();
	}

	/* --- hosts ------------------------------------------------------- */

	/* Has a host stand out and goes there; null: all again. */
	choose(host)
	{
		if (host === this.chosen)
			return;
		this.chosen = host;
		if (host)
			this.approach(host);
		else
			this.renderer?.home();
		this.stage.wake();
	}

	approach(host)
	{
		const at = [0, 0];

		this.network.layout.locate(host.spot, at, 0);
		this.renderer?.focus(...at);
	}

	/* The host that is drawn at a point, or null. */
	under(x, y)
	{
		const { scene, out } = this;
		let best = REACH;
		let found = null;

		for (let i = 0; i < scene.hosts && this.renderer; i++) {
			if (!scene.host[i])
				continue;
			this.project(scene.hostPlace[2 * i],
				scene.height[i] / 2, scene.hostPlace[2 * i + 1],
				out);
			const far = Math.hypot(out[0] - x, out[1] - y);

			if (out[2] > 0 && far < best) {
				best = far;
				found = scene.host[i];
			}
		}
		return found;
	}

	/* --- pointer and keyboard ---------------------------------------- */

	listen()
	{
		const { root } = this;
		let down = null;
		const place = (e) => {
			const box = root.getBoundingClientRect();

			return [e.clientX - box.left, e.clientY - box.top];
		};

		/* Buttons lie on the drawing; what is under them is not meant. */
		const aside = (e) => e.target.closest("button") !== null;

		root.addEventListener("pointerdown", (e) => {
			down = aside(e) ? null : place(e);
		}, true);
		root.addEventListener("pointermove", (e) => {
			if (e.buttons === 0)
				this.hover(this.under(...place(e)));
		});
		root.addEventListener("pointerleave", () => this.hover(null));
		root.addEventListener("click", (e) => {
			const [x, y] = place(e);

			if (down && !aside(e) &&
			    Math.hypot(x - down[0], y - down[1]) < CLICK)
				this.onPick(this.under(x, y));
		});
	}

	hover(host)
	{
		if (host === this.hovered)
			return;
		this.hovered = host;
		this.root.style.cursor = host ? "pointer" : "";
		this.name();
		this.stage.wake();
	}

	/* What a key does to the camera; whether it does anything. */
	key(name)
	{
		const { renderer } = this;
		const turns = { ArrowLeft: [-1, 0], ArrowRight: [1, 0],
			ArrowUp: [0, 1], ArrowDown: [0, -1] };

		if (!renderer)
			return false;
		if (Object.hasOwn(turns, name))
			renderer.turn(...turns[name]);
		else if (name === "+" || name === "=")
			renderer.zoom(.8);
		else if (name === "-")
			renderer.zoom(1.25);
		else if (name === "0" || name === "Home")
			renderer.home();
		else
			return false;
		this.stage.wake();
		return true;
	}

	close()
	{
		this.attempt++;
		this.leave();
		this.stage.close();
		this.unlisten();
	}
}
