/* SPDX-License-Identifier: MIT */
#include "put.h"

#include <netdumplings/dns.h>

#include <stdlib.h>
#include <string.h>

/* The bytes are one DNS message; every record of it is read and put. */

#define LIMIT (4 * 1024 * 1024)

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_record(const struct nd_dns_reader *r,
			 const struct nd_dns_record *record,
			 const uint8_t *message, size_t len)
{
	check(record->name_len <= 1003);
	check(strlen(record->name) == record->name_len);
	check(r->at <= len);
	if (record->section == ND_DNS_QUESTION) {
		check(!record->rdata && record->rdata_len == 0);
		return;
	}
	check(record->rdata >= message + 12);
	check(record->rdata + record->rdata_len <= message + len);
}

static void put_all(struct nd_dumpling *out, const uint8_t *message, size_t len)
{
	static struct nd_dns_record record;
	struct nd_dns_reader r;
	struct nd_value v;
	char text[ND_DNS_TEXT], name[1024];
	int rc;

	check((nd_dns_start(&r, message, len) == 0) == (len >= 12));
	if (len < 12)
		return;
	put_begin(out);
	nd_put_array(out, NULL);
	while ((rc = nd_dns_next(&r, &record)) > 0) {
		check_record(&r, &record, message, len);
		check(*nd_dns_type(record.type, text) != '\0');
		check(*nd_dns_class(record.klass, text) != '\0');
		nd_put_dns_data(out, NULL, &r, &record);
		check(nd_dns_data_name(&r, &record, 2, name) <= 1003);
	}
	check(nd_dns_start(&r, message, len) == 0);
	if (nd_put_dns_records(out, NULL, &r, ND_DNS_ADDITIONAL, 100) < 0)
		check(r.left[0] + r.left[1] + r.left[2] + r.left[3] > 0);
	nd_put_dns_txt(out, NULL, message, len);
	nd_end(out);
	rc = put_finish(out);
	if (rc < 0) {
		check(out->len == out->start); /* larger than the limit */
		return;
	}
	put_expose(out);
	check(nd_payload(out, &v) == 0 && v.type == ND_ARRAY);
	check(nd_json(out, NULL) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct nd_dns_record record;
	struct nd_dumpling *out = dumpling_new(LIMIT);
	uint8_t *message = malloc(len ? len : 1);
	struct nd_dns dns;

	if (!message || !out) {
		free(message);
		dumpling_free(out);
		return 0;
	}
	if (len)
		memcpy(message, data, len);
	if (nd_dns_message(message, len, &dns))
		check(strlen(dns.name) == dns.name_len);
	if (nd_dns_opt(message, len, &record))
		check(record.type == 41 && *record.name == '\0');
	out->chef = "DNS";
	put_all(out, message, len);
	dumpling_free(out);
	free(message);
	return 0;
}
