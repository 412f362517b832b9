/* SPDX-License-Identifier: MIT */
#ifndef KITCHEN_H
#define KITCHEN_H

#include "capture.h"
#include "chef_host.h"
#include "messages.h"
#include "path.h"

/* The kitchen's parts, and what they share.  One thread. */

struct kitchen_settings {
	const char *name;
	const char *hub;
	struct nd_list interfaces;
	const char *filter;
	struct nd_list read;
	struct nd_list read_nmsg;
	struct nd_list listen;
	struct nd_list listen_zmq;
	const char *source_name;
	bool follow;
	const char *speed;
	struct nd_list modules;
	struct nd_list chefs;
	bool chef_list;
	const char *chef_help;
	bool reload;
	double slow_chef;     /* us for a packet; 0: none is slow */
	double poke_interval; /* seconds; 0 for none */
	uint64_t snaplen;
	bool promiscuous;
	uint64_t buffer_size;
	uint64_t buffer_delay; /* ms */
	double batch_delay;    /* ms */
	uint64_t queue_size;   /* bytes */
	uint64_t max_message;
	double linger;    /* seconds */
	uint64_t workers; /* 0: one for each core */
	bool reassembly;
	uint64_t reassembly_memory; /* bytes */
	uint64_t stream_memory;
	const char *user;
};

/* Link types that are told not to be decoded. */
#define KITCHEN_UNKNOWN_MAX 16

struct kitchen {
	struct kitchen_settings settings;
	/* Of several that share the work, each named BASE.NUMBER. */
	const char *base;
	uint32_t worker, workers;
	char endpoint[512];
	double speed;      /* times real time; 0: as fast as possible */
	char source[1024]; /* the interfaces or files, for people */
	struct capture *capture;
	int fanout_group; /* shared with other kitchens; -1: none */
	struct path path;
	int linktype;                     /* of the last packet */
	int unknown[KITCHEN_UNKNOWN_MAX]; /* that were told */
	size_t unknown_count;
	struct chef_host *chefs;
	size_t chef_count;
	struct messages messages;
	uint64_t message_number; /* of all that workers share */
	bool named_chefs;        /* by --chef */
	struct reload *reload;   /* NULL: files are not looked at again */
	struct batcher_way way;
	struct batcher presence;
	struct stats_kitchen stats;
	uint64_t incarnation;
	bool told_waiting;
	int64_t next_presence_ns; /* by loop_now_ns() */
	int64_t next_poke_ns;     /* that, or packet time */
	int64_t last_packet_ns;   /* packet time */
};

static inline bool kitchen_reads_files(const struct kitchen *k)
{
	return k->settings.read.count > 0 || k->settings.read_nmsg.count > 0;
}

static inline bool kitchen_listens(const struct kitchen *k)
{
	return k->settings.listen.count > 0 || k->settings.listen_zmq.count > 0;
}

/* True when files are read as fast as possible: packets tell the time. */
static inline bool kitchen_on_packet_time(const struct kitchen *k)
{
	return kitchen_reads_files(k) && k->speed == 0;
}

/*
 * Opens the chefs, the way to the hub and the capture.  0, or -errno after a
 * line in the log, or -ECANCELED when a signal came first.  kitchen_close() in
 * every case; before it, run_kitchen() and finish_kitchen().
 */
int kitchen_open(struct kitchen *k);
void kitchen_close(struct kitchen *k);

#endif
