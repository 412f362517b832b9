/* SPDX-License-Identifier: MIT */
/*
 * The latest dumplings of one chef, or of all, that have some words in them.
 * More than can be read are not kept: between two looks the latest few.
 */

import { Shape } from "./shape.js";
import { map, seconds, text } from "../ui/values.js";
import { sizeOf, wordsOf } from "./json.js";

export const KEPT = 200;
export const FRESH = 40;

const MOST_BYTES = 16e6;

export class Feed {
	constructor()
	{
		this.n = 0;
		this.choose({ chef: "", kitchen: "", driver: "", words: [] });
	}

	/*
	 * Begins anew with these; "": of all. Where only the words are others,
	 * what is kept stays, and of it those that have them are listed.
	 */
	choose({ chef, kitchen, driver, words })
	{
		const same = chef === this.chef && kitchen === this.kitchen &&
			driver === this.driver;

		Object.assign(this, { chef, kitchen, driver, words });
		if (!same) {
			this.kept = [];
			this.shape = new Shape();
		}
		this.listed = this.kept.filter(({ dumpling }) =>
			this.has(dumpling));
		this.fresh = [];
		this.came = this.kept.length;
		this.meant = 0;
		this.skipped = 0;
	}

	has(dumpling)
	{
		if (this.words.length === 0)
			return true;
		const s = wordsOf(dumpling);

		return this.words.every((word) => s.includes(word));
	}

	take(dumpling, chef, kitchen)
	{
		const metadata = map(dumpling.metadata);
		const driver = text(metadata.driver);

		if ((this.chef && chef !== this.chef) ||
		    (this.kitchen && kitchen !== this.kitchen) ||
		    (this.driver && driver !== this.driver))
			return;
		this.came++;
		this.shape.take(dumpling.payload);
		if (!this.has(dumpling))
			return;
		this.meant++;
		this.fresh.push({ n: ++this.n, chef, kitchen: kitchen ?? "",
			driver, time: seconds(metadata.creation_time),
			dumpling });
		if (this.fresh.length > FRESH) {
			this.fresh.shift();
			this.skipped++;
		}
	}

	/* Puts what came since the last time before what is kept and listed. */
	gather()
	{
		const fresh = this.fresh.reverse();
		const kept = [...fresh, ...this.kept].slice(0, KEPT);
		let bytes = 0;

		this.fresh = [];
		for (const [i, item] of kept.entries()) {
			item.bytes ??= sizeOf(item.dumpling);
			bytes += item.bytes;
			if (i > 0 && bytes > MOST_BYTES) {
				kept.length = i;
				break;
			}
		}
		const oldest = kept.at(-1)?.n;

		this.kept = kept;
		this.listed = [...fresh, ...this.listed]
			.filter(({ n }) => n >= oldest);
	}

	/* Lets what came since the last time go. */
	pass()
	{
		this.fresh = [];
	}
}
