/* SPDX-License-Identifier: MIT */
import { Panel } from "../ui/dom.js";

export default class Devices {
	static path = "devices";
	static title = "Devices";
	static models = [];

	constructor(root, app)
	{
		this.app = app;
		this.panel = new Panel("Devices");
		root.append(this.panel.root);
	}

	draw(now)
	{
		this.panel.note.textContent = String(now);
	}
}
