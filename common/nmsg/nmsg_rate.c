/* SPDX-License-Identifier: MIT */
#include "nmsg_rate.h"

#include "loop.h"

#include <poll.h>
#include <time.h>

#define SECOND 1000000000
/* What was not used of the time before may be now. */
#define BURST_NS (SECOND / 100)

unsigned int nmsg_rate_take(struct nmsg_rate *rate, unsigned int wanted)
{
	int64_t now = loop_now_ns(), step, may;

	if (rate->per_second == 0)
		return wanted;
	step = SECOND / (int64_t)rate->per_second;
	step = step > 0 ? step : 1;
	if (rate->due_ns < now - BURST_NS)
		rate->due_ns = now - BURST_NS;
	while (now < rate->due_ns) {
		struct timespec wait = {
			.tv_sec = (rate->due_ns - now) / SECOND,
			.tv_nsec = (rate->due_ns - now) % SECOND,
		};

		if (ppoll(NULL, 0, &wait, NULL) < 0)
			return 0;
		now = loop_now_ns();
	}
	may = (now - rate->due_ns) / step + 1;
	may = may < (int64_t)wanted ? may : (int64_t)wanted;
	rate->due_ns += may * step;
	return (unsigned int)may;
}
