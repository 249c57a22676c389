/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events as text: CEF in an RFC 5424 frame (design §8). Pure: names and numbers
 * in, octets out. Every string a device can influence is escaped here.
 */
#ifndef ZT_CEF_H
#define ZT_CEF_H

#include <stdint.h>
#include <stddef.h>
#include "zt_abi.h"

#define ZT_CEF_MAX 1900

/* Everything one line can say. NULL or 0 = the key is left out. */
struct zt_cef {
	const char *signature; /* stable id of the event class, "deny", "learned", ... */
	const char *name; /* for people; constant text, no pipe */
	uint8_t severity; /* 0-10 */
	const char *act; /* FORWARDED, DROPPED, AUDIT */
	uint8_t family;
	struct zt_addr src, dst; /* all zero: left out */
	uint16_t spt, dpt; /* host order */
	const char *proto; /* TCP, UDP, ICMP, ... */
	const char *app;
	const char *direction; /* "0" inbound to the device, "1" outbound from it */
	uint64_t cnt;
	const char *device; /* deviceExternalId */
	const char *interface; /* deviceInboundInterface */
	const char *smac, *dmac;
	const char *rule, *revision, *segment, *reason;
	const char *msg;
	uint64_t sequence; /* externalId: every event has the next number */
	uint64_t rt_ms; /* rt: time of the event, ms since 1970 */
};

/*
 * The CEF part alone, NUL-terminated in len octets; returns its length, 0 when not even
 * the keys that are never left out fit. Left out first: dmac, smac, msg, app,
 * deviceInboundInterface, then policyRev and segment, then ruleId and reason.
 */
size_t zt_cef_format(const struct zt_cef *e, char *buf, size_t len);
/* The whole RFC 5424 message with <PRI>; at most ZT_CEF_MAX octets. */
size_t zt_syslog_format(const struct zt_cef *e, const char *host, uint32_t pid, int facility,
			uint64_t now_us, char *buf, size_t len);
/*
 * The form local log sockets expect: "<PRI>Nov  8 11:06:40 ztagentd[PID]: CEF:0|...",
 * local time. rsyslog's imuxsock and journald take an RFC 5424 frame on /dev/log
 * apart wrongly (its version becomes the program name: measured, rsyslog 8.2302).
 */
size_t zt_syslog_format_local(const struct zt_cef *e, uint32_t pid, int facility,
			      uint64_t now_us, char *buf, size_t len);

#endif
