/* SPDX-License-Identifier: MIT */
import { Panel } from "../ui/dom.js";

export default class System {
	static path = "system";
	static title = "System";
	static models = [];

	constructor(root, app)
	{
		this.app = app;
		this.panel = new Panel("System");
		root.append(this.panel.root);
	}

	draw(now)
	{
		this.panel.note.textContent = String(now);
	}
}
