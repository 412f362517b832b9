/* SPDX-License-Identifier: MIT */
/* How flows are written: FlowChef's short words, ends, and times. */

import { duration } from "../ui/latency.js";
import { span } from "../ui/values.js";

const STATES = {
	unanswered: "the client asked for a connection, and the server has " +
		"said nothing.",
	refused: "the server did not take the connection.",
	"half-open": "the server has answered, the client has not confirmed.",
	established: "the connection is open.",
	closing: "one end has closed its half, the other has not.",
	closed: "both ends have closed the connection.",
	reset: "the connection was broken off.",
};

const REASONS = {
	fin: "closed by both ends",
	rst: "broken off by a reset",
	idle: "silent for so long that it counts as over",
	forgotten: "the kitchen had to forget it to make room",
	stop: "the capture ended",
};

const FLAGS = { S: "SYN", A: "ACK", F: "FIN", R: "RST", P: "PSH", U: "URG",
	E: "ECE", C: "CWR" };

const own = (words, key) => Object.hasOwn(words, key) ? words[key] : "";

/* Its state, and why it is over, as sentences. */
export function stateSaid({ live, reason, state })
{
	const words = own(STATES, state);
	const over = own(REASONS, reason);
	const said = state ? state[0].toUpperCase() + state.slice(1) +
		(words ? ": " + words : ".") : "";

	if (live || (words && ["fin", "rst"].includes(reason)))
		return said;
	return said + (said ? " " : "") + "Ended: " + (over ||
		"silent for two minutes, and its end was not told here") + ".";
}

export function flagsSaid(flags)
{
	return [...flags].map((flag) => own(FLAGS, flag) || flag).join(" ");
}

/* How long it lasted; null: not known. */
export function lasting(s)
{
	return s === null ? "" : s < 100 ? duration(s) : span(s);
}

/* Of a live flow only as exactly as intervals tell it. */
export function durationSaid({ duration: s, parts })
{
	return s === null ? "" : parts ? lasting(s) : span(s);
}
