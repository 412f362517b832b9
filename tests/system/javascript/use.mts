/* SPDX-License-Identifier: MIT */
/* What the types take and what they refuse; read by the compiler only. */

import WebSocketOfWs from "ws";
import { Eater } from "netdumplings";
import type { Dumpling, Loss, Options, State } from "netdumplings";

const options: Options = {
	url: new URL("http://localhost:11348/"),
	name: "types",
	chefs: ["ARPChef"],
	kitchens: null,
	maxRate: 50,
	latestPer: { ARPChef: "src_hw" },
	queue: 5,
	WebSocket: WebSocketOfWs,
	onState: ({ name, since, retryAt, reason }: State) =>
		console.log(name, since.toFixed(), retryAt?.toFixed(), reason),
	onLoss: ({ where, count }: Loss) => console.log(where, count + 1),
};
const eater = new Eater(options);
const other = new Eater({ WebSocket, onDumpling: (dumpling, chef, kitchen) => {
	const { driver, seq }: Dumpling["metadata"] = dumpling.metadata;

	console.log(chef.length, kitchen?.length, driver === "packet", seq);
} });

for await (const { metadata, payload } of eater)
	console.log(metadata.creation_time + 1, payload?.lookup?.hostname);
eater.subscribe({ chefs: ["A"], sum: true });
other.losses().map(({ kitchen }) => kitchen?.length);
console.log(eater.leftOut + 1, other.received + 1);

// @ts-expect-error a list is wanted
new Eater({ chefs: "ARPChef" });
// @ts-expect-error there is no such option
new Eater({ chef: ["ARPChef"] });
// @ts-expect-error a number is wanted
eater.subscribe({ maxRate: "50" });
// @ts-expect-error there is no such state
console.log(eater.state.name === "open");
// @ts-expect-error it may be null
console.log(eater.losses()[0].chef.length);
