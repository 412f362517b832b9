/* SPDX-License-Identifier: MIT */
/*
 * Which fields the dumplings of a chef have: of which types, how often, and an
 * example of each.
 */

import { holds, kindOf } from "./json.js";
import { text } from "../ui/values.js";

const FIELDS = 300;
const DEEPEST = 6;
const MEMBERS = 200;
const ITEMS = 3;

export class Shape {
	constructor()
	{
		this.fields = new Map();
		this.seen = 0;
		this.left = 0;
	}

	take(payload)
	{
		const met = new Set();

		this.seen++;
		if (holds(payload))
			this.members(payload, "", met, 0);
		else
			this.field("(the payload)", payload, met);
	}

	members(v, path, met, depth)
	{
		if (Array.isArray(v)) {
			for (const item of v.slice(0, ITEMS))
				this.member(path + "[]", item, met, depth);
			return;
		}
		let n = 0;

		for (const key in v) {
			if (++n > MEMBERS)
				break;
			this.member(path + (path ? "." : "") + text(key),
				v[key], met, depth);
		}
	}

	/* What holds others is a field of its own only where it is empty. */
	member(path, v, met, depth)
	{
		let empty = true;

		if (holds(v) && depth < DEEPEST)
			for (const _ in v) {
				empty = false;
				break;
			}
		if (empty)
			this.field(path, v, met);
		else
			this.members(v, path, met, depth + 1);
	}

	field(path, v, met)
	{
		let field = this.fields.get(path);

		if (!field) {
			if (this.fields.size >= FIELDS) {
				this.left++;
				return;
			}
			field = { path, kinds: new Set(), seen: 0, example: "" };
			this.fields.set(path, field);
		}
		if (!met.has(path))
			field.seen++;
		met.add(path);
		field.kinds.add(kindOf(v));
		field.example = text(v);
	}
}
