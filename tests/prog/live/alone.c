/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Each program alone, so that what it says of a frame can be compared with the same
 * program under BPF_PROG_TEST_RUN:
 *
 *   PORT> FRAME      sent at the far end of PORT, met by zt_in and zt_guard; hop_after
 *                    counts it if it passed
 *   PORT< local ...  sent out of PORT by this router, met by zt_out
 *   PORT< IN ...     comes in by IN, as if zt_in had passed it there, and is handed to
 *                    PORT by hop_after, where zt_out meets it
 */
#include <errno.h>
#include <time.h>
#include "live/rig.h"

/* Frames seen at the far ends: at that port's, and elsewhere. */
static void look_far(const struct zt_run *r, uint32_t *at_port, uint32_t *elsewhere)
{
	static struct live_seen seen;

	while (live_net_see(&seen)) {
		if (seen.ifindex == r->ifindex)
			++*at_port;
		else
			++*elsewhere;
	}
}

static int send_it(const struct zt_run *r)
{
	live_hop->seen = 0;
	live_hop->in = live_hop->out = 0;
	if (r->dir == ZT_FROM_DEVICE)
		return live_net_send(live_port(r->ifindex)->name, r->frame, r->len);
	if (!r->in_ifindex)
		return live_net_send_local(live_port(r->ifindex)->name, r->frame, r->len);
	return live_hand_over(r);
}

static int judged(const struct zt_run *r, struct zt_result *ret, const struct timespec *since)
{
	struct live_moved n;

	do {
		live_moved(&n);
	} while (!n.packets[r->dir] && !live_too_late(since));
	live_counted();
	if (n.packets[r->dir] != 1)
		return live_wrong("packets judged", n.packets[r->dir]);
	if (n.packets[!r->dir])
		return live_wrong("packets judged in the other direction", n.packets[!r->dir]);
	ret->reason = n.which[r->dir] / 2 / ZT_VERDICT_MAX;
	ret->verdict = n.which[r->dir] / 2 % ZT_VERDICT_MAX;
	return 0;
}

static int run(const struct zt_run *r, struct zt_result *ret)
{
	uint32_t at_port = 0, elsewhere = 0, passed;
	struct timespec since;
	int rc = live_clock_set(&live_clock, r->now);

	memset(ret, 0, sizeof(*ret));
	clock_gettime(CLOCK_MONOTONIC, &since);
	if (!rc)
		rc = send_it(r);
	if (!rc)
		rc = judged(r, ret, &since);
	if (rc)
		return rc;
	do {
		look_far(r, &at_port, &elsewhere);
		passed = r->dir == ZT_FROM_DEVICE ? live_hop->seen : at_port;
	} while (ret->verdict != ZT_DROPPED && !passed && !live_too_late(&since));
	if (passed != (ret->verdict != ZT_DROPPED))
		return live_wrong("frames behind the programs", passed);
	if (elsewhere || (r->dir == ZT_FROM_DEVICE && at_port))
		return live_wrong("frames where none belong", at_port + elsewhere);
	live_frames++;
	return r->in_ifindex ? live_handed_over(r) : 0;
}

static int open_alone(const struct zt_sizes *sizes, char **ret_why)
{
	live_foreign = true;
	return live_open(sizes, ret_why);
}

const struct side live_alone = { .name = "live", .open = open_alone, .run = run, LIVE_REST };
