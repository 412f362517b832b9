/* SPDX-License-Identifier: MIT */
/* A fragment shader for points that are round, of the vertex's colour. */

export const DOT = `
varying vec4 vColour;

void main()
{
	float far = length(gl_PointCoord - .5);

	gl_FragColor = vec4(vColour.rgb,
		vColour.a * smoothstep(.5, .33, far));
}`;
