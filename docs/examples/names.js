/* SPDX-License-Identifier: MIT */
import { Eater } from "./netdumplings.js";

const names = document.getElementById("names");
const eater = new Eater({ chefs: ["DNSLookupChef"] });

for await (const { payload } of eater) {
	const item = document.createElement("li");

	item.textContent = payload?.lookup?.hostname ?? "";
	if (item.textContent)
		names.prepend(item);
	names.children[100]?.remove();
}
