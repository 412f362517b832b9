/* SPDX-License-Identifier: MIT */
/* How latencies are spread, on a logarithmic scale. */

const FIRST = -4;
const DECADES = 5;
const STEPS = 6;

/* The scale's ends, in seconds, and the bounds of its bins. */
export const LEAST = 10 ** FIRST;
export const MOST = 10 ** (FIRST + DECADES);
export const BINS = DECADES * STEPS;

/* Where on the scale a latency is, from 0 to 1. */
export function place(s)
{
	const at = (Math.log10(Math.max(s, LEAST)) - FIRST) / DECADES;

	return Math.min(1, Math.max(0, at));
}

/* The value that the share p of the sorted values does not exceed. */
function quantile(sorted, p)
{
	return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? null;
}

/*
 * Of latencies in seconds: how many, the median, what 95 of 100 do not
 * exceed, the largest, and how many are in each bin.
 */
export function distribution(latencies)
{
	const sorted = Float64Array.from(latencies).sort();
	const bins = new Uint32Array(BINS);

	for (const s of sorted)
		bins[Math.min(BINS - 1, Math.floor(place(s) * BINS))]++;
	return {
		size: sorted.length,
		p50: quantile(sorted, 0.5),
		p95: quantile(sorted, 0.95),
		most: sorted[sorted.length - 1] ?? null,
		bins,
	};
}
