/* SPDX-License-Identifier: MIT */
#include "http.h"

#include "gateway.h"
#include "origin.h"

#include <libwebsockets.h>
#include <stdio.h>
#include <string.h>

#define PLAIN "text/plain; charset=utf-8"
/* Of an answer, sent at once. */
#define PIECE ((size_t)64 * 1024)

/* Headers of every answer: pages get what they need, and nothing from afar. */
static const char *const every[][2] = {
	{"x-content-type-options:", "nosniff"},
	{"referrer-policy:", "no-referrer"},
	{"content-security-policy:",
	 "default-src 'none'; script-src 'self'; style-src 'self'; "
	 "img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
	 "form-action 'none'; frame-ancestors 'none'"},
};

struct headers {
	struct lws *wsi;
	unsigned char bytes[LWS_PRE + 2048];
	unsigned char *at;
	int failed;
};

static void add(struct headers *h, const char *name, const char *value)
{
	h->failed |=
		lws_add_http_header_by_name(h->wsi, (const unsigned char *)name,
					    (const unsigned char *)value,
					    (int)strlen(value), &h->at,
					    h->bytes + sizeof(h->bytes));
}

/* Sends the headers of an answer.  0 or -1. */
static int send_headers(struct lws *wsi, struct http_answer *a, unsigned status,
			const char *type, const char *etag)
{
	struct headers h = {.wsi = wsi, .at = h.bytes + LWS_PRE};

	h.failed = lws_add_http_common_headers(
		wsi, status, type,
		status == HTTP_STATUS_NO_CONTENT ? LWS_ILLEGAL_HTTP_CONTENT_LEN
						 : a->len,
		&h.at, h.bytes + sizeof(h.bytes));
	add(&h, "cache-control:", a->lasts ? "max-age=86400" : "no-cache");
	for (size_t i = 0; i < sizeof(every) / sizeof(every[0]); i++)
		add(&h, every[i][0], every[i][1]);
	if (etag)
		add(&h, "etag:", etag);
	if (status == HTTP_STATUS_METHOD_NOT_ALLOWED)
		add(&h, "allow:", "GET, HEAD");
	if (h.failed ||
	    lws_finalize_write_http_header(wsi, h.bytes + LWS_PRE, &h.at,
					   h.bytes + sizeof(h.bytes)))
		return -1;
	return 0;
}

static int end(struct lws *wsi, struct http_answer *a)
{
	bool last = a->last;

	http_end(a);
	return lws_http_transaction_completed(wsi) || last ? -1 : 0;
}

/* Sends the headers, and has the body follow if there is to be one. */
static int answer(struct lws *wsi, struct http_answer *a, unsigned status,
		  const char *type, const char *etag)
{
	bool has_body = a->len > 0 && status != HTTP_STATUS_NOT_MODIFIED &&
			lws_hdr_total_length(wsi, WSI_TOKEN_HEAD_URI) <= 0;

	if (send_headers(wsi, a, status, type, etag) < 0)
		return -1;
	if (!has_body)
		return end(wsi, a);
	lws_callback_on_writable(wsi);
	return 0;
}

static int answer_text(struct lws *wsi, struct http_answer *a, unsigned status,
		       const char *text)
{
	text_printf(&a->own, "%s\n", text);
	a->body = a->own.at;
	a->len = a->own.len;
	return a->own.error ? -1 : answer(wsi, a, status, PLAIN, NULL);
}

static int answer_page(struct gateway *g, struct lws *wsi,
		       struct http_answer *a, const char *path)
{
	const struct page *page = pages_find(&g->pages, path);
	char known[256];

	if (!page && strcmp(path, "/") == 0) {
		text_printf(&a->own,
			    "nd-gateway is running, but has no pages: there is "
			    "no index.html in %s (see --pages).\n"
			    "WebSocket eaters, /metrics and /healthz are "
			    "served.\n",
			    g->pages.folder);
		a->body = a->own.at;
		a->len = a->own.len;
		return a->own.error
			       ? -1
			       : answer(wsi, a, HTTP_STATUS_OK, PLAIN, NULL);
	}
	if (!page)
		return answer_text(wsi, a, HTTP_STATUS_NOT_FOUND,
				   "There is no such page.");
	a->body = page->bytes;
	a->len = page->len;
	if (lws_hdr_copy(wsi, known, sizeof(known),
			 WSI_TOKEN_HTTP_IF_NONE_MATCH) > 0 &&
	    (strstr(known, page->etag) || strcmp(known, "*") == 0))
		return answer(wsi, a, HTTP_STATUS_NOT_MODIFIED, page->type,
			      page->etag);
	return answer(wsi, a, HTTP_STATUS_OK, page->type, page->etag);
}

static int answer_health(struct gateway *g, struct lws *wsi,
			 struct http_answer *a)
{
	char sentence[512];

	if (gateway_connected(g))
		return answer_text(wsi, a, HTTP_STATUS_OK, "ok");
	snprintf(sentence, sizeof(sentence), "The hub at %s is not connected.",
		 g->settings->hub);
	return answer_text(wsi, a, HTTP_STATUS_SERVICE_UNAVAILABLE, sentence);
}

/* Whose an address is; of none, where that is known from. */
static int answer_oui(struct gateway *g, struct lws *wsi, struct http_answer *a,
		      const char *address)
{
	int prefix = oui_prefix(address);
	const char *name;

	/* Not 404: browsers write those to the console, as errors of a page. */
	if (!g->oui.path)
		return answer(wsi, a, HTTP_STATUS_NO_CONTENT, PLAIN, NULL);
	if (*address == '\0')
		return answer_text(wsi, a, HTTP_STATUS_OK, g->oui.path);
	if (prefix < 0)
		return answer_text(wsi, a, HTTP_STATUS_BAD_REQUEST,
				   "This is no MAC address.");
	a->lasts = true;
	name = oui_name(&g->oui, (uint32_t)prefix);
	if (!name)
		return answer(wsi, a, HTTP_STATUS_NO_CONTENT, PLAIN, NULL);
	return answer_text(wsi, a, HTTP_STATUS_OK, name);
}

int http_request(struct gateway *g, struct lws *wsi, struct http_answer *a,
		 const char *path)
{
	http_end(a);
	g->stats.http_requests++;
	if (lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) <= 0 &&
	    lws_hdr_total_length(wsi, WSI_TOKEN_HEAD_URI) <= 0) {
		a->last = true;
		return answer_text(wsi, a, HTTP_STATUS_METHOD_NOT_ALLOWED,
				   "Only GET and HEAD are served here.");
	}
	if (strcmp(path, "/healthz") == 0)
		return answer_health(g, wsi, a);
	if (strncmp(path, "/oui/", 5) == 0)
		return answer_oui(g, wsi, a, path + 5);
	if (strcmp(path, "/metrics") != 0)
		return answer_page(g, wsi, a, path);
	gateway_metrics(g, &a->own);
	a->body = a->own.at;
	a->len = a->own.len;
	if (a->own.error)
		return -1;
	return answer(wsi, a, HTTP_STATUS_OK,
		      "text/plain; version=0.0.4; charset=utf-8", NULL);
}

int http_writeable(struct lws *wsi, struct http_answer *a)
{
	static unsigned char room[LWS_PRE + PIECE];
	size_t len = a->len - a->sent;
	bool final;

	if (!a->body)
		return 0;
	if (len > PIECE)
		len = PIECE;
	final = a->sent + len == a->len;
	memcpy(room + LWS_PRE, a->body + a->sent, len);
	if (lws_write(wsi, room + LWS_PRE, len,
		      final ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < (int)len)
		return -1;
	a->sent += len;
	if (final)
		return end(wsi, a);
	lws_callback_on_writable(wsi);
	return 0;
}

void http_end(struct http_answer *a)
{
	text_free(&a->own);
	memset(a, 0, sizeof(*a));
}

/* --- WebSockets ---------------------------------------------------------- */

/* An answer that libwebsockets has no part in: it knows no version yet. */
static int refuse(struct lws *wsi, const char *status, const char *why)
{
	char bytes[LWS_PRE + 512], *text = bytes + LWS_PRE;
	int len = snprintf(text, sizeof(bytes) - LWS_PRE,
			   "HTTP/1.1 %s\r\n"
			   "content-type: " PLAIN "\r\n"
			   "content-length: %zu\r\n\r\n%s\n",
			   status, strlen(why) + 1, why);

	lws_write(wsi, (unsigned char *)text, (size_t)len,
		  LWS_WRITE_HTTP_FINAL);
	return -1;
}

int http_upgrade(struct gateway *g, struct lws *wsi, bool room)
{
	char origin[256] = "", host[256] = "";

	if (g->stopping || !room)
		return refuse(wsi,
			      "503 Service Unavailable\r\nconnection: close",
			      "There are too many clients.");
	if (lws_hdr_copy(wsi, origin, sizeof(origin), WSI_TOKEN_ORIGIN) < 0 ||
	    lws_hdr_copy(wsi, host, sizeof(host), WSI_TOKEN_HOST) < 0 ||
	    !origin_allowed(&g->settings->origins, origin, host))
		return refuse(wsi, "403 Forbidden\r\nconnection: close",
			      "Pages of this origin may not connect here.");
	return 0;
}

/* RFC 9110 section 15.5.22. */
int http_no_pages(struct lws *wsi)
{
	return refuse(wsi,
		      "426 Upgrade Required\r\nupgrade: websocket\r\n"
		      "connection: upgrade, close",
		      "Kitchens bring dumplings here, by WebSocket. Pages and "
		      "eaters are served at another port.");
}
