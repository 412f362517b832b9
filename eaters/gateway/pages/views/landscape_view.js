/* SPDX-License-Identifier: MIT */
/* The fountains as somebody sees who stands before them and can walk around. */

import { load } from "./space_gl.js";
import { Fountains } from "../data/fountains.js";
import { FountainsFlat } from "./fountains_flat.js";
import { FountainsGl } from "./fountains_gl.js";
import { Labels } from "../ui/labels.js";
import { Stage } from "../ui/stage.js";
import { amount } from "../ui/units.js";
import { graphics } from "../ui/graphics.js";
import { onColours, still } from "../ui/theme.js";
import { perspective, project } from "../ui/perspective.js";
import { shown } from "../ui/values.js";

const FIELD = .62;
const TURN = .08;
const FARTHEST = .9;
const CLOSEST = 40;
const RISE = .42;
const REST_MS = { "3d": 120, "2d": 20 };

export class LandscapeView {
	constructor()
	{
		this.fountains = new Fountains();
		this.labels = new Labels();
		this.stage = new Stage({ draw: (s, now) => this.draw(s, now),
			resized: () => this.resized() });
		this.root = this.stage.root;
		this.root.append(this.labels.root);
		this.matrix = new Float32Array(16);
		this.angle = 0;
		this.near = 1;
		this.kind = "";
		this.attempt = 0;
		this.renderer = null;
		this.project = (x, y, z, out) => project(this.matrix,
			this.stage.width, this.stage.height, x, y, z, out);
		this.lost = (e) => {
			e.preventDefault();
			this.show("2d");
		};
		this.unlisten = onColours(() => {
			this.renderer?.colours();
			this.stage.wake();
		});
		this.listen();
	}

	/* --- by what it is drawn ----------------------------------------- */

	/* kind: "3d" or "2d", which also is what there is where 3D can't be. */
	async show(kind)
	{
		const attempt = ++this.attempt;

		this.wanted = kind;
		this.calm = still.matches;
		if (graphics() === "none" || this.calm)
			kind = "2d";
		if (kind === this.kind)
			return;
		this.leave();
		if (kind === "3d" && !await this.three(attempt))
			kind = "2d";
		if (attempt !== this.attempt)
			return;
		if (kind === "2d")
			this.renderer = new FountainsFlat(this.stage.fresh(),
				this.fountains);
		this.kind = kind;
		this.root.dataset.kind = kind;
		this.stage.rest = kind === "2d" || graphics() === "slow" ?
			REST_MS[kind] : 0;
		this.stage.measure();
		if (this.stage.width > 0)
			this.resized();
		this.stage.wake();
	}

	async three(attempt)
	{
		try {
			const libraries = await load();

			if (attempt !== this.attempt)
				return true;
			const canvas = this.stage.fresh();

			this.renderer = new FountainsGl(libraries, canvas,
				this.fountains);
			canvas.addEventListener("webglcontextlost", this.lost);
			return true;
		} catch {
			return attempt !== this.attempt;
		}
	}

	leave()
	{
		this.stage.canvas?.removeEventListener("webglcontextlost",
			this.lost);
		this.renderer?.close();
		this.renderer = null;
		this.kind = "";
	}

	resized()
	{
		const { width, height, ratio } = this.stage;

		this.renderer?.resize(width, height, ratio);
		this.look();
	}

	/* --- what is shown ----------------------------------------------- */

	/* Takes what layers there are now. */
	set(layers)
	{
		this.fountains.set(layers);
		this.look();
		this.labels.set(this.fountains.list.map((f) => ({
			key: f.name, className: "", below: true,
			text: shown(f.name) + (this.stage.width > 600 ? " " +
				amount(f.packets, "/s") : ""),
			x: f.xGoal, y: 0, z: f.z + f.radius,
			weight: f.packets + 1 })));
		this.stage.wake();
	}

	draw(seconds, now)
	{
		const { fountains, stage } = this;

		if (!this.renderer)
			return false;
		/* Who asks for it is not told of each change. */
		if (this.calm !== still.matches)
			this.show(this.wanted);
		if (!this.renderer)
			return false;
		fountains.step(seconds, still.matches);
		this.renderer.draw(this.matrix);
		const again = fountains.moving ||
			(fountains.list.length > 0 && !still.matches);

		if (!again)
			this.labels.arrangedAt = -Infinity;
		this.labels.place(this.project, stage.width, stage.height, now);
		return again;
	}

	/* --- where one stands -------------------------------------------- */

	/* How far away all rows are in sight. */
	distance(aspect)
	{
		let far = CLOSEST;

		for (const { xGoal, z, radius } of this.fountains.list)
			far = Math.max(far, (Math.abs(xGoal) + radius + .5) /
				Math.tan(FIELD / 2) / aspect + z);
		return far;
	}

	look()
	{
		const aspect = this.stage.width / (this.stage.height || 1);
		const far = this.near * this.distance(aspect);
		const target = [0, 3.8, 0];
		const eye = [far * Math.sin(this.angle) * .9, 3 + far * RISE,
			far * Math.cos(this.angle) * .9];

		perspective(eye, target, FIELD, aspect, this.matrix);
		this.labels.arrangedAt = 0;
	}

	turn(by)
	{
		this.angle = Math.max(-FARTHEST, Math.min(FARTHEST,
			this.angle + by));
		this.look();
		this.stage.wake();
	}

	zoom(factor)
	{
		this.near = Math.max(.4, Math.min(1.6, this.near * factor));
		this.look();
		this.stage.wake();
	}

	key(name)
	{
		const does = {
			ArrowLeft: () => this.turn(-TURN),
			ArrowRight: () => this.turn(TURN),
			"+": () => this.zoom(.9),
			"=": () => this.zoom(.9),
			"-": () => this.zoom(1.1),
			"0": () => {
				this.near = 1;
				this.turn(-this.angle);
			},
		};

		if (!Object.hasOwn(does, name))
			return false;
		does[name]();
		return true;
	}

	listen()
	{
		this.root.addEventListener("pointermove", (e) => {
			if (e.buttons & 1 && e.isPrimary)
				this.turn(-e.movementX / 300);
		});
	}

	close()
	{
		this.attempt++;
		this.leave();
		this.stage.close();
		this.unlisten();
	}
}
