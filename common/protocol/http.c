/* SPDX-License-Identifier: MIT */
#include <netdumplings/http.h>

#include <errno.h>
#include <string.h>
#include <strings.h>

#define METHOD_MAX 32
#define TEXT(literal) (literal), sizeof(literal) - 1

/* By first letter: the methods that a connection may begin with. */
static const char methods[26][96] = {
	['A' - 'A'] = "ACL ",
	['B' - 'A'] = "BASELINE-CONTROL BIND BITS_POST BCOPY BDELETE BMOVE "
		      "BPROPFIND BPROPPATCH ",
	['C' - 'A'] = "CONNECT COPY CHECKOUT CHECKIN CCM_POST ",
	['D' - 'A'] = "DELETE DESCRIBE ",
	['G' - 'A'] = "GET ",
	['H' - 'A'] = "HEAD ",
	['I' - 'A'] = "INVOKE ",
	['L' - 'A'] = "LOCK LINK LABEL ",
	['M' - 'A'] = "MOVE MKCOL MERGE MKACTIVITY MKCALENDAR MKWORKSPACE "
		      "M-SEARCH M-POST ",
	['N' - 'A'] = "NOTIFY ",
	['O' - 'A'] = "OPTIONS ORDERPATCH ",
	['P' - 'A'] = "POST PUT PATCH PROPFIND PROPPATCH PRI PURGE POLL ",
	['Q' - 'A'] = "QUERY ",
	['R' - 'A'] = "REPORT REBIND RPC_IN_DATA RPC_OUT_DATA RPC_CONNECT ",
	['S' - 'A'] = "SEARCH SUBSCRIBE SOURCE SSTP_DUPLEX_POST STAT ",
	['T' - 'A'] = "TRACE TRACK ",
	['U' - 'A'] = "UNLOCK UNSUBSCRIBE UPDATE UNCHECKOUT UNBIND UNLINK ",
	['V' - 'A'] = "VERSION-CONTROL ",
	['X' - 'A'] = "X-MS-ENUMATTS ",
};

static int starts_with(const char *p, size_t len, const char *word, size_t want)
{
	if (memcmp(p, word, len < want ? len : want) != 0)
		return -EBADMSG;
	return len >= want;
}

int nd_http_begins(const void *bytes, size_t len)
{
	const char *p = bytes, *word, *space;
	int rc;

	if (len == 0)
		return 0;
	if (*p < 'A' || *p > 'Z')
		return -EBADMSG;
	if (*p == 'H') {
		rc = starts_with(p, len, TEXT("HTTP/1."));
		if (rc >= 0)
			return rc;
	}
	for (word = methods[*p - 'A']; *word; word = space + 1) {
		space = strchr(word, ' ');
		rc = starts_with(p, len, word, (size_t)(space + 1 - word));
		if (rc >= 0)
			return rc;
	}
	return -EBADMSG;
}

/* RFC 9110 section 5.6.2 */
static bool is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct nd_http_text trim(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	while (end > at && is_blank(end[-1]))
		end--;
	return (struct nd_http_text){at, (size_t)(end - at)};
}

/* "HTTP/1.1" */
static bool read_version(struct nd_http_head *h, const char *p, size_t len)
{
	if (len != 8 || memcmp(p, "HTTP/", 5) != 0 || p[5] < '0' ||
	    p[5] > '9' || p[6] != '.' || p[7] < '0' || p[7] > '9')
		return false;
	h->major = (uint8_t)(p[5] - '0');
	h->minor = (uint8_t)(p[7] - '0');
	return true;
}

/* RFC 9112 section 4; without a reason the last space is often missing. */
static int status_line(struct nd_http_head *h, const char *p, const char *end)
{
	size_t len = (size_t)(end - p);

	if (len < 12 || !read_version(h, p, 8) || h->major != 1 || p[8] != ' ')
		return -EBADMSG;
	for (unsigned i = 9; i < 12; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -EBADMSG;
		h->status = (uint16_t)(h->status * 10 + (p[i] - '0'));
	}
	if (len > 12 && p[12] != ' ')
		return -EBADMSG;
	h->reason = trim(p + 12, end);
	return 0;
}

/* RFC 9112 section 3; clients have been seen to send targets with spaces. */
static int request_line(struct nd_http_head *h, const char *p, const char *end)
{
	const char *space = memchr(p, ' ', (size_t)(end - p));
	const char *last = memrchr(p, ' ', (size_t)(end - p));

	if (!space || space == p || space - p > METHOD_MAX ||
	    !read_version(h, last + 1, (size_t)(end - last - 1)))
		return -EBADMSG;
	h->request = true;
	h->method = (struct nd_http_text){p, (size_t)(space - p)};
	h->target = trim(space, last > space ? last : space);
	for (size_t i = 0; i < h->method.len; i++)
		if (!is_token(p[i]))
			return -EBADMSG;
	if (h->target.len == 0 || (h->major != 1 && h->major != 2) ||
	    (h->major == 2 && !nd_http_is(&h->method, "PRI")))
		return -EBADMSG;
	return 0;
}

static int start_line(struct nd_http_head *h, const char *p, const char *end)
{
	memset(h, 0, sizeof(*h));
	if (end > p && end[-1] == '\r')
		end--;
	if (end - p >= 5 && memcmp(p, "HTTP/", 5) == 0)
		return status_line(h, p, end);
	return request_line(h, p, end);
}

/* Whether a line that is not whole may become a start line. */
static bool may_start(const char *p, size_t len)
{
	size_t i;

	if (len >= 5 && memcmp(p, "HTTP/", 5) == 0)
		return true;
	for (i = 0; i < len && i <= METHOD_MAX; i++)
		if (!is_token(p[i]))
			return p[i] == (i > 0 ? ' ' : '\r');
	return i <= METHOD_MAX;
}

/* A line that is whole: 1 at the head's end, 0, -EBADMSG. */
static int scan_line(struct nd_http_scan *s, struct nd_http_head *h,
		     const char *p, uint32_t end)
{
	const char *line = p + s->line;
	size_t len = end - s->line;
	int rc = 0;

	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (s->started) {
		rc = len == 0;
	} else if (len > 0) {
		rc = start_line(h, line, line + len);
		s->started = rc == 0;
		s->start = s->line;
	}
	s->line = end + 1;
	return rc;
}

/* The start line is whole and good: the fields are behind it, up to end. */
static void fill(struct nd_http_head *h, const char *start, const char *end)
{
	const char *lf = memchr(start, '\n', (size_t)(end - start));

	start_line(h, start, lf);
	h->fields.at = lf + 1;
	h->fields.len = (size_t)(end - lf - 1);
}

int nd_http_head(struct nd_http_head *head, struct nd_http_scan *scan,
		 const void *bytes, size_t len)
{
	size_t most = len < ND_HTTP_HEAD_MAX ? len : ND_HTTP_HEAD_MAX;
	const char *p = bytes, *lf;
	int rc;

	while (scan->at < most) {
		lf = memchr(p + scan->at, '\n', most - scan->at);
		scan->at = (uint32_t)(lf ? lf + 1 - p : (ptrdiff_t)most);
		if (!lf)
			break;
		rc = scan_line(scan, head, p, (uint32_t)(lf - p));
		if (rc < 0)
			return rc;
		if (rc > 0) {
			fill(head, p + scan->start, lf + 1);
			return (int)scan->at;
		}
	}
	if (!scan->started && !may_start(p + scan->line, most - scan->line))
		return -EBADMSG;
	return len < ND_HTTP_HEAD_MAX ? 0 : -EMSGSIZE;
}

/* The end of a field's lines: the first LF that no blank follows. */
static const char *field_end(const char *p, const char *end)
{
	const char *lf;

	for (;;) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (!lf)
			return end;
		p = lf + 1;
		if (p == end || (*p != ' ' && *p != '\t'))
			return p;
	}
}

bool nd_http_each(const struct nd_http_head *head, size_t *position,
		  struct nd_http_text *name, struct nd_http_text *value)
{
	const char *end = head->fields.at + head->fields.len;
	const char *p = head->fields.at + *position, *next, *colon;

	for (; p < end; p = next) {
		next = field_end(p, end);
		colon = memchr(p, ':', (size_t)(next - p));
		if (!colon)
			continue;
		*name = trim(p, colon);
		*value = trim(colon + 1, next);
		*position = (size_t)(next - head->fields.at);
		return true;
	}
	return false;
}

bool nd_http_is(const struct nd_http_text *text, const char *word)
{
	return text->len == strlen(word) &&
	       strncasecmp(text->at, word, text->len) == 0;
}

bool nd_http_field(const struct nd_http_head *head, const char *name,
		   struct nd_http_text *value)
{
	struct nd_http_text found;
	size_t position = 0;

	while (nd_http_each(head, &position, &found, value))
		if (nd_http_is(&found, name))
			return true;
	*value = (struct nd_http_text){NULL, 0};
	return false;
}

bool nd_http_secret(const char *name)
{
	static const char *const secrets[] = {"authorization",
					      "proxy-authorization",
					      "authentication-info",
					      "proxy-authentication-info",
					      "cookie",
					      "cookie2",
					      "set-cookie",
					      "set-cookie2"};

	for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++)
		if (strcasecmp(name, secrets[i]) == 0)
			return true;
	return false;
}

size_t nd_http_authority(struct nd_http_text *url)
{
	const char *at, *end = url->at + url->len, *slash;
	const char *start = memmem(url->at, url->len, "://", 3);
	const char *query = memchr(url->at, '?', url->len);

	if (!start || url->at[0] == '/' || (query && query < start))
		return 0;
	start += 3;
	for (slash = start;
	     slash < end && *slash != '/' && *slash != '?' && *slash != '#';)
		slash++;
	at = memrchr(start, '@', (size_t)(slash - start));
	start = at ? at + 1 : start;
	*url = (struct nd_http_text){start, (size_t)(end - start)};
	return (size_t)(slash - start);
}
