/* SPDX-License-Identifier: MIT */
#include "upkeep.h"

#include "bus.h"
#include "log.h"
#include "loop.h"
#include "presence.h"
#include "reload.h"

#define PRESENCE_NS INT64_C(1000000000)

void upkeep_poke(struct kitchen *k, int64_t time_ns)
{
	for (size_t i = 0; i < k->chef_count; i++)
		chef_host_interval(&k->chefs[i], time_ns);
}

static int64_t poke_interval_ns(const struct kitchen *k)
{
	return (int64_t)(k->settings.poke_interval * 1e9);
}

void upkeep_poke_if_due(struct kitchen *k, int64_t clock_ns, int64_t time_ns)
{
	int64_t interval = poke_interval_ns(k);

	/* A clock that was set back, or one packet from the future. */
	if (k->next_poke_ns > clock_ns + interval)
		k->next_poke_ns = clock_ns + interval;
	if (interval == 0 || clock_ns < k->next_poke_ns)
		return;
	if (k->next_poke_ns == 0 || clock_ns - k->next_poke_ns >= interval)
		k->next_poke_ns = clock_ns;
	upkeep_poke(k, kitchen_on_packet_time(k) ? k->next_poke_ns : time_ns);
	k->next_poke_ns += interval;
}

void upkeep_flush(struct kitchen *k, int64_t now_ns, int64_t delay_ns)
{
	for (size_t i = 0; i < k->chef_count; i++)
		batcher_flush(&k->chefs[i].batcher, now_ns, delay_ns);
	messages_flush(&k->messages, now_ns, delay_ns);
}

void upkeep_count(struct kitchen *k)
{
	struct nmsg_input_stats nmsg = {0};

	path_count(&k->path, &k->stats);
	if (!k->capture)
		return; /* it is being opened */
	capture_dropped(k->capture, &k->stats.packets_dropped_kernel,
			&k->stats.packets_dropped_interface);
	/* Workers that read the same file all see the same messages. */
	if (k->worker == 0)
		capture_count_nmsg(k->capture, &nmsg);
	messages_count(&k->messages, &nmsg, &k->stats);
}

void upkeep_hub(struct kitchen *k)
{
	bool changed;
	enum push_state state = push_state(k->way.push, &changed);
	const char *why = push_why(k->way.push), *colon = *why ? ": " : "";

	if (changed && state == PUSH_CONNECTED)
		log_info("connected to the hub at %s", k->endpoint);
	else if (changed && state == PUSH_LOST)
		log_info("lost the hub at %s%s%s; connecting again",
			 k->endpoint, colon, why);
	else if (state == PUSH_NEVER && push_retried(k->way.push) &&
		 !k->told_waiting) {
		log_info("no hub at %s yet%s%s; waiting for it (%s is one)",
			 k->endpoint, colon, why,
			 bus_is_websocket(k->endpoint) ? "nd-gateway"
						       : "nd-hub");
		k->told_waiting = true;
	}
}

void upkeep(struct kitchen *k)
{
	int64_t now = loop_now_ns();

	if (!kitchen_on_packet_time(k))
		upkeep_poke_if_due(k, now, loop_wall_ns());
	if (now >= k->next_presence_ns) {
		upkeep_hub(k);
		if (!kitchen_reads_files(k))
			path_tick(&k->path, loop_wall_ns(), loop_wall_ns());
		upkeep_count(k);
		presence_send(k, false);
		reload_tick(k->reload, k);
		k->next_presence_ns = now + PRESENCE_NS;
	}
	upkeep_flush(k, now, (int64_t)(k->settings.batch_delay * 1e6));
}

int64_t upkeep_next_ns(const struct kitchen *k)
{
	if (!kitchen_on_packet_time(k) && poke_interval_ns(k) > 0 &&
	    k->next_poke_ns < k->next_presence_ns)
		return k->next_poke_ns;
	return k->next_presence_ns;
}

int upkeep_idle(void *host)
{
	struct kitchen *k = host;

	upkeep(k);
	upkeep_flush(k, loop_now_ns(), 0);
	return loop_timeout_ms(upkeep_next_ns(k));
}
