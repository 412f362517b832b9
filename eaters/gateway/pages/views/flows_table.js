/* SPDX-License-Identifier: MIT */
/* The table of flows. */

import { Spark, pathOf } from "../ui/spark.js";
import { Table } from "../ui/table.js";
import { amount } from "../ui/units.js";
import { clock, shown } from "../ui/values.js";
import { duration } from "../ui/latency.js";
import { el, put, show } from "../ui/dom.js";
import { durationSaid } from "./flows_words.js";
import { protocolColour } from "../ui/protocol.js";

const ROWS = 200;

/* The path of a flow's rate, kept until it has another value. */
const paths = new WeakMap();

function ratePath({ end, history })
{
	const kept = paths.get(history);

	if (kept?.end === end)
		return kept.path;
	const path = pathOf(history.bytes.until(end));

	paths.set(history, { end, path });
	return path;
}

function drawKind(td, flow)
{
	if (!td.firstChild)
		td.append(el("i", "dot"), el("span"));
	put(td.lastChild, shown(flow.service || flow.kind));
}

/* An address, its port, and its name if one is known. */
function drawEnd(td, end, name)
{
	if (!td.firstElementChild)
		td.append(el("span"), el("span", "dim"), " ",
			el("span", "known"));
	const [ip, port, known] = td.children;

	put(ip, shown(end.ip));
	put(port, end.port === null ? "" : ":" + end.port);
	put(known, shown(name));
	show(known, name !== "");
}

function drawSpark(td, flow)
{
	td.spark ??= new Spark();
	if (!td.firstChild)
		td.append(td.spark.root);
	td.spark.root.classList.toggle("none", !flow.history);
	td.spark.draw(flow.history ? ratePath(flow) : "", flow.live ?
		"Its rate lately, now " + rateSaid(flow) : "Its rate lately");
}

const rateSaid = (flow) => flow.bytesPerSecond > 0 ?
	amount(8 * flow.bytesPerSecond, "bit/s") : "\u2013";

const packetsSaid = (flow) => flow.packetsPerSecond > 0 ?
	amount(flow.packetsPerSecond, "/s") : "\u2013";

/* A flow that is over says how, a live one nothing but a known state. */
const stateSaid = (flow) => flow.state ||
	(flow.live ? "" : flow.reason || "silent");

const columns = (names) => [
	{ key: "kind", title: "Protocol", className: "what", down: false,
		value: ({ kind, service }) => service || kind, draw: drawKind },
	{ key: "client", title: "Client", className: "end client", down: false,
		value: ({ client }) => client.ip,
		draw: (td, { client }) => drawEnd(td, client,
			names.get(client.ip)) },
	{ key: "server", title: "Server", className: "end server", down: false,
		value: ({ server }) => server.ip,
		draw: (td, { server }) => drawEnd(td, server,
			names.get(server.ip)) },
	{ key: "spark", title: "Lately", className: "lately", draw: drawSpark },
	{ key: "rate", title: "Rate", className: "n rate",
		value: (flow) => flow.bytesPerSecond, text: rateSaid },
	{ key: "packets", title: "Packets", className: "n packets",
		value: (flow) => flow.packetsPerSecond, text: packetsSaid },
	{ key: "total", title: "Total", className: "n total",
		value: (flow) => flow.bytes,
		text: (flow) => (flow.partial ? "\u2265\u00a0" : "") +
			amount(flow.bytes, "B") },
	{ key: "duration", title: "Duration", className: "n duration",
		value: (flow) => flow.duration ?? -1,
		text: (flow) => durationSaid(flow) },
	{ key: "rtt", title: "Round trip", className: "n rtt",
		value: (flow) => flow.rtt ?? -1,
		text: (flow) => flow.rtt === null ? "" : duration(flow.rtt) },
	{ key: "state", title: "State", className: "stands", down: false,
		value: stateSaid, text: (flow) => stateSaid(flow) },
	{ key: "start", title: "Start", className: "time start",
		value: (flow) => flow.first ?? 0,
		text: (flow) => clock(flow.first) },
	{ key: "kitchen", title: "Kitchen", className: "dim kitchen",
		down: false, value: (flow) => flow.kitchen,
		text: (flow) => flow.kitchen },
];

export function flowTable({ names, sort, onSort, onOpen })
{
	return new Table({
		label: "Flows",
		columns: columns(names),
		id: ({ id }) => id,
		sort, onSort, onOpen,
		mark: ({ kind, live }) => protocolColour(kind) +
			(live ? "" : " over"),
		rows: ROWS,
	});
}
