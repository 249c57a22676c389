/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Services shown and compared: is one inside others, does one hold a packet's
 * protocol and port. Must never know text but to write it.
 */
#include "policy/policy.h"

char *zt_service_format(const struct zt_service *s, char *buf, size_t len)
{
	switch (s->kind) {
	case ZT_SERVICE_TCP:
	case ZT_SERVICE_UDP:
		if (s->lo == s->hi)
			snprintf(buf, len, "%s/%u", s->kind == ZT_SERVICE_TCP ? "tcp" : "udp",
				 s->lo);
		else
			snprintf(buf, len, "%s/%u-%u", s->kind == ZT_SERVICE_TCP ? "tcp" : "udp",
				 s->lo, s->hi);
		break;
	case ZT_SERVICE_ICMP_ECHO:
		snprintf(buf, len, "icmp/echo");
		break;
	case ZT_SERVICE_ICMP4:
	case ZT_SERVICE_ICMP6:
		snprintf(buf, len, "icmp%c/%u", s->kind == ZT_SERVICE_ICMP4 ? '4' : '6', s->lo);
		break;
	case ZT_SERVICE_PROTO:
		snprintf(buf, len, "proto/%u", s->lo);
		break;
	default:
		snprintf(buf, len, "any");
	}
	return buf;
}

bool zt_service_holds(const struct zt_service *s, uint8_t family, uint8_t proto, uint16_t what)
{
	bool inside = what >= s->lo && what <= s->hi;

	switch (s->kind) {
	case ZT_SERVICE_TCP:
		return proto == 6 && inside;
	case ZT_SERVICE_UDP:
		return proto == 17 && inside;
	case ZT_SERVICE_ICMP_ECHO:
		return (family == 4 && proto == 1 && what == 8) ||
		       (family == 6 && proto == 58 && what == 128);
	case ZT_SERVICE_ICMP4:
		return family == 4 && proto == 1 && inside;
	case ZT_SERVICE_ICMP6:
		return family == 6 && proto == 58 && inside;
	case ZT_SERVICE_PROTO:
		return proto == s->lo;
	default:
		return s->kind == ZT_SERVICE_ANY;
	}
}

/* [lo, hi] of one kind inside the union of that kind, in one or several pieces. */
static bool is_covered(uint8_t kind, uint32_t lo, uint32_t hi, const struct zt_services *outer)
{
	for (uint32_t next = lo; next <= hi;) {
		uint32_t reached = next;

		for (uint32_t i = 0; i < outer->nr; i++) {
			const struct zt_service *o = &outer->v[i];

			if (o->kind == kind && o->lo <= next && o->hi >= reached)
				reached = o->hi + 1u;
		}
		if (reached == next)
			return false;
		next = reached;
	}
	return true;
}

static bool has_kind(const struct zt_services *s, uint8_t kind)
{
	for (uint32_t i = 0; i < s->nr; i++)
		if (s->v[i].kind == kind)
			return true;
	return false;
}

static bool is_inside(const struct zt_service *s, const struct zt_services *outer)
{
	if (has_kind(outer, ZT_SERVICE_ANY))
		return true;
	if (s->kind == ZT_SERVICE_ANY)
		return false;
	if (s->kind == ZT_SERVICE_ICMP_ECHO)
		return has_kind(outer, ZT_SERVICE_ICMP_ECHO) ||
		       (is_covered(ZT_SERVICE_ICMP4, 8, 8, outer) &&
			is_covered(ZT_SERVICE_ICMP6, 128, 128, outer));
	if (has_kind(outer, ZT_SERVICE_ICMP_ECHO) &&
	    ((s->kind == ZT_SERVICE_ICMP4 && s->lo == 8) ||
	     (s->kind == ZT_SERVICE_ICMP6 && s->lo == 128)))
		return true;
	return is_covered(s->kind, s->lo, s->hi, outer);
}

bool zt_services_inside(const struct zt_services *inner, const struct zt_services *outer)
{
	for (uint32_t i = 0; i < inner->nr; i++)
		if (!is_inside(&inner->v[i], outer))
			return false;
	return true;
}
