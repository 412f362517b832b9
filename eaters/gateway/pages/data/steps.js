/* SPDX-License-Identifier: MIT */
/*
 * What happened over time, in steps of a second for the last minutes and of
 * ten seconds for the last hour: as much memory as that takes, and no more.
 */

export const FINE_S = 1;
export const COARSE_S = 10;
const FINE_STEPS = 320;
const COARSE_STEPS = 372;

class Ring {
	constructor(step, size)
	{
		this.step = step;
		this.values = new Float64Array(size);
		this.last = -1;
	}

	/* Makes room up to step b. */
	reach(b)
	{
		const { values } = this;
		const size = values.length;

		for (let i = Math.max(this.last + 1, b - size + 1); i <= b; i++)
			values[i % size] = 0;
		this.last = Math.max(this.last, b);
	}

	/* Spreads what happened from one time to another evenly over it. */
	add(from, to, n)
	{
		const { step, values } = this;
		const last = Math.ceil(to / step) - 1;

		this.reach(last);
		const first = Math.max(Math.floor(from / step),
			this.last - values.length + 1);
		const each = n / (to - from);

		for (let b = first; b <= last; b++)
			values[b % values.length] += each *
				(Math.min(to, (b + 1) * step) -
				 Math.max(from, b * step));
	}

	at(b)
	{
		const { last, values } = this;

		return b > last || b <= last - values.length ? 0 :
			values[b % values.length];
	}
}

/* Packets and bits of one thing. */
export class Steps {
	constructor()
	{
		for (const unit of ["packets", "bits"])
			this[unit] = [new Ring(FINE_S, FINE_STEPS),
				new Ring(COARSE_S, COARSE_STEPS)];
		this.lastAt = 0;
	}

	add(from, to, packets, bits)
	{
		this.lastAt = Math.max(this.lastAt, to);
		for (const ring of this.packets)
			ring.add(from, to, packets);
		if (bits > 0)
			for (const ring of this.bits)
				ring.add(from, to, bits);
	}

	/* A second's worth in the step that begins at this time. */
	rate(unit, step, time)
	{
		const ring = this[unit][step === FINE_S ? 0 : 1];

		return ring.at(Math.round(time / step)) / step;
	}
}
