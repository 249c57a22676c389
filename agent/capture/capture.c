/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Opening a capture: which of the two formats it is, told by its first four
 * bytes. Knows neither format beyond its magic number.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/internal.h"

static int begin(struct zt_capture *c, char **ret_error)
{
	uint32_t magic;
	int r = zt_capture_read(c, &magic, sizeof(magic), ret_error);

	if (r < 0)
		return r;
	if (!r)
		return zt_capture_bad(0, ret_error, "the file is empty");
	if (magic == ZT_PCAPNG_MAGIC)
		return zt_pcapng_begin(c, ret_error);
	if (zt_pcap_is_magic(magic))
		return zt_pcap_begin(c, magic, ret_error);
	if (zt_pcap_is_magic(__builtin_bswap32(magic))) {
		c->swapped = true;
		return zt_pcap_begin(c, __builtin_bswap32(magic), ret_error);
	}
	return zt_capture_bad(0, ret_error,
			      "neither pcap nor pcapng (begins with %02x %02x %02x %02x)",
			      ((uint8_t *)&magic)[0], ((uint8_t *)&magic)[1],
			      ((uint8_t *)&magic)[2], ((uint8_t *)&magic)[3]);
}

static int open_input(const struct capture_input *in, struct zt_capture **ret, char **ret_error)
{
	struct zt_capture *c = calloc(1, sizeof(*c));
	int r;

	if (!c) {
		if (in->gz)
			gzclose(in->gz);
		return -ENOMEM;
	}
	c->in = *in;
	r = begin(c, ret_error);
	if (r < 0) {
		zt_capture_close(c);
		return r;
	}
	*ret = c;
	return 0;
}

int zt_capture_open(const char *path, struct zt_capture **ret, char **ret_error)
{
	struct capture_input in = {};

	errno = 0;
	in.gz = gzopen(path, "rbe");
	if (!in.gz) {
		int r = errno ? -errno : -ENOMEM;

		if (asprintf(ret_error, "cannot open: %s", strerror(-r)) < 0)
			*ret_error = NULL;
		return r;
	}
	gzbuffer(in.gz, 65536);
	return open_input(&in, ret, ret_error);
}

int zt_capture_open_bytes(const void *bytes, size_t len, struct zt_capture **ret, char **ret_error)
{
	struct capture_input in = {.bytes = bytes, .nr_bytes = len};

	return open_input(&in, ret, ret_error);
}

int zt_capture_next(struct zt_capture *c, struct zt_capture_packet *ret, char **ret_error)
{
	int r = c->next(c, ret, ret_error);

	if (r > 0) {
		ret->number = ++c->nr;
		c->time_ns = ret->time_ns;
	}
	return r;
}

void zt_capture_close(struct zt_capture *c)
{
	if (!c)
		return;
	if (c->in.gz)
		gzclose(c->in.gz);
	zt_pcapng_end(c);
	free(c->buf);
	free(c);
}
