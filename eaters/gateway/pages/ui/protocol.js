/* SPDX-License-Identifier: MIT */
/* One colour for a protocol on every page, and what a flow is called. */

const COLOURS = {
	TCP: "c1",
	UDP: "c2",
	TLS: "c3",
	HTTPS: "c3",
	QUIC: "c3",
	DNS: "c4",
	MDNS: "c4",
	ICMP: "c5",
	ICMPV6: "c5",
	ARP: "c6",
	HTTP: "c7",
};

/* By the server's port; the same of TCP and UDP unless told otherwise. */
const PORTS = new Map([[53, "DNS"], [80, "HTTP"], [443, "HTTPS"],
	[853, "DNS"], [5353, "mDNS"], [8080, "HTTP"], [8443, "HTTPS"]]);

/* The name of the custom property that has a protocol's colour. */
export function protocolColour(name)
{
	const key = name.toUpperCase();

	return Object.hasOwn(COLOURS, key) ? COLOURS[key] : "c0";
}

/* What the flows to a server's port are called: "DNS", "TCP", ... */
export function flowKind(protocol, port)
{
	if (protocol !== "TCP" && protocol !== "UDP")
		return protocol;
	if (protocol === "UDP" && port === 443)
		return "QUIC";
	return PORTS.get(port) ?? protocol;
}
