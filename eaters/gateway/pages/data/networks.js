/* SPDX-License-Identifier: MIT */
/* Devices by the networks that their addresses are in. */

import { network } from "./inet.js";

const ACTIVE_MS = 60000;

/* What every address of a network begins with. */
export function beginning(net)
{
	return net.replace(/[:0]\/\d+$/, "");
}

/* [{ net, devices, active }], the largest first. */
export function networks(devices, now)
{
	const all = new Map();

	for (const { addresses, lastSeen } of devices) {
		const own = new Set();

		for (const { ip, left } of addresses.values())
			if (!left && network(ip))
				own.add(network(ip).prefix);
		for (const net of own) {
			const entry = all.get(net) ??
				{ net, devices: 0, active: 0 };

			all.set(net, entry);
			entry.devices++;
			entry.active += now - lastSeen < ACTIVE_MS ? 1 : 0;
		}
	}
	return [...all.values()].sort((a, b) =>
		b.devices - a.devices || (a.net < b.net ? -1 : 1));
}
