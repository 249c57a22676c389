/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Services as bits over the index space of zt_svc_index(), for the tests of a
 * policy: they may name services that no rule names and no class follows.
 */
#include "compile/tests.h"

static void set_range(uint64_t *bits, uint32_t lo, uint32_t hi)
{
	for (; lo <= hi; lo++)
		bits[lo / 64] |= 1ull << (lo % 64);
}

void zt_indexes_fill(uint64_t *bits, const struct zt_services *l)
{
	memset(bits, l->nr ? 0 : 0xff, ZT_SVC_MAX / 8);
	zt_indexes_add(bits, l);
}

void zt_indexes_add(uint64_t *bits, const struct zt_services *l)
{
	for (uint32_t i = 0; i < l->nr; i++) {
		const struct zt_service *s = &l->v[i];

		switch (s->kind) {
		case ZT_SERVICE_TCP:
			set_range(bits, ZT_SVC_TCP + s->lo, ZT_SVC_TCP + s->hi);
			break;
		case ZT_SERVICE_UDP:
			set_range(bits, ZT_SVC_UDP + s->lo, ZT_SVC_UDP + s->hi);
			break;
		case ZT_SERVICE_ICMP_ECHO:
			set_range(bits, ZT_SVC_ICMP4 + 8, ZT_SVC_ICMP4 + 8);
			set_range(bits, ZT_SVC_ICMP6 + 128, ZT_SVC_ICMP6 + 128);
			break;
		case ZT_SERVICE_ICMP4:
			set_range(bits, ZT_SVC_ICMP4 + s->lo, ZT_SVC_ICMP4 + s->hi);
			break;
		case ZT_SERVICE_ICMP6:
			set_range(bits, ZT_SVC_ICMP6 + s->lo, ZT_SVC_ICMP6 + s->hi);
			break;
		case ZT_SERVICE_PROTO:
			set_range(bits, ZT_SVC_PROTO + s->lo, ZT_SVC_PROTO + s->hi);
			break;
		default:
			set_range(bits, 0, ZT_SVC_MAX - 1);
		}
	}
}

static bool fits(uint32_t index, uint8_t families)
{
	if (index >= ZT_SVC_ICMP6)
		return families & ZT_FAMILY_6;
	if (index >= ZT_SVC_ICMP4)
		return families & ZT_FAMILY_4;
	return true;
}

static bool bit(const uint64_t *bits, uint32_t n)
{
	return bits[n / 64] >> (n % 64) & 1;
}

bool zt_walk_index(const struct zt_walk *w, uint32_t svc, const uint64_t *bits,
		   const uint64_t *not_in, uint8_t families, uint32_t *ret)
{
	for (uint32_t k = w->index_start[svc]; k < w->index_start[svc + 1]; k++) {
		uint32_t index = w->indexes[k];

		if (!bit(bits, index) || (not_in && bit(not_in, index)) || !fits(index, families))
			continue;
		*ret = index;
		return true;
	}
	return false;
}
