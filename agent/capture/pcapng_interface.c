/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interfaces of a pcapng section: link type, snap length, and what a time
 * stamp counts. Knows nothing of packets.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "capture/internal.h"

#define INTERFACES_MAX 4096u

#define OPTION_END 0
#define OPTION_TSRESOL 9
#define OPTION_TSOFFSET 14

void zt_pcapng_end(struct zt_capture *c)
{
	free(c->interfaces);
	c->interfaces = NULL;
	c->nr_interfaces = 0;
}

/* 10^-n, or 2^-n with the top bit set. 0 where the unit is too small to count. */
static uint64_t per_second(uint8_t resolution)
{
	uint64_t v = 1;
	unsigned int i, n = resolution & 0x7f;

	if (resolution & 0x80)
		return n < 63 ? 1ull << n : 0;
	if (n > 18)
		return 0;
	for (i = 0; i < n; i++)
		v *= 10;
	return v;
}

static int read_options(struct zt_capture *c, const struct capture_block *b, uint32_t at,
			struct capture_interface *i, char **ret_error)
{
	while (at + 4 <= b->len) {
		uint16_t code = capture_u16(c, c->buf + at);
		uint32_t len = capture_u16(c, c->buf + at + 2);
		const uint8_t *value = c->buf + at + 4;

		if (code == OPTION_END)
			return 0;
		if (len > b->len - at - 4)
			return zt_capture_bad(b->offset + 8 + at, ret_error,
					      "an option of %u bytes runs over its block", len);
		if (code == OPTION_TSRESOL && len == 1) {
			i->per_second = per_second(value[0]);
			if (!i->per_second)
				return zt_capture_bad(b->offset + 8 + at, ret_error,
						      "time stamp unit 0x%02x is too small",
						      value[0]);
		}
		if (code == OPTION_TSOFFSET && len == 8) {
			uint64_t v;

			memcpy(&v, value, sizeof(v));
			i->offset_s = (int64_t)(c->swapped ? __builtin_bswap64(v) : v);
		}
		at += 4 + ((len + 3) & ~3u);
	}
	return 0;
}

int zt_pcapng_interface(struct zt_capture *c, const struct capture_block *b, char **ret_error)
{
	struct capture_interface i = {.per_second = 1000000};
	struct capture_interface *grown;
	int r;

	if (b->len < 8)
		return zt_capture_bad(b->offset, ret_error, "an interface block of %u bytes",
				      b->len + 12);
	if (c->nr_interfaces == INTERFACES_MAX)
		return zt_capture_bad(b->offset, ret_error, "more than %u interfaces",
				      INTERFACES_MAX);
	i.linktype = capture_u16(c, c->buf);
	i.snaplen = capture_u32(c, c->buf + 4);
	r = read_options(c, b, 8, &i, ret_error);
	if (r < 0)
		return r;
	grown = realloc(c->interfaces, (c->nr_interfaces + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	c->interfaces = grown;
	c->interfaces[c->nr_interfaces++] = i;
	return 0;
}

int64_t zt_pcapng_time(const struct capture_interface *i, uint64_t units)
{
	__int128 ns =
		(__int128)units * 1000000000 / i->per_second + (__int128)i->offset_s * 1000000000;

	return ns > INT64_MAX ? INT64_MAX : ns < INT64_MIN ? INT64_MIN : (int64_t)ns;
}
