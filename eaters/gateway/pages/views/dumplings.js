/* SPDX-License-Identifier: MIT */
import { Panel } from "../ui/dom.js";

export default class Dumplings {
	static path = "dumplings";
	static title = "Dumplings";
	static models = [];

	constructor(root, app)
	{
		this.app = app;
		this.panel = new Panel("Dumplings");
		root.append(this.panel.root);
	}

	draw(now)
	{
		this.panel.note.textContent = String(now);
	}
}
