/* SPDX-License-Identifier: MIT */
/* The latest of what came, and the latest by what it is about. */

/* At least `most` things, the latest last; a few more, so that it is cheap. */
export class Recent {
	constructor(most)
	{
		this.most = most;
		this.things = [];
	}

	add(thing)
	{
		this.things.push(thing);
		if (this.things.length > 1.25 * this.most)
			this.things.splice(0, this.things.length - this.most);
	}

	/* The latest first. */
	* [Symbol.iterator]()
	{
		for (let i = this.things.length - 1; i >= 0; i--)
			yield this.things[i];
	}

	get size()
	{
		return this.things.length;
	}

	/* Lets those go that the test does not pass. */
	keep(passes)
	{
		this.things = this.things.filter(passes);
	}
}

/*
 * Of each of the `most` subjects heard of last, the latest `each` things, and
 * how many there were in all since it is remembered.
 */
export class Subjects {
	constructor(most, each)
	{
		this.most = most;
		this.each = each;
		this.subjects = new Map();
	}

	add(key, thing)
	{
		const { subjects } = this;
		const subject = subjects.get(key) ??
			{ seen: 0, failed: 0, recent: new Recent(this.each) };

		subjects.delete(key);
		subjects.set(key, subject);
		if (subjects.size > this.most)
			subjects.delete(subjects.keys().next().value);
		subject.seen++;
		subject.failed += thing.failed ? 1 : 0;
		subject.recent.add(thing);
	}

	get(key)
	{
		return this.subjects.get(key);
	}
}
