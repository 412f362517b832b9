/* SPDX-License-Identifier: MIT */
/* Names of addresses, as DNS and DHCP told them. */

import { list, map, text } from "../ui/values.js";
import { network } from "./inet.js";

const NAMES = 4000;
const ANSWERS = 16;

export class HostNames {
	static chefs = ["DNSChef", "DHCPChef"];

	constructor()
	{
		this.names = new Map();
		this.version = 0;
	}

	take(dumpling, chef)
	{
		const payload = map(dumpling.payload);

		if (chef === "DHCPChef")
			this.joined(map(payload.joined));
		else
			this.answered(payload);
	}

	/* The name that was asked for, whatever aliases led to the address. */
	answered(payload)
	{
		const name = text(payload.name);

		for (const v of list(payload.answers).slice(0, ANSWERS)) {
			const { type, data } = map(v);

			if (type === "A" || type === "AAAA")
				this.learn(text(data), name, false);
		}
	}

	joined({ ip, hostname })
	{
		this.learn(text(ip), text(hostname), true);
	}

	/* What a host calls itself is not replaced by what others call it. */
	learn(ip, name, own)
	{
		const known = this.names.get(ip);

		if (!name || network(ip) === null || (known?.own && !own))
			return;
		if (known?.name !== name)
			this.version++;
		this.names.delete(ip);
		this.names.set(ip, { name, own });
		if (this.names.size > NAMES)
			this.names.delete(this.names.keys().next().value);
	}

	/* The name of an address, or "". */
	get(ip)
	{
		return this.names.get(ip)?.name ?? "";
	}
}
