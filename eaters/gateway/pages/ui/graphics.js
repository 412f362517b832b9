/* SPDX-License-Identifier: MIT */
/*
 * Whether this browser draws in three dimensions, and with what: "fast" on a
 * graphics processor, "slow" where the main processor has to do it, "none".
 */

let known = "";

function ask()
{
	const canvas = document.createElement("canvas");
	const gl = canvas.getContext("webgl2");

	if (!gl)
		return "none";
	const told = gl.getExtension("WEBGL_debug_renderer_info");
	const name = String(gl.getParameter(told ?
		told.UNMASKED_RENDERER_WEBGL : gl.RENDERER));

	gl.getExtension("WEBGL_lose_context")?.loseContext();
	return /swiftshader|llvmpipe|softpipe|software|basic render/i
		.test(name) ? "slow" : "fast";
}

export function graphics()
{
	if (!known)
		known = ask();
	return known;
}

/* "rgb(1, 2, 3)" as three numbers from 0 to 1, written to out. */
export function components(colour, out)
{
	const found = colour.match(/[\d.]+/g) ?? [];

	for (let i = 0; i < 3; i++)
		out[i] = Number(found[i] ?? 0) / 255;
	return out;
}
