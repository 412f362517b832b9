/* SPDX-License-Identifier: MIT */
/*
 * What is to be drawn of a second of the network, as arrays that those who
 * draw read as they are: where hosts and links are, how large, how bright.
 * Values move to their goals softly; nothing is allocated on the way.
 */

import { HOSTS, LINKS } from "./network.js";
import { protocolColour } from "../ui/protocol.js";

/* At most so many dots on a link. */
export const DOTS = 16;

const SOFT = 5;
const NEAR = .004;
const FULL_FRAME = 1500;
const FEW = 11;

/* One dot for a packet a second or less, three more for ten times as much. */
export function dots(packets)
{
	return packets > 0 ? Math.min(DOTS,
		Math.max(1, 1 + 3 * Math.log10(packets))) : 0;
}

/* A host's height; two more units for ten times as many packets a second. */
export function heightOf(packets)
{
	return Math.min(16, .35 + 2 * Math.log10(1 + packets));
}

/* Places: x and z of hosts; x, z, x, z of a link's two ends. */
export class Scene {
	constructor()
	{
		const floats = (n) => new Float32Array(n);

		this.hosts = 0;
		this.host = new Array(HOSTS).fill(null);
		this.hostPlace = floats(2 * HOSTS);
		this.height = floats(HOSTS);
		this.heightGoal = floats(HOSTS);
		this.light = floats(HOSTS);
		this.lightGoal = floats(HOSTS);
		/* Whether it has a link that stands out. */
		this.near = new Uint8Array(HOSTS);
		this.packets = floats(HOSTS);
		this.bytes = floats(HOSTS);
		this.links = 0;
		this.link = new Array(LINKS).fill(null);
		this.linkPlace = floats(4 * LINKS);
		this.dots = floats(LINKS);
		this.dotsGoal = floats(LINKS);
		this.strength = floats(LINKS);
		this.strengthGoal = floats(LINKS);
		this.size = floats(LINKS);
		this.colour = floats(LINKS);
		this.linkPackets = floats(LINKS);
		this.linkBytes = floats(LINKS);
		this.active = 0;
		this.activeHosts = 0;
		/* How much of its ink a line has, so that many can be seen. */
		this.thin = 1;
		this.moving = true;
		/* Grows when places have changed, and what else is fixed. */
		this.version = 0;
		this.layout = -1;
	}

	/*
	 * Takes a second of a network. passes(link): whether it is shown;
	 * chosen: the host whose links stand out, or null.
	 */
	set(network, snapshot, passes, chosen)
	{
		this.adopt(network);
		this.dotsGoal.fill(0);
		this.strengthGoal.fill(0);
		this.near.fill(0);
		this.packets.fill(0);
		this.bytes.fill(0);
		this.linkPackets.fill(0);
		this.linkBytes.fill(0);
		this.active = 0;
		for (let n = 0; n < snapshot.links.length; n++) {
			const link = network.valid(snapshot, n);

			if (link && passes(link))
				this.setLink(link, snapshot.packets[n],
					snapshot.bytes[n], chosen);
		}
		this.setHosts(chosen);
		this.thin = Math.min(1, FEW / Math.sqrt(this.active + 1));
		this.moving = true;
	}

	setLink(link, packets, bytes, chosen)
	{
		const i = link.index;
		const out = !chosen || link.from === chosen ||
			link.to === chosen;

		this.active++;
		this.linkPackets[i] = packets;
		this.linkBytes[i] = bytes;
		this.dotsGoal[i] = out ? dots(packets) : 0;
		this.strengthGoal[i] = out ?
			Math.min(1, .35 + .16 * Math.log10(1 + packets)) : .05;
		this.size[i] = .35 + .65 * Math.min(1,
			bytes / packets / FULL_FRAME);
		for (const host of [link.from.index, link.to.index]) {
			this.packets[host] += packets;
			this.bytes[host] += bytes;
			this.near[host] |= out;
		}
	}

	setHosts(chosen)
	{
		this.activeHosts = 0;
		for (let i = 0; i < this.hosts; i++) {
			const host = this.host[i];
			const p = this.packets[i];

			if (p > 0)
				this.activeHosts++;
			this.heightGoal[i] = host ? heightOf(p) : 0;
			this.lightGoal[i] = host === null ? 0 :
				host === chosen ? 2 :
				p > 0 && this.near[i] ? 1 : .25;
		}
	}

	/* --- what is where ----------------------------------------------- */

	adopt(network)
	{
		const { hosts, links, layout } = network;
		let changed = layout.version !== this.layout;

		for (let i = 0; i < hosts.length; i++) {
			if (hosts[i] === this.host[i])
				continue;
			this.host[i] = hosts[i];
			this.height[i] = this.light[i] = 0;
			changed = true;
		}
		for (let i = 0; i < links.length; i++) {
			if (links[i] === this.link[i])
				continue;
			this.link[i] = links[i];
			this.dots[i] = this.strength[i] = 0;
			this.colour[i] = links[i] ? colourOf(links[i]) : 0;
			changed = true;
		}
		this.hosts = hosts.length;
		this.links = links.length;
		if (!changed)
			return;
		this.locate(layout);
		this.layout = layout.version;
		this.version++;
	}

	locate(layout)
	{
		const { hostPlace: at, linkPlace } = this;

		for (let i = 0; i < this.hosts; i++)
			if (this.host[i])
				layout.locate(this.host[i].spot, at, 2 * i);
		for (let i = 0; i < this.links; i++) {
			const link = this.link[i];

			if (!link)
				continue;
			linkPlace[4 * i] = at[2 * link.from.index];
			linkPlace[4 * i + 1] = at[2 * link.from.index + 1];
			linkPlace[4 * i + 2] = at[2 * link.to.index];
			linkPlace[4 * i + 3] = at[2 * link.to.index + 1];
		}
	}

	/* --- softly ------------------------------------------------------ */

	/* Lets so many seconds pass; at once: all is at its goal. */
	step(s, atOnce)
	{
		const k = atOnce ? 1 : 1 - Math.exp(-SOFT * s);
		let far = 0;

		if (!this.moving)
			return false;
		far += ease(this.height, this.heightGoal, this.hosts, k);
		far += ease(this.light, this.lightGoal, this.hosts, k);
		far += ease(this.dots, this.dotsGoal, this.links, k);
		far += ease(this.strength, this.strengthGoal, this.links, k);
		this.moving = far > 0;
		return true;
	}
}

/* Colour from 0 to 8, and in the fraction how it is bent aside. */
function colourOf({ kind, port })
{
	return Number(protocolColour(kind).slice(1)) + port * 7 % 16 / 17;
}

function ease(values, goals, n, k)
{
	let far = 0;

	for (let i = 0; i < n; i++) {
		const d = goals[i] - values[i];

		if (d < NEAR && d > -NEAR) {
			values[i] = goals[i];
		} else {
			values[i] += k * d;
			far++;
		}
	}
	return far;
}
