/* SPDX-License-Identifier: MIT */
/*
 * A canvas that fills its room and is drawn frame by frame, but only while
 * somebody can see it and something moves.
 */

import { el } from "./dom.js";

const LONGEST_S = .25;
const SLOW_MS = 40;
const RATIO = 2;

export class Stage {
	/*
	 * draw(seconds, now) draws a frame, so long after the one before, and
	 * gives whether the next is wanted already. resized() is called when
	 * width, height (CSS pixels) or ratio have changed.
	 */
	constructor({ draw, resized })
	{
		Object.assign(this, { draw, resized });
		this.root = el("div", "stage");
		this.canvas = null;
		this.width = 0;
		this.height = 0;
		this.ratio = 1;
		this.request = 0;
		this.timer = 0;
		this.drawnAt = 0;
		/* Milliseconds to wait between two frames, besides. */
		this.rest = 0;
		/* How far apart frames are. */
		this.gap = 16;
		this.seen = true;
		this.frame = (now) => this.next(now);
		this.sizes = new ResizeObserver(() => this.measure());
		this.sizes.observe(this.root);
		this.sight = new IntersectionObserver((entries) => {
			this.seen = entries.at(-1).isIntersecting;
			this.wake();
		});
		this.sight.observe(this.root);
		this.tab = () => this.wake();
		document.addEventListener("visibilitychange", this.tab);
	}

	/* A new canvas in the place of the old: one can't change its kind. */
	fresh()
	{
		const canvas = el("canvas");

		canvas.setAttribute("aria-hidden", "true");
		if (this.canvas)
			this.canvas.replaceWith(canvas);
		else
			this.root.prepend(canvas);
		this.canvas = canvas;
		this.gap = 16;
		return canvas;
	}

	measure()
	{
		const { clientWidth: width, clientHeight: height } = this.root;
		const ratio = this.gap > SLOW_MS + this.rest ? 1 :
			Math.min(devicePixelRatio, RATIO);

		if (width === this.width && height === this.height &&
		    ratio === this.ratio)
			return;
		Object.assign(this, { width, height, ratio });
		if (width > 0 && height > 0 && this.canvas) {
			this.resized();
			this.wake();
		}
	}

	wake()
	{
		if (!this.request && !this.timer && this.seen &&
		    !document.hidden && this.canvas)
			this.request = requestAnimationFrame(this.frame);
	}

	next(now)
	{
		const passed = now - this.drawnAt;

		this.request = 0;
		this.drawnAt = now;
		if (this.width === 0 || this.height === 0)
			return;
		if (passed < 1000)
			this.gap += .05 * (passed - this.gap);
		if (this.gap > SLOW_MS + this.rest && this.ratio > 1)
			this.measure();
		if (this.draw(Math.min(LONGEST_S, passed / 1000), now))
			this.again();
	}

	again()
	{
		if (!this.rest) {
			this.wake();
			return;
		}
		this.timer = setTimeout(() => {
			this.timer = 0;
			this.wake();
		}, this.rest);
	}

	close()
	{
		cancelAnimationFrame(this.request);
		clearTimeout(this.timer);
		this.sizes.disconnect();
		this.sight.disconnect();
		document.removeEventListener("visibilitychange", this.tab);
		this.canvas = null;
	}
}
