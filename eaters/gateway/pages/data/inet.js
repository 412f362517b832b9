/* SPDX-License-Identifier: MIT */
/* Internet addresses: which are some at all, and the network they are in. */

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const GROUP = /^[0-9a-f]{1,4}$/;

/* Private, shared, link-local and this host: RFC 6890. */
function inside4([a, b])
{
	return a === 10 || a === 127 || (a === 172 && b >= 16 && b < 32) ||
		(a === 192 && b === 168) || (a === 169 && b === 254) ||
		(a === 100 && b >= 64 && b < 128);
}

function network4(parts)
{
	const [a, b, c] = parts;

	if (parts.every((n) => n === 0))
		return { kind: "group", prefix: "no address" };
	if (a >= 224)
		return { kind: "group", prefix: "multicast" };
	return { kind: inside4(parts) ? "inside" : "outside",
		prefix: a + "." + b + "." + c + ".0/24" };
}

/* The first four of an IPv6 address's groups, or null. */
function groups(ip)
{
	const [head, tail, more] = ip.split("::");
	const out = head ? head.split(":") : [];
	/* Eight, or seven of which the last is an IPv4 address. */
	const all = ip.includes(".") ? 7 : 8;

	if (more !== undefined || (tail === undefined && out.length !== all))
		return null;
	if (tail !== undefined) {
		const rest = tail ? tail.split(":") : [];

		if (out.length + rest.length > 7)
			return null;
		while (out.length + rest.length < 8)
			out.push("0");
		out.push(...rest);
	}
	if (!out.every((g, i) => GROUP.test(g) || (i > 5 && V4.test(g))))
		return null;
	return out.slice(0, 4).map((g) => parseInt(g, 16));
}

function network6(ip)
{
	const first = groups(ip);

	if (!first)
		return null;
	if (first[0] >= 0xff00)
		return { kind: "group", prefix: "multicast" };
	if (/^[0:]+$/.test(ip))
		return { kind: "group", prefix: "no address" };
	const local = (first[0] & 0xfe00) === 0xfc00 ||
		(first[0] & 0xffc0) === 0xfe80 ||
		first.every((g) => g === 0);

	while (first.length > 1 && first.at(-1) === 0)
		first.pop();
	return { kind: local ? "inside" : "outside",
		prefix: first.map((g) => g.toString(16)).join(":") + "::/64" };
}

/*
 * The network of an address in its usual text: { kind, prefix } with kind
 * "inside", "outside" or "group"; null if it is no address.
 */
export function network(ip)
{
	const parts = V4.exec(ip)?.slice(1).map(Number);

	if (parts)
		return parts.every((n) => n < 256) ? network4(parts) : null;
	return ip.includes(":") && ip.length <= 45 ? network6(ip) : null;
}
