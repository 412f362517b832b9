/* SPDX-License-Identifier: MIT */
#include "finish.h"

#include "log.h"
#include "loop.h"
#include "presence.h"
#include "upkeep.h"

#include <errno.h>

/* Between two looks at the connection while lingering. */
#define LINGER_SLICE_MS 200

/* What did not reach the hub. */
static uint64_t sum_up(const char *chef, const struct batcher *b)
{
	log_info("%s: %llu dumplings, %llu dropped from a full queue, "
		 "%llu not taken by the hub, %llu errors",
		 chef, (unsigned long long)b->stats.next_seq,
		 (unsigned long long)b->stats.dropped,
		 (unsigned long long)b->stats.waiting,
		 (unsigned long long)b->stats.errors);
	return b->stats.waiting + b->stats.dropped;
}

static void sum_up_nmsg(const struct stats_kitchen *s)
{
	log_info("NMSG: %llu messages of %llu containers, %llu containers "
		 "lost, %llu of them late; %llu containers, %llu fragments "
		 "and %llu messages bad",
		 (unsigned long long)s->nmsg_messages,
		 (unsigned long long)s->nmsg_containers,
		 (unsigned long long)s->nmsg_containers_lost,
		 (unsigned long long)s->nmsg_containers_late,
		 (unsigned long long)s->nmsg_containers_bad,
		 (unsigned long long)(s->nmsg_fragments_bad +
				      s->nmsg_fragments_expired),
		 (unsigned long long)s->nmsg_messages_bad);
}

static uint64_t summarize(struct kitchen *k)
{
	uint64_t lost = 0;

	log_info("%llu packets seen, %llu dropped by the kernel, %llu by the "
		 "interface",
		 (unsigned long long)k->stats.packets_seen,
		 (unsigned long long)k->stats.packets_dropped_kernel,
		 (unsigned long long)k->stats.packets_dropped_interface);
	for (size_t i = 0; i < k->chef_count; i++) {
		chef_host_count(&k->chefs[i]);
		lost += sum_up(k->chefs[i].file.chef.name,
			       &k->chefs[i].batcher);
	}
	for (size_t i = 0; i < k->messages.count; i++) {
		batcher_count(&k->messages.chefs[i]->batcher);
		lost += sum_up(k->messages.chefs[i]->name,
			       &k->messages.chefs[i]->batcher);
	}
	if (kitchen_listens(k) || k->settings.read_nmsg.count > 0)
		sum_up_nmsg(&k->stats);
	return lost;
}

/* Waits until no more than `bytes` wait, and says if there is no hub. */
static void linger(struct kitchen *k, size_t bytes)
{
	int64_t until_ns = loop_now_ns() + (int64_t)(k->settings.linger * 1e9);
	int rc, left_ms;

	do {
		left_ms = loop_timeout_ms(until_ns);
		rc = push_drain(k->way.push, bytes, loop_signals_fd(),
				left_ms < LINGER_SLICE_MS ? left_ms
							  : LINGER_SLICE_MS);
		upkeep_hub(k);
	} while (rc == -ETIMEDOUT && left_ms > 0);
}

/* What the chefs still have in hand. */
static void last_words(struct kitchen *k, int64_t time_ns)
{
	path_stop(&k->path, time_ns);
	for (size_t i = 0; i < k->chef_count; i++)
		chef_host_finish(&k->chefs[i], time_ns);
	if (k->settings.poke_interval > 0)
		upkeep_poke(k, time_ns);
}

uint64_t finish_kitchen(struct kitchen *k)
{
	bool packet_time = kitchen_on_packet_time(k), changed;
	uint64_t lost;

	/* A signal that nobody has read is no reason not to wait. */
	loop_stopped();
	/* No packet comes any more, so even a live kitchen can wait. */
	k->way.waits = true;
	k->way.wait_ms = (int)(k->settings.linger * 1e3);
	if (!packet_time || k->stats.packets_seen > 0)
		last_words(k, packet_time ? k->last_packet_ns : loop_wall_ns());
	upkeep_flush(k, loop_now_ns(), 0);
	upkeep_count(k);
	presence_send(k, true);
	push_end(k->way.push);
	/* A signal more ends the waiting. */
	linger(k, 0);
	lost = summarize(k);
	if (lost > 0)
		log_error("%llu dumplings were not delivered%s",
			  (unsigned long long)lost,
			  push_state(k->way.push, &changed) == PUSH_CONNECTED
				  ? ""
				  : ": there is no hub");
	return lost;
}
