/* SPDX-License-Identifier: MIT */
/*
 * Which flows are meant by some words. A number is a port or a part of an
 * address, an address is exactly that one, and any other word is part of a
 * text: "443 tcp 10.0.0.5".
 */

const NUMBER = /^\d+$/;
const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;

/* "192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.1". */
export function endSaid({ ip, port })
{
	if (port === null)
		return ip;
	return (ip.includes(":") ? "[" + ip + "]" : ip) + ":" + port;
}

function meansEnd(word, end)
{
	if (NUMBER.test(word))
		return String(end.port) === word ||
			end.ip.split(/[.:]/).includes(word);
	if (ADDRESS.test(word))
		return end.ip === word;
	return endSaid(end) === word || (!/^[\d.]+:\d+$/.test(word) &&
		endSaid(end).toLowerCase().includes(word));
}

function means(word, flow, nameOf)
{
	const { client, server } = flow;

	return meansEnd(word, client) || meansEnd(word, server) ||
		(!NUMBER.test(word) && [flow.protocol, flow.kind, flow.service,
			flow.state, flow.kitchen, flow.community, flow.tunnel,
			flow.live ? "live" : "ended", nameOf(client.ip),
			nameOf(server.ip)].some((s) =>
			s.toLowerCase().includes(word)));
}

/* Whether each word, in small letters, means the flow. */
export function meansFlow(words, flow, nameOf)
{
	return words.every((word) => means(word, flow, nameOf));
}
