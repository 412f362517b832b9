/* SPDX-License-Identifier: MIT */
/*
 * Devices by their MAC address, from ARP and DHCP, with the names they give
 * themselves by DHCP and multicast DNS, and what changed about them.
 *
 * When a page is opened, everything is new to it. So a device is called new
 * only if its kitchen says so when it has run for a while, or if it came after
 * this page had watched its kitchen for a while.
 */

import { Changes } from "./changes.js";
import { list, map, seconds, text } from "../ui/values.js";

const DEVICES = 4096;
const ADDRESSES = 16;
const OWNERS = 16384;
const KITCHENS = 256;
const OF_A_DEVICE = 8;
const HOSTS = 1024;
const ANSWERS = 8;
const LEARNING_S = 60;
const WATCHED_S = 300;

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const NO_ADDRESS = new Set(["", "0.0.0.0", "::", "255.255.255.255"]);

/* A MAC address of one device, in small letters; else "". */
function readMac(v)
{
	const mac = text(v).toLowerCase();

	return MAC.test(mac) && !(parseInt(mac.slice(0, 2), 16) & 1) &&
		mac !== "00:00:00:00:00:00" ? mac : "";
}

function readAddress(v)
{
	const ip = text(v);

	return NO_ADDRESS.has(ip) || ip.length > 45 ? "" : ip;
}

/* Whether nobody registered it: chosen by the device or its administrator. */
export function isLocal(mac)
{
	return (parseInt(mac.slice(0, 2), 16) & 2) !== 0;
}

/* Adds to a map or set of at most `most`; the one used last comes last. */
function touch(all, key, value, most)
{
	all.delete(key);
	all.set(key, value);
	if (all.size > most)
		all.delete(all.keys().next().value);
}

function note(set, value)
{
	if (value && set.size < OF_A_DEVICE)
		set.add(value);
}

const isV4 = (ip) => !ip.includes(":");

function inOrder(ip)
{
	return isV4(ip) ? ip.split(".").map((n) => n.padStart(3, "0"))
		.join(".") : "x" + ip;
}

class Device {
	constructor(mac, time, now)
	{
		this.mac = mac;
		this.local = isLocal(mac);
		this.first = time;
		this.last = time;
		this.firstSeen = now;
		this.lastSeen = now;
		this.newAt = 0;
		this.changedAt = 0;
		this.changed = "";
		this.name = "";
		this.nameFrom = "";
		this.vendorClass = "";
		this.addresses = new Map();
		this.kitchens = new Set();
		this.services = new Set();
		this.messages = 0;
		this.announced = 0;
		this.note = "";
		this.stale();
	}

	/* Its addresses, or whose they are, have changed. */
	stale()
	{
		this.ownKnown = null;
		this.placeKnown = null;
	}

	/* The addresses it has now: those of IPv4 and the latest first. */
	get own()
	{
		if (!this.ownKnown) {
			const own = [...this.addresses.values()].reverse()
				.filter(({ left }) => !left)
				.map(({ ip }) => ip);

			this.ownKnown = [...own.filter(isV4),
				...own.filter((ip) => !isV4(ip))];
		}
		return this.ownKnown;
	}

	/* A text by which devices are in the order of their addresses. */
	get place()
	{
		this.placeKnown ??= inOrder(this.own[0] ?? "");
		return this.placeKnown;
	}
}

export class Devices {
	static chefs = ["ARPChef", "DHCPChef", "MDNSChef"];

	/* clock(): milliseconds since 1970. */
	constructor(app, clock = Date.now)
	{
		this.app = app;
		this.clock = clock;
		this.devices = new Map();
		this.owners = new Map();
		this.watched = new Map();
		this.hosts = new Map();
		this.changes = new Changes();
		this.forgotten = 0;
		this.since = clock();
		this.version = 0;
	}

	take(dumpling, chef, kitchen)
	{
		const payload = map(dumpling.payload);
		const k = kitchen ?? "";

		if (chef === "ARPChef")
			this.takeArp(payload, k);
		else if (chef === "DHCPChef")
			this.takeDhcp(payload, k);
		else
			this.takeServices(payload, k);
	}

	/* --- what chefs tell --------------------------------------------- */

	takeArp(payload, kitchen)
	{
		const ip = readAddress(payload.src_ip);
		const said = text(payload.notes);
		const device = this.device(payload.src_hw, payload.time,
			kitchen, said === "source device is new");

		if (!device)
			return;
		if (ip && ip === text(payload.dst_ip))
			device.announced++;
		if (said)
			device.note = said;
		if (ip && said === "source device has new IP address" &&
		    !this.owners.has(kitchen + " " + ip))
			this.tell(device, "moved", { kitchen, subject: ip });
		if (ip)
			this.address(device, ip, "ARP", kitchen, payload.time);
	}

	takeDhcp(payload, kitchen)
	{
		const joined = map(payload.joined);
		const device = this.device(joined.mac ?? payload.mac,
			payload.time, kitchen, joined.is_new === true);
		const own = readAddress(joined.ip);

		if (!device)
			return;
		device.vendorClass = text(payload.vendor_class,
			device.vendorClass);
		this.rename(device, text(joined.hostname,
			text(payload.hostname, text(payload.fqdn))), "DHCP",
			kitchen);
		if (own)
			this.address(device, own, "DHCP", kitchen,
				payload.time);
	}

	takeServices(payload, kitchen)
	{
		for (const v of [payload, ...list(payload.services)
			.slice(0, HOSTS)]) {
			const service = map(v);

			if (service.event !== "gone" && service.host)
				this.takeService(service, kitchen);
		}
	}

	takeService(service, kitchen)
	{
		const host = text(service.host).replace(/\.local$/, "");
		const what = text(service.instance) + " (" +
			text(service.type) + ")";
		const ips = list(service.addresses).slice(0, ANSWERS)
			.map(readAddress).filter(Boolean);
		let device;

		for (const ip of ips) {
			touch(this.hosts, kitchen + " " + ip, { host, what },
				HOSTS);
			device ??= this.owner(kitchen, ip);
		}
		if (!device)
			return;
		this.describe(device, { host, what }, kitchen);
		for (const ip of ips)
			if (!this.owner(kitchen, ip))
				this.address(device, ip, "mDNS", kitchen,
					service.time);
	}

	/* The device that has an address now, as far as is known. */
	owner(kitchen, ip)
	{
		return this.devices.get(this.owners.get(kitchen + " " + ip));
	}

	describe(device, { host, what }, kitchen)
	{
		const before = device.services.size;

		note(device.services, what);
		if (device.services.size !== before)
			this.version++;
		if (device.nameFrom !== "DHCP")
			this.rename(device, host, "mDNS", kitchen);
	}

	/* --- devices ----------------------------------------------------- */

	/* The device of this MAC, which is seen now; undefined of none. */
	device(v, when, kitchen, saidNew)
	{
		const mac = readMac(v);
		const now = this.clock();
		const time = seconds(when);
		let device = this.devices.get(mac);
		const isNew = !device;

		if (!mac)
			return undefined;
		device ??= new Device(mac, time, now);
		touch(this.devices, mac, device, Infinity);
		if (this.devices.size > DEVICES) {
			this.devices.delete(this.devices.keys().next().value);
			this.forgotten++;
		}
		device.lastSeen = now;
		device.last = time;
		device.messages++;
		note(device.kitchens, kitchen);
		const watchedFor = this.watch(kitchen, now);

		if (saidNew ? this.runsFor(kitchen, watchedFor) >= LEARNING_S &&
		    !device.newAt : isNew && watchedFor >= WATCHED_S) {
			device.newAt = now;
			this.tell(device, "device", { kitchen });
		}
		this.version++;
		return device;
	}

	/* For how many seconds this page has watched a kitchen. */
	watch(kitchen, now)
	{
		if (!this.watched.has(kitchen) && this.watched.size < KITCHENS)
			this.watched.set(kitchen, now);
		return (now - (this.watched.get(kitchen) ?? now)) / 1000;
	}

	/* For how many seconds it runs, as far as that is known. */
	runsFor(kitchen, watchedFor)
	{
		const known = this.app?.status.kitchens.find(
			({ base, name }) => name === kitchen ||
				(base && kitchen.startsWith(base + ".")));

		return Math.max(watchedFor, known?.since ?
			this.clock() / 1000 - known.since : 0);
	}

	tell(device, what, more)
	{
		const now = this.clock();

		device.changedAt = now;
		device.changed = what;
		this.changes.add({ what, mac: device.mac, at: now,
			time: device.last, ...more });
	}

	rename(device, name, from, kitchen)
	{
		if (!name || (name === device.name && from === device.nameFrom))
			return;
		if (device.nameFrom === from && name.toLowerCase() !==
		    device.name.toLowerCase())
			this.tell(device, "name", { kitchen, subject: name,
				from: device.name });
		device.name = name;
		device.nameFrom = from;
		this.version++;
	}

	/* --- addresses --------------------------------------------------- */

	address(device, ip, via, kitchen, when)
	{
		const key = kitchen + " " + ip;
		const owner = this.owners.get(key);
		const time = seconds(when);
		let known = device.addresses.get(ip);

		if (owner && owner !== device.mac)
			this.move(device, owner, ip, kitchen);
		else if (!known && device.addresses.size && via !== "mDNS" &&
			 this.watch(kitchen, this.clock()) >= LEARNING_S &&
			 device.addresses.size < OF_A_DEVICE)
			this.tell(device, "address", { kitchen, subject: ip });
		known ??= { ip, first: time, times: 0 };
		Object.assign(known, { last: time, via, left: false });
		known.times++;
		touch(device.addresses, ip, known, ADDRESSES);
		device.stale();
		touch(this.owners, key, device.mac, OWNERS);
		if (this.hosts.has(key))
			this.describe(device, this.hosts.get(key), kitchen);
	}

	move(device, owner, ip, kitchen)
	{
		const before = this.devices.get(owner);
		const left = before?.addresses.get(ip);

		if (left) {
			left.left = true;
			before.stale();
		}
		this.tell(device, "moved", { kitchen, subject: ip,
			from: owner });
	}

	/* All devices, those heard of last at the end. */
	all()
	{
		return [...this.devices.values()];
	}

	/* The changes that a device has to do with, the latest first. */
	history(mac)
	{
		return this.changes.latest().filter(
			(change) => change.mac === mac || change.from === mac);
	}
}
