/* SPDX-License-Identifier: MIT */
#include "call.h"

#include "wire.h"

#define VOICE_MS 80
#define VOICE_BYTES 640 /* of G.711 */
#define VIDEO_MS 80

/* Each side is an errand of its own; step is how often it has spoken. */
static bool is_video(const struct errand *e)
{
	return e->seq != 0;
}

static uint32_t interval_ms(const struct errand *e)
{
	return is_video(e) ? VIDEO_MS : VOICE_MS;
}

/* A picture is large when much moves in it. */
static uint32_t size_now(const struct errand *e)
{
	const uint32_t scene = e->step / 40 * 2654435761U >> 30;

	if (!is_video(e))
		return VOICE_BYTES;
	return 150 + 330 * scene + chance_below(&e->w->chance, 200);
}

static void speak(void *self)
{
	struct errand *e = self;
	struct world *w = e->w;
	const uint32_t ms = interval_ms(e), size = size_now(e);
	const struct ends ends = {.from = e->from,
				  .to = e->to,
				  .from_port = e->id,
				  .to_port = e->id};
	struct fill f = wire_body(w);

	fill8(&f, 0x80);
	fill8(&f, is_video(e) ? 96 : 0);
	fill16(&f, e->step & 0xffff);
	fill32(&f, e->step * ms * 8);
	fill32(&f, (uint32_t)(e->from - w->hosts) << 16 | e->id);
	chance_bytes(e->step, f.at, size);
	f.at += size;
	wire_udp(w, &ends, &f);
	if (e->step * ms >= e->count * 1000)
		world_done(e);
	else
		world_go_on(e, ms * WORLD_MS, speak);
}

static void start(struct world *w, struct host *from, struct host *to,
		  uint16_t port, uint32_t seconds, bool video)
{
	struct errand *e = world_errand(w, from, to, speak);

	if (!e)
		return;
	e->id = port;
	e->count = seconds;
	e->seq = video;
}

void call_start(struct world *w, struct host *from, struct host *to,
		uint32_t seconds, bool video)
{
	uint16_t port = (uint16_t)(16384 + 2 * chance_below(&w->chance, 4000));

	if (from == to)
		return;
	start(w, from, to, port, seconds, video);
	start(w, to, from, port, seconds, video);
}
