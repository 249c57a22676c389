/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two formats share: the bytes of the file with their offset, and the
 * state of a capture. Included only inside agent/capture/.
 */
#ifndef ZT_CAPTURE_INTERNAL_H
#define ZT_CAPTURE_INTERNAL_H

#include <zlib.h>
#include "capture/capture.h"

/* A file, read through zlib, which passes plain files on as they are; or bytes. */
struct capture_input {
	gzFile gz;
	const uint8_t *bytes;
	size_t nr_bytes;
	uint64_t offset; /* of the next byte, uncompressed */
};

struct capture_interface {
	uint32_t linktype;
	uint32_t snaplen;    /* 0 = no limit */
	uint64_t per_second; /* units of a time stamp */
	int64_t offset_s;
};

/* A pcapng block, its body in the capture's buf. */
struct capture_block {
	uint64_t offset;
	uint32_t type;
	uint32_t len; /* of the body */
};

struct zt_capture {
	struct capture_input in;
	int (*next)(struct zt_capture *c, struct zt_capture_packet *ret, char **ret_error);
	bool swapped;
	uint64_t nr;	 /* packets given out */
	int64_t time_ns; /* of the last one */
	uint8_t *buf;
	size_t size;
	/* pcap */
	uint32_t linktype;
	uint32_t record; /* bytes of a record header */
	uint32_t scale;	 /* nanoseconds in the second word's unit */
	uint16_t minor;
	/* pcapng */
	struct capture_interface *interfaces;
	uint32_t nr_interfaces;
};

/* Read exactly len bytes: 1; 0 when the file ended before the first; -errno and text. */
int zt_capture_read(struct zt_capture *c, void *to, size_t len, char **ret_error);
int zt_capture_skip(struct zt_capture *c, uint64_t len, char **ret_error);
/* Make c->buf hold at least len bytes. */
int zt_capture_reserve(struct zt_capture *c, size_t len);
/* -EBADMSG with "at byte OFFSET: TEXT". */
int zt_capture_bad(uint64_t offset, char **ret_error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static inline uint32_t capture_u32(const struct zt_capture *c, const void *at)
{
	uint32_t v;

	__builtin_memcpy(&v, at, sizeof(v));
	return c->swapped ? __builtin_bswap32(v) : v;
}

static inline uint16_t capture_u16(const struct zt_capture *c, const void *at)
{
	uint16_t v;

	__builtin_memcpy(&v, at, sizeof(v));
	return c->swapped ? __builtin_bswap16(v) : v;
}

/* Each takes over after the first four bytes, which said which format it is. */
int zt_pcap_begin(struct zt_capture *c, uint32_t magic, char **ret_error);
int zt_pcapng_begin(struct zt_capture *c, char **ret_error);
void zt_pcapng_end(struct zt_capture *c); /* forget the interfaces of a section */
int zt_pcapng_interface(struct zt_capture *c, const struct capture_block *b, char **ret_error);
int64_t zt_pcapng_time(const struct capture_interface *i, uint64_t units);
bool zt_pcap_is_magic(uint32_t magic);

#define ZT_PCAPNG_MAGIC 0x0a0d0d0au

#endif
