/* SPDX-License-Identifier: MIT */
#include "door.h"

#include "frame.h"

#include <errno.h>
#include <libwebsockets.h>
#include <log.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#define ACCEPTS_PER_TURN 64
/* What the kernel may hold for a client that does not read. */
#define SEND_BUFFER ((int)(4 * FRAME_BYTES))

static void refuse(int fd)
{
	static const char answer[] = "HTTP/1.1 503 Service Unavailable\r\n"
				     "Connection: close\r\n"
				     "Content-Length: 0\r\n\r\n";

	(void)!send(fd, answer, sizeof(answer) - 1, MSG_NOSIGNAL);
	close(fd);
}

void door_accept(struct door *door, struct lws *listener)
{
	static struct log_limit limit;
	int listening = lws_get_socket_fd(listener);
	int one = 1, buffer = SEND_BUFFER;

	for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
		lws_sock_file_fd_type fd;

		fd.sockfd = accept4(listening, NULL, NULL,
				    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd.sockfd < 0 && (errno == EMFILE || errno == ENFILE)) {
			/* Again in a second. */
			log_limited(&limit, "cannot accept: %s",
				    strerror(errno));
			lws_rx_flow_control(listener, 0);
		}
		if (fd.sockfd < 0)
			return;
		setsockopt(fd.sockfd, IPPROTO_TCP, TCP_NODELAY, &one,
			   sizeof(one));
		setsockopt(fd.sockfd, SOL_SOCKET, SO_SNDBUF, &buffer,
			   sizeof(buffer));
		if (door->connections >= door->most)
			refuse(fd.sockfd);
		else
			lws_adopt_descriptor_vhost(door->vhost,
						   LWS_ADOPT_SOCKET |
							   LWS_ADOPT_HTTP,
						   fd, NULL, NULL);
	}
}
