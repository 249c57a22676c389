/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests taken from a stream of octets, in whatever pieces they come: a line of
 * JSON, then the files it announces. Pure: no socket, no clock. Every count and
 * length has its limit, and files are not taken before the line was admitted.
 */
#ifndef ZT_CONTROL_FRAME_H
#define ZT_CONTROL_FRAME_H

#include <stddef.h>
#include <stdint.h>
#include "control/control.h"

enum zt_frame_state {
	ZT_FRAME_LINE, /* wants the rest of the line */
	ZT_FRAME_ADMIT, /* has the line: call zt_frame_admit() or give up */
	ZT_FRAME_FILES, /* wants the rest of the files */
	ZT_FRAME_READY, /* whole; read it, then zt_frame_next() */
	ZT_FRAME_BAD, /* refused for good, `error` says why; nothing more is taken */
};

struct zt_frame {
	enum zt_frame_state state;
	char error[160]; /* BAD */
	char *line; /* grows to ZT_CONTROL_LINE_MAX */
	size_t line_len, line_cap;
	struct json_object *request; /* from ADMIT on; owned */
	const char *cmd; /* lives in request */
	struct zt_source *sources; /* READY: texts are filled; owned, as is all below */
	size_t nr_sources;
	char *files;
	size_t files_len, files_have;
};

/*
 * Take octets; returns how many were used (fewer than len when the frame wants a
 * decision or is done). The state says what next.
 */
size_t zt_frame_feed(struct zt_frame *f, const char *data, size_t len);
/* Accept the line; files are taken from now on. -ENOMEM makes the frame BAD. */
int zt_frame_admit(struct zt_frame *f);
void zt_frame_next(struct zt_frame *f); /* ready for the next request */
void zt_frame_free(struct zt_frame *f); /* what it holds, not f itself */

#endif
