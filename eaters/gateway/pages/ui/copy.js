/* SPDX-License-Identifier: MIT */
/* Copying to the clipboard, also where a page may not by itself. */

import { button } from "./dom.js";

const SAID_MS = 1500;

/* What browsers let a page do that did not come over TLS. */
function copySelected(s)
{
	const area = document.createElement("textarea");
	const before = document.activeElement;

	area.value = s;
	area.className = "hide";
	document.body.append(area);
	area.select();
	const done = document.execCommand("copy");

	area.remove();
	before?.focus?.({ preventScroll: true });
	return done;
}

export async function copy(s)
{
	try {
		await navigator.clipboard.writeText(s);
		return true;
	} catch {
		return copySelected(s);
	}
}

/* A button that copies what text() gives, and says whether it could. */
export function copyButton(label, text)
{
	const node = button(label, async () => {
		const done = await copy(text());

		clearTimeout(node.timer);
		node.textContent = done ? "Copied" : "Not copied";
		node.timer = setTimeout(() => {
			node.textContent = label;
		}, SAID_MS);
	}, "copy");

	node.setAttribute("aria-live", "polite");
	return node;
}
