/* SPDX-License-Identifier: MIT */
#ifndef CHEF_HOST_H
#define CHEF_HOST_H

#include "batcher.h"
#include "chef_file.h"

/* One chef at work: its code, its state, and where its dumplings go. */
struct chef_host {
	struct chef_file file;
	void *self;
	bool opened;
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

/* The chef's counters as they stand, into h->batcher.stats. */
void chef_host_count(struct chef_host *h);

/* Ends the chef's work; what is in its batch is not sent any more. */
void chef_host_close(struct chef_host *h);

/* Splits a spec; the options' text, or NULL where there are none. */
const char *chef_host_split(const char *spec, char *what, size_t what_size);

#endif
