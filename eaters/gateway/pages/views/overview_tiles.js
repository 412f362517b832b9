/* SPDX-License-Identifier: MIT */
/* The few numbers of now. */

import { amount, brief } from "../ui/units.js";
import { el, put } from "../ui/dom.js";
import { rate } from "../ui/values.js";
import { Talkers } from "../data/talkers.js";
import { Traffic } from "../data/traffic.js";

const PEAK_S = 300;
const NOTHING = "\u2013";

/* The largest value of a history's series together. */
function peak({ times, series })
{
	let most = 0;

	for (let i = 0; i < times.length; i++) {
		let sum = 0;

		for (const { values } of series)
			sum += values[i] ?? 0;
		most = Math.max(most, sum);
	}
	return most;
}

export class Tiles {
	constructor(app)
	{
		this.app = app;
		this.traffic = app.model(Traffic);
		this.talkers = app.model(Talkers);
		this.version = -1;
		this.root = el("dl", "tiles");
		this.roots = [this.root];
		this.tiles = ["Packets", "Bits", "Flows", "DNS messages",
			"Kitchens", "Dumplings"].map((name) => this.tile(name));
	}

	tile(name)
	{
		const root = el("div");
		const value = el("dd", "big");
		const remark = el("dd", "dim");

		root.append(el("dt", "", name), value, remark);
		this.root.append(root);
		return { value, remark };
	}

	draw(now)
	{
		const { status } = this.app;
		const version = this.traffic.version + this.talkers.version +
			status.version;
		const second = Math.floor(now / 1000);

		/* Who falls silent changes no version. */
		if (version === this.version && second === this.second)
			return;
		this.version = version;
		this.second = second;
		const said = [this.packets(), this.bits(), this.flows(),
			this.dns(), this.kitchens(status),
			this.dumplings(status)];

		said.forEach(([value, remark], i) => {
			put(this.tiles[i].value, value);
			put(this.tiles[i].remark, remark);
		});
	}

	history(unit)
	{
		return peak(this.traffic.history("kitchens", unit, PEAK_S));
	}

	packets()
	{
		const all = this.traffic.now();

		return this.traffic.known("kitchens") ? [
			all ? brief(all.packets) + "/s" : NOTHING,
			"peak " + brief(this.history("packets")) + "/s",
		] : [NOTHING, "\u00a0"];
	}

	bits()
	{
		const all = this.traffic.now();

		return this.traffic.known("kitchens") ? [
			all ? amount(all.bits, "bit/s") : NOTHING,
			"peak " + amount(this.history("bits"), "bit/s"),
		] : [NOTHING, "\u00a0"];
	}

	flows()
	{
		const { flows, rate: fresh } = this.talkers.flows();

		return this.talkers.since ?
			[brief(flows), rate(fresh) + " new/s"] :
			[NOTHING, "\u00a0"];
	}

	dns()
	{
		const all = this.traffic.layers();
		const dns = all.find(({ name }) => name === "DNS");

		return this.traffic.known("layers") ? [
			this.traffic.heard("layers") ?
				brief(dns?.packets ?? 0) + "/s" : NOTHING,
			brief(dns?.total ?? 0) + " in all",
		] : [NOTHING, "\u00a0"];
	}

	kitchens(status)
	{
		const quiet = status.kitchens.length - status.live;
		const dropping = status.kitchens.filter(
			({ dropping: d }) => d).length;
		const said = [dropping && dropping + " dropping",
			quiet && quiet + " not heard"].filter(Boolean);

		return status.known ? [String(status.live),
			said.join(", ") || "all well"] :
			[NOTHING, "\u00a0"];
	}

	dumplings(status)
	{
		return status.known ? [brief(status.system.inRate) + "/s",
			brief(status.system.in) + " in all"] :
			[NOTHING, "\u00a0"];
	}
}
