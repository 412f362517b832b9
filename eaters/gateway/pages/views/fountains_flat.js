/* SPDX-License-Identifier: MIT */
/*
 * The landscape on a canvas, as the same camera sees it: for browsers without
 * WebGL. Who would rather not see things move is shown columns that stand.
 */

import { DROPS, GRAVITY } from "../data/fountains.js";
import { colour, still } from "../ui/theme.js";
import { project } from "../ui/perspective.js";

const CORNERS = 40;
const COLUMN = .55;

export class FountainsFlat {
	constructor(canvas, fountains)
	{
		this.canvas = canvas;
		this.fountains = fountains;
		this.pen = canvas.getContext("2d");
		this.at = new Float32Array(3);
		this.colours();
	}

	colours()
	{
		this.faint = colour("faint");
		this.rule = colour("rule");
		this.nine = Array.from({ length: 9 },
			(_, i) => colour("c" + i));
	}

	resize(width, height, ratio)
	{
		Object.assign(this, { width, height, ratio });
		this.canvas.width = Math.round(width * ratio);
		this.canvas.height = Math.round(height * ratio);
	}

	project(x, y, z)
	{
		project(this.matrix, this.width, this.height, x, y, z, this.at);
	}

	draw(matrix)
	{
		const { pen, ratio } = this;
		const { list } = this.fountains;

		this.matrix = matrix;
		pen.setTransform(ratio, 0, 0, ratio, 0, 0);
		pen.clearRect(0, 0, this.width, this.height);
		for (const fountain of list)
			this.basin(fountain);
		if (still.matches)
			list.slice().sort((a, b) => a.z - b.z)
				.forEach((f) => this.column(f));
		else
			this.drops();
	}

	circle(x, y, z, r)
	{
		const { pen } = this;

		pen.beginPath();
		for (let i = 0; i < CORNERS; i++) {
			const a = 2 * Math.PI * i / CORNERS;

			this.project(x + r * Math.sin(a), y,
				z + r * Math.cos(a));
			pen.lineTo(this.at[0], this.at[1]);
		}
		pen.closePath();
	}

	basin({ x, z, radius })
	{
		const { pen } = this;

		pen.fillStyle = this.faint;
		pen.strokeStyle = this.rule;
		pen.lineWidth = 1;
		this.circle(x, 0, z, radius);
		pen.fill();
		pen.stroke();
		this.circle(x, 0, z, radius * .55);
		pen.stroke();
	}

	column({ x, z, height, colour: c })
	{
		const { pen, at } = this;

		if (height <= 0)
			return;
		pen.fillStyle = this.nine[c];
		this.circle(x, 0, z, COLUMN);
		pen.fill();
		pen.beginPath();
		for (const [side, y] of [[-1, 0], [-1, height], [1, height],
			[1, 0]]) {
			this.project(x + side * COLUMN, y, z);
			pen.lineTo(at[0], at[1]);
		}
		pen.fill();
		this.circle(x, height, z, COLUMN);
		pen.fill();
		pen.globalAlpha = .35;
		pen.fillStyle = "#fff";
		pen.fill();
		pen.globalAlpha = 1;
	}

	drops()
	{
		for (let c = 0; c < 9; c++) {
			this.pen.fillStyle = this.nine[c];
			this.dropsOf(c);
		}
	}

	dropsOf(c)
	{
		const { pen, at } = this;
		const { rise, whose, list, time } = this.fountains;

		for (let i = 0; i < 4 * DROPS; i += 4) {
			const age = time - rise[i];
			const y = age * (rise[i + 1] - GRAVITY / 2 * age);

			if (age < 0 || y < 0)
				continue;
			const { x, z, colour: own } = list[whose[i / 4]];

			if (own !== c)
				continue;
			this.project(x + age * rise[i + 2], y,
				z + age * rise[i + 3]);
			const size = Math.max(1.5, .14 * this.height / at[2]);

			pen.fillRect(at[0] - size / 2, at[1] - size / 2, size,
				size);
		}
	}

	close() {}
}
