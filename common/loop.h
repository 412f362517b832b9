/* SPDX-License-Identifier: MIT */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* What every program's loop needs: clocks, and signals as a descriptor. */

/* ns since some moment, never going back; and since 1970 UTC. */
int64_t loop_now_ns(void);
int64_t loop_wall_ns(void);

/*
 * From now on SIGINT, SIGTERM and SIGHUP wait in a descriptor for
 * loop_stopped(), and SIGPIPE does nothing.  Call it before any thread
 * starts.  The descriptor, or -errno.
 */
int loop_signals(void);
int loop_signals_fd(void);

/* True once one of them came.  Never waits. */
bool loop_stopped(void);

/* In a child: signals as they were before loop_signals(). */
void loop_signals_restore(void);

/* Milliseconds from now to deadline_ns, rounded up, for poll(). */
int loop_timeout_ms(int64_t deadline_ns);

#endif
