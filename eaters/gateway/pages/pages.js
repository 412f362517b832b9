/* SPDX-License-Identifier: MIT */
/* All pages, in their order in the navigation. */

import Devices from "./views/devices.js";
import Dns from "./views/dns.js";
import Dumplings from "./views/dumplings.js";
import Flows from "./views/flows.js";
import Landscape from "./views/landscape.js";
import Overview from "./views/overview.js";
import Space from "./views/space.js";
import System from "./views/system.js";

/*
 * A page is a class:
 *	static path, title	its address and its name
 *	static models		classes of what it shows, see app.js
 *	constructor(root, app)	builds it inside root, which is empty
 *	draw(now)		four times a second while something came, and
 *				once a second; cheap when nothing changed
 *	readdress()		the address has other keys
 *	escape()		the Escape key, not in a field: closes what is open
 *	close()			another page is opened
 * The last three may be left out. `app` is the App of app.js.
 */
export const pages = [Overview, Dns, Devices, Flows, Space, Landscape,
	Dumplings, System];
