/* SPDX-License-Identifier: MIT */
/*
 * Values of any shape and size: what kind one is, how large, what is in it.
 * Each walk has an end, however deep or long the value.
 */

const DEEPEST = 32;
const LONGEST = 20000;
const MOMENT = /(^|[._])(time|when|at|since|first|last|latest|heard|start|end|seen|expiration|inception)$/i;

export function kindOf(v)
{
	if (v === null || v === undefined)
		return "null";
	if (Array.isArray(v))
		return "list";
	return { object: "map", string: "text", number: "number",
		boolean: "truth" }[typeof v] ?? "null";
}

export const holds = (v) => v !== null && typeof v === "object";

/* About as many bytes as it takes in memory. */
export function sizeOf(v, depth = 0)
{
	if (typeof v === "string")
		return 16 + 2 * v.length;
	if (!holds(v) || depth > DEEPEST)
		return 16;
	let size = 32;

	for (const key in v)
		size += 2 * key.length + 16 + sizeOf(v[key], depth + 1);
	return size;
}

function gather(v, out, depth)
{
	if (out.left <= 0)
		return;
	if (!holds(v)) {
		const s = String(v).slice(0, out.left);

		out.parts.push(s);
		out.left -= s.length + 1;
	} else if (depth <= DEEPEST) {
		const named = !Array.isArray(v);

		for (const key in v) {
			if (named)
				gather(key, out, depth);
			gather(v[key], out, depth + 1);
			if (out.left <= 0)
				return;
		}
	}
}

/* All keys and values, in small letters, to look for words in. */
export function wordsOf(v)
{
	const out = { parts: [], left: LONGEST };

	gather(v, out, 0);
	return out.parts.join("\n").toLowerCase();
}

/* What is in a value at first: [[path, what holds nothing else]]. */
export function firstOf(v, most, path = "", out = [], depth = 0)
{
	if (!holds(v) || Array.isArray(v) || depth > 3) {
		out.push([path, v]);
		return out;
	}
	for (const key in v) {
		if (out.length >= most)
			break;
		firstOf(v[key], most, path ? path + "." + key : key, out,
			depth + 1);
	}
	return out;
}

/* Whether a member is the seconds since 1970 of some moment. */
export function isMoment(key, v)
{
	return typeof v === "number" && v > 1e8 && v < 4.2e9 &&
		MOMENT.test(key);
}
