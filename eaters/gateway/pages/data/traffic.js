/* SPDX-License-Identifier: MIT */
/*
 * Packets and bits per second, now and in the last hour: by layer as
 * PacketCountChef counts them, and by kitchen as the hub's status has them.
 * A packet has several layers, so layers do not add up to a whole; kitchens
 * do, though a packet that two kitchens saw is in both.
 */

import { Meters } from "./meters.js";
import { count, isMap, list, map, seconds, text } from "../ui/values.js";

const LAYERS = 64;
const KITCHENS = 512;

export class Traffic {
	static chefs = ["PacketCountChef", "SystemStatusChef"];

	constructor(app, clock = () => Date.now() / 1000)
	{
		this.clock = clock;
		this.meters = { layers: new Meters(clock),
			kitchens: new Meters(clock) };
		/* Kitchens whose PacketCountChef counts no bytes. */
		this.withoutBytes = new Set();
	}

	get version()
	{
		return this.meters.layers.version +
			this.meters.kitchens.version;
	}

	take(dumpling, chef, kitchen)
	{
		const payload = map(dumpling.payload);
		const at = seconds(map(dumpling.metadata).creation_time);

		if (at === null)
			return;
		if (chef === "PacketCountChef" && isMap(payload.packet_counts))
			this.takeLayers(payload, kitchen ?? "", at);
		else if (chef === "SystemStatusChef")
			this.takeKitchens(payload, at);
	}

	takeLayers({ packet_counts: packets, byte_counts: bytes }, kitchen, at)
	{
		if (isMap(bytes))
			this.withoutBytes.delete(kitchen);
		else if (this.withoutBytes.size < KITCHENS)
			this.withoutBytes.add(kitchen);
		this.meters.layers.read(kitchen, at, this.clock(),
			Object.entries(packets).slice(0, LAYERS).map(
				([name, n]) => [text(name), count(n),
					count(map(bytes)[name])]));
	}

	/* The workers of a kitchen count each for itself. */
	takeKitchens(payload, at)
	{
		const now = this.clock();
		const met = new Map();

		for (const v of list(payload.dumpling_kitchens)
			.slice(0, KITCHENS)) {
			const info = map(map(v).info_from_kitchen);
			const name = text(info.kitchen_name, "(no name)");
			const id = JSON.stringify([name, text(info.host)]);
			const nth = met.get(id) ?? 0;

			/* The hub shows it for a while beside its successor. */
			if (map(map(v).info_from_hub).state === "gone")
				continue;
			met.set(id, nth + 1);
			if (info.packets_seen !== undefined)
				this.meters.kitchens.read(id + nth, at, now, [[
					text(info.worker_of) || name,
					count(info.packets_seen),
					count(info.bytes_seen)]]);
		}
	}

	/* --- asking ------------------------------------------------------ */

	/*
	 * Of each layer, most packets first, what there is in a second now,
	 * and how many packets the kitchens counted since they began. Rates
	 * are 0 while no kitchen is heard.
	 */
	layers()
	{
		const meters = this.meters.layers;
		const end = meters.end();
		const heard = meters.heard();
		const present = (name, unit) => heard ?
			meters.present(name, unit, end) : 0;

		return [...meters.series.keys()].map((name) => ({
			name,
			packets: present(name, "packets"),
			bits: present(name, "bits"),
			total: meters.total(name),
		})).sort((a, b) => b.packets - a.packets || b.total - a.total);
	}

	/*
	 * What all kitchens see in a second now: { packets, bits }; null while
	 * that is not told.
	 */
	now()
	{
		const meters = this.meters.kitchens;
		const end = meters.end();
		const sum = { packets: 0, bits: 0 };

		if (!this.heard("kitchens"))
			return null;
		for (const name of meters.series.keys())
			for (const unit of ["packets", "bits"])
				sum[unit] += meters.present(name, unit, end);
		return sum;
	}

	/* Of one kitchen: { packets, bits }, null while that is not told. */
	kitchen(name)
	{
		const meters = this.meters.kitchens;
		const heard = this.heard("kitchens");

		return {
			packets: heard ? meters.present(name, "packets") : null,
			bits: heard ? meters.present(name, "bits") : null,
		};
	}

	/*
	 * by: "layers" or "kitchens"; unit: "packets" or "bits". Gives
	 * { times: [s], series: [{ name, values, sum }] }, see Meters.
	 */
	history(by, unit, span)
	{
		return this.meters[by].history(unit, span);
	}

	/* Since when this is known, in seconds since 1970. */
	since(by)
	{
		return this.meters[by].since;
	}

	/* Whether this has come in at least two reports, so that rates are. */
	known(by)
	{
		return this.meters[by].since > 0;
	}

	/* Whether that is known of now, and not only of some time ago. */
	heard(by)
	{
		return this.known(by) && this.meters[by].heard();
	}
}
