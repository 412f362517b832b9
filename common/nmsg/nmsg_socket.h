/* SPDX-License-Identifier: MIT */
#ifndef NMSG_SOCKET_H
#define NMSG_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

/* UDP sockets as nmsgtool names them: HOST/PORT[..PORT][,RATE[,FREQ]]. */
struct nmsg_socket_spec {
	char host[256];  /* an address of IPv4 or IPv6, or a name */
	int first, last; /* ports; 0, if first, for any */
	uint32_t rate;   /* datagrams in a second, 0 if not said */
};

/* 0 or -EINVAL. */
int nmsg_socket_parse(struct nmsg_socket_spec *spec, const char *text);

/*
 * A socket that listens at a port of it, or that sends there.  A descriptor,
 * or -errno: -ENXIO for a host that is not known.
 */
int nmsg_socket_listen(const struct nmsg_socket_spec *spec, int port);
int nmsg_socket_connect(const struct nmsg_socket_spec *spec, int port);

#endif
