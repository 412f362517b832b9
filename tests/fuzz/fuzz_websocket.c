/* SPDX-License-Identifier: MIT */
/* What a WebSocket server sends: its answer, then frames. */
#include "websocket_frames.h"
#include "websocket_upgrade.h"

#include <stdbool.h>
#include <stdlib.h>

#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
#define MESSAGE_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool fact)
{
	if (!fact)
		abort();
}

/* Gives the bytes in pieces as long as `step`, and reads all there is. */
static size_t read_frames(const uint8_t *data, size_t size, size_t step)
{
	struct websocket_frames *f = websocket_frames_new(MESSAGE_MAX);
	struct websocket_frames_event e;
	size_t events = 0;
	int rc = 0;

	while (f && rc == 0 && size > 0) {
		size_t room, len = size < step ? size : step;
		void *to = websocket_frames_room(f, &room);

		len = len < room ? len : room;
		memcpy(to, data, len);
		websocket_frames_filled(f, len);
		data += len;
		size -= len;
		while ((rc = websocket_frames_read(f, &e)) > 0) {
			check(e.len <= MESSAGE_MAX);
			check(e.opcode < WEBSOCKET_CLOSE || e.len <= 125);
			events++;
		}
	}
	websocket_frames_free(f);
	return events;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *why = NULL;
	int rc = websocket_upgrade_read((const char *)data, size, ACCEPT, &why);
	size_t head = rc > 0 ? (size_t)rc : 0;

	check(rc >= 0 || why);
	check(head <= size && head <= WEBSOCKET_UPGRADE_MAX + 4);
	/* However they come, they are the same frames. */
	check(read_frames(data + head, size - head, 7) ==
	      read_frames(data + head, size - head, 65536));
	return 0;
}
