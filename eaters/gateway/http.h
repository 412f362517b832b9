/* SPDX-License-Identifier: MIT */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <text.h>

/*
 * HTTP requests (RFC 9110): the pages, /metrics, /healthz and /oui/, and
 * whether a request may become a WebSocket.
 */

struct gateway;
struct lws;

/* An answer that is being sent; start it zeroed. */
struct http_answer {
	const char *body;
	size_t len;
	size_t sent;
	bool last;       /* the connection ends with it */
	bool lasts;      /* it may be kept for a day */
	struct text own; /* the body, if it was made for this answer */
};

/* A request came.  0, or -1 to close. */
int http_request(struct gateway *g, struct lws *wsi, struct http_answer *a,
		 const char *path);
/* The socket has room for more of the answer.  0, or -1 to close. */
int http_writeable(struct lws *wsi, struct http_answer *a);
void http_end(struct http_answer *a);

/*
 * 0, or -1 and the request to be a WebSocket was answered with a refusal, as
 * it is when there is no room for one more.
 */
int http_upgrade(struct gateway *g, struct lws *wsi, bool room);

/* Answers any request where only kitchens come in.  -1, to close. */
int http_no_pages(struct lws *wsi);

#endif
