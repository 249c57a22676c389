/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pcap format: a file header of 24 bytes, then records of a header and the
 * frame. Micro- or nanoseconds, by the magic number. Knows nothing of pcapng.
 */
#include <errno.h>
#include <stdlib.h>
#include "capture/internal.h"

#define MAGIC_MICRO 0xa1b2c3d4u
#define MAGIC_NANO 0xa1b23c4du
#define MAGIC_LONG 0xa1b2cd34u /* Kuznetzov's: eight more bytes in each record header */

bool zt_pcap_is_magic(uint32_t magic)
{
	return magic == MAGIC_MICRO || magic == MAGIC_NANO || magic == MAGIC_LONG;
}

/* Before version 2.3 the two lengths were the other way round; some 2.3 files too. */
static void order_lengths(const struct zt_capture *c, struct zt_capture_packet *p)
{
	if (c->minor < 3 || (c->minor == 3 && p->caplen > p->len)) {
		uint32_t t = p->caplen;

		p->caplen = p->len;
		p->len = t;
	}
}

static int next(struct zt_capture *c, struct zt_capture_packet *ret, char **ret_error)
{
	struct zt_capture_packet p = {.offset = c->in.offset, .linktype = c->linktype};
	uint8_t header[24];
	int r = zt_capture_read(c, header, c->record, ret_error);

	if (r <= 0)
		return r;
	p.time_ns = (int64_t)capture_u32(c, header) * 1000000000 +
		    (int64_t)capture_u32(c, header + 4) * c->scale;
	p.caplen = capture_u32(c, header + 8);
	p.len = capture_u32(c, header + 12);
	order_lengths(c, &p);
	if (p.caplen > ZT_CAPTURE_FRAME_MAX)
		return zt_capture_bad(p.offset, ret_error, "a frame of %u bytes, the limit is %u",
				      p.caplen, ZT_CAPTURE_FRAME_MAX);
	if (p.caplen > p.len)
		return zt_capture_bad(p.offset, ret_error,
				      "%u bytes captured of a frame of %u bytes", p.caplen, p.len);
	r = zt_capture_reserve(c, p.caplen ? p.caplen : 1);
	if (r < 0)
		return r;
	r = zt_capture_read(c, c->buf, p.caplen, ret_error);
	if (r < 0)
		return r;
	if (!r && p.caplen)
		return zt_capture_bad(c->in.offset, ret_error,
				      "the file ends before the frame of %u bytes", p.caplen);
	p.data = c->buf;
	*ret = p;
	return 1;
}

int zt_pcap_begin(struct zt_capture *c, uint32_t magic, char **ret_error)
{
	uint8_t header[20];
	uint16_t major;
	uint32_t link;
	int r = zt_capture_read(c, header, sizeof(header), ret_error);

	if (r < 0)
		return r;
	if (!r)
		return zt_capture_bad(4, ret_error, "the file ends inside its header");
	major = capture_u16(c, header);
	c->minor = capture_u16(c, header + 2);
	if (major != 2)
		return zt_capture_bad(4, ret_error,
				      "pcap version %u.%u; versions 2.0 to 2.4 are read", major,
				      c->minor);
	/* Upper bits: length of a frame check sequence, which trails the frame and is ignored. */
	link = capture_u32(c, header + 16);
	c->linktype = link & 0x03ffffff;
	c->scale = magic == MAGIC_NANO ? 1 : 1000;
	c->record = magic == MAGIC_LONG ? 24 : 16;
	c->next = next;
	return 0;
}
