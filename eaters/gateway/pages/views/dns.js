/* SPDX-License-Identifier: MIT */
import { Panel } from "../ui/dom.js";

export default class Dns {
	static path = "dns";
	static title = "DNS";
	static models = [];

	constructor(root, app)
	{
		this.app = app;
		this.panel = new Panel("DNS");
		root.append(this.panel.root);
	}

	draw(now)
	{
		this.panel.note.textContent = String(now);
	}
}
