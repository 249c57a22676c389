/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bytes of a capture and where they are in the file: read exactly, skip, or
 * say at which byte the file ends too early. Knows no capture format.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "capture/internal.h"

int zt_capture_bad(uint64_t offset, char **ret_error, const char *fmt, ...)
{
	va_list ap;
	char text[160], *error;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (asprintf(&error, "at byte %llu: %s", (unsigned long long)offset, text) < 0)
		return -ENOMEM;
	*ret_error = error;
	return -EBADMSG;
}

/* As many bytes as there are, up to len; -EBADMSG when the compressed data is damaged. */
static ssize_t read_some(struct capture_input *in, void *to, size_t len, char **ret_error)
{
	int n;

	if (!in->gz) {
		size_t left = in->nr_bytes - in->offset;

		len = len < left ? len : left;
		memcpy(to, in->bytes + in->offset, len);
		return len;
	}
	n = gzread(in->gz, to, len);
	if (n < 0 || ((size_t)n < len && !gzeof(in->gz))) {
		int code;
		const char *text = gzerror(in->gz, &code);

		return zt_capture_bad(in->offset, ret_error, "cannot read on: %s",
				      code == Z_ERRNO ? strerror(errno) : text);
	}
	if ((size_t)n < len) {
		int code;

		/* A gzip file cut short ends like a whole one but for this. */
		gzerror(in->gz, &code);
		if (code == Z_BUF_ERROR)
			return zt_capture_bad(in->offset + n, ret_error,
					      "the compressed data is cut short");
	}
	return n;
}

int zt_capture_read(struct zt_capture *c, void *to, size_t len, char **ret_error)
{
	uint64_t from = c->in.offset;
	ssize_t n = read_some(&c->in, to, len, ret_error);

	if (n < 0)
		return n;
	c->in.offset += n;
	if (!n && len)
		return 0;
	if ((size_t)n < len)
		return zt_capture_bad(from, ret_error,
				      "the file ends here: %zu bytes wanted, %zd left", len, n);
	return 1;
}

int zt_capture_skip(struct zt_capture *c, uint64_t len, char **ret_error)
{
	uint8_t scratch[4096];

	while (len) {
		size_t step = len < sizeof(scratch) ? len : sizeof(scratch);
		int r = zt_capture_read(c, scratch, step, ret_error);

		if (r < 0)
			return r;
		if (!r)
			return zt_capture_bad(c->in.offset, ret_error,
					      "the file ends inside a block, %llu bytes missing",
					      (unsigned long long)len);
		len -= step;
	}
	return 0;
}

int zt_capture_reserve(struct zt_capture *c, size_t len)
{
	uint8_t *grown;

	if (len <= c->size)
		return 0;
	grown = realloc(c->buf, len);
	if (!grown)
		return -ENOMEM;
	c->buf = grown;
	c->size = len;
	return 0;
}
