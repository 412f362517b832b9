/* SPDX-License-Identifier: MIT */
#include "websocket_upgrade.h"

#include "base64.h"
#include "crypto.h"
#include "version.h"

#include <errno.h>
#include <stdbool.h>
#include <strings.h>
#include <sys/random.h>

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define KEY_LEN 16

int websocket_upgrade_accept(const char *key,
			     char accept[WEBSOCKET_ACCEPT_SIZE])
{
	uint8_t digest[CRYPTO_SHA1_LEN];
	struct text t = {0};
	int rc;

	text_puts(&t, key);
	text_puts(&t, GUID);
	rc = t.error ? t.error : crypto_sha1(t.at, t.len, digest);
	t.len = 0;
	if (rc == 0)
		base64_put(&t, digest, sizeof(digest));
	if (rc == 0 && !text_str(&t))
		rc = -ENOMEM;
	if (rc == 0)
		memcpy(accept, t.at, WEBSOCKET_ACCEPT_SIZE);
	text_free(&t);
	return rc;
}

int websocket_upgrade_request(struct text *t, const struct websocket_url *url,
			      char accept[WEBSOCKET_ACCEPT_SIZE])
{
	uint8_t bytes[KEY_LEN];
	struct text key = {0};
	int rc = -ENOMEM;

	if (getrandom(bytes, sizeof(bytes), 0) < 0)
		return -errno;
	base64_put(&key, bytes, sizeof(bytes));
	if (text_str(&key))
		rc = websocket_upgrade_accept(key.at, accept);
	if (rc == 0)
		text_printf(t,
			    "GET %s HTTP/1.1\r\nHost: %s\r\n"
			    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			    "Sec-WebSocket-Key: %s\r\n"
			    "Sec-WebSocket-Version: 13\r\n"
			    "User-Agent: netdumplings/" VERSION "\r\n\r\n",
			    url->path[0] ? url->path : "/", url->authority,
			    key.at);
	text_free(&key);
	return rc < 0 ? rc : t->error;
}

/* --- the answer ---------------------------------------------------------- */

/* A stretch of the answer. */
struct piece {
	const char *at;
	size_t len;
};

static bool piece_is(struct piece p, const char *text)
{
	return p.len == strlen(text) && strncasecmp(p.at, text, p.len) == 0;
}

static struct piece trim(struct piece p)
{
	while (p.len > 0 && (*p.at == ' ' || *p.at == '\t')) {
		p.at++;
		p.len--;
	}
	while (p.len > 0 && (p.at[p.len - 1] == ' ' || p.at[p.len - 1] == '\t'))
		p.len--;
	return p;
}

/* What comes before the byte, and *rest behind it; all, if it is not there. */
static struct piece cut(struct piece *rest, char c)
{
	struct piece first = *rest;
	const char *at = memchr(rest->at, c, rest->len);

	if (!at) {
		rest->at += rest->len;
		rest->len = 0;
		return first;
	}
	first.len = (size_t)(at - first.at);
	rest->at += first.len + 1;
	rest->len -= first.len + 1;
	return first;
}

static bool has_token(struct piece list, const char *token)
{
	while (list.len > 0)
		if (piece_is(trim(cut(&list, ',')), token))
			return true;
	return false;
}

/* What an answer must have. */
struct seen {
	bool upgrade, connection, accept;
};

static const char *read_header(struct seen *seen, struct piece line,
			       const char *accept)
{
	struct piece name = cut(&line, ':'), value = trim(line);

	if (piece_is(name, "Upgrade"))
		seen->upgrade |= piece_is(value, "websocket");
	else if (piece_is(name, "Connection"))
		seen->connection |= has_token(value, "upgrade");
	else if (piece_is(name, "Sec-WebSocket-Accept"))
		seen->accept = value.len == strlen(accept) &&
			       memcmp(value.at, accept, value.len) == 0;
	else if (piece_is(name, "Sec-WebSocket-Extensions") && value.len > 0)
		return "it wants an extension that was not offered";
	else if (piece_is(name, "Sec-WebSocket-Protocol") && value.len > 0)
		return "it wants a protocol that was not offered";
	return NULL;
}

static struct piece next_line(struct piece *rest)
{
	struct piece line = cut(rest, '\n');

	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

static const char *read_answer(struct piece head, const char *accept)
{
	static const char ok[] = "HTTP/1.1 101";
	struct piece line = next_line(&head);
	struct seen seen = {0};
	const char *why = NULL;

	if (line.len < strlen(ok) || memcmp(line.at, ok, strlen(ok)) != 0 ||
	    (line.len > strlen(ok) && line.at[strlen(ok)] != ' '))
		return "it does not speak WebSocket there";
	while (head.len > 0 && !why)
		why = read_header(&seen, next_line(&head), accept);
	if (!why && !(seen.upgrade && seen.connection && seen.accept))
		why = "its answer is not that of a WebSocket";
	return why;
}

int websocket_upgrade_read(const char *bytes, size_t len, const char *accept,
			   const char **why)
{
	const char *end = memmem(bytes, len, "\r\n\r\n", 4);

	if (!end && len < WEBSOCKET_UPGRADE_MAX)
		return 0;
	*why = "its answer has no end";
	if (end && (size_t)(end - bytes) < WEBSOCKET_UPGRADE_MAX)
		*why = read_answer((struct piece){bytes,
						  (size_t)(end - bytes) + 2},
				   accept);
	return *why ? -EPROTO : (int)(end - bytes) + 4;
}
