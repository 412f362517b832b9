/* SPDX-License-Identifier: MIT */
/*
 * A fountain for each layer: how high it is, where, and its drops on their
 * way. A drop is so many packets for all of them alike, so that drops can be
 * compared; how many grows with the traffic.
 */

import { protocolColour } from "../ui/protocol.js";

export const DROPS = 4096;
export const FOUNTAINS = 24;
export const GRAVITY = 12;

const IN_FLIGHT = 2600;
const TOO_FEW = 900;
const SOFT = 2;
/* Fractions that spread evenly, one after the other, in two dimensions. */
const EVENLY = [.754878, .569840];
const GAP = 10;
const WIDE = 38;
const DEEP = 9;
const RADIUS = 2.6;
/* How far each row stands aside, in gaps, so that none hides the next. */
const ASIDE = [-.35, .5, -.3, .55];
const EPOCH_S = 600;

/* Layers by how deep in a packet they are; all others are the last row. */
const ROWS = [
	/^(Ethernet|802|cooked|ARP|LLC|SNAP|Loopback|VLAN|Spanning|MPLS|PPP)/i,
	/^(IP|ICMP|IGMP|ESP|AH|GRE|VXLAN|Fragment)/i,
	/^(TCP|UDP|SCTP|DCCP)/i,
];

export function rowOf(name)
{
	const row = ROWS.findIndex((pattern) => pattern.test(name));

	return row < 0 ? ROWS.length : row;
}

/* Two more units for ten times as many packets a second. */
export function heightOf(packets)
{
	return packets > 0 ? Math.min(14, 1 + 2 * Math.log10(1 + packets)) : 0;
}

/*
 * A message's kind is not a layer of its own here, and what an error quotes
 * is none: "ICMPv6 Echo Reply" is ICMPv6, and "UDP in ICMP" nothing.
 */
function families(layers)
{
	const sums = new Map();

	for (const { name, packets, bits } of layers) {
		const family = name.startsWith("ICMPv6 ") ? "ICMPv6" : name;
		const sum = sums.get(family) ?? { name: family, packets: 0,
			bits: 0 };

		if (name.endsWith(" in ICMP"))
			continue;
		sum.packets += packets;
		sum.bits += bits;
		sums.set(family, sum);
	}
	return sums.values();
}

/* 1, 2, 5, 10, ...: the first that is not below n. */
function round(n)
{
	let power = 1;

	while (power * 10 < n)
		power *= 10;
	return [1, 2, 5, 10].find((k) => k * power >= n) * power;
}

/* From 0 to 8; "ICMPv6 Echo Reply" is a kind of ICMP. */
export function colourOf(name)
{
	return Number(protocolColour(name.split(" ")[0]).slice(1));
}

const flight = (height) => 2 * Math.sqrt(2 * height / GRAVITY);

export class Fountains {
	constructor()
	{
		this.byName = new Map();
		this.list = [];
		this.perDrop = 1;
		this.time = 0;
		this.next = 0;
		/* Of each drop: birth, speed up, aside in x and in z. */
		this.rise = new Float32Array(4 * DROPS);
		/* Which fountain's it is. */
		this.whose = new Float32Array(DROPS);
		this.rise.fill(-1e6);
		this.moving = true;
	}

	/* Takes what there is now, see Traffic.layers(). */
	set(layers)
	{
		for (const fountain of this.list)
			fountain.packets = fountain.bits = 0;
		for (const { name, packets, bits } of families(layers)) {
			const fountain = this.byName.get(name) ??
				(packets > 0 ? this.found(name) : null);

			if (fountain)
				Object.assign(fountain, { packets, bits });
		}
		for (const fountain of this.list)
			fountain.goal = heightOf(fountain.packets);
		this.measure();
		this.moving = true;
	}

	found(name)
	{
		if (this.list.length >= FOUNTAINS)
			return null;
		const fountain = { name, row: rowOf(name),
			index: this.list.length, packets: 0, bits: 0,
			colour: colourOf(name), made: 0,
			x: NaN, z: 0, radius: 0, xGoal: 0, height: 0, goal: 0,
			carry: 0 };

		this.byName.set(name, fountain);
		this.list.push(fountain);
		for (let row = 0; row <= ROWS.length; row++)
			this.arrange(this.list.filter((f) => f.row === row));
		return fountain;
	}

	/* Of a row, the first is in the middle, others left and right of it. */
	arrange(row)
	{
		const gap = Math.min(GAP, WIDE / row.length);

		row.forEach((fountain, i) => {
			const side = Math.ceil(i / 2) * (i % 2 ? 1 : -1);
			const aside = ASIDE[fountain.row] -
				(row.length % 2 ? 0 : .5);

			fountain.xGoal = gap * (side + aside);
			fountain.z = DEEP * (fountain.row - 2) + 3;
			fountain.radius = Math.min(RADIUS, .36 * gap);
			if (Number.isNaN(fountain.x))
				fountain.x = fountain.xGoal;
		});
	}

	/* Chooses how many packets a drop is. */
	measure()
	{
		let sum = 0;

		for (const { packets, goal } of this.list)
			sum += packets * flight(goal);
		const flying = sum / this.perDrop;

		if (flying > IN_FLIGHT || flying < TOO_FEW)
			this.perDrop = round(Math.max(1, sum / IN_FLIGHT));
	}

	/* Lets so many seconds pass. */
	step(s, still)
	{
		const k = still ? 1 : 1 - Math.exp(-SOFT * s);
		let far = 0;

		this.time += s;
		if (this.time > EPOCH_S)
			this.rebase();
		for (const fountain of this.list) {
			fountain.height += k *
				(fountain.goal - fountain.height);
			fountain.x += k * (fountain.xGoal - fountain.x);
			far += Math.abs(fountain.goal - fountain.height) +
				Math.abs(fountain.xGoal - fountain.x);
			if (!still)
				this.spring(fountain, s);
		}
		this.moving = far > .02;
	}

	spring(fountain, s)
	{
		const n = fountain.carry + s * fountain.packets / this.perDrop;
		const whole = Math.min(DROPS / 4, Math.floor(n));

		fountain.carry = n % 1;
		for (let i = 0; i < whole; i++)
			this.drop(fountain, this.time - s * i / whole);
	}

	drop(fountain, born)
	{
		const { height, made } = fountain;
		const i = 4 * this.next;
		const spread = made * EVENLY[0] % 1;
		const angle = 2 * Math.PI * (made * EVENLY[1] % 1);
		const high = Math.max(.2, height) * (.82 + .18 * spread);
		const out = (.5 + .09 * height) * (.45 + .75 * spread) /
			flight(high);

		this.rise[i] = born;
		this.rise[i + 1] = Math.sqrt(2 * GRAVITY * high);
		this.rise[i + 2] = out * Math.sin(angle);
		this.rise[i + 3] = out * Math.cos(angle);
		this.whose[this.next] = fountain.index;
		this.next = (this.next + 1) % DROPS;
		fountain.made = (made + 1) % 1e6;
	}

	/* Numbers that grow for hours would lose their fractions. */
	rebase()
	{
		for (let i = 0; i < 4 * DROPS; i += 4)
			this.rise[i] -= this.time;
		this.time = 0;
	}
}
