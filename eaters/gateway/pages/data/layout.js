/* SPDX-License-Identifier: MIT */
/*
 * Where hosts stand: those of one inside network together on a hexagon, those
 * outside on rings around, beside others of their network. A place is given
 * once and kept; only the rings as a whole move out when hexagons need room.
 */

const SPACING = 2.2;
const TILE = 8.5;
const STRIDE = TILE * Math.sqrt(3) + .8;
const PER_TILE = 37;
const TILES = 91;
const SLOTS = 72;
const RINGS = 24;
const RING_STEP = 2.6;
const WIDE = 3;
/* Between the hexagons and the first ring. */
const RIM = 6;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

const AROUND = [[1, 0], [0, 1], [-1, 1], [-1, 0], [0, -1], [1, -1]];

/* The first n cells of a hexagonal grid, from the middle outwards. */
function spiral(n)
{
	const cells = [[0, 0]];

	for (let ring = 1; cells.length < n; ring++) {
		let [q, r] = [0, -ring];

		for (const [dq, dr] of AROUND) {
			for (let i = 0; i < ring; i++) {
				cells.push([q, r]);
				q += dq;
				r += dr;
			}
		}
	}
	return cells.slice(0, n);
}

const half = Math.sqrt(3) / 2;
const centres = spiral(TILES).map(([q, r]) =>
	[STRIDE * (q + r / 2), STRIDE * r * half]);
const seats = spiral(PER_TILE).map(([q, r]) =>
	[SPACING * q * half, SPACING * (r + q / 2)]);

const middle = (cells) => [0, 1].map((i) =>
	cells.reduce((sum, cell) => sum + cell[i], 0) / cells.length);

/* The middle and size of what is around so many hexagons. */
function around(tiles)
{
	const few = tiles === 2 || tiles === 3;
	const [x, z] = few ? middle(centres.slice(0, tiles)) : [0, 0];
	let ring = 0;

	while (tiles > 1 + 3 * ring * (ring + 1))
		ring++;
	return { x, z, radius: TILE + RIM + (few ? Math.hypot(x, z) :
		ring * STRIDE) };
}

/* Whether a hexagon has no host. */
export function isFree(tile)
{
	return tile.seats.every((seat) => seat === null);
}

export class Layout {
	constructor()
	{
		this.tiles = [];
		this.sectors = new Map();
		this.slots = Array.from({ length: RINGS }, () =>
			new Array(SLOTS).fill(null));
		this.rim = around(0);
		this.version = 0;
	}

	/* A place for a host of this network, see inet.js; null: none left. */
	place({ kind, prefix })
	{
		const spot = (kind === "inside" && this.seat(prefix)) ||
			this.stand(prefix);

		if (spot)
			this.version++;
		return spot;
	}

	release(spot)
	{
		if (spot.tile)
			spot.tile.seats[spot.seat] = null;
		else
			this.slots[spot.ring][spot.slot] = null;
		this.version++;
	}

	seat(prefix)
	{
		const free = (tile) => tile.seats.indexOf(null);
		let tile = this.tiles.find((t) => t.prefix === prefix &&
			free(t) >= 0) ??
			this.tiles.find((t) => isFree(t));

		if (!tile && this.tiles.length < TILES) {
			const [x, z] = centres[this.tiles.length];

			tile = { x, z, prefix,
				seats: new Array(PER_TILE).fill(null) };
			this.tiles.push(tile);
			this.rim = around(this.tiles.length);
		}
		if (!tile)
			return null;
		const seat = free(tile);

		tile.prefix = prefix;
		tile.seats[seat] = prefix;
		return { tile, seat };
	}

	/* The slot in the middle of a network's part of the rings. */
	sector(prefix)
	{
		let middle = this.sectors.get(prefix);

		if (middle === undefined) {
			middle = Math.round(SLOTS * (this.sectors.size *
				GOLDEN % 1)) % SLOTS;
			this.sectors.set(prefix, middle);
			if (this.sectors.size > SLOTS * RINGS)
				this.sectors.delete(
					this.sectors.keys().next().value);
		}
		return middle;
	}

	stand(prefix)
	{
		const middle = this.sector(prefix);

		for (const wide of [WIDE, SLOTS / 2]) {
			for (let ring = 0; ring < RINGS; ring++) {
				const slot = this.freeSlot(ring, middle, wide);

				if (slot < 0)
					continue;
				this.slots[ring][slot] = prefix;
				return { ring, slot, prefix };
			}
		}
		return null;
	}

	freeSlot(ring, middle, wide)
	{
		for (let d = 0; d <= wide; d++) {
			for (const at of [middle + d, middle - d]) {
				const slot = (at + SLOTS) % SLOTS;

				if (this.slots[ring][slot] === null)
					return slot;
			}
		}
		return -1;
	}

	/* Writes the x and z of a spot to out[at] and out[at + 1]. */
	locate(spot, out, at)
	{
		if (spot.tile) {
			out[at] = spot.tile.x + seats[spot.seat][0];
			out[at + 1] = spot.tile.z + seats[spot.seat][1];
			return;
		}
		const { rim } = this;
		const r = rim.radius + RING_STEP * spot.ring;
		const angle = 2 * Math.PI * (spot.slot + spot.ring % 2 / 2) /
			SLOTS;

		out[at] = rim.x + r * Math.sin(angle);
		out[at + 1] = rim.z + r * Math.cos(angle);
	}

	/* Networks with a name to show: [{ prefix, x, z, hosts }]. */
	districts()
	{
		const out = this.tiles.map((tile) => ({
			prefix: tile.prefix, x: tile.x, z: tile.z + TILE * .94,
			hosts: tile.seats.filter((s) => s !== null).length,
		})).filter(({ hosts }) => hosts > 0);

		return out.concat(this.outer());
	}

	outer()
	{
		const sums = new Map();
		const at = [0, 0];

		this.slots.forEach((ring, r) => ring.forEach((prefix, slot) => {
			if (prefix === null)
				return;
			const sum = sums.get(prefix) ??
				{ prefix, x: 0, z: 0, hosts: 0, far: 0 };

			this.locate({ ring: r, slot }, at, 0);
			sum.x += at[0] - this.rim.x;
			sum.z += at[1] - this.rim.z;
			sum.hosts++;
			sum.far = this.rim.radius + RING_STEP * r;
			sums.set(prefix, sum);
		}));
		return [...sums.values()].map((s) => {
			const scale = (s.far + 3) / (Math.hypot(s.x, s.z) || 1);

			return { prefix: s.prefix, hosts: s.hosts,
				x: this.rim.x + s.x * scale,
				z: this.rim.z + s.z * scale };
		});
	}

	/* Of the rings that hosts stand on. */
	radii()
	{
		return this.slots.map((ring, r) =>
			ring.some((slot) => slot !== null) ?
				this.rim.radius + RING_STEP * r : 0)
			.filter((r) => r > 0);
	}

	/* How far the outermost host is from the middle, which is the rim's. */
	extent()
	{
		return Math.max(this.rim.radius, ...this.radii());
	}
}

export const TILE_RADIUS = TILE;
