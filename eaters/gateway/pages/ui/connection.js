/* SPDX-License-Identifier: MIT */
/* The state of the connection, the flow, and what is being waited for. */

import { announce } from "./announce.js";
import { put, setState, show } from "./dom.js";
import { many, number, shown, span } from "./values.js";

const QUIET_S = 15;
const SAID = { connected: "Connected", connecting: "Connecting",
	waiting: "The connection broke, and will be tried again" };

export class Connection {
	constructor(client, status)
	{
		this.client = client;
		this.status = status;
		this.state = document.getElementById("connection");
		this.retry = document.getElementById("retry");
		this.flow = document.getElementById("flow");
		this.retry.addEventListener("click", () => client.retry());
		this.count = 0;
		this.leftOut = 0;
		this.countedAt = Date.now();
	}

	draw(now)
	{
		const state = this.client.state;

		setState(this.state, state.name);
		announce("connection", SAID[state.name]);
		put(this.state, this.said(state, now));
		show(this.retry, state.name === "waiting");
		if (now - this.countedAt >= 900)
			this.measure(now);
	}

	said(state, now)
	{
		if (state.name === "connected")
			return this.awaited(now) || "Connected";
		if (state.name !== "waiting")
			return "Connecting\u2026";
		const left = Math.ceil(Math.max(0, state.retryAt - now) / 1000);

		return "Reconnecting in " + left + " s" +
			(state.reason ? " (" + shown(state.reason) + ")" : "");
	}

	measure(now)
	{
		const { leftOut, received } = this.client;
		const rate = (n) => Math.max(0, Math.round(
			1000 * n / (now - this.countedAt)));
		const came = rate(received - this.count);
		const all = came + rate(leftOut - this.leftOut);

		put(this.flow, (all > came ? number(came) + " of " : "") +
			many(all, "dumpling") + "/s");
		this.count = received;
		this.leftOut = leftOut;
		this.countedAt = now;
	}

	/* What this page asked the gateway not to send is not lost. */
	leftOutSaid()
	{
		const n = this.client.leftOut;

		return n ? number(n) +
			" more left out: this page asked for a sample" : "";
	}

	awaited(now)
	{
		const since = Math.max(this.client.lastAt,
			this.client.state.since);
		const quiet = (now - since) / 1000;

		if (this.client.received === 0)
			return quiet < QUIET_S ?
				"Waiting for the first dumpling" :
				"Nothing for " + span(quiet) +
				": is nd-hub running?";
		if (quiet >= QUIET_S)
			return "Nothing for " + span(quiet) +
				", not even the hub\u2019s status";
		if (this.status.known && this.status.live === 0)
			return "Waiting for a kitchen: start nd-sniff";
		if (!this.status.known)
			return "Waiting for the hub\u2019s status";
		return "";
	}

	/* Why the known losses may not be all. */
	doubt(now)
	{
		const { state, received, breaks, brokenMs } = this.client;

		if (state.name !== "connected")
			return received ?
				"Not connected: what happens now is not seen" :
				"";
		return this.status.doubt(now) || (breaks ?
			"Was disconnected " + many(breaks, "time") + ", for " +
			span(Math.ceil(brokenMs / 1000)) + " in all" : "");
	}
}
