/* SPDX-License-Identifier: MIT */
/* The latest values of something that has one for each tick, or nothing. */

export class History {
	constructor(length)
	{
		this.values = new Float32Array(length);
		this.first = -1;
		this.tick = -1;
	}

	set(tick, value)
	{
		const { length } = this.values;
		const from = Math.max(this.tick + 1, tick - length + 1);

		if (this.first < 0)
			this.first = tick;
		for (let t = from; t < tick; t++)
			this.values[t % length] = 0;
		this.values[tick % length] = value;
		this.tick = tick;
	}

	/*
	 * As many as there is room for, from the oldest to that of `tick`: null
	 * before the first, 0 where there was none since.
	 */
	until(tick)
	{
		const { first, values } = this;
		const { length } = values;

		return Array.from(values, (_, i) => {
			const t = tick - length + 1 + i;

			if (first < 0 || t < first)
				return null;
			return t <= this.tick && t > this.tick - length ?
				values[t % length] : 0;
		});
	}
}
