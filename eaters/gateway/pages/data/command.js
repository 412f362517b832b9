/* SPDX-License-Identifier: MIT */
/* Command lines for a terminal. */

/* A word as a shell takes it. */
function quoted(s)
{
	return /^[\w.:/@%+,=-]+$/.test(s) ? s :
		"'" + s.replaceAll("'", "'\\''") + "'";
}

/*
 * What prints the dumplings of a chef and a kitchen ("": of all) that come
 * through the gateway of this location. It does not speak TLS, so behind a
 * proxy that does the hub is asked.
 */
export function printCommand({ hostname, port, protocol }, chef, kitchen)
{
	const hub = protocol === "https:" ? hostname + ":11358" :
		"ws://" + hostname + ":" + (port || "80");

	return ["nd-print", "--hub", quoted(hub),
		...chef ? ["--chef", quoted(chef)] : [],
		...kitchen ? ["--kitchen", quoted(kitchen)] : [],
		"--json"].join(" ");
}
