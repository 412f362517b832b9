/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import test from "node:test";
import { Network } from "../../eaters/gateway/pages/data/network.js";
import { DOTS, Scene, dots, heightOf } from
	"../../eaters/gateway/pages/data/scene.js";

function make(rates)
{
	const model = new Network(null, () => model.time);

	model.time = 1700000000;
	for (let i = 0; i < 2; i++, model.time++)
		model.take({ metadata: { creation_time: model.time }, payload: {
			busiest: rates.map(([from, to, port, packets]) => ({
				community_id: from + to + port, protocol: "TCP",
				client: { ip: from }, server: { ip: to, port },
				packets, bytes: 1500 * packets })) } },
		"FlowChef", "lab");
	model.advance(model.time);
	return model;
}

const everything = () => true;
const show = (scene, model, passes = everything, chosen = null) =>
	scene.set(model, model.at(model.newest), passes, chosen);

test("dots and heights grow by as much for ten times the packets", () => {
	assert.deepEqual([0, .2, 1, 10, 100, 1000].map(dots),
		[0, 1, 1, 4, 7, 10]);
	assert.equal(dots(1e30), DOTS);
	assert.ok(Math.abs(heightOf(9999) - heightOf(999) - 2) < .01);
});

test("hosts have the sums of their links", () => {
	const model = make([["10.0.0.1", "10.0.0.2", 80, 30],
		["10.0.0.3", "10.0.0.2", 443, 12]]);
	const scene = new Scene();
	const of = (ip) => scene.packets[model.host(ip).index];

	show(scene, model);
	assert.deepEqual([of("10.0.0.1"), of("10.0.0.2"), of("10.0.0.3")],
		[30, 42, 12]);
	assert.equal(scene.active, 2);
	assert.equal(scene.activeHosts, 3);
	show(scene, model, (link) => link.port === 443);
	assert.deepEqual([of("10.0.0.1"), of("10.0.0.2")], [0, 12]);
	assert.equal(scene.active, 1);
});

test("what a chosen host has nothing to do with stands back", () => {
	const model = make([["10.0.0.1", "10.0.0.2", 80, 30],
		["10.0.0.3", "10.0.0.4", 443, 12]]);
	const scene = new Scene();
	const light = (ip) => scene.lightGoal[model.host(ip).index];

	show(scene, model, everything, model.host("10.0.0.2"));
	assert.equal(light("10.0.0.2"), 2);
	assert.equal(light("10.0.0.1"), 1);
	assert.equal(light("10.0.0.3"), .25);
	assert.equal(scene.dotsGoal[model.links.find(
		(l) => l.port === 443).index], 0);
});

test("it moves softly, then rests; at once if asked", () => {
	const model = make([["10.0.0.1", "10.0.0.2", 80, 1000]]);
	const scene = new Scene();

	show(scene, model);
	scene.step(.05, false);
	assert.ok(scene.height[0] > 0 &&
		scene.height[0] < heightOf(1000) - .1);
	for (let i = 0; i < 200 && scene.moving; i++)
		scene.step(.05, false);
	assert.equal(scene.moving, false);
	assert.equal(scene.height[0], scene.heightGoal[0]);
	model.time += 9;
	model.advance(model.time);
	show(scene, model);
	scene.step(.01, true);
	assert.equal(scene.dots[0], 0);
});

test("places are written again only when something has changed", () => {
	const model = make([["10.0.0.1", "192.0.2.2", 80, 30]]);
	const scene = new Scene();

	show(scene, model);
	const { version } = scene;

	show(scene, model);
	assert.equal(scene.version, version);
	const at = Array.from(scene.linkPlace.slice(0, 4));

	assert.deepEqual(at, [...scene.hostPlace.slice(0, 4)]);
	model.take({ payload: { reason: "fin", duration: 1, protocol: "TCP",
		client: { ip: "10.0.0.9", packets: 1 },
		server: { ip: "10.0.0.1", port: 1 } } }, "FlowChef", "lab");
	show(scene, model);
	assert.ok(scene.version > version);
	assert.deepEqual(Array.from(scene.linkPlace.slice(0, 4)), at);
});
