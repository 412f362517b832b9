/* SPDX-License-Identifier: MIT */
/*
 * How the space is drawn by WebGL: hosts as hexagonal columns, links as arcs
 * and dots that run along them. Colours are those of the stylesheet, as they
 * are.
 */

import { DOT } from "./shaders.js";

/* The point of a link at t from 0 to 1; `side` bends it aside. */
const ARC = `
vec3 arc(vec4 place, float side, float t)
{
	vec2 way = place.zw - place.xy;
	float far = length(way);
	float bow = 4. * t * (1. - t);
	vec2 p = place.xy + t * way +
		bow * (side - .5) * .3 * vec2(-way.y, way.x);

	return vec3(p.x, .3 + bow * (.8 + .2 * far), p.y);
}
`;

export const columns = {
	vertex: `
attribute vec4 host;
uniform vec3 dim;
uniform vec3 lit;
uniform vec3 accent;
uniform float sides;
varying vec3 vColour;

void main()
{
	float light = host.w;
	vec3 p = position;
	vec3 colour = mix(dim, lit, clamp(light, 0., 1.));

	p.y *= host.z;
	p.xz *= .72 + .1 * clamp(light, 0., 2.);
	p.xz += host.xy;
	colour = mix(colour, accent, clamp(light - 1., 0., 1.));
	vColour = colour * mix(sides, 1., normal.y) *
		(1. + .1 * normal.x);
	gl_Position = host.z <= 0. ? vec4(2., 2., 2., 0.) :
		projectionMatrix * modelViewMatrix * vec4(p, 1.);
}`,
	fragment: `
varying vec3 vColour;

void main()
{
	gl_FragColor = vec4(vColour, 1.);
}`,
};

export const arcs = {
	vertex: `
attribute vec4 place;
attribute vec4 look;
uniform vec3 colours[9];
uniform float dashed;
uniform float thin;
varying vec4 vColour;
varying float vDash;
${ARC}
void main()
{
	vec3 p = arc(place, fract(look.w), position.x);

	vColour = vec4(colours[int(look.w)],
		look.z * thin * (dashed > .5 ? 1. : .8));
	vDash = position.x * look.x * 2.;
	gl_Position = look.z <= .01 ? vec4(2., 2., 2., 0.) :
		projectionMatrix * modelViewMatrix * vec4(p, 1.);
}`,
	fragment: `
uniform float dashed;
varying vec4 vColour;
varying float vDash;

void main()
{
	float gap = dashed * step(.5, fract(vDash));

	gl_FragColor = vec4(vColour.rgb, vColour.a * (1. - .75 * gap));
}`,
};

/* position.x is the dot's number on its link. */
export const particles = {
	vertex: `
attribute vec4 place;
attribute vec4 look;
uniform vec3 colours[9];
uniform float time;
uniform float scale;
varying vec4 vColour;
${ARC}
void main()
{
	float number = position.x;
	float far = length(place.zw - place.xy) + 3.;
	float phase = number * .618034 + fract(look.w * 7.31);
	float t = fract(phase + time / far);
	float there = clamp(look.x - number, 0., 1.) *
		smoothstep(0., .06, t) * smoothstep(1., .94, t);
	vec4 eye = modelViewMatrix *
		vec4(arc(place, fract(look.w), t), 1.);

	vColour = vec4(colours[int(look.w)],
		there * min(1., look.z * 2.));
	gl_Position = there <= 0. ? vec4(2., 2., 2., 0.) :
		projectionMatrix * eye;
	gl_PointSize = clamp(.85 * look.y * scale / -eye.z, 2.5, .02 * scale);
}`,
	fragment: DOT,
};

/* Hexagons and rings on the ground: x, z, radius. */
export const ground = {
	vertex: `
attribute vec3 area;

void main()
{
	vec3 p = vec3(position.x * area.z + area.x, position.y,
		position.z * area.z + area.y);

	gl_Position = area.z <= 0. ? vec4(2., 2., 2., 0.) :
		projectionMatrix * modelViewMatrix * vec4(p, 1.);
}`,
	fragment: `
uniform vec3 ink;

void main()
{
	gl_FragColor = vec4(ink, 1.);
}`,
};
