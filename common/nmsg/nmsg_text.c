/* SPDX-License-Identifier: MIT */
#include "nmsg_text.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY 86400
#define NSEC_DIGITS 9
/* Years that four digits can tell, in seconds since 1970. */
#define TIME_MIN INT64_C(-62167219200)
#define TIME_MAX INT64_C(253402300799)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* --- addresses ----------------------------------------------------------- */

void nmsg_text_ip(struct text *t, const uint8_t *address, size_t len)
{
	char text[INET6_ADDRSTRLEN];

	if (len == 4) {
		for (int i = 0; i < 4; i++) {
			if (i > 0)
				text_putc(t, '.');
			text_uint(t, address[i]);
		}
	} else if (inet_ntop(AF_INET6, address, text, sizeof(text))) {
		text_puts(t, text);
	}
}

size_t nmsg_text_ip_read(const char *text, size_t len, uint8_t address[16])
{
	char copy[INET6_ADDRSTRLEN];

	if (len >= sizeof(copy))
		return 0;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (inet_pton(AF_INET, copy, address) == 1)
		return 4;
	return inet_pton(AF_INET6, copy, address) == 1 ? 16 : 0;
}

/* --- base64 -------------------------------------------------------------- */

static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789+/";

void nmsg_text_base64(struct text *t, const uint8_t *bytes, size_t len)
{
	size_t whole = len / 3, out = (len + 2) / 3 * 4;
	char *to = text_room(t, out);
	uint32_t n;

	if (!to)
		return;
	for (size_t i = 0; i < whole; i++, bytes += 3, to += 4) {
		n = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 |
		    bytes[2];
		to[0] = digits64[n >> 18];
		to[1] = digits64[n >> 12 & 63];
		to[2] = digits64[n >> 6 & 63];
		to[3] = digits64[n & 63];
	}
	if (len % 3 > 0) {
		n = (uint32_t)bytes[0] << 16;
		if (len % 3 == 2)
			n |= (uint32_t)bytes[1] << 8;
		to[0] = digits64[n >> 18];
		to[1] = digits64[n >> 12 & 63];
		to[2] = len % 3 == 2 ? digits64[n >> 6 & 63] : '=';
		to[3] = '=';
	}
	t->len += out;
}

/* What a digit stands for, and one more; 0 for what is none. */
static const uint8_t values64[256] = {
	['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,
	['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12,
	['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
	['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
	['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
	['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
	['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
	['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
	['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
	['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

bool nmsg_text_base64_read(struct text *t, const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t whole;
	uint8_t *to, v[4];
	uint32_t bad = 0;

	while (len > 0 && len % 4 != 1 && p[len - 1] == '=')
		len--;
	whole = len / 4;
	to = (uint8_t *)text_room(t, whole * 3 + 3);
	if (!to || len % 4 == 1)
		return false;
	for (size_t i = 0; i < whole; i++, p += 4, to += 3) {
		for (int j = 0; j < 4; j++)
			v[j] = (uint8_t)(values64[p[j]] - 1);
		bad |= (uint32_t)(v[0] | v[1] | v[2] | v[3]);
		to[0] = (uint8_t)(v[0] << 2 | v[1] >> 4);
		to[1] = (uint8_t)(v[1] << 4 | v[2] >> 2);
		to[2] = (uint8_t)(v[2] << 6 | v[3]);
	}
	if (len % 4 > 0) {
		v[0] = (uint8_t)(values64[p[0]] - 1);
		v[1] = (uint8_t)(values64[p[1]] - 1);
		v[2] = len % 4 == 3 ? (uint8_t)(values64[p[2]] - 1) : 0;
		bad |= (uint32_t)(v[0] | v[1] | v[2]);
		to[0] = (uint8_t)(v[0] << 2 | v[1] >> 4);
		to[1] = (uint8_t)(v[1] << 4 | v[2] >> 2);
	}
	if (bad & 0x80)
		return false;
	t->len += whole * 3 + (len % 4 > 0 ? len % 4 - 1 : 0);
	return true;
}

/* --- times --------------------------------------------------------------- */

static char *put_digits(char *to, uint32_t n, int count)
{
	for (int i = count; i-- > 0; n /= 10)
		to[i] = (char)('0' + n % 10);
	return to + count;
}

/*
 * Days since 1970 as a date of the Gregorian calendar, counted in years that
 * start in March, so that the day which comes and goes is the last.
 */
static void date(int64_t days, int64_t *year, uint32_t *month, uint32_t *day)
{
	int64_t z = days + 719468; /* since 0000-03-01 */
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	uint32_t of_era = (uint32_t)(z - era * 146097);
	uint32_t years =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	uint32_t of_year = of_era - (365 * years + years / 4 - years / 100);
	uint32_t march = (5 * of_year + 2) / 153;

	*day = of_year - (153 * march + 2) / 5 + 1;
	*month = march < 10 ? march + 3 : march - 9;
	*year = (int64_t)years + era * 400 + (*month <= 2);
}

static int64_t days_of(int64_t year, uint32_t month, uint32_t day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	uint32_t years = (uint32_t)(y - era * 400);
	uint32_t march = month > 2 ? month - 3 : month + 9;
	uint32_t of_era = years * 365 + years / 4 - years / 100 +
			  (153 * march + 2) / 5 + day - 1;

	return era * 146097 + (int64_t)of_era - 719468;
}

void nmsg_text_date(struct text *t, int64_t time_sec)
{
	char *to = text_room(t, 19), *first = to;
	uint32_t month, day, second;
	int64_t year, days;

	if (!to)
		return;
	if (time_sec < TIME_MIN)
		time_sec = TIME_MIN;
	if (time_sec > TIME_MAX)
		time_sec = TIME_MAX;
	days = (time_sec >= 0 ? time_sec : time_sec - (DAY - 1)) / DAY;
	second = (uint32_t)(time_sec - days * DAY);
	date(days, &year, &month, &day);
	to = put_digits(to, (uint32_t)year, 4);
	*to++ = '-';
	to = put_digits(to, month, 2);
	*to++ = '-';
	to = put_digits(to, day, 2);
	*to++ = ' ';
	to = put_digits(to, second / 3600, 2);
	*to++ = ':';
	to = put_digits(to, second / 60 % 60, 2);
	*to++ = ':';
	to = put_digits(to, second % 60, 2);
	t->len += (size_t)(to - first);
}

void nmsg_text_time(struct text *t, int64_t time_sec, uint32_t time_nsec)
{
	char *to;

	nmsg_text_date(t, time_sec);
	to = text_room(t, 1 + NSEC_DIGITS);
	if (!to)
		return;
	*to = '.';
	put_digits(to + 1, time_nsec, NSEC_DIGITS);
	t->len += 1 + NSEC_DIGITS;
}

static bool get_digits(const char **text, const char *end, int count,
		       uint32_t *n)
{
	*n = 0;
	if (end - *text < count)
		return false;
	for (int i = 0; i < count; i++) {
		if (!is_digit((*text)[i]))
			return false;
		*n = *n * 10 + (uint32_t)((*text)[i] - '0');
	}
	*text += count;
	return true;
}

static bool get(const char **text, const char *end, char c)
{
	if (*text == end || **text != c)
		return false;
	(*text)++;
	return true;
}

/* Digits behind a dot as nanoseconds. */
static bool fraction(const char **text, const char *end, uint32_t *nsec)
{
	uint32_t weight = 100000000;

	*nsec = 0;
	if (*text == end || !is_digit(**text))
		return false;
	for (; *text < end && is_digit(**text); (*text)++) {
		*nsec += weight * (uint32_t)(**text - '0');
		weight /= 10;
	}
	return true;
}

bool nmsg_text_time_read(const char *text, size_t len, int64_t *time_sec,
			 uint32_t *time_nsec)
{
	static const uint8_t last[] = {31, 29, 31, 30, 31, 30,
				       31, 31, 30, 31, 30, 31};
	const char *end = text + len;
	uint32_t y, mon, d, h, min, s, nsec = 0;

	if (!get_digits(&text, end, 4, &y) || !get(&text, end, '-') ||
	    !get_digits(&text, end, 2, &mon) || !get(&text, end, '-') ||
	    !get_digits(&text, end, 2, &d) ||
	    (!get(&text, end, ' ') && !get(&text, end, 'T')) ||
	    !get_digits(&text, end, 2, &h) || !get(&text, end, ':') ||
	    !get_digits(&text, end, 2, &min) || !get(&text, end, ':') ||
	    !get_digits(&text, end, 2, &s))
		return false;
	if (get(&text, end, '.') && !fraction(&text, end, &nsec))
		return false;
	get(&text, end, 'Z');
	if (text != end || mon < 1 || mon > 12 || d < 1 || d > last[mon - 1] ||
	    h > 23 || min > 59 || s > 60)
		return false;
	*time_sec = days_of(y, mon, d) * DAY + h * 3600 + min * 60 + s;
	*time_nsec = nsec;
	return true;
}

bool nmsg_text_seconds_read(const char *text, size_t len, int64_t *time_sec,
			    uint32_t *time_nsec)
{
	const char *end = text + len;
	bool negative = get(&text, end, '-');
	uint32_t nsec = 0;
	int64_t s = 0;

	if (text == end || !is_digit(*text))
		return false;
	for (; text < end && is_digit(*text); text++) {
		if (s > TIME_MAX)
			return false;
		s = s * 10 + (*text - '0');
	}
	if (get(&text, end, '.') && !fraction(&text, end, &nsec))
		return false;
	if (text != end)
		return false;
	*time_sec = negative ? -s - (nsec > 0) : s;
	*time_nsec = negative && nsec > 0 ? 1000000000 - nsec : nsec;
	return true;
}

/* --- numbers ------------------------------------------------------------- */

bool nmsg_text_int_read(const char *text, size_t len, uint64_t *n,
			bool *negative)
{
	const char *end = text + len;
	uint64_t u = 0;

	*negative = get(&text, end, '-');
	if (text == end)
		return false;
	for (; text < end; text++) {
		uint64_t digit = (uint64_t)(*text - '0');

		if (!is_digit(*text) || u > (UINT64_MAX - digit) / 10)
			return false;
		u = u * 10 + digit;
	}
	if (*negative && u > (uint64_t)INT64_MAX + 1)
		return false;
	*n = *negative ? -u : u;
	return true;
}

bool nmsg_text_hex_read(const char *text, size_t len, uint32_t *n)
{
	uint32_t u = 0;

	if (len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		text += 2;
		len -= 2;
	}
	if (len == 0 || len > 8)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = (char)(text[i] | 0x20);

		if (is_digit(text[i]))
			u = u << 4 | (uint32_t)(text[i] - '0');
		else if (c >= 'a' && c <= 'f')
			u = u << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	*n = u;
	return true;
}

void nmsg_text_double(struct text *t, double d)
{
	if (!isfinite(d)) {
		text_puts(t, "null");
		return;
	}
	text_printf(t, "%.18f", d);
	if (t->error)
		return;
	while (t->at[t->len - 1] == '0' && t->at[t->len - 2] != '.')
		t->len--;
}

/* Digits of a double's text, at most: no shorter one is as long as that. */
#define DOUBLE_MAX 400

bool nmsg_text_double_read(const char *text, size_t len, double *d)
{
	char copy[DOUBLE_MAX], *end;

	if (len == 0 || len >= sizeof(copy) ||
	    (!is_digit(*text) && *text != '-'))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	*d = strtod(copy, &end);
	return *end == '\0' && isfinite(*d) && !strchr(copy, 'x');
}
