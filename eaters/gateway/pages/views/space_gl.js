/* SPDX-License-Identifier: MIT */
/* The space by WebGL, seen through a camera that goes around it. */

import { DOTS } from "../data/scene.js";
import { HOSTS, LINKS } from "../data/network.js";
import { TILE_RADIUS, isFree } from "../data/layout.js";
import { arcs, columns, ground, particles } from "./space_shaders.js";
import { colour, still } from "../ui/theme.js";
import { components } from "../ui/graphics.js";
import { project } from "../ui/perspective.js";

const FIELD = 36;
const STEPS = 24;
const AREAS = 128;
const SPEED = 9;
const FLY_MS = 900;
const ELEVATION = .72;
const CLOSE = 38;
const NEARER = .13;
const TURN = .08;
const IDLE_MS = 30000;

/* The libraries, when they are first needed. */
export async function load()
{
	const [three, { OrbitControls }] = await Promise.all([
		import("../lib/three.module.min.js"),
		import("../lib/OrbitControls.js"),
	]);

	return { three, OrbitControls };
}

/* Corners of a hexagonal column from 0 to 1, with normals. */
function hexagon()
{
	const position = [];
	const normal = [];
	const corner = (i) => [Math.sin(i * Math.PI / 3),
		Math.cos(i * Math.PI / 3)];
	const add = (points, n) => points.forEach((p) => {
		position.push(...p);
		normal.push(...n);
	});

	for (let i = 0; i < 6; i++) {
		const [[ax, az], [bx, bz]] = [corner(i), corner(i + 1)];
		const n = [(ax + bx) / Math.sqrt(3), 0,
			(az + bz) / Math.sqrt(3)];

		add([[ax, 0, az], [bx, 0, bz], [bx, 1, bz],
			[ax, 0, az], [bx, 1, bz], [ax, 1, az]], n);
		add([[0, 1, 0], [ax, 1, az], [bx, 1, bz]], [0, 1, 0]);
	}
	return { position, normal };
}

function ring(corners)
{
	return Array.from({ length: corners + 1 }, (_, i) => {
		const a = 2 * Math.PI * i / corners;

		return [Math.sin(a), 0, Math.cos(a)];
	}).flat();
}

function row(n, last)
{
	return Array.from({ length: n }, (_, i) => [i / last, 0, 0]).flat();
}

export class SpaceGl {
	constructor({ three, OrbitControls }, canvas, scene, layout)
	{
		Object.assign(this, { three, canvas, scene, layout });
		this.renderer = new three.WebGLRenderer({ canvas, alpha: true,
			antialias: true, powerPreference: "low-power" });
		this.renderer.sortObjects = false;
		this.world = new three.Scene();
		this.camera = new three.PerspectiveCamera(FIELD, 1, 1, 1000);
		this.controls = new OrbitControls(this.camera, canvas);
		Object.assign(this.controls, { enableDamping: !still.matches,
			dampingFactor: .12, maxPolarAngle: 1.5, minDistance: 8,
			maxDistance: 400, autoRotateSpeed: .12,
			zoomToCursor: true, screenSpacePanning: false });
		this.controls.addEventListener("start", () => {
			this.touch();
		});
		/* Whether nobody has chosen yet where it looks. */
		this.untouched = true;
		this.touchedAt = performance.now();
		this.vector = new three.Vector3();
		this.matrix = new three.Matrix4();
		this.version = -1;
		this.flight = null;
		this.parts = [];
		this.make();
		this.colours();
		this.home(true);
	}

	/* --- what is in it ----------------------------------------------- */

	buffer(items, size)
	{
		const buffer = new this.three.InstancedBufferAttribute(
			new Float32Array(items * size), size);

		return buffer.setUsage(this.three.DynamicDrawUsage);
	}

	material({ vertex, fragment }, uniforms, more = {})
	{
		return new this.three.ShaderMaterial({ vertexShader: vertex,
			fragmentShader: fragment, uniforms, ...more });
	}

	/* One kind of things, each drawn by the same corners. */
	part(Kind, position, attributes, material)
	{
		const geometry = new this.three.InstancedBufferGeometry();
		const corners = position.position ? position : { position };

		for (const [name, values] of Object.entries(corners))
			geometry.setAttribute(name,
				new this.three.Float32BufferAttribute(values,
					3));
		for (const [name, buffer] of Object.entries(attributes))
			geometry.setAttribute(name, buffer);
		geometry.instanceCount = 0;
		const part = new Kind(geometry, material);

		part.frustumCulled = false;
		this.world.add(part);
		this.parts.push(part);
		return part;
	}

	make()
	{
		const { Mesh, Line, Points, Vector3, DoubleSide } = this.three;
		const ink = () => ({ value: new Vector3() });
		const over = { transparent: true, depthWrite: false };
		const flat = { depthWrite: false, depthTest: false,
			side: DoubleSide };

		this.host = this.buffer(HOSTS, 4);
		this.place = this.buffer(LINKS, 4);
		this.look = this.buffer(LINKS, 4);
		this.area = this.buffer(AREAS, 3);
		this.circle = this.buffer(AREAS, 3);
		this.nine = { value: Array.from({ length: 9 },
			() => new Vector3()) };
		this.time = { value: 0 };
		this.scale = { value: 1 };
		this.dashed = { value: 0 };
		this.thin = { value: 1 };
		this.inks = { dim: ink(), lit: ink(), accent: ink(),
			sides: { value: .8 } };
		this.floor = ink();
		this.rule = ink();
		const links = { place: this.place, look: this.look };
		const { nine: colours, time, scale, dashed } = this;
		const fill = this.material(ground, { ink: this.floor }, flat);
		const edge = this.material(ground, { ink: this.rule }, flat);

		this.tiles = this.part(Mesh, fan(), { area: this.area }, fill);
		this.edges = this.part(Line, ring(6),
			{ area: this.area }, edge);
		this.rings = this.part(Line, ring(144),
			{ area: this.circle }, edge);
		this.hosts = this.part(Mesh, hexagon(), { host: this.host },
			this.material(columns, this.inks));
		this.arcs = this.part(Line, row(STEPS + 1, STEPS), links,
			this.material(arcs, { colours, dashed,
				thin: this.thin }, over));
		this.dots = this.part(Points, row(DOTS, 1), links,
			this.material(particles, { colours, time, scale },
				over));
	}

	colours()
	{
		const rgb = [0, 0, 0];
		const set = (uniform, name) => uniform.value.fromArray(
			components(colour(name), rgb));

		this.nine.value.forEach((value, i) => value.fromArray(
			components(colour("c" + i), rgb)));
		set(this.inks.dim, "rule");
		set(this.inks.lit, "host");
		set(this.inks.accent, "accent");
		set(this.floor, "faint");
		set(this.rule, "rule");
	}

	resize(width, height, ratio)
	{
		this.width = width;
		this.height = height;
		this.renderer.setPixelRatio(ratio);
		this.renderer.setSize(width, height, false);
		this.camera.aspect = width / height;
		this.camera.updateProjectionMatrix();
		this.scale.value = height * ratio;
		if (!this.sized)
			this.home(true);
		this.sized = true;
	}

	/* --- drawing ----------------------------------------------------- */

	/* Draws; gives whether the camera is still under way. */
	draw(seconds, now)
	{
		const changed = this.version !== this.scene.version;

		if (changed)
			this.arrange();
		if (changed || this.scene.moving || this.moved)
			this.write();
		this.moved = this.scene.moving;
		this.dashed.value = still.matches ? 1 : 0;
		this.dots.visible = !still.matches;
		this.arcs.material.depthTest = this.dots.material.depthTest =
			!this.near;
		this.fly(now);
		this.controls.autoRotate = !still.matches && !this.near &&
			now - this.touchedAt > IDLE_MS;
		const moved = this.controls.update(seconds);

		this.camera.updateMatrixWorld();
		this.matrix.multiplyMatrices(this.camera.projectionMatrix,
			this.camera.matrixWorldInverse);
		this.renderer.render(this.world, this.camera);
		return moved || this.flight !== null ||
			this.controls.autoRotate;
	}

	/* Dots go on for so long. */
	run(seconds)
	{
		this.time.value = (this.time.value + SPEED * seconds) % 1e5;
	}

	/* What stays where it is. */
	arrange()
	{
		const { scene, layout } = this;
		const { array } = this.host;

		for (let i = 0; i < scene.hosts; i++) {
			array[4 * i] = scene.hostPlace[2 * i];
			array[4 * i + 1] = scene.hostPlace[2 * i + 1];
		}
		this.place.array.set(scene.linkPlace);
		this.place.needsUpdate = true;
		this.version = scene.version;
		this.tiles.geometry.instanceCount =
		this.edges.geometry.instanceCount = layout.tiles.length;
		layout.tiles.forEach((tile, i) => this.area.setXYZ(i, tile.x,
			tile.z, isFree(tile) ? 0 : TILE_RADIUS));
		this.area.needsUpdate = true;
		const radii = layout.radii();

		this.rings.geometry.instanceCount = radii.length;
		radii.forEach((r, i) =>
			this.circle.array.set([layout.rim.x, layout.rim.z, r],
				3 * i));
		this.circle.needsUpdate = true;
	}

	/* What changes softly. */
	write()
	{
		const { scene } = this;
		const host = this.host.array;
		const look = this.look.array;

		for (let i = 0; i < scene.hosts; i++) {
			host[4 * i + 2] = scene.height[i];
			host[4 * i + 3] = scene.light[i];
		}
		for (let i = 0; i < scene.links; i++) {
			look[4 * i] = scene.dots[i];
			look[4 * i + 1] = scene.size[i];
			look[4 * i + 2] = scene.strength[i];
			look[4 * i + 3] = scene.colour[i];
		}
		this.hosts.geometry.instanceCount = scene.hosts;
		this.arcs.geometry.instanceCount = scene.links;
		this.dots.geometry.instanceCount = scene.links;
		this.thin.value = scene.thin;
		this.host.needsUpdate = true;
		this.look.needsUpdate = true;
	}

	/* Where a point is on the canvas: x, y, and a depth that is > 0. */
	project(x, y, z, out)
	{
		project(this.matrix.elements, this.width, this.height, x, y, z,
			out);
	}

	/* --- the camera -------------------------------------------------- */

	/* Looks at a place from so far, and as steeply as said. */
	go(x, z, distance, steep, atOnce)
	{
		const { Vector3 } = this.three;
		const { position } = this.camera;
		const { target } = this.controls;
		const turn = Math.atan2(position.x - target.x,
			position.z - target.z);
		const to = new Vector3(x, 0, z);
		const flat = distance * Math.cos(steep);
		const eye = new Vector3(x + flat * Math.sin(turn),
			distance * Math.sin(steep), z + flat * Math.cos(turn));

		this.touchedAt = performance.now();
		if (atOnce || still.matches) {
			position.copy(eye);
			target.copy(to);
			this.flight = null;
			this.controls.update();
			return;
		}
		this.flight = { from: position.clone(), eye,
			at: target.clone(), to, start: performance.now() };
	}

	fly(now)
	{
		const { flight } = this;

		if (!flight)
			return;
		const t = Math.min(1, Math.max(0,
			(now - flight.start) / FLY_MS));
		const k = t * t * (3 - 2 * t);

		this.camera.position.lerpVectors(flight.from, flight.eye, k);
		this.controls.target.lerpVectors(flight.at, flight.to, k);
		if (t === 1)
			this.flight = null;
	}

	/* All of it in sight. */
	home(atOnce = false)
	{
		const r = this.layout.extent() + 4;
		const tall = Math.tan(FIELD * Math.PI / 360);
		const wide = tall * this.camera.aspect;

		const { x, z } = this.layout.rim;
		const { position } = this.camera;
		const { target } = this.controls;
		const turn = Math.atan2(position.x - target.x,
			position.z - target.z);

		/* What is near looks larger, so the middle is nearer, too. */
		this.near = false;
		this.go(x + NEARER * r * Math.sin(turn),
			z + NEARER * r * Math.cos(turn),
			r * Math.max(.83 / tall, 1.12 / wide), ELEVATION,
			atOnce);
	}

	focus(x, z)
	{
		this.near = true;
		this.go(x, z, CLOSE, ELEVATION - .12, false);
	}

	/* Around what is looked at, by so many steps. */
	turn(across, up)
	{
		const { Spherical } = this.three;
		const { position } = this.camera;
		const { target } = this.controls;
		const s = new Spherical().setFromVector3(
			this.vector.subVectors(position, target));

		s.theta += TURN * across;
		s.phi = Math.min(1.5, Math.max(.05, s.phi - TURN * up));
		position.setFromSpherical(s).add(target);
		this.touch();
	}

	zoom(factor)
	{
		const { position } = this.camera;
		const { target } = this.controls;

		position.sub(target);
		position.setLength(Math.min(400, Math.max(8,
			position.length() * factor))).add(target);
		this.touch();
	}

	touch()
	{
		this.flight = null;
		this.untouched = false;
		this.touchedAt = performance.now();
	}

	close()
	{
		this.controls.dispose();
		for (const { geometry, material } of this.parts) {
			geometry.dispose();
			material.dispose();
		}
		this.renderer.dispose();
		this.renderer.forceContextLoss();
	}
}

/* A hexagon of triangles around its middle. */
function fan()
{
	const edge = ring(6);
	const out = [];

	for (let i = 0; i < 18; i += 3)
		out.push(0, 0, 0, ...edge.slice(i, i + 6));
	return out;
}
