/* SPDX-License-Identifier: MIT */
#include <netdumplings/http.h>

#include <netdumplings/tls.h>
#include <string.h>

/* SOCKS: RFC 1928 section 3, and version 4's CONNECT. */
static bool is_socks(const uint8_t *p, uint64_t len)
{
	if (len >= 9 && p[0] == 4)
		return p[1] == 1 && p[len - 1] == 0;
	return len > 2 && p[0] == 5 && len == 2 + (uint64_t)p[1];
}

/* A client's first bytes: what comes before HTTP, and how much of it. */
static size_t take_prelude(struct nd_http_talk *t, const struct nd_stream *s)
{
	if (s->event != ND_STREAM_DATA || s->offset || s->midstream ||
	    !s->to_server)
		return 0;
	t->socks |= is_socks(s->data, s->len);
	return nd_tls_proxy(s->data, (size_t)s->len);
}

/*
 * Whether HTTP may still come when something else came first: behind SOCKS,
 * and of what began before the capture on its ports.
 */
static bool is_patient(const struct nd_http_talk *t, const struct nd_stream *s)
{
	static const uint16_t ports[] = {80,   81,   591,  3128, 5000,
					 8000, 8008, 8080, 8081, 8888};

	for (size_t i = 0; s->midstream && i < sizeof(ports) / sizeof(*ports);
	     i++)
		if (s->server_port == ports[i] || s->client_port == ports[i])
			return true;
	return t->known || t->socks;
}

static bool is_requests(const struct nd_http_talk *t, const struct nd_stream *s)
{
	return s->to_server != t->turned;
}

/* A head is there: what must be told before it, and whether it fits. */
static void on_head(struct nd_http_talk *t, const struct nd_stream *s,
		    struct nd_http_side *side)
{
	const struct nd_http_head *head = &side->reader.head;

	if (!t->known)
		t->turned = head->request != s->to_server;
	t->known = true;
	t->head_waits = true;
	if (head->request != is_requests(t, s)) {
		t->head_waits = false;
		t->over = true;
	} else if (!head->request) {
		side->interim = head->status / 100 == 1 && head->status != 101;
		t->answered = true;
		if (side->reader.resumed && t->requests > t->responses)
			t->give_up = t->requests - 1;
	} else if (t->requests - t->responses >= ND_HTTP_PIPELINE_MAX) {
		/* Of a capture with one direction none is waited for. */
		t->give_up = t->responses + 1;
		t->over = t->answered;
	}
}

static void set_bit(uint32_t *bits, uint64_t number, bool on)
{
	uint32_t bit = UINT32_C(1) << number % 32;

	*bits = on ? *bits | bit : *bits & ~bit;
}

static bool has_bit(uint32_t bits, uint64_t number)
{
	return bits >> number % 32 & 1;
}

/* Numbers the message and finds out how its body ends. */
static enum nd_http_what begin(struct nd_http_talk *t,
			       struct nd_http_side *side)
{
	struct nd_http_reader *r = &side->reader;
	struct nd_http_text method = r->head.method;

	t->head_waits = false;
	r->resumed = false;
	if (r->head.request) {
		side->number = t->requests++;
		set_bit(&t->heads, side->number, nd_http_is(&method, "HEAD"));
		set_bit(&t->connects, side->number,
			nd_http_is(&method, "CONNECT"));
	} else {
		side->number = t->responses;
		t->asked = side->number < t->requests;
		if (t->asked && has_bit(t->heads, side->number))
			method = (struct nd_http_text){"HEAD", 4};
		else if (t->asked && has_bit(t->connects, side->number))
			method = (struct nd_http_text){"CONNECT", 7};
		t->responses += !side->interim;
		if (t->requests < t->responses)
			t->requests = t->responses;
	}
	if (nd_http_body(&r->body, &r->head, &method) < 0) {
		nd_http_lose(r);
		t->end_waits = true;
		t->whole = false;
	} else if (r->body.framing == ND_HTTP_TUNNEL || r->head.major != 1) {
		/* another protocol, or HTTP/2's preface */
		t->end_waits = true;
		t->whole = true;
		t->over = true;
	}
	t->number = side->number;
	if (side->interim)
		return ND_HTTP_INTERIM;
	return r->head.request ? ND_HTTP_REQUEST : ND_HTTP_RESPONSE;
}

static enum nd_http_what end(struct nd_http_talk *t, const struct nd_stream *s,
			     struct nd_http_side *side)
{
	t->end_waits = false;
	t->number = side->number;
	side->head_ns = 0;
	if (side->interim)
		return ND_HTTP_NOTHING;
	return is_requests(t, s) ? ND_HTTP_REQUEST_END : ND_HTTP_RESPONSE_END;
}

/* Reads on; what comes of it is in *t.  False at the end of the bytes. */
static bool read_on(struct nd_http_talk *t, struct nd_stream *s,
		    struct nd_http_side *side)
{
	struct nd_http_reader *r = &side->reader;
	bool gap = s->event == ND_STREAM_GAP;
	enum nd_http_event event;

	if (gap && t->at)
		return false;
	if (t->at == 0)
		t->at = take_prelude(t, s);
	if (side->head_ns == 0 && !gap && t->at < s->len)
		side->head_ns = s->time_ns;
	if (gap) {
		event = nd_http_gap(r, s->len);
		t->at = 1;
	} else {
		event = nd_http_read(r, s->data, (size_t)s->len, &t->at);
		s->keep = r->keep;
	}
	if (event == ND_HTTP_HEAD)
		on_head(t, s, side);
	t->end_waits = event == ND_HTTP_WHOLE || event == ND_HTTP_BROKEN;
	t->whole = event == ND_HTTP_WHOLE;
	if (event == ND_HTTP_TOO_LONG) {
		t->over = true;
		t->long_head = true;
	}
	/* Of bytes that were passed over there is no head to be timed. */
	if (event == ND_HTTP_LOST ||
	    (event == ND_HTTP_MORE && r->resumed && r->keep == 0))
		side->head_ns = 0;
	if (!gap && r->lost && (event == ND_HTTP_LOST || event == ND_HTTP_MORE))
		t->over = r->lost > ND_HTTP_LOST_MAX || !is_patient(t, s);
	return event != ND_HTTP_MORE || t->over;
}

enum nd_http_what nd_http_talk(struct nd_http_talk *talk, struct nd_stream *s)
{
	struct nd_http_side *side = &talk->side[s->to_server];
	enum nd_http_what what;

	talk->over |= s->event == ND_STREAM_END;
	talk->now = side;
	do {
		if (talk->responses < talk->give_up) {
			talk->number = talk->responses++;
			return ND_HTTP_UNANSWERED;
		}
		if (talk->head_waits)
			return begin(talk, side);
		if (talk->end_waits) {
			what = end(talk, s, side);
			if (what != ND_HTTP_NOTHING)
				return what;
		}
		if (talk->over) {
			s->done = true;
			return ND_HTTP_OVER;
		}
	} while (read_on(talk, s, side));
	talk->at = 0;
	return ND_HTTP_NOTHING;
}
