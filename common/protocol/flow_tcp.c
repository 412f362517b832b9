/* SPDX-License-Identifier: MIT */
#include <netdumplings/flow.h>

/* RFC 9293 section 3.1 */
enum {
	FIN = 1,
	SYN = 2,
	RST = 4,
	ACK = 16,
};

static bool before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

/* Whether a segment lies in the hole, which is then smaller. */
static bool fill(struct nd_flow_tcp_side *s, uint32_t seq, uint32_t next)
{
	if (s->hole_from == s->hole_to || before(seq, s->hole_from) ||
	    before(s->hole_to, next))
		return false;
	/* Of two holes that are left the first is kept. */
	if (seq == s->hole_from)
		s->hole_from = next;
	else
		s->hole_to = seq;
	return true;
}

static void follow_sequence(struct nd_flow_tcp_side *s, uint32_t seq,
			    uint32_t len, uint8_t flags)
{
	uint32_t next = seq + len + !!(flags & SYN) + !!(flags & FIN);
	bool keep_alive;

	if (!s->seen) {
		s->seen = true;
		s->next_seq = next;
	}
	if (next == seq || flags & RST)
		return;
	if (!before(seq, s->next_seq)) {
		if (seq != s->next_seq) {
			s->hole_from = s->next_seq;
			s->hole_to = seq;
		}
		s->next_seq = next;
		return;
	}
	keep_alive = len == 1 && next == s->next_seq && !(flags & (SYN | FIN));
	if (!fill(s, seq, next) && !keep_alive)
		s->retransmissions++;
	if (before(s->next_seq, next))
		s->next_seq = next;
}

static void follow_handshake(struct nd_flow_tcp *t, uint8_t flags,
			     unsigned side, int64_t time_ns)
{
	uint8_t server = t->side[!t->client].flags;

	if (flags & SYN && !(flags & ACK)) {
		if (!(server & SYN))
			t->mark_ns = time_ns;
	} else if (flags & SYN) {
		if (!(server & SYN) && t->side[t->client].flags & SYN) {
			t->rtt_server_ns = time_ns - t->mark_ns;
			t->has_rtt_server = true;
		}
		t->mark_ns = time_ns;
	} else if (side == t->client && flags & ACK && server & SYN &&
		   !(t->side[side].flags & ACK)) {
		t->rtt_client_ns = time_ns - t->mark_ns;
		t->has_rtt_client = true;
	}
}

void nd_flow_tcp(struct nd_flow_tcp *t, const struct nd_packet *pkt,
		 unsigned side, int64_t time_ns)
{
	struct nd_flow_tcp_side *s = &t->side[side];
	uint8_t flags = pkt->tcp_flags;
	bool is_new = !s->seen;

	/* Who answers a SYN is the server, whoever came first. */
	if (!t->is_begun)
		t->client = (uint8_t)(side ^ ((flags & SYN) && (flags & ACK)));
	t->is_begun = true;
	follow_sequence(s, pkt->tcp_seq, pkt->payload_wire_len, flags);
	/* The first segment of a side is no retransmission of itself. */
	if (is_new)
		s->retransmissions = 0;
	follow_handshake(t, flags, side, time_ns);
	s->flags |= flags;
}

/* RFC 9293 section 3.3.2, as far as it shows from outside. */
const char *nd_flow_tcp_state(const struct nd_flow_tcp *t)
{
	uint8_t client = t->side[t->client].flags;
	uint8_t server = t->side[!t->client].flags;

	if (server & RST && client & SYN && !(server & SYN))
		return "refused";
	if ((client | server) & RST)
		return "reset";
	if (client & server & FIN)
		return "closed";
	if ((client | server) & FIN)
		return "closing";
	if (!((client | server) & SYN) || client & ACK)
		return "established";
	return server ? "half-open" : "unanswered";
}

size_t nd_flow_tcp_flags(uint8_t flags, char text[ND_FLOW_FLAGS_SIZE])
{
	static const struct {
		uint8_t bit;
		char letter;
	} known[] = {{SYN, 'S'}, {ACK, 'A'},  {FIN, 'F'},  {RST, 'R'},
		     {8, 'P'},   {0x20, 'U'}, {0x40, 'E'}, {0x80, 'C'}};
	size_t len = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (flags & known[i].bit)
			text[len++] = known[i].letter;
	text[len] = '\0';
	return len;
}
