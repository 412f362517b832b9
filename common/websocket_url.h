/* SPDX-License-Identifier: MIT */
#ifndef WEBSOCKET_URL_H
#define WEBSOCKET_URL_H

/* A WebSocket's address, ws://HOST[:PORT][/PATH] (RFC 6455 section 3). */
struct websocket_url {
	char host[256]; /* without brackets */
	char port[6];
	char authority[272]; /* HOST:PORT, as written in requests */
	char path[240];      /* with the query; "" if there was none */
};

/*
 * Reads one.  0, -EPROTONOSUPPORT for wss://, which wants TLS, -EINVAL for
 * what is none.
 */
int websocket_url_read(struct websocket_url *url, const char *text,
		       int default_port);

#endif
