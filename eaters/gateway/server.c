/* SPDX-License-Identifier: MIT */
#include "server.h"

#include "client.h"
#include "door.h"
#include "http.h"
#include "kitchen.h"

#include <errno.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <log.h>
#include <loop.h>
#include <stdlib.h>
#include <sys/resource.h>

#define SECOND_US INT64_C(1000000)
/* Of several dumplings in so much time the latest may do. */
#define SLOT_US (SECOND_US / 4)
/* Between batches, for each client. */
#define CLIENT_INTERVAL_NS INT64_C(100000)
#define REQUEST_S 10
/* Connections beside the clients': browsers that fetch pages. */
#define HTTP_CONNECTIONS 128
/* What is read from a connection at once. */
#define READ_BYTES (16 * 1024)
/* Descriptors of the process that are no connection. */
#define OTHER_FDS 128
/* WebSocket kitchens at a time; more are refused. */
#define KITCHENS_MAX 256

enum source_type {
	SOURCE_EATERS,
	SOURCE_KITCHENS,
	SOURCE_HUB,
	SOURCE_ROOM, /* the hub has taken some of what it is to get */
	SOURCE_SIGNAL,
};

/* A descriptor in the loop that is not a connection. */
struct source {
	enum source_type type;
	struct lws *wsi;
};

struct server {
	struct gateway *g;
	struct lws_context *context;
	lws_retry_bo_t keepalive; /* pings, and hangs up on the silent */
	struct door eaters, kitchens;
	struct source sources[2 * LISTENER_MAX + 3];
	unsigned source_count;
	lws_sorted_usec_list_t second, batches, again, flush, slots;
	int64_t batches_ns; /* when it was time for them */
	int64_t stop_ns;    /* not later than this it ends; 0: it runs */
	int error;
};

/* What libwebsockets keeps for each connection of an eater or a page. */
struct session {
	struct client *client;
	struct http_answer answer;
};

static struct server *server_of(struct lws *wsi)
{
	return lws_context_user(lws_get_context(wsi));
}

/* --- the hub and the clock ----------------------------------------------- */

static void on_batches(lws_sorted_usec_list_t *sul)
{
	struct server *s = lws_container_of(sul, struct server, batches);

	s->batches_ns = loop_now_ns();
	s->g->bytes_unsent = 0;
	client_notify_all(s->g, true);
}

/*
 * The time between batches.  A frame is a send for each client, so few clients
 * get theirs soon, and what that costs stays the same up to many.
 */
static int64_t interval_ns(const struct server *s)
{
	int64_t most = (int64_t)s->g->settings->frame_interval_ms * 1000000;
	int64_t enough = (int64_t)s->g->stats.clients * CLIENT_INTERVAL_NS;

	return enough < most ? enough : most;
}

/* Lets clients have what came; batches not too often while it is busy. */
static void notify(struct server *s)
{
	int64_t left = s->batches_ns + interval_ns(s) - loop_now_ns();

	if (s->g->bytes_unsent == 0)
		return;
	if (left <= 0 || s->g->bytes_unsent >= FRAME_BYTES / 2) {
		lws_sul_cancel(&s->batches);
		on_batches(&s->batches);
		return;
	}
	client_notify_all(s->g, false);
	if (lws_dll2_is_detached(&s->batches.list))
		lws_sul_schedule(s->context, 0, &s->batches, on_batches,
				 left / 1000 + 1);
}

static void on_slots(lws_sorted_usec_list_t *sul)
{
	struct server *s = lws_container_of(sul, struct server, slots);

	gateway_turn(s->g);
	notify(s);
	if (s->g->filters.thins > 0)
		lws_sul_schedule(s->context, 0, sul, on_slots, SLOT_US);
}

static void on_again(lws_sorted_usec_list_t *sul);

/* The bus's descriptor tells of news once: what is left is for another turn. */
static void drain(struct server *s)
{
	int rc = s->stop_ns ? 0 : gateway_drain(s->g);

	if (rc < 0)
		s->error = rc;
	else if (rc > 0)
		lws_sul_schedule(s->context, 0, &s->again, on_again, 1);
	if (gateway_turn_due(s->g))
		on_slots(&s->slots);
	else
		notify(s);
}

static void on_again(lws_sorted_usec_list_t *sul)
{
	drain(lws_container_of(sul, struct server, again));
}

static void on_flush(lws_sorted_usec_list_t *sul)
{
	struct server *s = lws_container_of(sul, struct server, flush);

	kitchen_flush_all(s->g);
}

/* What kitchens sent in this turn goes on at its end, together. */
static void flush_soon(struct server *s)
{
	if (lws_dll2_is_detached(&s->flush.list))
		lws_sul_schedule(s->context, 0, &s->flush, on_flush, 1);
}

static void let_in(struct server *s, bool let)
{
	for (unsigned i = 0; i < s->source_count; i++)
		if (s->sources[i].type <= SOURCE_KITCHENS)
			lws_rx_flow_control(s->sources[i].wsi, let);
}

static void on_second(lws_sorted_usec_list_t *sul)
{
	struct server *s = lws_container_of(sul, struct server, second);

	lws_sul_schedule(s->context, 0, sul, on_second, SECOND_US);
	client_check_all(s->g);
	kitchen_check_all(s->g);
	drain(s);
	if (!s->stop_ns)
		let_in(s, true);
}

/* --- descriptors --------------------------------------------------------- */

static void stop(struct server *s)
{
	if (s->stop_ns)
		return;
	s->stop_ns = loop_now_ns() + 2 * SECOND_US * 1000;
	s->g->stopping = true;
	let_in(s, false);
	client_close_all(s->g);
	kitchen_close_all(s->g);
}

static int on_source(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	struct source *source = lws_get_opaque_user_data(wsi);

	(void)user;
	(void)in;
	(void)len;
	if (reason != LWS_CALLBACK_RAW_RX_FILE || !source)
		return 0;
	switch (source->type) {
	case SOURCE_EATERS:
		door_accept(&server_of(wsi)->eaters, wsi);
		break;
	case SOURCE_KITCHENS:
		door_accept(&server_of(wsi)->kitchens, wsi);
		break;
	case SOURCE_HUB:
		drain(server_of(wsi));
		break;
	case SOURCE_ROOM:
		push_room_told(server_of(wsi)->g->intake.push);
		kitchen_flush_all(server_of(wsi)->g);
		break;
	case SOURCE_SIGNAL:
		if (loop_stopped())
			stop(server_of(wsi));
		break;
	}
	return 0;
}

/* --- connections --------------------------------------------------------- */

static int on_connection(struct lws *wsi, enum lws_callback_reasons reason,
			 void *user, void *in, size_t len)
{
	struct session *session = user;
	struct server *s = server_of(wsi);

	switch (reason) {
	case LWS_CALLBACK_HTTP:
		drain(s);
		return http_request(s->g, wsi, &session->answer, in);
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return http_writeable(wsi, &session->answer);
	case LWS_CALLBACK_CLOSED_HTTP:
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
		if (session)
			http_end(&session->answer);
		return 0;
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		return http_upgrade(s->g, wsi,
				    s->g->stats.clients <
					    s->g->settings->max_clients);
	case LWS_CALLBACK_ESTABLISHED:
		session->client = client_new(s->g, wsi);
		return session->client ? 0 : -1;
	case LWS_CALLBACK_RECEIVE:
		if (client_receive(session->client, in, len) < 0)
			return -1;
		if (s->g->filters.thins > 0 &&
		    lws_dll2_is_detached(&s->slots.list))
			on_slots(&s->slots);
		drain(s);
		return 0;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return client_writeable(session->client);
	case LWS_CALLBACK_CLOSED:
		client_free(session->client);
		session->client = NULL;
		drain(s);
		return 0;
	case LWS_CALLBACK_WSI_CREATE:
		s->eaters.connections += lws_get_opaque_user_data(wsi) == NULL;
		return 0;
	case LWS_CALLBACK_WSI_DESTROY:
		s->eaters.connections -= lws_get_opaque_user_data(wsi) == NULL;
		return 0;
	default:
		return 0;
	}
}

static int on_kitchen(struct lws *wsi, enum lws_callback_reasons reason,
		      void *user, void *in, size_t len)
{
	struct kitchen **kitchen = user;
	struct server *s = server_of(wsi);
	int rc;

	switch (reason) {
	case LWS_CALLBACK_HTTP:
		return http_no_pages(wsi);
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		return http_upgrade(s->g, wsi, true);
	case LWS_CALLBACK_ESTABLISHED:
		*kitchen = kitchen_new(s->g, wsi);
		return *kitchen ? 0 : -1;
	case LWS_CALLBACK_RECEIVE:
		rc = kitchen_receive(*kitchen, in, len);
		flush_soon(s);
		return rc;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return kitchen_writeable(*kitchen);
	case LWS_CALLBACK_CLOSED:
		kitchen_free(*kitchen);
		*kitchen = NULL;
		return 0;
	case LWS_CALLBACK_WSI_CREATE:
		s->kitchens.connections++;
		return 0;
	case LWS_CALLBACK_WSI_DESTROY:
		s->kitchens.connections--;
		return 0;
	default:
		return 0;
	}
}

/* --- making -------------------------------------------------------------- */

/*
 * What one send() may take is tx_packet_size, or, if that is 0, no more than
 * rx_buffer_size: it has to be larger than any frame.
 */
static const struct lws_protocols protocols[] = {
	{
		.name = "netdumplings",
		.callback = on_connection,
		.per_session_data_size = sizeof(struct session),
		.rx_buffer_size = 1024,
		.tx_packet_size = RING_TEXT_MAX + FRAME_BYTES,
	},
	{.name = "source", .callback = on_source},
	{0},
};

static const struct lws_protocols kitchen_protocols[] = {
	{
		.name = "netdumplings",
		.callback = on_kitchen,
		.per_session_data_size = sizeof(struct kitchen *),
		.rx_buffer_size = READ_BYTES,
	},
	{0},
};

static void on_log(int level, const char *line)
{
	static struct log_limit limit;

	(void)level;
	log_limited(&limit, "%.*s", (int)strcspn(line, "\n"), line);
}

/* Takes fd.  0 or -errno. */
static int add_source(struct server *s, enum source_type type, int fd)
{
	struct source *source = &s->sources[s->source_count];
	lws_adopt_desc_t info = {
		.vh = s->eaters.vhost,
		.type = LWS_ADOPT_RAW_FILE_DESC,
		.fd.filefd = fd,
		.vh_prot_name = "source",
		.opaque = source,
	};

	if (fd < 0)
		return -errno;
	source->type = type;
	source->wsi = lws_adopt_descriptor_vhost_via_info(&info);
	if (!source->wsi)
		return -ENOMEM;
	s->source_count++;
	return 0;
}

/* libwebsockets closes what it adopted, so it gets descriptors of its own. */
static int add_copy(struct server *s, enum source_type type, int fd)
{
	return add_source(s, type, fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

/* Descriptors for all clients, as far as this process may. */
static void raise_limit(rlim_t connections)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 ||
	    limit.rlim_cur >= connections + OTHER_FDS)
		return;
	limit.rlim_cur = connections + OTHER_FDS;
	if (limit.rlim_cur > limit.rlim_max)
		limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int open_vhosts(struct server *s)
{
	struct lws_context_creation_info info = {
		.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			   LWS_SERVER_OPTION_VALIDATE_UTF8 |
			   LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME,
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.vhost_name = "eaters",
		.protocols = protocols,
		.user = s,
		.server_string = "nd-gateway",
		.pt_serv_buf_size = READ_BYTES,
		.max_http_header_data2 = 8192,
		.max_http_header_pool2 = 256,
		.timeout_secs = REQUEST_S,
		.timeout_secs_ah_idle = REQUEST_S,
		.keepalive_timeout = REQUEST_S,
		.retry_and_idle_policy = &s->keepalive,
	};
	uint16_t ping_s = (uint16_t)s->g->settings->ping_s;

	s->keepalive.secs_since_valid_ping = ping_s;
	s->keepalive.secs_since_valid_hangup = (uint16_t)(2 * ping_s);
	s->context = lws_create_context(&info);
	if (!s->context)
		return -ENOMEM;
	s->eaters.vhost = lws_create_vhost(s->context, &info);
	/* By this number and the Host header it chooses among vhosts. */
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.vhost_name = "kitchens";
	info.protocols = kitchen_protocols;
	s->kitchens.vhost = lws_create_vhost(s->context, &info);
	return s->eaters.vhost && s->kitchens.vhost ? 0 : -ENOMEM;
}

/* Takes the sockets of the listener. */
static int listen_for(struct server *s, enum source_type type,
		      struct listener *l)
{
	int rc = 0;

	while (rc == 0 && l->count > 0)
		rc = add_source(s, type, l->fds[--l->count]);
	return rc;
}

static int open_server(struct server *s, struct listener *eaters,
		       struct listener *kitchens, int signal_fd)
{
	int rc;

	lws_set_log_level(LLL_ERR, on_log);
	s->eaters.most = s->g->settings->max_clients + HTTP_CONNECTIONS;
	s->kitchens.most = KITCHENS_MAX;
	raise_limit(s->eaters.most + s->kitchens.most);
	rc = open_vhosts(s);
	if (rc == 0)
		rc = listen_for(s, SOURCE_EATERS, eaters);
	if (rc == 0)
		rc = listen_for(s, SOURCE_KITCHENS, kitchens);
	if (rc == 0)
		rc = add_copy(s, SOURCE_SIGNAL, signal_fd);
	if (rc == 0)
		rc = add_copy(s, SOURCE_HUB, nd_eater_fd(s->g->eater));
	if (rc == 0 && s->g->intake.push)
		rc = add_copy(s, SOURCE_ROOM, push_room_fd(s->g->intake.push));
	return rc;
}

struct server *server_new(struct gateway *g, struct listener *eaters,
			  struct listener *kitchens, int signal_fd)
{
	struct server *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return NULL;
	s->g = g;
	rc = open_server(s, eaters, kitchens, signal_fd);
	if (rc == 0)
		return s;
	server_free(s);
	errno = -rc;
	return NULL;
}

void server_free(struct server *s)
{
	if (!s)
		return;
	if (s->context)
		lws_context_destroy(s->context);
	free(s);
}

int server_run(struct server *s)
{
	on_second(&s->second);
	while (s->error == 0) {
		if (s->stop_ns && ((!s->g->clients && !s->g->kitchens) ||
				   loop_now_ns() > s->stop_ns))
			break;
		if (lws_service(s->context, 0) < 0)
			return -EIO;
	}
	return s->error;
}
