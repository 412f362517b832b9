/* SPDX-License-Identifier: MIT */
/*
 * What is known to be missing, by the numbers of the dumplings that came and by
 * what a gateway tells. It knows nothing of connections.
 */

/* A gateway tells what it left out of a slot of 250 ms right behind it. */
const NOTICE_MS = 1000;
/* Within this a hello has replaced the one before. */
const HELLO_MS = 5000;
const STREAMS = 2000;
const LANES = 3;
const LANE_AGE = 1000;
const LONGEST_NAME = 300;

/**
 * What an eater wants.
 * @typedef {object} Wants
 * @property {readonly string[] | null} [chefs] only of these; none: of all
 * @property {readonly string[] | null} [kitchens] only of these; none: of all
 * @property {boolean} [sum] counters of all kitchens as one
 * @property {number} [maxRate] at most so many packet dumplings a second
 * @property {Readonly<Record<string, string>>} [latestPer] of a chef's
 *	dumplings with the same value at this path only the latest
 */
/**
 * @typedef {object} Loss
 * @property {"gateway" | "gaps" | "away" | "here" | "unreadable"} where
 * @property {string | null} kitchen
 * @property {string | null} chef
 * @property {number} count
 */
/** @param {any} v @returns {any} */
export function map(v)
{
	return v !== null && typeof v === "object" ? v : {};
}

/** @param {any} v */
export function count(v)
{
	return Number.isSafeInteger(v) && v > 0 ? Number(v) : 0;
}

/** @param {any} v */
export function named(v)
{
	return typeof v === "string" && v.length <= LONGEST_NAME ? v : null;
}

/** @param {Wants} wants @param {Stream} s */
function wanted({ chefs, kitchens }, s)
{
	if (chefs?.length && !chefs.includes(s.chef))
		return false;
	return !kitchens?.length || (s.kitchen === null ?
		Boolean(chefs?.length) : kitchens.includes(s.kitchen));
}

/** @param {Wants} wants */
function limited({ maxRate, latestPer })
{
	return Boolean(maxRate || latestPer);
}

/*
 * One chef of one kitchen numbers its dumplings one by one. Two kitchens may
 * carry one name, and a kitchen that was restarted begins anew; so a stream
 * can have several lanes of numbers, and a number belongs to the lane that it
 * follows most closely.
 */
export class Stream {
	/** @param {string | null} kitchen @param {string} chef */
	constructor(kitchen, chef)
	{
		this.kitchen = kitchen;
		this.chef = chef;
		this.last = -1;
		this.seen = 0;
		/** @type {{last: number, seen: number}[]} */
		this.lanes = [];
		this.mark = -1;		/* of Sequences, when last seen */
		this.notice = 0;
		this.stale = false;	/* a notice may tell what it skips */
		this.session = 0;
		this.gaps = 0;
		this.away = 0;
		this.here = 0;
		this.base = -1;		/* for whoever compares with the hub */
		this.upstream = 0;
		this.free = false;	/* it may skip: it was not wanted */
		this.total = 0;		/* the gateway left out */
		this.credit = 0;	/* of these, not seen as skipped yet */
		this.skipped = 0;	/* perhaps left out, perhaps lost */
		this.skippedAt = 0;
		this.doubtful = 0;	/* called lost before a notice came */
		this.fresh = 0;		/* skipped as this session began */
	}

	/**
	 * Moves to the number's lane; how many numbers were skipped in it.
	 * @param {number} seq
	 */
	follow(seq)
	{
		let best = seq > this.last ? this.last : -1;
		let at = -1;

		this.lanes = this.lanes.filter(
			(lane) => this.seen - lane.seen < LANE_AGE);
		this.lanes.forEach((lane, i) => {
			if (seq > lane.last && lane.last > best) {
				best = lane.last;
				at = i;
			}
		});
		if (best < 0 || at >= 0) {
			if (at >= 0)
				this.lanes.splice(at, 1);
			this.lanes.push({ last: this.last, seen: this.seen });
			if (this.lanes.length > LANES)
				this.lanes.shift();
		}
		this.last = seq;
		return best < 0 ? 0 : seq - best - 1;
	}
}

/**
 * What this eater knows to have missed, by the numbers of the dumplings and by
 * the gateway's notices.
 *
 * A notice of a loss stands where the loss is: what a stream skips in its
 * first dumpling after one has been told by it already, and is not counted
 * again. A notice of what was left out comes behind the dumplings it is about:
 * what they skipped is judged when it is here, or when it should have been.
 */
export class Sequences {
	/**
	 * @param {(where: Loss["where"], s: Stream | null, n: number) => void}
	 *	onLoss
	 */
	constructor(onLoss = () => {})
	{
		this.onLoss = onLoss;
		/** @type {Map<string | null, Map<string, Stream>>} */
		this.kitchens = new Map();
		/** @type {Set<Stream>} with numbers that are not judged yet */
		this.pending = new Set();
		this.size = 0;
		this.mark = 0;		/* anything but dumplings came */
		this.notice = 0;
		this.session = 0;
		this.told = 0;
		this.credit = 0;
		this.leftOut = 0;
		this.unreadable = 0;
		this.forgottenGaps = 0;
		this.forgottenAway = 0;
		this.forgottenHere = 0;
		this.limits = false;	/* the latest hello has some */
		this.limited = false;	/* skipped may be left out */
		this.awaiting = false;	/* the notice that answers a hello */
		this.changingUntil = 0;	/* another hello may be in force */
		this.settledAt = 0;	/* from when on the latest one is */
		this.noticed = -2;	/* the latest notice's number */
		this.now = Date.now;
	}

	/**
	 * A connection begins: what was skipped until now passed without us.
	 * @param {Wants} wants
	 */
	connected(wants = {})
	{
		this.settle(Infinity);
		this.session++;
		this.mark++;
		this.credit = 0;
		this.settledAt = 0;
		this.changingUntil = 0;
		this.limited = false;
		this.limits = this.awaiting = limited(wants);
		for (const s of this.all()) {
			s.credit = 0;
			s.free ||= !wanted(wants, s);
		}
	}

	/**
	 * Another hello is on its way. What it does not want may be skipped;
	 * until it is in force, all may if one of the two has limits.
	 * @param {Wants} before @param {Wants} wants
	 */
	subscribed(before, wants)
	{
		const all = limited(before) || limited(wants);

		this.forget();
		this.mark++;
		this.settledAt = this.changingUntil = this.now() + HELLO_MS;
		this.limits = this.awaiting = limited(wants);
		this.limited &&= this.limits;
		for (const s of this.all()) {
			s.credit = 0;
			s.free ||= all || !wanted(wants, s);
		}
	}

	/**
	 * The gateway's queue for this eater lost n.
	 * @param {number} n
	 */
	lost(n)
	{
		this.told += n;
		this.credit += n;
		this.notice++;
		this.mark++;
		this.onLoss("gateway", null, n);
	}

	/**
	 * The gateway tells how many of each stream it has left out in all. The
	 * first time after a hello this is where counting begins. But notices
	 * for the hello before may be on their way, whose numbers go on, as
	 * they do if the gateway sees no difference between the two.
	 * @param {any[]} entries @param {number} seq the notice's number
	 */
	omitted(entries, seq = 0)
	{
		const changing = this.now() < this.changingUntil;
		const goesOn = seq === this.noticed + 1 &&
			this.changingUntil > 0;
		const begins = !goesOn && (this.awaiting || changing);

		if (!changing)
			this.awaiting = false;
		this.noticed = seq;
		this.mark++;
		if (begins)
			this.begin();
		for (const entry of entries) {
			const { kitchen, chef, total } = map(entry);
			const name = named(chef);

			if (name === null)
				continue;
			const s = this.stream(named(kitchen), name);
			const grew = begins ? 0 :
				Math.max(0, count(total) - s.total);

			s.total = count(total);
			s.credit += grew;
			this.leftOut += grew;
		}
		this.settle(Infinity);
		for (const s of begins ? [] : this.all()) {
			const back = Math.min(s.credit, s.doubtful);

			s.credit -= back;
			s.gaps -= back;
			s.doubtful = 0;
		}
	}

	begin()
	{
		this.forget();
		this.awaiting = false;
		this.limited = this.limits;
		for (const s of this.all()) {
			s.total = 0;
			s.credit = 0;
			s.free ||= this.changingUntil > 0;
		}
		if (this.limits)
			this.settledAt = 0;
	}

	/* What was skipped may have been left out, and nobody will tell. */
	forget()
	{
		for (const s of this.pending)
			s.skipped = 0;
		this.pending.clear();
	}

	/** @param {string | null} kitchen @param {string} chef @param {number} seq */
	see(kitchen, chef, seq)
	{
		const s = this.stream(kitchen, chef);

		s.seen++;
		if (seq === s.last + 1 && s.mark === this.mark)
			s.last = seq;
		else
			this.skip(s, seq);
	}

	/** @param {Stream} s @param {number} seq */
	skip(s, seq)
	{
		let n = 0;

		if (s.seen === 1)
			s.last = seq;
		else
			n = s.follow(seq);
		if (s.mark !== this.mark)
			n -= this.credited(s, n);
		s.stale ||= s.notice !== this.notice;
		s.notice = this.notice;
		if (s.free) {
			s.free = this.now() < this.settledAt;
			s.session = this.session;
			s.stale = false;
		} else if (n + s.skipped > 0 && this.limited &&
			   s.session === this.session) {
			if (s.skipped === 0)
				s.skippedAt = this.now();
			s.skipped += n;
			this.pending.add(s);
		} else {
			this.judge(s, n);
		}
		s.mark = s.free ? -1 : this.mark;
	}

	/**
	 * What notices told until now to be left out came before this dumpling,
	 * so of n skipped so many were. If more were told than are skipped, they
	 * came before the first dumpling of the session.
	 * @param {Stream} s @param {number} n
	 */
	credited(s, n)
	{
		const left = Math.min(n, s.credit);

		if (s.credit > 0) {
			s.away -= Math.min(s.credit - left, s.fresh);
			s.fresh = 0;
		}
		s.credit = 0;
		s.doubtful = 0;
		return left;
	}

	/**
	 * n numbers were skipped and not left out.
	 * @param {Stream} s @param {number} n
	 */
	judge(s, n)
	{
		if (s.stale) {
			const told = Math.min(n, this.credit);

			this.credit -= told;
			n -= told;
		}
		const away = s.session !== this.session;

		s.stale = false;
		s.session = this.session;
		if (away) {
			s.away += n;
			s.fresh = n;
		} else {
			s.gaps += n;
		}
		if (n > 0)
			this.onLoss(away ? "away" : "gaps", s, n);
		return n;
	}

	/**
	 * Judges what was skipped and is older than a notice's time at now.
	 * @param {number} now Infinity: the notice is here, or will not come
	 */
	settle(now)
	{
		if (now < this.changingUntil)
			return;
		for (const s of this.pending) {
			if (now - s.skippedAt < NOTICE_MS)
				continue;
			const left = Math.min(s.credit, s.skipped);
			const n = s.skipped - left;
			const { stale } = s;

			s.credit -= left;
			s.skipped = 0;
			this.pending.delete(s);
			if (n > 0)
				s.doubtful += this.judge(s, n);
			/* Some that were left out may show only later. */
			s.stale = left > 0 && stale;
		}
	}

	/**
	 * There was no room here for one of these.
	 * @param {string | null} kitchen @param {string} chef
	 */
	dropped(kitchen, chef)
	{
		const s = this.stream(kitchen, chef);

		s.here++;
		this.onLoss("here", s, 1);
	}

	/** @param {string | null} kitchen @param {string} chef */
	stream(kitchen, chef)
	{
		let chefs = this.kitchens.get(kitchen);
		let s = chefs?.get(chef);

		if (!s) {
			if (this.size >= STREAMS)
				this.forgetOldest();
			chefs = this.kitchens.get(kitchen) ?? new Map();
			s = new Stream(kitchen, chef);
			s.notice = this.notice;
			s.session = this.session;
			s.free = this.now() < this.settledAt;
			this.kitchens.set(kitchen, chefs);
			chefs.set(chef, s);
			this.size++;
		}
		return s;
	}

	forgetOldest()
	{
		for (const [kitchen, chefs] of this.kitchens) {
			for (const s of chefs.values()) {
				this.forgottenGaps += s.gaps;
				this.forgottenAway += s.away;
				this.forgottenHere += s.here;
				this.pending.delete(s);
				chefs.delete(s.chef);
				this.size--;
				if (chefs.size === 0)
					this.kitchens.delete(kitchen);
				return;
			}
		}
	}

	* all()
	{
		for (const chefs of this.kitchens.values())
			yield* chefs.values();
	}

	/* Each stream, with all that is known by now. */
	* streams()
	{
		this.settle(this.now());
		yield* this.all();
	}

	/** @returns {Loss[]} */
	losses()
	{
		/** @type {Loss[]} */
		const found = [];
		/** @type {Sequences["onLoss"]} */
		const add = (where, s, n) => {
			if (n > 0)
				found.push({ where, kitchen: s && s.kitchen,
					chef: s && s.chef, count: n });
		};

		add("gateway", null, this.told);
		for (const s of this.streams()) {
			add("gaps", s, s.gaps);
			add("away", s, s.away);
			add("here", s, s.here);
		}
		add("gaps", null, this.forgottenGaps);
		add("away", null, this.forgottenAway);
		add("here", null, this.forgottenHere);
		add("unreadable", null, this.unreadable);
		return found;
	}
}
