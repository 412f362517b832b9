/* SPDX-License-Identifier: MIT */
/* Lines between the boxes of a map, from the bottom of one to the top of
 * another. */

import { setState } from "../ui/dom.js";

const SVG = "http://www.w3.org/2000/svg";

/* 1 pixel for nothing, 6 for 100,000 a second. */
const width = (n) => 1 + Math.min(5, Math.log10(1 + n));

function curve(from, to)
{
	const mid = (from.y + to.y) / 2;

	return "M" + [from.x, from.y, "C", from.x, mid, to.x, mid, to.x, to.y]
		.map((v) => typeof v === "number" ? v.toFixed(1) : v).join(" ");
}

export function lines(root)
{
	const svg = document.createElementNS(SVG, "svg");
	const paths = [];

	svg.setAttribute("aria-hidden", "true");
	root.prepend(svg);

	const path = (i) => {
		if (!paths[i]) {
			paths[i] = document.createElementNS(SVG, "path");
			svg.append(paths[i]);
		}
		return paths[i];
	};
	/* wanted: [[from, to, dumplings a second, state]] */
	const set = (wanted) => {
		const at = root.getBoundingClientRect();
		const ends = wanted.map(([from, to]) => [
			from.getBoundingClientRect(),
			to.getBoundingClientRect()]);

		ends.forEach(([a, b], i) => {
			const [, , n, state] = wanted[i];
			const node = path(i);
			const d = curve(
				{ x: a.left + a.width / 2 - at.left,
					y: a.bottom - at.top },
				{ x: b.left + b.width / 2 - at.left,
					y: b.top - at.top });

			if (node.getAttribute("d") !== d)
				node.setAttribute("d", d);
			node.style.strokeWidth = width(n) + "px";
			setState(node, n > 0 ? state ?? "live" :
				state === "live" ? "idle" : state ?? "idle");
		});
		for (const node of paths.splice(wanted.length))
			node.remove();
	};

	return { set };
}
