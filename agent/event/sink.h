/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where event lines go: syslog over UDP or a local datagram socket. Never blocks;
 * what cannot be sent is counted, and the caller reports it later as an event. Knows
 * destinations, not events.
 */
#ifndef ZT_EVENT_SINK_H
#define ZT_EVENT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zt_sink_type { ZT_SINK_UDP, ZT_SINK_LOCAL };

struct zt_sink {
	enum zt_sink_type type;
	char address[108]; /* IP address, or socket path */
	uint16_t port;
	bool rfc5424; /* LOCAL: send that frame all the same */
	int fd; /* -1: not connected */
	uint64_t retry_ms; /* not before */
	uint64_t sent, failed; /* lines */
	uint64_t reported; /* of failed: told by an event already; the caller's, as is: */
	bool told; /* that it is failing */
	char error[96]; /* why the last line failed; "" when it did not */
};

/* Fill in a destination; connects at the first line. -EINVAL: no such address. */
int zt_sink_init(struct zt_sink *s, enum zt_sink_type type, const char *address, uint16_t port);
void zt_sink_close(struct zt_sink *s);
/* One line. 0, or -errno: counted as failed. */
int zt_sink_send(struct zt_sink *s, const char *text, size_t len, uint64_t now_ms);

#endif
