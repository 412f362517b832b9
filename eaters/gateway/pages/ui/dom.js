/* SPDX-License-Identifier: MIT */
/*
 * The few ways in which the pages touch the document. Data becomes text
 * nodes and nothing else, and only what differs is written.
 */

import { shown } from "./values.js";

export function el(tag, className = "", s = "")
{
	const node = document.createElement(tag);

	if (className)
		node.className = className;
	if (s)
		node.textContent = s;
	return node;
}

/* Sets the text that an element begins with. */
export function put(node, s)
{
	const old = node.firstChild;

	if (!old || old.nodeType !== Node.TEXT_NODE)
		node.prepend(s);
	else if (old.data !== s)
		old.data = s;
}

/* Sets a cell: its text, and a remark below it or none. */
export function putCell(node, cell)
{
	const [s, remark] = Array.isArray(cell) ? cell : [cell, ""];
	let small = node.querySelector("small");

	put(node, shown(s));
	if (remark && !small) {
		small = el("small");
		node.append(small);
	}
	if (remark)
		put(small, shown(remark));
	else if (small)
		small.remove();
}

export function show(node, yes)
{
	if (node.hidden === yes)
		node.hidden = !yes;
}

export function setState(node, state)
{
	if (node.dataset.state !== state)
		node.dataset.state = state;
}

export function button(label, onClick, className = "")
{
	const node = el("button", className, label);

	node.type = "button";
	node.addEventListener("click", onClick);
	return node;
}

export function link(label, href, className = "")
{
	const node = el("a", className, label);

	node.href = href;
	return node;
}

let panels = 0;

/*
 * A part of a page with a title: `body` is for what it shows, `note` the
 * remark beside the title, `tools` what stands at the title's right.
 */
export class Panel {
	constructor(title, className = "")
	{
		const id = "panel-" + ++panels;
		const head = el("div", "head");

		this.title = el("h2", "", title);
		this.title.id = id;
		this.note = el("small");
		this.title.append(" ", this.note);
		this.tools = el("div", "tools");
		head.append(this.title, this.tools);
		this.body = el("div", "body");
		this.root = el("section", "panel " + className);
		this.root.setAttribute("aria-labelledby", id);
		this.root.append(head, this.body);
	}
}
