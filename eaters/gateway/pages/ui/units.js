/* SPDX-License-Identifier: MIT */
/* Amounts with their units, three digits of each: "1.24 k", "36.1 Mbit/s". */

const PREFIXES = ["", "k", "M", "G", "T", "P"];

/* [number, prefix], both texts; `least` is the first that has a prefix. */
function parts(n, least = 1000)
{
	let i = 0;

	if (!(n > 0))
		return ["0", ""];
	while (n >= (i ? 999.5 : least) && i < PREFIXES.length - 1) {
		n /= 1000;
		i++;
	}
	const digits = n >= 99.95 || (i === 0 && n >= 9.95) ? 0 :
		n >= 9.995 || i === 0 ? 1 : 2;
	const s = n.toFixed(digits);

	return [i === 0 ? s.replace(/\.0$/, "") : s, PREFIXES[i]];
}

/* "1.24 k"; whole numbers up to 9999 stay as they are. */
export function brief(n)
{
	const [s, prefix] = parts(n, 9999.5);

	return prefix ? s + "\u00a0" + prefix : s;
}

/* With a unit: "1.24 kbit/s", "12 packets/s". */
export function amount(n, unit)
{
	const [s, prefix] = parts(n);

	return s + "\u00a0" + prefix + unit;
}

/* For the marks of an axis: "0", "500", "1.5 k". */
export function mark(n)
{
	const [s, prefix] = parts(n);
	const short = s.includes(".") ? s.replace(/\.?0+$/, "") : s;

	return prefix ? short + "\u00a0" + prefix : short;
}
