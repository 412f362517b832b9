/* SPDX-License-Identifier: MIT */
import { Panel } from "../ui/dom.js";

export default class Space {
	static path = "3d";
	static title = "3D";
	static models = [];

	constructor(root, app)
	{
		this.app = app;
		this.panel = new Panel("3D");
		root.append(this.panel.root);
	}

	draw(now)
	{
		this.panel.note.textContent = String(now);
	}
}
