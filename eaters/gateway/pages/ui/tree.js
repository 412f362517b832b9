/* SPDX-License-Identifier: MIT */
/*
 * Any value as a tree whose branches open and close. Branches are built when
 * they are opened, long ones in pieces, and long texts are cut, so that none
 * costs more than what is seen of it.
 */

import { button, el } from "./dom.js";
import { clock } from "./values.js";
import { holds, isMoment, kindOf, wordsOf } from "../data/json.js";
import { putMarked } from "./marked.js";

const PIECE = 50;
const CUT = 200;
const MORE = 5000;
const DEEPEST = 32;
const AT_FIRST = 150;

function size(v)
{
	const n = Array.isArray(v) ? v.length : Object.keys(v).length;

	return Array.isArray(v) ? "[" + n + "]" : "{" + n + "}";
}

export class Tree {
	/* words: those to mark. */
	constructor(value, words = [])
	{
		this.words = words;
		this.left = AT_FIRST;
		this.root = el("div", "tree");
		this.fill(this.root, value, 0);
	}

	marked(className, s)
	{
		const node = el("span", className);

		putMarked(node, s, this.words);
		return node;
	}

	/* The members of a value, the first PIECE of them from `from`. */
	fill(root, value, depth, from = 0)
	{
		const keys = Object.keys(value);
		const listed = Array.isArray(value);

		for (const key of keys.slice(from, from + PIECE))
			root.append(this.member(key, value[key], depth, listed));
		if (keys.length <= from + PIECE)
			return;
		const more = button(keys.length - from - PIECE + " more", () => {
			more.remove();
			this.left = AT_FIRST;
			this.fill(root, value, depth, from + PIECE);
		}, "more");

		root.append(more);
	}

	member(key, value, depth, listed)
	{
		const name = this.marked(listed ? "key index" : "key", key);

		this.left--;
		if (holds(value) && Object.keys(value).length > 0 &&
		    depth < DEEPEST)
			return this.branch(name, key, value, depth);
		const leaf = el("div", "leaf");

		leaf.append(name, this.leaf(key, value));
		return leaf;
	}

	leaf(key, value)
	{
		const kind = kindOf(value);

		if (kind === "text")
			return this.text(value);
		const node = el("span", "value");

		node.append(holds(value) ? el("span", "kind", size(value)) :
			this.marked(kind, String(value)));
		if (isMoment(key, value))
			node.append(el("small", "", clock(value, true)));
		return node;
	}

	text(value)
	{
		const node = el("span", "value");
		const body = el("span", "text");
		let length = CUT;
		const write = () => {
			putMarked(body, "\"" + value.slice(0, length) +
				(length < value.length ? "\u2026" : "\""),
			this.words);
		};

		write();
		node.append(body);
		if (value.length <= CUT)
			return node;
		const more = button("more", () => {
			length += MORE;
			write();
			if (length >= value.length)
				more.remove();
		}, "more");

		node.append(more);
		return node;
	}

	/* Opened at first: what is not deep or large, and what has a word. */
	opens(key, value, depth)
	{
		if (this.left <= 0 || key === "metadata")
			return false;
		if (depth < 3 && Object.keys(value).length <= PIECE)
			return true;
		const s = this.words.length ? wordsOf(value) : "";

		return this.words.some((word) => s.includes(word));
	}

	branch(name, key, value, depth)
	{
		const details = el("details");
		const summary = el("summary");
		const inside = el("div", "inside");
		const build = () => {
			if (!inside.firstChild)
				this.fill(inside, value, depth + 1);
		};

		summary.append(name, el("span", "kind", size(value)));
		details.append(summary, inside);
		details.open = this.opens(key, value, depth);
		if (details.open)
			build();
		details.addEventListener("toggle", () => {
			if (details.open)
				build();
		});
		return details;
	}
}
