/* SPDX-License-Identifier: MIT */
/*
 * A table of live things. Its columns say how a thing is written and sorted;
 * rows are used again, so that what stays the same is not drawn anew. While
 * somebody points at it or has the keyboard in it, rows keep their places.
 * Rows that open are one stop of the Tab key; arrows go from row to row.
 */

import { el, put, putCell, show } from "./dom.js";

const ROWS = 200;

const hovers = matchMedia("(hover: hover)");

const order = (a, b) => a < b ? -1 : a > b ? 1 : 0;

export class Table {
	/*
	 * columns: [{ key, title, text(thing), value(thing), className, draw }]
	 *	text gives a cell, "text" or ["text", "remark"]; value what it
	 *	is sorted by (none: by this column it can't be); draw(td, thing)
	 *	fills a cell in some other way.
	 * id(thing): what a row is known by, if its place is to be kept.
	 * sort: { key, down }; onSort(sort) when somebody chose another.
	 * onOpen(thing): when a row is chosen, by pointer or keyboard.
	 * share(thing): 0 to 1, the length of a bar behind the row; mark(thing):
	 * the row's class.
	 */
	constructor({ label, columns, id, sort, onSort, onOpen, share, mark,
		rows = ROWS, className = "" })
	{
		Object.assign(this, { columns, id, onSort, onOpen, share, mark });
		this.sort = sort ?? { key: "", down: true };
		this.most = rows;
		this.things = [];
		this.places = new Map();
		this.opened = null;
		this.stop = null;
		this.table = el("table", className);
		this.body = el("tbody");
		this.table.append(this.head(), this.body);
		this.empty = el("p", "empty");
		this.root = el("div", "scroll");
		this.root.tabIndex = 0;
		this.root.setAttribute("role", "region");
		this.root.setAttribute("aria-label", label);
		this.root.append(this.table, this.empty);
		this.listen();
		this.filled();
	}

	/* --- making ------------------------------------------------------ */

	head()
	{
		const head = el("thead");
		const tr = el("tr");

		this.heads = this.columns.map((column) => {
			const th = el("th", column.className ?? "");

			th.scope = "col";
			if (column.value && this.onSort)
				th.append(this.sorter(column));
			else
				th.textContent = column.title;
			tr.append(th);
			return th;
		});
		head.append(tr);
		this.markSorted();
		return head;
	}

	sorter(column)
	{
		const button = el("button", "sorter", column.title);

		button.type = "button";
		button.addEventListener("click", () => {
			const { key, down } = this.sort;

			this.setSort({ key: column.key, down: key === column.key ?
				!down : column.down ?? true });
			this.onSort(this.sort);
		});
		return button;
	}

	setSort(sort)
	{
		this.sort = sort;
		this.markSorted();
		this.arrange(this.things, true);
	}

	markSorted()
	{
		this.columns.forEach(({ key }, i) => {
			if (key === this.sort.key)
				this.heads[i].setAttribute("aria-sort",
					this.sort.down ? "descending" :
						"ascending");
			else
				this.heads[i].removeAttribute("aria-sort");
		});
	}

	listen()
	{
		if (!this.onOpen)
			return;
		const chosen = (e) => {
			const tr = e.target.closest("tbody tr");

			return tr && !e.target.closest("a, button") ?
				this.things[tr.sectionRowIndex] : undefined;
		};

		this.table.classList.add("opens");
		this.body.addEventListener("click", (e) => {
			const thing = chosen(e);

			if (thing !== undefined)
				this.onOpen(thing);
		});
		this.body.addEventListener("keydown", (e) => this.key(e, chosen));
		this.body.addEventListener("focusin", () => this.rove());
	}

	key(e, chosen)
	{
		const tr = e.target.closest("tr");
		const to = { ArrowDown: tr?.nextElementSibling,
			ArrowUp: tr?.previousElementSibling,
			Home: this.body.firstElementChild,
			End: this.body.lastElementChild }[e.key];
		const thing = chosen(e);

		if (to) {
			to.focus();
			e.preventDefault();
		} else if ((e.key === "Enter" || e.key === " ") &&
			   thing !== undefined) {
			this.onOpen(thing);
			e.preventDefault();
		}
	}

	/* Has Tab stop at one row: where somebody is, what is open, the first. */
	rove()
	{
		if (!this.onOpen)
			return;
		const { body, stop } = this;
		const at = document.activeElement?.closest("tr");
		const to = at && body.contains(at) ? at :
			body.querySelector("tr[aria-current]") ??
			body.firstElementChild;

		if (to === stop)
			return;
		if (stop)
			stop.tabIndex = -1;
		if (to)
			to.tabIndex = 0;
		this.stop = to;
	}

	/* --- filling ----------------------------------------------------- */

	/* Shows these things, sorted; none: says what say() was told. */
	fill(things)
	{
		this.arrange(things, false);
	}

	/* A row that was clicked has the focus too, but nobody is at it. */
	held()
	{
		return this.body.querySelector(":focus-visible") !== null ||
			(hovers.matches && this.body.matches(":hover"));
	}

	arrange(things, anew)
	{
		const column = this.columns.find(
			({ key }) => key === this.sort.key);
		const way = this.sort.down ? -1 : 1;
		let sorted = things.slice();

		if (column?.value)
			sorted.sort((a, b) => way *
				order(column.value(a), column.value(b)));
		if (!anew && this.places.size > 0 && this.held())
			sorted = this.keepPlaces(sorted);
		sorted.length = Math.min(sorted.length, this.most);
		this.things = sorted;
		if (this.id)
			this.places = new Map(sorted.map(
				(thing, i) => [this.id(thing), i]));
		this.write();
	}

	/* Those that have a place first and in that order, then the others. */
	keepPlaces(sorted)
	{
		const place = (thing) =>
			this.places.get(this.id(thing)) ?? Infinity;

		return sorted.map((thing) => [place(thing), thing])
			.sort((a, b) => order(a[0], b[0]))
			.map(([, thing]) => thing);
	}

	write()
	{
		const { body, things } = this;

		while (body.children.length > things.length)
			body.lastElementChild.remove();
		while (body.children.length < things.length)
			body.append(this.row());
		things.forEach((thing, i) =>
			this.writeRow(body.children[i], thing));
		this.filled();
	}

	row()
	{
		const tr = el("tr");

		if (this.onOpen)
			tr.tabIndex = -1;
		for (const { className = "", title } of this.columns) {
			const td = el("td", className);

			td.dataset.label = title;
			tr.append(td);
		}
		return tr;
	}

	writeRow(tr, thing)
	{
		const mark = this.mark?.(thing) ?? "";

		this.columns.forEach((column, i) => {
			if (column.draw)
				column.draw(tr.children[i], thing);
			else
				putCell(tr.children[i], column.text(thing));
		});
		if (tr.className !== mark)
			tr.className = mark;
		if (this.share)
			tr.style.setProperty("--share", (100 *
				this.share(thing)).toFixed(1) + "%");
		if (this.opened !== null)
			this.markOpen(tr, this.id(thing) === this.opened);
	}

	markOpen(tr, yes)
	{
		if (yes)
			tr.setAttribute("aria-current", "true");
		else
			tr.removeAttribute("aria-current");
	}

	/* Marks the row of the thing with this id as the one that is open. */
	open(id)
	{
		this.opened = id;
		[...this.body.children].forEach((tr, i) =>
			this.markOpen(tr, this.id(this.things[i]) === id));
		this.rove();
	}

	filled()
	{
		show(this.table, this.things.length > 0);
		show(this.empty, this.things.length === 0);
		this.rove();
	}

	/* What is said instead of rows. */
	say(s)
	{
		put(this.empty, s);
	}
}
