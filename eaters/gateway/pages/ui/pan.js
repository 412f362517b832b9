/* SPDX-License-Identifier: MIT */
/*
 * Moves a flat drawing about: by dragging, by the wheel, by two fingers. Its
 * middle is at x and y of the drawing, a unit of which has `scale` pixels.
 */

const SMALLEST = .5;
const LARGEST = 80;

export class Pan {
	constructor(canvas, onMove)
	{
		this.canvas = canvas;
		this.onMove = onMove;
		this.x = 0;
		this.y = 0;
		this.scale = 10;
		this.pointers = new Map();
		canvas.style.touchAction = "none";
		for (const [name, what] of [["pointerdown", this.down],
			["pointermove", this.move], ["pointerup", this.up],
			["pointercancel", this.up]])
			canvas.addEventListener(name, what.bind(this));
		canvas.addEventListener("wheel", (e) => {
			e.preventDefault();
			this.zoom(Math.exp(-e.deltaY / 500),
				...this.place(e));
		}, { passive: false });
	}

	/* Of an event, from the middle of the canvas. */
	place(e)
	{
		const box = this.canvas.getBoundingClientRect();

		return [e.clientX - box.left - box.width / 2,
			e.clientY - box.top - box.height / 2];
	}

	down(e)
	{
		if (this.pointers.size < 2)
			this.pointers.set(e.pointerId, this.place(e));
		try {
			this.canvas.setPointerCapture(e.pointerId);
		} catch {
			/* It was lifted already. */
		}
	}

	up(e)
	{
		this.pointers.delete(e.pointerId);
	}

	move(e)
	{
		const old = this.pointers.get(e.pointerId);

		if (!old)
			return;
		const now = this.place(e);
		const other = [...this.pointers].find(
			([id]) => id !== e.pointerId)?.[1];

		this.pointers.set(e.pointerId, now);
		if (other)
			this.pinch(old, now, other);
		else
			this.shift(now[0] - old[0], now[1] - old[1]);
	}

	pinch(old, now, other)
	{
		const far = ([x, y]) => Math.hypot(x - other[0], y - other[1]);

		this.zoom(far(now) / Math.max(1, far(old)),
			(now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
		this.shift((now[0] - old[0]) / 2, (now[1] - old[1]) / 2);
	}

	/* By so many pixels. */
	shift(right, down)
	{
		this.x -= right / this.scale;
		this.y -= down / this.scale;
		this.onMove();
	}

	/* What is so many pixels from the middle stays there. */
	zoom(factor, right = 0, down = 0)
	{
		const scale = Math.min(LARGEST, Math.max(SMALLEST,
			this.scale * factor));

		this.x += right / this.scale - right / scale;
		this.y += down / this.scale - down / scale;
		this.scale = scale;
		this.onMove();
	}
}
