/* SPDX-License-Identifier: MIT */
/* Devices by the networks that their addresses are in. */

const ACTIVE_MS = 60000;

/* "192.0.2.0/24", "2001:db8:14::/64" or "fe80::/64" of an address. */
export function network(ip)
{
	if (!ip.includes(":"))
		return ip.slice(0, ip.lastIndexOf(".")) + ".0/24";
	const groups = ip.split("::")[0].split(":").slice(0, 4);

	return groups.join(":") + "::/64";
}

/* What begins every address of a network. */
export function prefix(net)
{
	return net.replace(/(:?:|0)\/\d+$/, "");
}

/* [{ net, devices, active }], the largest first. */
export function networks(devices, now)
{
	const all = new Map();

	for (const { addresses, lastSeen } of devices) {
		const own = new Set();

		for (const { ip, left } of addresses.values())
			if (!left)
				own.add(network(ip));
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
