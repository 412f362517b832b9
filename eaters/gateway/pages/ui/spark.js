/* SPDX-License-Identifier: MIT */
/* A sparkline: the shape of the latest values, from nothing to the greatest. */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 120;
const HEIGHT = 20;

export function svg(tag, attributes)
{
	const node = document.createElementNS(SVG, tag);

	for (const [key, value] of Object.entries(attributes))
		node.setAttribute(key, value);
	return node;
}

/*
 * The path along values in a box of this size, each null until there are any;
 * "" where all are nothing.
 */
export function pathOf(values, width = WIDTH, height = HEIGHT,
	most = Math.max(...values))
{
	const step = width / (values.length - 1);
	let d = "";

	if (!(most > 0))
		return "";
	values.forEach((v, i) => {
		if (v === null)
			return;
		const x = (i * step).toFixed(1);

		/* The line begins at the bottom, so that it closes its area. */
		d += (d ? "L" : "M" + x + " " + height + "L") + x + " " +
			(1 + (height - 1.5) * (1 - v / most)).toFixed(1);
	});
	return d;
}

/* A line and the area below it, from the path of pathOf(). */
export class Spark {
	constructor(width = WIDTH, height = HEIGHT)
	{
		this.width = width;
		this.height = height;
		this.line = svg("path", { class: "line" });
		this.area = svg("path", { class: "area" });
		this.root = svg("svg", { class: "spark", role: "img",
			viewBox: "0 0 " + width + " " + height,
			preserveAspectRatio: "none" });
		this.root.append(this.area, this.line);
		this.path = null;
	}

	/* said: the same in words. */
	draw(path, said)
	{
		if (path !== this.path) {
			this.line.setAttribute("d", path);
			this.area.setAttribute("d", path && path + "V" +
				this.height + "Z");
		}
		this.path = path;
		if (said !== this.said)
			this.root.setAttribute("aria-label", said);
		this.said = said;
	}
}
