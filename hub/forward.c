/* SPDX-License-Identifier: MIT */
#include "forward.h"

#include "eaters.h"
#include "kitchens.h"
#include "log.h"
#include "loop.h"
#include "stall.h"

#include <errno.h>
#include <string.h>

/* A turn is this many messages, or this long. */
#define TURN 1000
#define TURN_NS INT64_C(50000000)

/* How long one eater may take nothing while a patient kitchen waits. */
#define PATIENCE_NS INT64_C(5000000000)
#define PATIENCE_SLICE_MS 50
/* And how long all wait for one that reads, but hardly. */
#define PATIENCE_MAX_NS INT64_C(10000000000)

static void refuse(struct hub *h, struct bus_message *m, const char *why)
{
	static struct log_limit limit;
	struct bus_peer peer;

	bus_message_peer(m, &peer);
	h->stats.messages_refused++;
	log_limited(&limit, "refused a message from %s:%d: %s",
		    *peer.host ? peer.host : "this host", peer.port, why);
}

/* --- sending ------------------------------------------------------------- */

static void eater_shut(void *host, int fd)
{
	struct hub *h = host;
	const char *name = eaters_name_at(h->eaters, fd);

	h->stats.eaters_disconnected++;
	log_error("disconnected eater %s, which had stopped reading",
		  name ? name : "(unnamed)");
}

void forward_break_stalls(struct hub *h, int64_t limit_ns)
{
	stall_check(h->stall, limit_ns, eater_shut, h);
}

/*
 * While a kitchen that can wait is here, one that reads a file, the send waits
 * for room in every eater's queue, and who takes nothing at all is closed so
 * that the others go on.  Else whoever is full is left out, and knows by the
 * numbers.  The two do not mix message by message: libzmq passes over an eater
 * that was left out until its queue is half empty.
 */
int forward_send(struct hub *h, struct bus_message *m)
{
	int64_t start_ns = loop_now_ns();
	bool patient = kitchens_patient(h->kitchens);
	int rc;

	bus_set_patient(h->out, patient);
	rc = bus_send(h->out, m, 0);
	if (rc == 0 || !patient)
		return rc;
	while ((rc == -EAGAIN || rc == -EINTR) && !loop_stopped() &&
	       loop_now_ns() - start_ns < PATIENCE_MAX_NS) {
		forward_connections(h);
		forward_break_stalls(h, PATIENCE_NS);
		rc = bus_send(h->out, m, PATIENCE_SLICE_MS);
	}
	kitchens_not_heard(h->kitchens, loop_now_ns() - start_ns);
	if (rc == 0)
		return 0;
	/* It takes too long, or the hub is stopped: to who has room, then. */
	bus_set_patient(h->out, false);
	return bus_send(h->out, m, 0);
}

/* --- receiving ----------------------------------------------------------- */

static void announced(struct hub *h, struct bus_message *m,
		      const struct topic *t)
{
	uint64_t missing = 0;
	int rc = kitchens_announced(h->kitchens, t, m, &missing);

	if (rc < 0) {
		refuse(h, m,
		       rc == -EBADMSG ? "bad announcement" : strerror(-rc));
		return;
	}
	h->stats.dumplings_missing += missing;
	forward_send(h, m);
	kitchens_settle(h->kitchens);
}

static void dumplings(struct hub *h, struct bus_message *m,
		      const struct topic *t, int64_t now_ns)
{
	size_t topic_len, body_len;
	const char *topic = bus_topic(m, &topic_len);
	const void *body = bus_body(m, &body_len);
	struct batch_reader batch;
	struct kitchen_chef *chef;
	int rc = batch_open(&batch, body, body_len);

	if (rc < 0) {
		refuse(h, m,
		       rc == -EPROTONOSUPPORT ? "its format has another version"
					      : "its body is no batch");
		return;
	}
	chef = kitchens_chef(h->kitchens, topic, topic_len, t,
			     batch.incarnation, m);
	if (!chef) {
		refuse(h, m,
		       errno == ENOSPC ? "too many kitchens or chefs"
				       : strerror(errno));
		return;
	}
	kitchens_heard(chef->kitchen, now_ns);
	if (chef->eaters_version != eaters_version(h->eaters)) {
		chef->eaters = eaters_matching(h->eaters, topic, topic_len);
		chef->eaters_version = eaters_version(h->eaters);
	}
	h->stats.total_dumplings_in += batch.count;
	h->stats.dumplings_missing +=
		sequence_batch(&chef->sequence, batch.first_seq, batch.count);
	if (forward_send(h, m) == 0)
		h->stats.total_dumplings_out += batch.count * chef->eaters;
}

static void forward_message(struct hub *h, struct bus_message *m,
			    int64_t now_ns)
{
	size_t topic_len, body_len;
	const void *topic = bus_topic(m, &topic_len);
	struct topic t;

	bus_body(m, &body_len);
	if (topic_read(&t, topic, topic_len) < 0)
		refuse(h, m, "its topic is not CHEF/KITCHEN/");
	else if (body_len > h->settings.max_message)
		refuse(h, m, "it is larger than --max-message");
	else if (strcmp(t.kitchen, TOPIC_NO_KITCHEN) == 0)
		refuse(h, m, "no kitchen may be called \"-\"");
	else if (strcmp(t.chef, TOPIC_KITCHEN) == 0)
		announced(h, m, &t);
	else if (t.chef[0] == '!')
		refuse(h, m, "its topic is the system's own");
	else
		dumplings(h, m, &t, now_ns);
}

void forward_turn(struct hub *h)
{
	struct bus_message m = {0};
	int64_t now_ns = loop_wall_ns(), until_ns = loop_now_ns() + TURN_NS;

	for (unsigned i = 0; i < TURN && loop_now_ns() < until_ns; i++) {
		int rc = bus_receive(h->in, &m);

		if (rc == -EAGAIN)
			break;
		if (rc < 0)
			refuse(h, &m, "it has not just two parts");
		else
			forward_message(h, &m, now_ns);
	}
	bus_message_free(&m);
}

void forward_connections(struct hub *h)
{
	struct bus_message m = {0};
	enum bus_event event;
	int fd;

	/* Not all of a flood at once. */
	for (unsigned i = 0; i < TURN && bus_receive(h->out, &m) == 0; i++)
		eaters_subscription(h->eaters, &m);
	bus_message_free(&m);
	while ((event = bus_next_event(h->out, &fd)) != BUS_NONE) {
		if (event == BUS_ACCEPTED)
			stall_accepted(h->stall, fd);
		else if (event == BUS_DISCONNECTED)
			stall_disconnected(h->stall, fd);
	}
	while ((event = bus_next_event(h->in, &fd)) != BUS_NONE)
		if (event == BUS_DISCONNECTED)
			kitchens_disconnected(h->kitchens, fd);
}
