/* SPDX-License-Identifier: MIT */
/* What changed, in a sentence. */

import { number } from "../ui/values.js";

const SAYINGS = {
	device: (c, who) => "New device " + who(c.mac),
	address: (c, who) => who(c.mac) + " has " + c.subject + ", too",
	moved: (c, who) => c.subject + " moved " +
		(c.from ? "from " + who(c.from) + " " : "") +
		"to " + who(c.mac),
	name: (c) => c.mac + " calls itself " + c.subject +
		", before " + c.from,
};

/* who(mac) names a device. */
export function change(c, who)
{
	return [SAYINGS[c.what](c, who),
		[c.kitchen, c.times > 1 ? "to and fro, " +
			number(c.times) + " times" : ""]
			.filter(Boolean).join(", ")];
}
