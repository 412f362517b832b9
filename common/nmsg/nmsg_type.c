/* SPDX-License-Identifier: MIT */
#include "nmsg_type.h"

#include "nmsg_base.h"
#include "nmsg_sie.h"

#include <string.h>
#include <strings.h>

static const struct nmsg_name vendors[] = {
	{"base", 1},        {"ISC", 1},      {"SIE", 2},
	{"GTISC", 3},       {"Defintel", 4}, {"Univie", 5},
	{"Unveillance", 6}, {"WISC", 7},     {NULL, 0},
};

static bool same(const char *name, const char *other, size_t other_len)
{
	return strlen(name) == other_len &&
	       strncasecmp(name, other, other_len) == 0;
}

/* A number of 32 bits in decimal digits, and nothing else. */
static bool is_number(const char *text, size_t len, uint32_t *number)
{
	uint64_t n = 0;

	if (len == 0 || len > 10)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(text[i] - '0');
	}
	*number = (uint32_t)n;
	return n <= UINT32_MAX;
}

const struct nmsg_type *nmsg_type_at(size_t n)
{
	if (n < nmsg_base_count)
		return &nmsg_base_types[n];
	n -= nmsg_base_count;
	return n < nmsg_sie_count ? &nmsg_sie_types[n] : NULL;
}

const struct nmsg_type *nmsg_type_find(uint32_t vid, uint32_t msgtype)
{
	/* The tables are in the order of the types' numbers, from 1. */
	if (msgtype == 0)
		return NULL;
	if (vid == NMSG_VENDOR_BASE && msgtype <= nmsg_base_count)
		return &nmsg_base_types[msgtype - 1];
	if (vid == NMSG_VENDOR_SIE && msgtype <= nmsg_sie_count)
		return &nmsg_sie_types[msgtype - 1];
	return NULL;
}

const char *nmsg_type_vendor(uint32_t vid)
{
	for (size_t i = 0; vendors[i].name; i++)
		if ((uint32_t)vendors[i].number == vid)
			return vendors[i].name;
	return NULL;
}

uint32_t nmsg_type_vendor_id(const char *vname, size_t vname_len)
{
	for (size_t i = 0; vendors[i].name; i++)
		if (same(vendors[i].name, vname, vname_len))
			return (uint32_t)vendors[i].number;
	return 0;
}

bool nmsg_type_named(const char *vname, size_t vname_len, const char *mname,
		     size_t mname_len, uint32_t *vid, uint32_t *msgtype)
{
	const struct nmsg_type *type;
	uint32_t vendor = nmsg_type_vendor_id(vname, vname_len);

	if (vendor == 0 && !is_number(vname, vname_len, &vendor))
		return false;
	for (size_t i = 0; (type = nmsg_type_at(i)); i++) {
		if (type->vid != vendor || !same(type->mname, mname, mname_len))
			continue;
		*vid = vendor;
		*msgtype = type->msgtype;
		return true;
	}
	if (!is_number(mname, mname_len, msgtype))
		return false;
	*vid = vendor;
	return true;
}

const struct nmsg_field *nmsg_type_field(const struct nmsg_type *type,
					 const char *name, size_t name_len)
{
	for (size_t i = 0; i < type->field_count; i++) {
		const char *field = type->fields[i].name;

		if (name_len > 0 && *field == *name &&
		    strlen(field) == name_len &&
		    memcmp(field, name, name_len) == 0)
			return &type->fields[i];
	}
	return NULL;
}

const char *nmsg_type_enum(const struct nmsg_field *field, int64_t number)
{
	for (const struct nmsg_name *n = field->names; n && n->name; n++)
		if (n->number == number)
			return n->name;
	return NULL;
}

bool nmsg_type_enum_number(const struct nmsg_field *field, const char *name,
			   size_t name_len, int32_t *number)
{
	for (const struct nmsg_name *n = field->names; n && n->name; n++) {
		if (!same(n->name, name, name_len))
			continue;
		*number = n->number;
		return true;
	}
	return false;
}
