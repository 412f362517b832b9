/* SPDX-License-Identifier: MIT */
/* The landscape by WebGL: basins, and drops that rise and fall. */

import { DOT } from "./shaders.js";
import { DROPS, FOUNTAINS, GRAVITY } from "../data/fountains.js";
import { colour } from "../ui/theme.js";
import { components } from "../ui/graphics.js";

const CORNERS = 48;

const basins = {
	vertex: `
attribute vec3 basin;
uniform mat4 view;
uniform float size;

void main()
{
	float r = size * basin.z;

	gl_Position = view * vec4(position.x * r + basin.x, position.y,
		position.z * r + basin.y, 1.);
}`,
	fragment: `
uniform vec3 ink;

void main()
{
	gl_FragColor = vec4(ink, 1.);
}`,
};

const drops = {
	vertex: `
attribute vec4 rise;
attribute float whose;
uniform mat4 view;
uniform vec3 colours[9];
uniform vec3 places[${FOUNTAINS}];
uniform float time;
uniform float scale;
varying vec4 vColour;

void main()
{
	float age = time - rise.x;
	float y = age * (rise.y - ${(GRAVITY / 2).toFixed(1)} * age);
	vec3 place = places[int(whose)];
	vec4 p = view * vec4(place.x + age * rise.z, y,
		place.y + age * rise.w, 1.);
	bool there = age >= 0. && y >= -.05;

	vColour = vec4(colours[int(place.z)],
		.9 * smoothstep(-.05, .35, y));
	gl_Position = there ? p : vec4(2., 2., 2., 0.);
	gl_PointSize = max(2.5, .2 * scale / p.w);
}`,
	fragment: DOT,
};

function disc(filled)
{
	const out = [];
	const at = (i) => [Math.sin(2 * Math.PI * i / CORNERS), 0,
		Math.cos(2 * Math.PI * i / CORNERS)];

	for (let i = 0; i <= CORNERS - filled; i++)
		out.push(...(filled ? [0, 0, 0, ...at(i), ...at(i + 1)] :
			at(i)));
	return out;
}

export class FountainsGl {
	constructor({ three }, canvas, fountains)
	{
		Object.assign(this, { three, fountains });
		this.renderer = new three.WebGLRenderer({ canvas, alpha: true,
			antialias: true, powerPreference: "low-power" });
		this.renderer.sortObjects = false;
		this.world = new three.Scene();
		this.camera = new three.Camera();
		this.view = { value: new three.Matrix4() };
		this.parts = [];
		this.make();
		this.colours();
	}

	part(Kind, geometry, shader, uniforms, more)
	{
		const material = new this.three.ShaderMaterial({
			vertexShader: shader.vertex,
			fragmentShader: shader.fragment, ...more,
			uniforms: { view: this.view, ...uniforms } });
		const part = new Kind(geometry, material);

		part.frustumCulled = false;
		this.world.add(part);
		this.parts.push(part);
		return part;
	}

	basins(filled)
	{
		const geometry = new this.three.InstancedBufferGeometry();

		geometry.setAttribute("position",
			new this.three.Float32BufferAttribute(disc(filled), 3));
		geometry.setAttribute("basin", this.basin);
		geometry.instanceCount = 0;
		return geometry;
	}

	make()
	{
		const { Mesh, Line, Points, Vector3, BufferGeometry,
			BufferAttribute, InstancedBufferAttribute, DoubleSide,
			DynamicDrawUsage } = this.three;
		const { rise, whose } = this.fountains;
		const flat = { depthTest: false, depthWrite: false,
			side: DoubleSide };
		const vector = () => ({ value: new Vector3() });

		this.basin = new InstancedBufferAttribute(
			new Float32Array(3 * FOUNTAINS), 3);
		this.floor = vector();
		this.rule = vector();
		this.time = { value: 0 };
		this.scale = { value: 1 };
		this.nine = { value: Array.from({ length: 9 },
			() => new Vector3()) };
		this.fill = this.part(Mesh, this.basins(1), basins,
			{ ink: this.floor, size: { value: 1 } }, flat);
		this.rims = [1, .55].map((size) => this.part(Line,
			this.basins(0), basins,
			{ ink: this.rule, size: { value: size } }, flat));
		this.places = { value: Array.from({ length: FOUNTAINS },
			() => new Vector3()) };
		const points = new BufferGeometry();

		this.buffers = [[rise, 4], [whose, 1]].map(([array, size]) =>
			new BufferAttribute(array, size)
				.setUsage(DynamicDrawUsage));
		points.setAttribute("position", new BufferAttribute(
			new Float32Array(3 * DROPS), 3));
		points.setAttribute("rise", this.buffers[0]);
		points.setAttribute("whose", this.buffers[1]);
		this.part(Points, points, drops, { colours: this.nine,
			places: this.places,
			time: this.time, scale: this.scale },
		{ transparent: true, depthTest: false, depthWrite: false });
	}

	colours()
	{
		const rgb = [0, 0, 0];
		const set = (value, name) => value.fromArray(
			components(colour(name), rgb));

		this.nine.value.forEach((value, i) => set(value, "c" + i));
		set(this.floor.value, "faint");
		set(this.rule.value, "rule");
	}

	resize(width, height, ratio)
	{
		this.renderer.setPixelRatio(ratio);
		this.renderer.setSize(width, height, false);
		this.scale.value = height * ratio;
	}

	draw(matrix)
	{
		const { list, time } = this.fountains;

		list.forEach(({ x, z, radius, colour: c }, i) => {
			this.basin.setXYZ(i, x, z, radius);
			this.places.value[i].set(x, z, c);
		});
		this.basin.needsUpdate = true;
		for (const part of [this.fill, ...this.rims])
			part.geometry.instanceCount = list.length;
		this.buffers.forEach((buffer) => (buffer.needsUpdate = true));
		this.time.value = time;
		this.view.value.elements = matrix;
		this.renderer.render(this.world, this.camera);
	}

	close()
	{
		for (const { geometry, material } of this.parts) {
			geometry.dispose();
			material.dispose();
		}
		this.renderer.dispose();
		this.renderer.forceContextLoss();
	}
}
