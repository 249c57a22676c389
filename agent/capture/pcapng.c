/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pcapng format: sections, each with its own byte order and interfaces, made
 * of blocks whose length stands at both ends. Blocks that hold no packet and no
 * interface are passed over. Knows nothing of pcap.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "capture/internal.h"

#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET 2u /* obsolete */
#define BLOCK_SIMPLE 3u
#define BLOCK_ENHANCED 6u
#define SECTION_MAGIC 0x1a2b3c4du
#define BODY_MAX (ZT_CAPTURE_FRAME_MAX + 262144u) /* a frame and its options */

/* Begin a section: its first four bytes (the type) are read, its length is not. */
static int begin_section(struct zt_capture *c, uint64_t offset, char **ret_error)
{
	uint8_t head[12];
	uint32_t magic, len;
	int r = zt_capture_read(c, head, sizeof(head), ret_error);

	if (r < 0)
		return r;
	if (!r)
		return zt_capture_bad(offset, ret_error, "the file ends inside a section header");
	memcpy(&magic, head + 4, sizeof(magic));
	if (magic != SECTION_MAGIC && __builtin_bswap32(magic) != SECTION_MAGIC)
		return zt_capture_bad(offset + 8, ret_error, "byte order mark 0x%08x is unknown",
				      magic);
	c->swapped = magic != SECTION_MAGIC;
	if (capture_u16(c, head + 8) != 1)
		return zt_capture_bad(offset + 12, ret_error, "pcapng version %u.%u; 1.x is read",
				      capture_u16(c, head + 8), capture_u16(c, head + 10));
	len = capture_u32(c, head);
	if (len < 28 || len % 4)
		return zt_capture_bad(offset + 4, ret_error, "a section header of %u bytes", len);
	zt_pcapng_end(c);
	return zt_capture_skip(c, len - 16, ret_error);
}

static int check_trailer(struct zt_capture *c, uint32_t total, char **ret_error)
{
	uint64_t at = c->in.offset;
	uint8_t trailer[4];
	int r = zt_capture_read(c, trailer, sizeof(trailer), ret_error);

	if (r < 0)
		return r;
	if (!r)
		return zt_capture_bad(at, ret_error, "the file ends inside a block");
	if (capture_u32(c, trailer) != total)
		return zt_capture_bad(at, ret_error,
				      "a block says %u bytes at its end, %u at its start",
				      capture_u32(c, trailer), total);
	return 0;
}

static bool is_read(uint32_t type)
{
	return type == BLOCK_INTERFACE || type == BLOCK_PACKET || type == BLOCK_SIMPLE ||
	       type == BLOCK_ENHANCED;
}

/* The length and body of a block whose type is read. The body stays in c->buf. */
static int read_body(struct zt_capture *c, struct capture_block *b, char **ret_error)
{
	uint8_t word[4];
	uint32_t total;
	int r = zt_capture_read(c, word, sizeof(word), ret_error);

	if (r < 0)
		return r;
	if (!r)
		return zt_capture_bad(b->offset, ret_error, "the file ends inside a block");
	total = capture_u32(c, word);
	if (total < 12 || total % 4)
		return zt_capture_bad(b->offset + 4, ret_error, "a block of %u bytes", total);
	b->len = total - 12;
	if (!is_read(b->type)) {
		r = zt_capture_skip(c, b->len, ret_error);
		return r < 0 ? r : check_trailer(c, total, ret_error);
	}
	if (b->len > BODY_MAX)
		return zt_capture_bad(b->offset + 4, ret_error, "a packet block of %u bytes",
				      total);
	r = zt_capture_reserve(c, b->len ? b->len : 1);
	if (r < 0)
		return r;
	r = zt_capture_read(c, c->buf, b->len, ret_error);
	if (r < 0)
		return r;
	if (!r && b->len)
		return zt_capture_bad(c->in.offset, ret_error, "the file ends inside a block");
	return check_trailer(c, total, ret_error);
}

/* The three kinds of packet block differ in their fixed part only. */
static int take_packet(struct zt_capture *c, const struct capture_block *b,
		       struct zt_capture_packet *ret, char **ret_error)
{
	struct zt_capture_packet p = {.offset = b->offset, .time_ns = c->time_ns};
	uint32_t fixed = b->type == BLOCK_SIMPLE ? 4 : 20;
	const struct capture_interface *i;

	if (b->len < fixed)
		return zt_capture_bad(b->offset, ret_error, "a packet block of %u bytes",
				      b->len + 12);
	if (b->type == BLOCK_ENHANCED)
		p.interface = capture_u32(c, c->buf);
	else if (b->type == BLOCK_PACKET)
		p.interface = capture_u16(c, c->buf);
	if (p.interface >= c->nr_interfaces)
		return zt_capture_bad(b->offset, ret_error,
				      "a packet of interface %u, but %u are described", p.interface,
				      c->nr_interfaces);
	i = &c->interfaces[p.interface];
	p.linktype = i->linktype;
	if (b->type == BLOCK_SIMPLE) {
		p.len = capture_u32(c, c->buf);
		p.caplen = i->snaplen && p.len > i->snaplen ? i->snaplen : p.len;
	} else {
		p.time_ns = zt_pcapng_time(i, ((uint64_t)capture_u32(c, c->buf + 4) << 32) |
						      capture_u32(c, c->buf + 8));
		p.caplen = capture_u32(c, c->buf + 12);
		p.len = capture_u32(c, c->buf + 16);
	}
	if (p.caplen > b->len - fixed || p.caplen > ZT_CAPTURE_FRAME_MAX)
		return zt_capture_bad(b->offset, ret_error,
				      "a frame of %u bytes in a block of %u bytes", p.caplen,
				      b->len + 12);
	if (p.caplen > p.len)
		return zt_capture_bad(b->offset, ret_error,
				      "%u bytes captured of a frame of %u bytes", p.caplen, p.len);
	p.data = c->buf + fixed;
	*ret = p;
	return 1;
}

static int next(struct zt_capture *c, struct zt_capture_packet *ret, char **ret_error)
{
	for (;;) {
		struct capture_block b = {.offset = c->in.offset};
		uint32_t type;
		int r = zt_capture_read(c, &type, sizeof(type), ret_error);

		if (r <= 0)
			return r;
		if (type == ZT_PCAPNG_MAGIC) {
			r = begin_section(c, b.offset, ret_error);
			if (r < 0)
				return r;
			continue;
		}
		b.type = c->swapped ? __builtin_bswap32(type) : type;
		r = read_body(c, &b, ret_error);
		if (r < 0)
			return r;
		if (b.type == BLOCK_INTERFACE) {
			r = zt_pcapng_interface(c, &b, ret_error);
			if (r < 0)
				return r;
		} else if (is_read(b.type)) {
			return take_packet(c, &b, ret, ret_error);
		}
	}
}

int zt_pcapng_begin(struct zt_capture *c, char **ret_error)
{
	c->next = next;
	return begin_section(c, 0, ret_error);
}
