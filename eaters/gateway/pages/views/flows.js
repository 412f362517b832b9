/* SPDX-License-Identifier: MIT */
import { Panel } from "../ui/dom.js";

export default class Flows {
	static path = "flows";
	static title = "Flows";
	static models = [];

	constructor(root, app)
	{
		this.app = app;
		this.panel = new Panel("Flows");
		root.append(this.panel.root);
	}

	draw(now)
	{
		this.panel.note.textContent = String(now);
	}
}
