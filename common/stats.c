/* SPDX-License-Identifier: MIT */
#include "stats.h"

#include <string.h>

#define KITCHEN(member) offsetof(struct stats_kitchen, member)
#define CHEF(member) offsetof(struct stats_chef, member)
#define HUB(member) offsetof(struct stats_hub, member)
#define RECEIVED(member) offsetof(struct stats_received, member)
#define GATEWAY(member) offsetof(struct stats_gateway, member)

const struct stat_counter stats_kitchen[] = {
	{"packets_seen", "Packets handed to the chefs.", KITCHEN(packets_seen),
	 false},
	{"bytes_seen", "Bytes of those packets, as they were on the wire.",
	 KITCHEN(bytes_seen), false},
	{"packets_dropped_kernel",
	 "Packets that the kernel's capture buffer had no room for.",
	 KITCHEN(packets_dropped_kernel), false},
	{"packets_dropped_interface",
	 "Packets that the interface or its driver dropped.",
	 KITCHEN(packets_dropped_interface), false},
	{"packets_reassembled", "Packets put together from fragments.",
	 KITCHEN(packets_reassembled), false},
	{"packets_incomplete",
	 "Fragmented packets of which a part did not come in time, or that had "
	 "to make room for others.",
	 KITCHEN(packets_incomplete), false},
	{"fragments_overlapping", "Fragments that overlapped others.",
	 KITCHEN(fragments_overlapping), false},
	{"fragments_invalid",
	 "Fragments that cannot be, or were not captured whole.",
	 KITCHEN(fragments_invalid), false},
	{"streams", "TCP connections put together for chefs that ask for them.",
	 KITCHEN(streams), false},
	{"streams_live", "Those of them that are remembered now.",
	 KITCHEN(streams_live), true},
	{"streams_forgotten",
	 "TCP connections that had to make room for others.",
	 KITCHEN(streams_forgotten), false},
	{"stream_gap_bytes", "Bytes of TCP connections that were not captured.",
	 KITCHEN(stream_gap_bytes), false},
	{"stream_conflicts",
	 "Times that bytes of a TCP connection were sent again as others.",
	 KITCHEN(stream_conflicts), false},
	{"stream_memory", "Bytes of memory that TCP connections use now.",
	 KITCHEN(stream_memory), true},
	{"nmsg_containers", "Containers of NMSG taken.",
	 KITCHEN(nmsg_containers), false},
	{"nmsg_containers_lost",
	 "Containers of NMSG that senders numbered and that did not come in "
	 "their turn.",
	 KITCHEN(nmsg_containers_lost), false},
	{"nmsg_containers_late", "Of the lost, those that came later.",
	 KITCHEN(nmsg_containers_late), false},
	{"nmsg_containers_bad",
	 "Containers of NMSG that were not well formed, or cut off.",
	 KITCHEN(nmsg_containers_bad), false},
	{"nmsg_fragments_bad",
	 "Fragments of containers that were not well formed.",
	 KITCHEN(nmsg_fragments_bad), false},
	{"nmsg_fragments_expired",
	 "Containers of which a fragment did not come in time, or that had to "
	 "make room for others.",
	 KITCHEN(nmsg_fragments_expired), false},
	{"nmsg_bytes_skipped",
	 "Bytes of files that belonged to no container of NMSG.",
	 KITCHEN(nmsg_bytes_skipped), false},
	{"nmsg_messages", "Messages of NMSG taken, those that are packets too.",
	 KITCHEN(nmsg_messages), false},
	{"nmsg_messages_bad",
	 "Messages of NMSG whose checksum was wrong, or that were no packet "
	 "though they said so.",
	 KITCHEN(nmsg_messages_bad), false},
	{"nmsg_messages_refused",
	 "Messages of NMSG of more types than have room.",
	 KITCHEN(nmsg_messages_refused), false},
	{0},
};

const struct stat_counter stats_chef[] = {
	{"next_seq", "Dumplings numbered, and so the next one's number.",
	 CHEF(next_seq), false},
	{"dropped", "Dumplings dropped because the kitchen's queue was full.",
	 CHEF(dropped), false},
	{"errors", "Dumplings that the chef could not make.", CHEF(errors),
	 false},
	{"waiting", "Dumplings not yet sent to the hub.", CHEF(waiting), true},
	{"forgotten", "What the chef's bounded memory had to let go.",
	 CHEF(forgotten), false},
	{"packet_ns",
	 "Nanoseconds that a packet took the chef lately, on average.",
	 CHEF(packet_ns), true},
	{0},
};

const struct stat_counter stats_hub[] = {
	{"total_dumplings_in", "Dumplings received from kitchens.",
	 HUB(total_dumplings_in), false},
	{"total_dumplings_out",
	 "Dumplings sent, once for each eater that subscribed to them.",
	 HUB(total_dumplings_out), false},
	{"dumplings_missing",
	 "Dumplings numbered by kitchens that never reached the hub.",
	 HUB(dumplings_missing), false},
	{"messages_refused", "Messages that were not well formed.",
	 HUB(messages_refused), false},
	{"eaters_disconnected",
	 "Connections closed because nothing was read from them.",
	 HUB(eaters_disconnected), false},
	{0},
};

const struct stat_counter stats_received[] = {
	{"received", "Dumplings received from this chef.", RECEIVED(received),
	 false},
	{"missing", "Dumplings that the chef numbered and the hub never saw.",
	 RECEIVED(missing), false},
	{0},
};

const struct stat_counter stats_gateway[] = {
	{"clients", "WebSocket clients connected.", GATEWAY(clients), true},
	{"clients_total", "WebSocket clients that have connected.",
	 GATEWAY(clients_total), false},
	{"clients_closed_lagging",
	 "WebSocket clients closed because they lagged too long.",
	 GATEWAY(clients_closed_lagging), false},
	{"dumplings", "Dumplings received from the hub.", GATEWAY(dumplings),
	 false},
	{"dumplings_missing",
	 "Dumplings that kitchens numbered and the gateway never saw.",
	 GATEWAY(dumplings_missing), false},
	{"messages_invalid", "Messages from the hub that were not well formed.",
	 GATEWAY(messages_invalid), false},
	{"deliveries", "Dumplings delivered, once for each client.",
	 GATEWAY(deliveries), false},
	{"deliveries_lost", "Dumplings that lagging clients lost.",
	 GATEWAY(deliveries_lost), false},
	{"deliveries_left_out",
	 "Dumplings left out, once for each client that asked for fewer.",
	 GATEWAY(deliveries_left_out), false},
	{"http_requests", "HTTP requests answered.", GATEWAY(http_requests),
	 false},
	{"kitchens", "WebSocket kitchens that have said hello and are here.",
	 GATEWAY(kitchens), true},
	{"kitchens_total", "WebSocket kitchens that have said hello.",
	 GATEWAY(kitchens_total), false},
	{"kitchen_dumplings", "Dumplings received from WebSocket kitchens.",
	 GATEWAY(kitchen_dumplings), false},
	{"kitchen_dumplings_invalid",
	 "Messages of WebSocket kitchens that were no dumplings.",
	 GATEWAY(kitchen_dumplings_invalid), false},
	{"kitchen_dumplings_dropped",
	 "Dumplings of WebSocket kitchens dropped as the hub took none.",
	 GATEWAY(kitchen_dumplings_dropped), false},
	{0},
};

uint64_t stats_get(const struct stat_counter *counter, const void *counters)
{
	uint64_t n;

	memcpy(&n, (const char *)counters + counter->offset, sizeof(n));
	return n;
}

void stats_put(struct nd_dumpling *out, const struct stat_counter *table,
	       const void *counters)
{
	for (; table->name; table++)
		nd_put_uint(out, table->name, stats_get(table, counters));
}
