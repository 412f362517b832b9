/* SPDX-License-Identifier: MIT */
/*
 * Values as they come from elsewhere, and as people read them. Whatever is
 * asked for here, something of the asked type is given: a payload may be
 * anything at all.
 */

const NOTHING = Object.freeze(Object.create(null));
const NONE = Object.freeze([]);
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const LONGEST = 300;

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", {
	minimumFractionDigits: 1,
	maximumFractionDigits: 1,
});

export function isMap(v)
{
	return v !== null && typeof v === "object" && !Array.isArray(v);
}

export function map(v)
{
	return isMap(v) ? v : NOTHING;
}

export function list(v)
{
	return Array.isArray(v) ? v : NONE;
}

/* A number that can count something, else nothing. */
export function count(v)
{
	return typeof v === "number" && v >= 0 &&
		v <= Number.MAX_SAFE_INTEGER ? v : 0;
}

/* Seconds since 1970 that a calendar can show, else null. */
export function seconds(v)
{
	return typeof v === "number" && Math.abs(v) < 8e12 ? v : null;
}

/* A slice alone would keep the whole text in memory. */
function cut(s)
{
	return JSON.parse(JSON.stringify(s.slice(0, LONGEST) + "\u2026"));
}

/* A short text to keep. Not yet safe to read: see shown(). */
export function text(v, otherwise = "")
{
	if (typeof v === "string")
		return v.length > LONGEST ? cut(v) : v;
	if (typeof v === "number" || typeof v === "boolean")
		return String(v);
	return otherwise;
}

/*
 * The text for people's eyes: what would be invisible, or turn the reading
 * direction, is spelled out.
 */
export function shown(s)
{
	return s.replace(UNSEEN, (c) =>
		"\\u{" + c.codePointAt(0).toString(16) + "}");
}

export function number(n)
{
	return whole.format(n);
}

export function rate(n)
{
	return n > 0 && n < 9.95 ? tenth.format(n) : whole.format(n);
}

/* "1 packet", "2 packets". */
export function many(n, noun)
{
	return number(n) + " " + noun + (n === 1 ? "" : "s");
}

const two = (n) => String(n).padStart(2, "0");

/* Local time; with the date when it is not today's. */
export function clock(s, milliseconds = false)
{
	if (s === null)
		return "";
	const d = new Date(s * 1000);
	const now = new Date();
	let out = two(d.getHours()) + ":" + two(d.getMinutes()) + ":" +
		two(d.getSeconds());

	if (milliseconds)
		out += "." + String(d.getMilliseconds()).padStart(3, "0");
	if (d.getDate() !== now.getDate() || d.getMonth() !== now.getMonth() ||
	    d.getFullYear() !== now.getFullYear())
		out = d.getFullYear() + "-" + two(d.getMonth() + 1) + "-" +
			two(d.getDate()) + " " + out;
	return out;
}

/* "42 s", "3 min", "5 h 12 min", "4 d 3 h". */
export function span(s)
{
	const t = Math.max(0, Math.floor(s));

	if (t < 120)
		return t + " s";
	if (t < 7200)
		return Math.floor(t / 60) + " min";
	if (t < 172800)
		return Math.floor(t / 3600) + " h " +
			Math.floor(t % 3600 / 60) + " min";
	return Math.floor(t / 86400) + " d " +
		Math.floor(t % 86400 / 3600) + " h";
}

/* "now", "5 s ago": how long these milliseconds are ago. */
export function ago(ms)
{
	return ms < 1000 ? "now" : span(ms / 1000) + " ago";
}

const collator = new Intl.Collator("en", { numeric: true });

/* How names are sorted: "lab2" before "lab10". */
export function inOrder(a, b)
{
	return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
