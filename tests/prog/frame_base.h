/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A frame under construction: octets, what is still open (lengths that depend on
 * what follows), and the helpers the words of frame_text.h share.
 */
#ifndef ZT_FRAME_BASE_H
#define ZT_FRAME_BASE_H

#include <stddef.h>
#include "world_names.h"
#include "zt_key.h"

#define FRAME_ARGS 24
#define FRAME_OPEN 4

struct frame {
	const char *text;
	uint8_t family, dir;
	int raw; /* the port has no Ethernet header */
	int began;
	uint32_t len;
	uint32_t type_at; /* where the Ethernet type goes, 0: fixed */
	uint32_t next_at; /* where the protocol of what comes next goes, 0: fixed */
	uint8_t at_family; /* of the innermost IP header */
	uint32_t ip_at; /* that header */
	struct {
		uint32_t at; /* an IP or UDP header whose length is open */
		uint8_t proto; /* 4, 6, or 17 */
	} open[FRAME_OPEN];
	uint32_t nr_open;
	uint32_t pad, cut; /* final length */
	char error[64];
	uint8_t data[66000];
};

static inline int frame_add(struct frame *f, const void *what, uint32_t n)
{
	if (f->len + n > sizeof(f->data))
		return -1;
	memcpy(f->data + f->len, what, n);
	f->len += n;
	return 0;
}

static inline int frame_fill(struct frame *f, uint8_t octet, uint32_t n)
{
	if (f->len + n > sizeof(f->data))
		return -1;
	memset(f->data + f->len, octet, n);
	f->len += n;
	return 0;
}

static inline void frame_be16(struct frame *f, uint32_t at, uint32_t v)
{
	f->data[at] = v >> 8;
	f->data[at + 1] = v;
}

static inline int frame_add_be16(struct frame *f, uint32_t v)
{
	uint8_t b[2] = { v >> 8, v };

	return frame_add(f, b, 2);
}

static inline int frame_add_be32(struct frame *f, uint32_t v)
{
	return frame_add_be16(f, v >> 16) || frame_add_be16(f, v & 0xffff);
}

/* "key=value" among the arguments, or NULL; a bare word is its own value. */
static inline const char *frame_arg(int argc, char **argv, const char *key)
{
	size_t n = strlen(key);

	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], key, n) && (argv[i][n] == '=' || !argv[i][n]))
			return argv[i][n] ? argv[i] + n + 1 : argv[i];
	}
	return NULL;
}

static inline uint32_t frame_number(int argc, char **argv, const char *key, uint32_t otherwise)
{
	const char *v = frame_arg(argc, argv, key);

	return v ? (uint32_t)strtoul(v, NULL, 0) : otherwise;
}

static inline int frame_open(struct frame *f, uint8_t proto)
{
	if (f->nr_open == FRAME_OPEN)
		return -1;
	f->open[f->nr_open].at = f->len;
	f->open[f->nr_open++].proto = proto;
	return 0;
}

/* What comes next is this protocol. */
static inline void frame_proto(struct frame *f, uint8_t proto)
{
	if (f->next_at)
		f->data[f->next_at] = proto;
	f->next_at = 0;
}

static inline void frame_type(struct frame *f, uint16_t type)
{
	if (f->type_at)
		frame_be16(f, f->type_at, type);
	f->type_at = 0;
}

/* Close the open lengths, then padding behind the packet, then the cut. */
static inline void frame_end(struct frame *f)
{
	while (f->nr_open) {
		uint32_t at = f->open[--f->nr_open].at;

		if (f->open[f->nr_open].proto == 4)
			frame_be16(f, at + 2, f->len - at);
		else if (f->open[f->nr_open].proto == 6)
			frame_be16(f, at + 4, f->len - at - 40);
		else
			frame_be16(f, at + 4, f->len - at);
	}
	if (f->pad > f->len && f->pad <= sizeof(f->data))
		frame_fill(f, 0xee, f->pad - f->len);
	if (f->cut && f->cut < f->len)
		f->len = f->cut;
}

#endif
