/* SPDX-License-Identifier: MIT */
/*
 * Names over a drawing: always of one size, and never over one another. The
 * more important come first; those that are shown stay unless others weigh
 * much more, so that nothing flickers.
 */

import { el } from "./dom.js";

const MOST = 60;
const ARRANGE_MS = 250;
const LINE = 17;
const STAY = 1.5;

let pen = null;

function widthOf(s, bold)
{
	pen ??= document.createElement("canvas").getContext("2d");
	pen.font = (bold ? "600 " : "") + "12px system-ui, sans-serif";
	return Math.ceil(pen.measureText(s).width) + 8;
}

/* In the middle above its place, but not cut off by the drawing's edge. */
function leftOf(thing, x, width)
{
	const left = x - thing.width / 2;

	return x < 0 || x > width ? left :
		Math.max(0, Math.min(left, width - thing.width));
}

class Label {
	constructor()
	{
		this.node = el("span");
		this.thing = null;
		this.x = NaN;
		this.y = NaN;
	}

	show(thing)
	{
		this.thing = thing;
		thing.shown = true;
		if (this.node.textContent !== thing.text)
			this.node.textContent = thing.text;
		if (this.node.className !== thing.className)
			this.node.className = thing.className;
		this.node.hidden = false;
		this.x = NaN;
	}

	hide()
	{
		if (this.thing)
			this.thing.shown = false;
		this.thing = null;
		this.node.hidden = true;
	}

	move(x, y, width)
	{
		const left = Math.round(leftOf(this.thing, x, width));
		const top = Math.round(y);

		if (left === this.x && top === this.y)
			return;
		this.x = left;
		this.y = top;
		this.node.style.transform =
			"translate(" + left + "px," + top + "px)";
	}
}

export class Labels {
	constructor()
	{
		this.root = el("div", "labels");
		this.root.setAttribute("aria-hidden", "true");
		this.things = [];
		this.byKey = new Map();
		this.free = [];
		this.used = [];
		this.rects = new Float32Array(4 * MOST);
		this.count = 0;
		this.arrangedAt = 0;
		this.at = new Float32Array(3);
	}

	/*
	 * things: [{ key, text, className, x, y, z, weight, below }]; a thing
	 * of weight Infinity is shown in any case.
	 */
	set(things)
	{
		const byKey = new Map();

		for (const thing of things) {
			const old = this.byKey.get(thing.key);

			thing.shown = old?.shown ?? false;
			thing.width = old?.text === thing.text ? old.width :
				widthOf(thing.text, thing.bold);
			byKey.set(thing.key, thing);
		}
		for (const label of this.used)
			label.show(byKey.get(label.thing.key) ?? label.thing);
		this.things = things;
		this.byKey = byKey;
		this.arrangedAt = 0;
	}

	/* Puts them where project(x, y, z, out) says: out is x, y, depth. */
	place(project, width, height, now)
	{
		const { at } = this;

		if (now - this.arrangedAt >= ARRANGE_MS) {
			this.arrangedAt = now;
			this.arrange(project, width, height);
		}
		for (const label of this.used) {
			const { x, y, z, below } = label.thing;

			project(x, y, z, at);
			label.move(at[0], below ? at[1] + 4 : at[1] - LINE - 3,
				width);
		}
	}

	arrange(project, width, height)
	{
		const weight = (t) => t.weight * (t.shown ? STAY : 1);
		const chosen = new Set();
		const { at } = this;

		this.count = 0;
		this.things.sort((a, b) => weight(b) - weight(a));
		for (const thing of this.things) {
			project(thing.x, thing.y, thing.z, at);
			if (chosen.size < MOST && at[2] > 0 &&
			    this.fits(thing, at[0], at[1], width, height))
				chosen.add(thing);
		}
		this.assign(chosen);
	}

	fits(thing, x, y, width, height)
	{
		const { rects } = this;
		const left = leftOf(thing, x, width);
		const top = thing.below ? y + 4 : y - LINE - 3;
		const right = left + thing.width;
		const bottom = top + LINE;

		if (right < 0 || bottom < 0 || left > width || top > height)
			return false;
		for (let i = 0; i < 4 * this.count; i += 4)
			if (left < rects[i + 2] && right > rects[i] &&
			    top < rects[i + 3] && bottom > rects[i + 1] &&
			    thing.weight !== Infinity)
				return false;
		rects.set([left, top, right, bottom], 4 * this.count++);
		return true;
	}

	assign(chosen)
	{
		this.used = this.used.filter((label) => {
			if (chosen.delete(label.thing))
				return true;
			label.hide();
			this.free.push(label);
			return false;
		});
		for (const thing of chosen) {
			const label = this.free.pop() ?? new Label();

			if (!label.node.parentNode)
				this.root.append(label.node);
			label.show(thing);
			this.used.push(label);
		}
	}
}
