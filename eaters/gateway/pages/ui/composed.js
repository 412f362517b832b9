/* SPDX-License-Identifier: MIT */
/*
 * A page that is put together of parts, each with roots, draw(now), and if it
 * likes readdress() and close(). What they show are seconds, so that a second
 * is soon enough.
 */

/* Less than a second, so that none is left out. */
const SOON_MS = 900;

export class Composed {
	constructor(parts)
	{
		this.parts = parts;
		this.drawnAt = 0;
	}

	draw(now)
	{
		if (now - this.drawnAt < SOON_MS && now >= this.drawnAt)
			return;
		this.drawnAt = now;
		for (const part of this.parts)
			part.draw(now);
	}

	readdress()
	{
		this.drawnAt = 0;
		for (const part of this.parts)
			part.readdress?.();
	}

	close()
	{
		for (const part of this.parts)
			part.close?.();
	}
}
