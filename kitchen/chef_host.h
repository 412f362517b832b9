/* SPDX-License-Identifier: MIT */
#ifndef CHEF_HOST_H
#define CHEF_HOST_H

#include "batcher.h"
#include "chef_file.h"

/*
 * How long packets take the chef, since it was counted last: one call in many
 * is timed and stands for all of them, of a slow chef each call.
 */
struct chef_host_clock {
	uint32_t skip; /* calls to go before one is timed */
	uint32_t gap;  /* calls that the next timed one stands for */
	uint64_t calls;
	uint64_t ns;
};

/* One chef at work: its code, its state, and where its dumplings go. */
struct chef_host {
	struct chef_file file;
	void *self;
	const char *spec; /* that it was opened with, lent; NULL: adopted */
	bool adopted;     /* it frees itself, and logs its errors itself */
	bool slow;        /* takes more than the kitchen's slow_ns */
	uint64_t slow_ns; /* for a packet; 0: no chef is slow */
	struct chef_host_clock clock;
	struct batcher batcher;
	/* Of the call that is running, for nd_serve(). */
	int64_t time_ns;
	enum nd_driver driver;
};

/* What the hosts of a kitchen share. */
struct chef_host_kitchen {
	const char *name;
	uint64_t incarnation;
	size_t max_message;
	uint64_t slow_ns;
	struct batcher_way *way;
};

/*
 * Makes a chef ready from "NAME" or "NAME:option=value,...".  It must not
 * move; chef_host_close() it.  0, or -errno and a sentence in `why`.
 */
int chef_host_open(struct chef_host *h, const char *spec,
		   const struct chef_host_kitchen *kitchen, char *why,
		   size_t why_size);

/*
 * The same for a chef that is there already, and whose close() frees `self`,
 * which is taken.
 */
int chef_host_adopt(struct chef_host *h, const struct nd_chef *chef, void *self,
		    const struct chef_host_kitchen *kitchen, char *why,
		    size_t why_size);

/*
 * Makes what is in `f` ready to take the chef's place, with the same options:
 * *self is for chef_host_replace().  -errno and a sentence, and f is closed.
 */
int chef_host_begin(const struct chef_host *h, struct chef_file *f, void **self,
		    char *why, size_t why_size);
/*
 * Puts f and self, both taken, in the place of the chef; the old one tells what
 * it has in hand first.  Its numbers go on.
 */
void chef_host_replace(struct chef_host *h, const struct chef_file *f,
		       void *self, int64_t time_ns);

/*
 * Hands the chef a packet, which it must have a function for, or a part of a
 * connection, or pokes it.  time_ns is what its dumplings say of their
 * creation.  A chef's error is counted, and told once a second.
 */
void chef_host_packet(struct chef_host *h, const struct nd_packet *pkt,
		      int64_t time_ns);
void chef_host_interval(struct chef_host *h, int64_t time_ns);
void chef_host_stream(struct chef_host *h, struct nd_stream *stream,
		      int64_t time_ns);
/* The last that the chef hears of packets. */
void chef_host_finish(struct chef_host *h, int64_t time_ns);

/*
 * The chef's counters as they stand, into h->batcher.stats; h->slow and a line
 * in the log when it has become slow.
 */
void chef_host_count(struct chef_host *h);

/* Ends the chef's work; what is in its batch is not sent any more. */
void chef_host_close(struct chef_host *h);

/* Splits a spec; the options' text, or NULL where there are none. */
const char *chef_host_split(const char *spec, char *what, size_t what_size);

#endif
