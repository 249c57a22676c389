/* SPDX-License-Identifier: GPL-2.0 */
/* The closed list of event classes and the words of reasons: see class.h. */
#include <stdio.h>
#include "event/class.h"

static const struct {
	const char *signature, *name;
	uint8_t severity;
} classes[ZT_CLASS_MAX] = {
#define X(name, signature, severity, text) {signature, text, severity},
	ZT_CLASSES(X)
#undef X
};

static const char *const words[ZT_REASON_MAX] = {
#define X(nr, name, word, family, text) [nr] = word,
	ZT_REASONS(X)
#undef X
};

static const uint8_t families[ZT_REASON_MAX] = {
#define X(nr, name, word, family, text) [nr] = ZT_FAMILY_##family,
	ZT_REASONS(X)
#undef X
};

struct zt_cef zt_class_event(enum zt_class c)
{
	return (struct zt_cef){
		.signature = classes[c].signature,
		.name = classes[c].name,
		.severity = classes[c].severity,
	};
}

const char *zt_reason_word(uint8_t reason)
{
	return reason < ZT_REASON_MAX && words[reason] ? words[reason] : "unknown";
}

uint8_t zt_reason_family(uint8_t reason)
{
	return reason < ZT_REASON_MAX ? families[reason] : 0;
}

const char *zt_verdict_word(uint8_t verdict)
{
	static const char *const text[ZT_VERDICT_MAX] = {"FORWARDED", "DROPPED", "AUDIT"};

	return verdict < ZT_VERDICT_MAX ? text[verdict] : "UNKNOWN";
}

const char *zt_ended_word(uint8_t ended)
{
	static const char *const text[ZT_ENDED_MAX] = {NULL,	  "idle",   "fin",     "rst",
						       "flushed", "policy", "evicted", "unload"};

	return ended && ended < ZT_ENDED_MAX ? text[ended] : "unknown";
}

/* Someone pretends to be what they are not; other identity reasons are only strange. */
static bool is_forged(uint8_t reason)
{
	switch (reason) {
	case ZT_REASON_SPOOFED:
	case ZT_REASON_SPOOFED_MAC:
	case ZT_REASON_UNKNOWN_SOURCE:
	case ZT_REASON_L2_MISMATCH:
	case ZT_REASON_ROGUE_DHCP:
	case ZT_REASON_ROGUE_RA:
	case ZT_REASON_REDIRECT:
	case ZT_REASON_ARP_SPOOFED:
	case ZT_REASON_ND_SPOOFED:
		return true;
	default:
		return false;
	}
}

/* While learning, a station that is not listed, or not learned yet, looks like this. */
static bool may_be_unlisted(uint8_t reason)
{
	return reason == ZT_REASON_L2_MISMATCH || reason == ZT_REASON_SPOOFED ||
	       reason == ZT_REASON_ARP_SPOOFED || reason == ZT_REASON_ND_SPOOFED;
}

enum zt_class zt_class_of_packet(uint8_t reason, uint8_t verdict)
{
	uint8_t family = zt_reason_family(reason);

	if (reason == ZT_REASON_SPOOFED_UPLINK)
		return ZT_CLASS_SPOOFED_UPLINK;
	if (reason == ZT_REASON_NO_STAMP || reason == ZT_REASON_INTERNAL)
		return ZT_CLASS_UNJUDGED;
	if (reason == ZT_REASON_QUARANTINE)
		return ZT_CLASS_DENY;
	if (family == ZT_FAMILY_ALWAYS && reason != ZT_REASON_NO_POLICY)
		return ZT_CLASS_MALFORMED;
	if (reason == ZT_REASON_QUOTA || reason == ZT_REASON_INFRA_RATE)
		return ZT_CLASS_QUOTA;
	if (is_forged(reason) && !(verdict == ZT_FORWARDED && may_be_unlisted(reason)))
		return ZT_CLASS_SPOOF;
	if (family == ZT_FAMILY_PASS)
		return ZT_CLASS_FLOW_LOG;
	if (verdict == ZT_AUDIT)
		return ZT_CLASS_AUDIT;
	return verdict == ZT_FORWARDED ? ZT_CLASS_LEARN : ZT_CLASS_DENY;
}

bool zt_class_is_denied(enum zt_class c)
{
	return c == ZT_CLASS_DENY || c == ZT_CLASS_AUDIT || c == ZT_CLASS_SPOOF ||
	       c == ZT_CLASS_SPOOFED_UPLINK || c == ZT_CLASS_QUOTA;
}

const char *zt_proto_word(uint8_t proto, char buf[8])
{
	switch (proto) {
	case 0:
		return NULL;
	case 1:
		return "ICMP";
	case 2:
		return "IGMP";
	case 6:
		return "TCP";
	case 17:
		return "UDP";
	case 47:
		return "GRE";
	case 50:
		return "ESP";
	case 58:
		return "ICMPv6";
	case 132:
		return "SCTP";
	default:
		snprintf(buf, 8, "%u", proto);
		return buf;
	}
}
