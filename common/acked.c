/* SPDX-License-Identifier: MIT */
#include "acked.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

bool acked_bytes(int fd, uint64_t *bytes)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);
	bool known = getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0;

	*bytes = known ? info.tcpi_bytes_acked : 0;
	return known;
}
