/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames on their whole way: sent where an attacker would, carried by the kernel's bridge
 * and routing, looked for at every far end. Twice: without the programs (control) and with
 * them (enforced).
 *
 *   PORT> FRAME     sent at the far end of PORT
 *   PORT< IN FRAME  sent at the far end of IN such that routing makes it FRAME: to the
 *                   router's MAC, with a TTL more. If control did not see exactly FRAME at
 *                   PORT, the kernel does not take it there; then it is handed over as in
 *                   alone.c, so that the row's state goes on and zt_out is asked all the same.
 *                   What comes from device ports is handed over, too: on its whole way
 *                   it would be judged at the first port already, which other rows do.
 *
 * A frame is known again by its own octets from the IP header on (less TTL and checksum);
 * so that no two are alike, its IPv4 identification, if it is no fragment, or its IPv6
 * flow label is a serial number. Nothing is appended: lengths are often the very case.
 */
#include <errno.h>
#include <time.h>
#include <unistd.h>
#include "live/rig.h"
#include "live/whole.h"

#define OUTSIDE "\x02\x00\x00\x00\x00\xe0" /* a MAC on an uplink */
#define ROUTER "\x02\x00\x00\x00\x00\xf1"

struct whole_note *whole_notes;
struct whole_totals *whole_totals;
static uint32_t at; /* frames so far */
static struct {
	uint8_t frame[LIVE_FRAME]; /* as it was sent */
	uint32_t len, l3;
	uint16_t type;
} sent;
static struct whole_note now; /* of the frame under way */

/* ---- octets ---------------------------------------------------------------------- */

/* Where the network header is and of what type: behind any tags. */
static uint32_t find_l3(const uint8_t *f, uint32_t len, bool raw, uint16_t *ret_type)
{
	uint32_t l3 = 14;

	*ret_type = raw ? ((f[0] & 0xf0) == 0x60 ? 0x86dd : 0x0800) : 0;
	if (raw || len < 14)
		return 0;
	*ret_type = f[12] << 8 | f[13];
	while (l3 + 4 <= len && (*ret_type == 0x8100 || *ret_type == 0x88a8 || *ret_type == 0x9100)) {
		*ret_type = f[l3 + 2] << 8 | f[l3 + 3];
		l3 += 4;
	}
	return l3;
}

static void checksum(uint8_t *ip, uint32_t room)
{
	uint32_t len = (ip[0] & 15) * 4, sum = 0;

	if (room < 20 || len < 20 || len > room)
		return;
	ip[10] = ip[11] = 0;
	for (uint32_t i = 0; i < len; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~(sum + (sum >> 16));
	ip[10] = sum >> 8;
	ip[11] = sum;
}

static void number(uint8_t *ip, uint32_t room, uint16_t type)
{
	uint32_t n = at + 1;

	if (type == 0x0800 && room >= 20 && !(ip[6] & 0x3f) && !ip[7]) {
		ip[4] = n >> 8;
		ip[5] = n;
	} else if (type == 0x86dd && room >= 40) {
		ip[1] = (ip[1] & 0xf0) | (n >> 16 & 15);
		ip[2] = n >> 8;
		ip[3] = n;
	}
}

/* The frame as it is sent; routed: such that the router makes the row's frame of it. */
static void prepare(const struct zt_run *r, bool raw, bool routed)
{
	const uint32_t eth = raw && routed ? 14 : 0; /* a raw port's frame comes from one that is not */
	uint8_t *ip, *ttl;

	memcpy(sent.frame + eth, r->frame, r->len);
	sent.len = r->len + eth;
	sent.l3 = eth + find_l3(sent.frame + eth, r->len, raw, &sent.type);
	if (routed && sent.l3 == 18 && (sent.frame[14] & 15 || sent.frame[15])) { /* the router tags it */
		memmove(sent.frame + 12, sent.frame + 16, sent.len - 16);
		sent.len -= 4;
		sent.l3 = 14;
	}
	ip = sent.frame + sent.l3;
	if (eth) {
		sent.frame[0] = 0;
		sent.frame[12] = sent.type >> 8;
		sent.frame[13] = sent.type;
	}
	number(ip, sent.len - sent.l3, sent.type);
	if (routed && !(sent.frame[0] & 1) && sent.l3 + 20 <= sent.len) {
		memcpy(sent.frame, ROUTER OUTSIDE, 12);
		ttl = ip + (sent.type == 0x86dd ? 7 : 8);
		*ttl += *ttl != 255;
	}
	if (sent.type == 0x0800)
		checksum(ip, sent.len - sent.l3);
}

/* Is this the frame that was sent, wherever it has been since. */
static bool same(const struct live_seen *s, bool raw)
{
	uint16_t type;
	uint32_t l3 = find_l3(s->frame, s->len, raw, &type), len = s->len - l3, mine = sent.len - sent.l3;
	const uint8_t *a = s->frame + l3, *b = sent.frame + sent.l3;

	if (type != sent.type)
		return false;
	if (len > mine)
		len = mine; /* cut to what the IP header says */
	if (type == 0x0800 && len >= 20)
		return !memcmp(a, b, 8) && !memcmp(a + 12, b + 12, len - 12);
	if (type == 0x86dd && len >= 40)
		return !memcmp(a, b, 7) && !memcmp(a + 8, b + 8, len - 8);
	return !memcmp(a, b, len);
}

/* Is it octet by octet what the row has towards the device, but for number and checksum. */
static bool as_the_row_says(const struct live_seen *s, const struct zt_run *r, bool raw)
{
	static uint8_t a[LIVE_FRAME], b[LIVE_FRAME];
	uint16_t type;
	uint32_t l3 = find_l3(s->frame, s->len, raw, &type);

	if (s->len != r->len)
		return false;
	memcpy(a, s->frame, s->len);
	memcpy(b, r->frame, r->len);
	number(b + l3, r->len - l3, type);
	if (type == 0x0800) {
		checksum(a + l3, s->len - l3);
		checksum(b + l3, r->len - l3);
	}
	return !memcmp(a, b, r->len);
}

/* ---- one frame -------------------------------------------------------------------- */

static uint32_t bit(uint32_t ifindex)
{
	return 1u << (live_port(ifindex) - live_port(world_interfaces[0].ifindex));
}

/* Everything seen since; what it says goes to `now`. */
static void look(const struct zt_run *r)
{
	static struct live_seen s;

	while (live_net_see(&s)) {
		const struct world_interface *w = live_port(s.ifindex);

		if (!w)
			continue; /* the injection port */
		if (!same(&s, w->raw))
			now.stray++;
		else if (s.stack)
			now.stack = 1;
		else
			now.far |= bit(s.ifindex);
		if (!s.stack && s.ifindex == r->ifindex && r->dir == ZT_TO_DEVICE)
			now.exact = as_the_row_says(&s, r, w->raw);
	}
}

/* Where a frame towards a device would be sent; br1 without the guard's mark is its uplink. */
static const struct world_interface *origin(const struct zt_run *r)
{
	const struct world_interface *in = live_port(r->in_ifindex);

	return in && !strcmp(in->name, "br1") && !r->mark ? live_port(world_interface("wan1")->ifindex) : in;
}

static bool is_device_port(const struct world_interface *w)
{
	return !w->upper && (!strncmp(w->name, "lan", 3) || !strcmp(w->name, "cell0") || w->raw);
}

static bool from_outside(const struct zt_run *r)
{
	const struct world_interface *w = origin(r);

	return !w->upper && !r->mark && !is_device_port(w);
}

/* Send it at the far end where it would come from. */
static int send_whole(const struct zt_run *r)
{
	const struct world_interface *port = live_port(r->ifindex), *in = origin(r);

	if (r->dir == ZT_FROM_DEVICE) {
		if (!is_device_port(port))
			return -ENODATA; /* asks what zt_in says where it never is */
		prepare(r, port->raw, false);
		return live_net_send(port->name, sent.frame, sent.len);
	}
	prepare(r, port->raw, in && in->zone != port->zone);
	if (!in)
		return live_net_send_local(port->name, sent.frame, sent.len);
	return in->upper ? -ENODATA : live_net_send(in->name, sent.frame, sent.len);
}

/* Without the programs: what does the kernel do with it. */
static int control(const struct zt_run *r)
{
	int rc = send_whole(r);

	/* It was carried while it was sent, unless the kernel had put that off: then it needs our CPU. */
	for (int i = 0; !rc && i < 2 && !now.far; i++) {
		if (i)
			usleep(1000);
		look(r);
	}
	return rc && rc != -ENODATA ? rc : -ENODATA;
}

/* With them. */
static int enforced(const struct zt_run *r, struct zt_result *ret)
{
	const struct world_interface *in = origin(r);
	bool handed = in && (!from_outside(r) || !whole_notes[at].exact);
	uint32_t want = whole_notes[at].far;
	struct live_moved n;
	struct timespec since;
	int rc;

	if (r->dir == ZT_TO_DEVICE && (handed || !in))
		want = bit(r->ifindex);
	live_hop->through = 1;
	live_hop->in = live_hop->out = 0;
	clock_gettime(CLOCK_MONOTONIC, &since);
	if (handed) {
		prepare(r, live_port(r->ifindex)->raw, false);
		memcpy(sent.frame, r->frame, r->len); /* without a number */
	}
	rc = handed ? live_hand_over(r) : send_whole(r);
	if (rc)
		return rc;
	/* Until it is judged, and seen wherever it goes without the programs or stopped on the way. */
	do {
		live_moved(&n);
		look(r);
	} while ((!n.packets[r->dir] || (now.far != want && !n.dropped[r->dir] && !n.dropped[ZT_TO_DEVICE])) &&
		 !live_too_late(&since));
	whole_totals->handed += handed;
	if (n.packets[r->dir] != 1)
		return live_wrong("packets judged", n.packets[r->dir]);
	ret->reason = n.which[r->dir] / 2 / ZT_VERDICT_MAX;
	ret->verdict = n.which[r->dir] / 2 % ZT_VERDICT_MAX;
	if (ret->verdict != ZT_DROPPED && now.far != want && !n.dropped[ZT_TO_DEVICE]) {
		whole_totals->lost++;
		return live_wrong(now.far & ~want ? "seen where it does not go without the programs" :
				  "passed, but not seen where it goes without the programs", now.far ^ want);
	}
	return handed ? live_handed_over(r) : 0;
}

static struct zt_result said;
static bool answered;

static int run(const struct zt_run *r, struct zt_result *ret)
{
	int rc = live_clock_set(&live_clock, r->now);

	memset(ret, 0, sizeof(*ret));
	memset(&now, 0, sizeof(now));
	if (at == WHOLE_FRAMES)
		return -ENOSPC;
	if (!rc)
		rc = live_how == LIVE_CONTROL ? control(r) : enforced(r, ret);
	live_counted();
	live_frames++;
	said = *ret;
	answered = !rc;
	if (now.stray)
		return live_wrong("frames that nobody sent", now.stray);
	return rc;
}

/* What the row says of it. */
static void told(const struct zt_run *r, const struct zt_result *expected, bool again)
{
	if (live_how == LIVE_CONTROL) {
		whole_notes[at] = now;
		if (expected->verdict == ZT_DROPPED && !again && (r->dir == ZT_FROM_DEVICE || r->in_ifindex)) {
			whole_totals->to_drop++;
			whole_totals->control_forwarded += r->dir == ZT_FROM_DEVICE ? !!now.far : now.exact;
		}
	} else if (expected->verdict == ZT_DROPPED && (now.far || (now.stack && r->dir == ZT_FROM_DEVICE))) {
		whole_totals->slipped++;
		live_wrong("must be dropped, and was seen behind the programs", now.far);
	} else if (answered) {
		whole_totals->wrong += said.verdict != expected->verdict || said.reason != expected->reason;
	}
	at++;
}

static int open_whole(const struct zt_sizes *sizes, char **ret_why)
{
	static const struct zt_run nothing;
	int rc;

	at = 0;
	rc = live_open(sizes, ret_why);
	if (!rc)
		rc = live_net_route(ret_why);
	usleep(200000); /* the last the kernel says of its own accord */
	look(&nothing);
	return rc;
}

const struct side live_whole = { .name = "whole", .open = open_whole, .run = run, .told = told,
				 .loose = true, LIVE_REST };
