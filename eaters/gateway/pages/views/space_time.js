/* SPDX-License-Identifier: MIT */
/*
 * Which second is shown: the newest one, or one of the last minutes, from
 * which time goes on unless it is stopped.
 */

import { button, el, put } from "../ui/dom.js";
import { clock, span } from "../ui/values.js";
import { colour } from "../ui/theme.js";
import { SECONDS } from "../data/network.js";

export class Timeline {
	/* onChange() when another second is shown, or time stops or goes on. */
	constructor(network, onChange)
	{
		this.network = network;
		this.onChange = onChange;
		this.live = true;
		this.paused = false;
		this.at = 0;
		this.tickedAt = performance.now();
		this.version = -1;
		this.build();
	}

	build()
	{
		const { root, input } = Object.assign(this, {
			root: el("div", "timeline"),
			input: el("input"),
			canvas: el("canvas"),
			told: el("output", "time"),
		});
		const strip = el("div", "strip");

		this.pause = button("Pause", () => this.toggle());
		this.back = button("Live", () => this.goLive());
		Object.assign(input, { type: "range", min: 1 - SECONDS, max: 0,
			step: 1, value: 0 });
		input.setAttribute("aria-label", "Which second is shown");
		input.addEventListener("input", () => this.scrub());
		this.canvas.setAttribute("aria-hidden", "true");
		strip.append(this.canvas, input);
		root.append(this.pause, strip, this.told, this.back);
	}

	/* The second that is shown. */
	get second()
	{
		return this.live ? this.network.newest : Math.floor(this.at);
	}

	toggle()
	{
		this.paused = !this.paused;
		if (this.paused && this.live) {
			this.at = this.network.newest;
			this.live = false;
		}
		this.changed();
	}

	goLive()
	{
		this.live = true;
		this.paused = false;
		this.changed();
	}

	scrub()
	{
		const ago = Number(this.input.value);

		this.at = this.network.newest + ago;
		this.live = ago === 0 && !this.paused;
		this.changed();
	}

	changed()
	{
		put(this.pause, this.paused ? "Play" : "Pause");
		this.version = -1;
		this.onChange();
	}

	/* Lets time go on; called now and then. */
	tick()
	{
		const now = performance.now();
		const passed = (now - this.tickedAt) / 1000;
		const { oldest, newest } = this.network;

		this.tickedAt = now;
		if (this.live)
			return;
		if (!this.paused)
			this.at += passed;
		this.at = Math.max(oldest, this.at);
		if (this.at >= newest + 1 && !this.paused)
			this.goLive();
	}

	draw()
	{
		const { network, input } = this;
		const ago = this.second - network.newest;
		const state = network.version + " " + ago;

		if (state === this.version)
			return;
		this.version = state;
		if (Number(input.value) !== ago)
			input.value = ago;
		const said = ago === 0 ? "now" : span(-ago) + " ago";

		input.setAttribute("aria-valuetext", said);
		put(this.told, clock(this.second) + (ago === 0 ? "" :
			", " + said));
		this.back.setAttribute("aria-pressed", String(this.live));
		this.drawStrip();
	}

	/* Packets a second, of each second that is kept. */
	drawStrip()
	{
		const { canvas, network } = this;
		const ratio = devicePixelRatio;
		const width = Math.round(canvas.clientWidth * ratio);
		const height = Math.round(canvas.clientHeight * ratio);
		const pen = canvas.getContext("2d");
		const step = width / SECONDS;
		let top = 1;

		if (canvas.width !== width || canvas.height !== height)
			Object.assign(canvas, { width, height });
		pen.clearRect(0, 0, width, height);
		for (let s = network.oldest; s <= network.newest; s++)
			top = Math.max(top, network.at(s).total);
		for (let s = network.oldest; s <= network.newest; s++) {
			const tall = height * network.at(s).total / top;

			pen.fillStyle = colour(s <= this.second ?
				"dim" : "rule");
			pen.fillRect((s - network.newest + SECONDS - 1) * step,
				height - tall, Math.max(1, step - .5), tall);
		}
	}
}
