/* SPDX-License-Identifier: MIT */
/* A camera's view as a matrix of four columns, as WebGL has them. */

const cross = (a, b) => [a[1] * b[2] - a[2] * b[1],
	a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const unit = (a) => a.map((v) => v / Math.hypot(...a));

const NEAR = 1;
const FAR = 1000;

/* From `eye` to `target`; `field` is what it sees from top to bottom, rad. */
export function perspective(eye, target, field, aspect, out)
{
	const z = unit(eye.map((v, i) => v - target[i]));
	const x = unit(cross([0, 1, 0], z));
	const y = cross(z, x);
	const tall = 1 / Math.tan(field / 2);
	const rows = [[x, tall / aspect], [y, tall],
		[z, (FAR + NEAR) / (NEAR - FAR)], [z, -1]];

	rows.forEach(([axis, k], row) => {
		for (let i = 0; i < 3; i++)
			out[4 * i + row] = k * axis[i];
		out[12 + row] = -k * dot(axis, eye);
	});
	out[14] += 2 * FAR * NEAR / (NEAR - FAR);
	return out;
}

/* Where a point is on a canvas: x, y, and its distance, 0 if behind. */
export function project(m, width, height, x, y, z, out)
{
	const w = m[3] * x + m[7] * y + m[11] * z + m[15];

	out[0] = width * (.5 + .5 *
		(m[0] * x + m[4] * y + m[8] * z + m[12]) / w);
	out[1] = height * (.5 - .5 *
		(m[1] * x + m[5] * y + m[9] * z + m[13]) / w);
	out[2] = w > NEAR ? w : 0;
}
