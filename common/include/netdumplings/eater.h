/* SPDX-License-Identifier: MIT */
#ifndef NETDUMPLINGS_EATER_H
#define NETDUMPLINGS_EATER_H

/*
 * An eater takes dumplings from a hub.  It connects, and connects again, by
 * itself, and proves from the dumplings' numbers what it missed.
 *
 * An eater belongs to one thread.
 */

#include <netdumplings/dumpling.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nd_eater;

/* What an eater may be told; zeroed members mean the default. */
struct nd_eater_config {
	/*
	 * ENDPOINT or HOST[:PORT]; the default hub's out.  ws://HOST[:PORT] and
	 * HOST:11348 are a gateway, or a hub of netdumplings' own: times in
	 * payloads are numbers then, as JSON has no others.
	 */
	const char *hub;
	const char *name;   /* how the hub's status names it; "eater" */
	size_t queue;       /* messages waiting to be read, at most; 1000.
			       A gateway has its own bound. */
	size_t max_message; /* bytes of one message, at most; 1 MiB */
};

/* Counts since the eater was made. */
struct nd_eater_stats {
	uint64_t dumplings; /* delivered by nd_eater_next() */
	uint64_t missing;   /* numbered by a kitchen, never seen here */
	uint64_t invalid;   /* messages that are not well formed, skipped */
	uint64_t connects;  /* times the hub was reached */
	bool connected;     /* now */
};

/*
 * A new eater, yours: nd_eater_free().  config may be NULL and is lent.  NULL
 * and errno: EINVAL for a bad endpoint or name, EPROTONOSUPPORT for wss://,
 * ENOMEM, EMFILE when the process has no descriptors left.
 */
ND_PUBLIC struct nd_eater *nd_eater_new(const struct nd_eater_config *config);
ND_PUBLIC void nd_eater_free(struct nd_eater *eater);

/*
 * Asks for a chef's dumplings (NULL: every chef's), of every kitchen or, with
 * nd_eater_want_from(), of one.  Without any call before the first
 * nd_eater_next() an eater gets all of them.  0, or -EINVAL for what cannot be
 * a name, -ENOMEM.
 */
ND_PUBLIC int nd_eater_want(struct nd_eater *eater, const char *chef);
ND_PUBLIC int nd_eater_want_from(struct nd_eater *eater, const char *chef,
				 const char *kitchen);
/* Takes back what nd_eater_want() asked for; -ENOENT if it did not. */
ND_PUBLIC int nd_eater_unwant(struct nd_eater *eater, const char *chef);

/*
 * The next dumpling, lent until the next call, waiting up to timeout_ms
 * milliseconds (0: not at all, -1: for ever).  1 with a dumpling, 0 when the
 * time is up, or -EINTR when a signal came; other -errno if the eater is
 * broken.  With timeout 0, 0 means that nothing is waiting.
 */
ND_PUBLIC int nd_eater_next(struct nd_eater *eater,
			    const struct nd_dumpling **d, int timeout_ms);

/*
 * A descriptor for poll() and its like, lent while the eater lives: readable
 * whenever something may be waiting.  It is edge-triggered: after it was seen
 * readable, and after any other call on the eater, call nd_eater_next() with
 * timeout 0 until it returns 0.
 */
ND_PUBLIC int nd_eater_fd(const struct nd_eater *eater);

ND_PUBLIC void nd_eater_stats(const struct nd_eater *eater,
			      struct nd_eater_stats *stats);

#ifdef __cplusplus
}
#endif
#endif
