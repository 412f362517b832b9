/* SPDX-License-Identifier: MIT */
/*
 * The space as a map, seen from above: for browsers without WebGL, and for
 * those who like it better. It has the same means as the camera's, see
 * space_gl.js.
 */

import { colour, still } from "../ui/theme.js";
import { Pan } from "../ui/pan.js";
import { TILE_RADIUS, isFree } from "../data/layout.js";

const SPEED = 9;
const DOTS = 4000;
const BOW = .16;
const FLY_MS = 600;
const NEAR_SCALE = 26;
const TURN = 60;
/* Lines change softly, but not at each frame. */
const REDRAW_MS = 200;
const LEVELS = [.12, .35, .6, 1];

const fraction = (x) => x - Math.floor(x);

export class SpaceMap {
	constructor(canvas, scene, layout)
	{
		Object.assign(this, { canvas, scene, layout });
		this.pen = canvas.getContext("2d");
		this.under = document.createElement("canvas");
		this.underPen = this.under.getContext("2d", { alpha: true });
		this.pan = new Pan(canvas, () => {
			this.flight = null;
			this.untouched = false;
			this.dirty = true;
			this.onMove?.();
		});
		this.flight = null;
		this.untouched = true;
		this.time = 0;
		this.version = -1;
		this.nextAt = 0;
		this.stale = false;
		this.dirty = true;
		this.width = this.height = 0;
		this.colours();
	}

	colours()
	{
		this.ink = {};
		for (const name of ["accent", "rule", "faint", "host"])
			this.ink[name] = colour(name);
		this.nine = Array.from({ length: 9 },
			(_, i) => colour("c" + i));
		this.dirty = true;
	}

	resize(width, height, ratio)
	{
		const first = !this.width;

		Object.assign(this, { width, height, ratio });
		for (const canvas of [this.canvas, this.under]) {
			canvas.width = Math.round(width * ratio);
			canvas.height = Math.round(height * ratio);
		}
		if (first)
			this.home(true);
		this.dirty = true;
	}

	run(seconds)
	{
		this.time = (this.time + SPEED * seconds) % 1e5;
	}

	/* Draws; gives whether it is still on its way to a place. */
	draw(seconds, now)
	{
		const { pen, scene } = this;

		this.fly(now);
		this.stale ||= this.version !== scene.version || scene.moving;
		if (this.dirty || (this.stale && now >= this.nextAt)) {
			this.drawUnder();
			this.version = scene.version;
			this.dirty = this.stale = false;
			this.nextAt = now + REDRAW_MS;
		}
		pen.setTransform(1, 0, 0, 1, 0, 0);
		pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
		pen.drawImage(this.under, 0, 0);
		this.transform(pen);
		if (!still.matches)
			this.drawDots(pen);
		this.drawHosts(pen);
		return this.flight !== null || this.stale;
	}

	/* Makes a unit of the scene one of the pen's. */
	transform(pen)
	{
		const { pan: { x, y, scale }, ratio } = this;
		const k = scale * ratio;

		pen.setTransform(k, 0, 0, k, ratio * this.width / 2 - x * k,
			ratio * this.height / 2 - y * k);
	}

	drawUnder()
	{
		const pen = this.underPen;

		pen.setTransform(1, 0, 0, 1, 0, 0);
		pen.clearRect(0, 0, this.under.width, this.under.height);
		this.transform(pen);
		this.drawGround(pen);
		pen.lineWidth = 1.2 / this.pan.scale;
		for (let c = 0; c < 9; c++)
			for (let level = 0; level < LEVELS.length; level++)
				this.drawLinks(pen, c, level);
		pen.globalAlpha = 1;
		pen.setLineDash([]);
	}

	drawGround(pen)
	{
		pen.lineWidth = 1 / this.pan.scale;
		pen.strokeStyle = this.ink.rule;
		pen.fillStyle = this.ink.faint;
		pen.beginPath();
		for (const tile of this.layout.tiles) {
			const { x, z } = tile;

			if (isFree(tile))
				continue;
			for (let i = 0; i < 6; i++)
				pen.lineTo(x + TILE_RADIUS *
					Math.sin(i * Math.PI / 3),
				z + TILE_RADIUS * Math.cos(i * Math.PI / 3));
			pen.closePath();
			pen.moveTo(x, z);
		}
		pen.fill();
		pen.stroke();
		for (const r of this.layout.radii()) {
			pen.beginPath();
			pen.arc(this.layout.rim.x, this.layout.rim.z, r, 0,
				2 * Math.PI);
			pen.stroke();
		}
	}

	/*
	 * Those of one colour that are about as strong. Each by itself: a path
	 * of many curves that cross is slow to draw.
	 */
	drawLinks(pen, c, level)
	{
		const { scene } = this;
		const from = level ? LEVELS[level - 1] : .02;

		pen.setLineDash(still.matches ? [.9, .6] : []);
		pen.strokeStyle = this.nine[c];
		pen.globalAlpha = LEVELS[level] * scene.thin *
			(still.matches ? .9 : .6);

		for (let i = 0; i < scene.links; i++) {
			const s = scene.strength[i];

			if (s < from || (s >= LEVELS[level] && s < 1) ||
			    (s >= 1 && level < 3) ||
			    Math.floor(scene.colour[i]) !== c)
				continue;
			pen.beginPath();
			this.curve(pen, i);
			pen.stroke();
		}
	}

	bend(i)
	{
		return BOW * (.4 + fraction(this.scene.colour[i]));
	}

	curve(pen, i)
	{
		const { linkPlace: p } = this.scene;
		const dx = p[4 * i + 2] - p[4 * i];
		const dz = p[4 * i + 3] - p[4 * i + 1];
		const k = 2 * this.bend(i);

		pen.moveTo(p[4 * i], p[4 * i + 1]);
		pen.quadraticCurveTo(p[4 * i] + dx / 2 - k * dz,
			p[4 * i + 1] + dz / 2 + k * dx,
			p[4 * i + 2], p[4 * i + 3]);
	}

	drawDots(pen)
	{
		const { scene } = this;
		let sum = 0;

		for (let i = 0; i < scene.links; i++)
			sum += scene.dots[i];
		const share = Math.min(1, DOTS / (sum || 1));

		for (let c = 0; c < 9; c++) {
			pen.fillStyle = this.nine[c];
			for (let i = 0; i < scene.links; i++)
				if (scene.dots[i] > 0 &&
				    Math.floor(scene.colour[i]) === c)
					this.drawRun(pen, i,
						scene.dots[i] * share);
		}
	}

	drawRun(pen, i, n)
	{
		const { linkPlace: p, size } = this.scene;
		const x = p[4 * i];
		const z = p[4 * i + 1];
		const dx = p[4 * i + 2] - x;
		const dz = p[4 * i + 3] - z;
		const far = Math.hypot(dx, dz) + 3;
		const bend = this.bend(i);
		const r = Math.max(1.2 / this.pan.scale, .3 * size[i]);
		const first = fraction(this.scene.colour[i] * 7.31);

		for (let k = 0; k < n; k++) {
			const t = fraction(first + k * .618034 +
				this.time / far);
			const bow = 4 * t * (1 - t) * bend;

			pen.fillRect(x + t * dx - bow * dz - r,
				z + t * dz + bow * dx - r, 2 * r, 2 * r);
		}
	}

	drawHosts(pen)
	{
		const { scene, ink } = this;

		for (let i = 0; i < scene.hosts; i++) {
			if (!scene.host[i])
				continue;
			const light = scene.light[i];

			pen.globalAlpha = Math.min(1, .3 + .7 * light);
			pen.fillStyle = light > 1.5 ? ink.accent : ink.host;
			pen.beginPath();
			pen.arc(scene.hostPlace[2 * i],
				scene.hostPlace[2 * i + 1],
				.34 + .09 * scene.height[i], 0, 2 * Math.PI);
			pen.fill();
		}
		pen.globalAlpha = 1;
	}

	project(x, y, z, out)
	{
		const { pan } = this;

		out[0] = this.width / 2 + (x - pan.x) * pan.scale;
		out[1] = this.height / 2 + (z - pan.y) * pan.scale -
			Math.min(y, 4) * .25 * pan.scale;
		out[2] = 1;
	}

	/* --- where it looks ---------------------------------------------- */

	go(x, y, scale, atOnce)
	{
		const { pan } = this;

		if (atOnce || still.matches) {
			Object.assign(pan, { x, y, scale });
			this.flight = null;
			this.dirty = true;
			return;
		}
		this.flight = { from: [pan.x, pan.y, pan.scale],
			to: [x, y, scale], start: performance.now() };
	}

	fly(now)
	{
		const { flight, pan } = this;

		if (!flight)
			return;
		const t = Math.min(1, Math.max(0,
			(now - flight.start) / FLY_MS));
		const k = t * t * (3 - 2 * t);
		const [x, y, scale] = flight.from.map(
			(v, i) => v + k * (flight.to[i] - v));

		Object.assign(pan, { x, y, scale });
		this.dirty = true;
		if (t === 1)
			this.flight = null;
	}

	home(atOnce = false)
	{
		const { x, z } = this.layout.rim;

		this.go(x, z, Math.min(this.width, this.height) / 2 /
			(this.layout.extent() + 7), atOnce);
	}

	focus(x, z)
	{
		this.go(x, z, Math.max(this.pan.scale, NEAR_SCALE), false);
	}

	turn(across, up)
	{
		this.pan.shift(-TURN * across, TURN * up);
	}

	zoom(factor)
	{
		this.pan.zoom(1 / factor);
	}

	close()
	{
		this.onMove = null;
	}
}
