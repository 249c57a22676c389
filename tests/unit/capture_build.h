/* SPDX-License-Identifier: GPL-2.0 */
/* Captures built byte by byte, in either byte order, for the tests of the readers. */
#ifndef ZT_CAPTURE_BUILD_H
#define ZT_CAPTURE_BUILD_H

#include <string.h>
#include "capture/capture.h"

/* A file under construction. */
static uint8_t file[65536];
static size_t size;
static bool swap; /* write in the other byte order */

static inline void begin(bool other_order)
{
	size = 0;
	swap = other_order;
}

static inline void u32(uint32_t v)
{
	v = swap ? __builtin_bswap32(v) : v;
	memcpy(file + size, &v, 4);
	size += 4;
}

static inline void u16(uint16_t v)
{
	v = swap ? __builtin_bswap16(v) : v;
	memcpy(file + size, &v, 2);
	size += 2;
}

static inline void bytes(const char *text, size_t len, size_t padded)
{
	memset(file + size, 0, padded);
	memcpy(file + size, text, len);
	size += padded;
}

static inline void pcap_header(uint32_t magic, uint16_t major, uint16_t minor, uint32_t linktype)
{
	u32(magic);
	u16(major);
	u16(minor);
	u32(0);
	u32(0);
	u32(65535);
	u32(linktype);
}

static inline void pcap_record(uint32_t s, uint32_t fraction, uint32_t caplen, uint32_t len)
{
	u32(s);
	u32(fraction);
	u32(caplen);
	u32(len);
}

static inline void section(void)
{
	u32(0x0a0d0d0a);
	u32(28);
	u32(0x1a2b3c4d);
	u16(1);
	u16(0);
	u32(0xffffffff);
	u32(0xffffffff);
	u32(28);
}

static inline void interface(uint16_t linktype, uint32_t snaplen)
{
	u32(1);
	u32(20);
	u16(linktype);
	u16(0);
	u32(snaplen);
	u32(20);
}

/* An interface whose time stamps count in `unit`, from `offset_s` on. */
static inline void interface_clock(uint8_t unit, uint32_t offset_s)
{
	char value = unit;

	u32(1);
	u32(44);
	u16(1);
	u16(0);
	u32(0);
	u16(9);
	u16(1);
	bytes(&value, 1, 4);
	u16(14);
	u16(8);
	u32(swap ? 0 : offset_s);
	u32(swap ? offset_s : 0);
	u16(0);
	u16(0);
	u32(44);
}

static inline void enhanced(uint32_t interface_nr, uint64_t units, uint32_t caplen, uint32_t len)
{
	u32(6);
	u32(32 + ((caplen + 3) & ~3u));
	u32(interface_nr);
	u32(units >> 32);
	u32((uint32_t)units);
	u32(caplen);
	u32(len);
	bytes("frame-frame-frame", caplen, (caplen + 3) & ~3u);
	u32(32 + ((caplen + 3) & ~3u));
}

/* Read all packets; returns the last result of the reader. */
static inline int read_all(struct zt_capture_packet *ret_last, char **ret_error)
{
	struct zt_capture *c;
	int r = zt_capture_open_bytes(file, size, &c, ret_error);

	if (r < 0)
		return r;
	while ((r = zt_capture_next(c, ret_last, ret_error)) > 0)
		;
	ret_last->data = NULL;
	zt_capture_close(c);
	return r;
}

#endif
