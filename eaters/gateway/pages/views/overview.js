/* SPDX-License-Identifier: MIT */
import { Panel } from "../ui/dom.js";

export default class Overview {
	static path = "";
	static title = "Overview";
	static models = [];

	constructor(root, app)
	{
		this.app = app;
		this.panel = new Panel("Overview");
		root.append(this.panel.root);
	}

	draw(now)
	{
		this.panel.note.textContent = String(now);
	}
}
