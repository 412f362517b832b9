/* SPDX-License-Identifier: MIT */
#ifndef OUTLET_H
#define OUTLET_H

#include "nmsg/message.h"
#include "nmsg_rate.h"
#include "rotate.h"
#include "settings.h"

/* Where messages go: one output of any kind. */

struct outlet;

/* What a kind of output can do: 0 or -errno each. */
struct outlet_kind {
	const char *suffix; /* of rotated files; NULL: it is no file */
	/* Opens outlet_path(), anew each time that the file is rotated. */
	int (*open)(struct outlet *o);
	/* -EBADMSG for a message that it cannot hold, which is no failure. */
	int (*write)(struct outlet *o, const struct message *m);
	/* Passes on what waits in memory. */
	int (*flush)(struct outlet *o);
	/* The same of what must not wait while we do. */
	int (*send)(struct outlet *o);
	/* The end of this file, for good unless open() follows. */
	int (*close)(struct outlet *o);
	void (*free)(struct outlet *o);
};

struct outlet {
	const struct outlet_kind *kind;
	const char *name; /* as the command line has it; lent */
	void *state;      /* the kind's own */
	const struct settings *settings;
	bool patient; /* subscribers that are slow are waited for */
	bool rotates, opened;
	struct rotate rotate;
	uint64_t count; /* messages since it was opened */
	uint64_t total;
	uint64_t unfit;         /* messages that it cannot hold */
	struct nmsg_rate *rate; /* of datagrams, or NULL; lent */
	bool touched;           /* since the last outlet_send() */
	bool dirty;             /* something waits since `since_ns` or later */
	int64_t since_ns;       /* 0 while it is not known */
};

/* Opens an output that has its kind, name and settings.  0 or -errno. */
int outlet_open(struct outlet *o);

/* Of the file that is open, or is to be. */
const char *outlet_path(const struct outlet *o);

/* Whether it has all that --count allows and does not rotate. */
bool outlet_is_full(const struct outlet *o);

int outlet_write(struct outlet *o, const struct message *m);
int outlet_flush(struct outlet *o);
int outlet_send(struct outlet *o);

/* Ends the file, and begins the next. */
int outlet_rotate(struct outlet *o);

/* Ends all. */
int outlet_close(struct outlet *o);
void outlet_free(struct outlet *o);

extern const struct outlet_kind to_text_json, to_text_pres;
extern const struct outlet_kind to_nmsg_file, to_nmsg_udp, to_nmsg_zeromq;

#endif
