/* SPDX-License-Identifier: MIT */
/*
 * A table of what came, the latest first. New rows push the others down;
 * while somebody points at one, or has the keyboard in it, none do.
 */

import { Table } from "./table.js";

export class Stream extends Table {
	/* Shows these things, which are in their order already. */
	fill(things)
	{
		const next = things.slice(0, this.most);
		const more = this.things.length ?
			next.indexOf(this.things[0]) : -1;

		if (more < 0 || !this.follows(next, more))
			this.rewrite(next);
		else if (more > 0)
			this.push(next, more);
		else if (next.length !== this.things.length)
			this.rewrite(next);
	}

	/* Whether after `more` things the present rows' ones follow. */
	follows(next, more)
	{
		return next.slice(more).every(
			(thing, i) => thing === this.things[i]);
	}

	rewrite(next)
	{
		this.things = next;
		this.write();
	}

	push(next, more)
	{
		const { body } = this;

		this.things = next;
		for (let i = more - 1; i >= 0; i--) {
			const tr = body.children.length < this.most ?
				this.row() : body.lastElementChild;

			this.writeRow(tr, next[i]);
			body.prepend(tr);
		}
		while (body.children.length > next.length)
			body.lastElementChild.remove();
		this.filled();
	}
}
