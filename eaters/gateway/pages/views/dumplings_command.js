/* SPDX-License-Identifier: MIT */
/* The command line that prints the same dumplings in a terminal. */

import { Panel, el } from "../ui/dom.js";
import { copyButton } from "../ui/copy.js";
import { printCommand } from "../data/command.js";

export class Command {
	constructor()
	{
		this.panel = new Panel("The same in a terminal", "command");
		this.code = el("code");
		this.panel.tools.append(copyButton("Copy",
			() => this.code.textContent));
		this.panel.body.append(this.code);
	}

	choose(chef, kitchen)
	{
		const words = printCommand(location, chef, kitchen).split(" --");

		this.code.replaceChildren();
		words.forEach((word, i) => this.code.append(...i ?
			[" ", el("span", "", "--" + word)] : [word]));
	}
}
