/* SPDX-License-Identifier: MIT */
#ifndef METRICS_H
#define METRICS_H

#include <netdumplings/dumpling.h>
#include <stats.h>
#include <text.h>

/*
 * The statistics of hub, kitchens and gateway as Prometheus reads them: text
 * format 0.0.4, https://prometheus.io/docs/instrumenting/exposition_formats/
 */

struct metrics {
	uint8_t *status; /* the latest status dumpling's payload */
	size_t status_len;
};

/* Keeps the hub's status. */
void metrics_status(struct metrics *m, const struct nd_dumpling *d);
void metrics_free(struct metrics *m);

/* Appends all; what hub and kitchens said only while the hub is connected. */
void metrics_write(const struct metrics *m, bool connected,
		   const struct stats_gateway *own, struct text *t);

#endif
