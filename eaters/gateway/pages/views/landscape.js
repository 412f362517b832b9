/* SPDX-License-Identifier: MIT */
import { Panel } from "../ui/dom.js";

export default class Landscape {
	static path = "landscape";
	static title = "Landscape";
	static models = [];

	constructor(root, app)
	{
		this.app = app;
		this.panel = new Panel("Landscape");
		root.append(this.panel.root);
	}

	draw(now)
	{
		this.panel.note.textContent = String(now);
	}
}
