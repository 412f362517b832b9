/* SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import test from "node:test";
import { History } from "../../eaters/gateway/pages/data/history.js";

test("nothing is known before the first value, and 0 between", () => {
	const history = new History(5);

	assert.deepEqual(history.until(9), [null, null, null, null, null]);
	history.set(3, 7);
	history.set(5, 9);
	assert.deepEqual(history.until(5), [null, null, 7, 0, 9]);
	assert.deepEqual(history.until(7), [7, 0, 9, 0, 0]);
});

test("old values go, however long ago they were", () => {
	const history = new History(3);

	for (let tick = 0; tick < 10; tick++)
		history.set(tick, tick);
	assert.deepEqual(history.until(9), [7, 8, 9]);
	assert.deepEqual(history.until(11), [9, 0, 0]);
	assert.deepEqual(history.until(99), [0, 0, 0]);
	history.set(1e9, 1);
	assert.deepEqual(history.until(1e9), [0, 0, 1]);
});
