/* SPDX-License-Identifier: MIT */
/*
 * The few ways in which the panels touch the document. Data becomes text
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

/* Sets a table cell: its text, and a remark below it or none. */
function putCell(td, cell)
{
	const [s, remark] = Array.isArray(cell) ? cell : [cell, ""];
	let small = td.firstElementChild;

	put(td, shown(s));
	if (remark && !small) {
		small = el("small");
		td.append(small);
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

/*
 * A panel's parts. fill() makes the table's rows those given, each
 * { cells, mark, share }, reusing what is there; a cell is a text, or a text
 * and a remark. With no row the panel says what it waits for instead.
 */
export class Table {
	constructor(id, classes)
	{
		this.root = document.getElementById(id);
		this.table = this.root.querySelector("table");
		this.body = this.root.querySelector("tbody");
		this.note = this.root.querySelector("h2 small");
		this.empty = this.root.querySelector(".empty");
		this.classes = classes;
		this.labels = Array.from(this.root.querySelectorAll("th"),
			(th) => th.textContent);
		this.waiting("");
		show(this.table, false);
	}

	row()
	{
		const tr = el("tr");

		this.classes.forEach((name, i) => {
			const td = el("td", name);

			td.dataset.label = this.labels[i];
			tr.append(td);
		});
		return tr;
	}

	write(tr, { cells, mark = "", share = -1 })
	{
		for (let i = 0; i < cells.length; i++)
			putCell(tr.children[i], cells[i]);
		if (tr.className !== mark)
			tr.className = mark;
		if (share >= 0)
			tr.style.setProperty("--share",
				(100 * share).toFixed(1) + "%");
	}

	fill(rows)
	{
		const body = this.body;

		while (body.children.length > rows.length)
			body.lastElementChild.remove();
		while (body.children.length < rows.length)
			body.append(this.row());
		rows.forEach((row, i) => this.write(body.children[i], row));
		this.filled(rows.length > 0);
	}

	filled(yes)
	{
		show(this.table, yes);
		show(this.empty, !yes);
	}

	waiting(s)
	{
		put(this.empty, s);
	}
}
