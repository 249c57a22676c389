/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The RFC 5424 frame around a CEF line, and the older one local sockets take. Six
 * fraction digits: with nine, rsyslog corrupts the time. No byte order mark and no
 * structured data. Knows no socket.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "event/cef.h"
#include "event/text.h"

#define APP_NAME "ztagentd"

/* CEF severity 0-10 to syslog severity. */
static int syslog_severity(uint8_t severity)
{
	if (severity >= 10)
		return 2; /* critical */
	if (severity >= 8)
		return 3; /* error */
	if (severity >= 6)
		return 4; /* warning */
	if (severity >= 4)
		return 5; /* notice */
	return 6;	  /* informational */
}

static void time_text(uint64_t now_us, char *buf, size_t len)
{
	time_t s = (time_t)(now_us / 1000000);
	struct tm tm;
	char date[32];

	gmtime_r(&s, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf, len, "%s.%06uZ", date, (unsigned int)(now_us % 1000000));
}

size_t zt_syslog_format(const struct zt_cef *e, const char *host, uint32_t pid, int facility,
			uint64_t now_us, char *buf, size_t len)
{
	char when[48], hostname[65], msgid[33];
	size_t cap = len < ZT_CEF_MAX + 1 ? len : ZT_CEF_MAX + 1;
	int pri = (facility & 0x1f) * 8 + syslog_severity(e->severity);
	size_t cef;
	int n;

	time_text(now_us, when, sizeof(when));
	hostname[zt_text_token(host, hostname, sizeof(hostname) - 1)] = 0;
	msgid[zt_text_token(e->signature, msgid, sizeof(msgid) - 1)] = 0;
	n = snprintf(buf, cap, "<%d>1 %s %s " APP_NAME " %" PRIu32 " %s - ", pri, when, hostname,
		     pid, msgid);
	if (n < 0 || (size_t)n >= cap)
		return 0;
	cef = zt_cef_format(e, buf + n, cap - (size_t)n);
	return cef ? (size_t)n + cef : 0;
}

size_t zt_syslog_format_local(const struct zt_cef *e, uint32_t pid, int facility, uint64_t now_us,
			      char *buf, size_t len)
{
	/* not strftime's %b: month names follow the locale */
	static const char month[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	size_t cap = len < ZT_CEF_MAX + 1 ? len : ZT_CEF_MAX + 1;
	int pri = (facility & 0x1f) * 8 + syslog_severity(e->severity);
	time_t s = (time_t)(now_us / 1000000);
	struct tm tm;
	size_t cef;
	int n;

	localtime_r(&s, &tm);
	n = snprintf(buf, cap, "<%d>%s %2d %02d:%02d:%02d " APP_NAME "[%" PRIu32 "]: ", pri,
		     month[tm.tm_mon], tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, pid);
	if (n < 0 || (size_t)n >= cap)
		return 0;
	cef = zt_cef_format(e, buf + n, cap - (size_t)n);
	return cef ? (size_t)n + cef : 0;
}
