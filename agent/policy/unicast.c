/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which addresses can stand for a machine. Must never know the special-purpose
 * ranges that merely are not the internet: that is the compiler's.
 */
#include <arpa/inet.h>
#include <string.h>
#include "policy/parse.h"

static uint32_t first32(const struct zt_prefix *p)
{
	return ntohl(p->family == 4 ? p->addr.w[3] : p->addr.w[0]);
}

static bool is_zero(const struct zt_addr *a)
{
	return !a->w[0] && !a->w[1] && !a->w[2] && !a->w[3];
}

static bool is_multicast(const struct zt_prefix *p)
{
	return p->family == 4 ? p->plen >= 4 && first32(p) >> 28 == 0xe :
				p->plen >= 8 && first32(p) >> 24 == 0xff;
}

/* Not inside the groups. */
bool zt_is_unicast(const struct zt_at *at, const char *text, const struct zt_prefix *p)
{
	if (is_multicast(p))
		zt_complain(at, "%s is a multicast address; nothing has it as its own", Q(text));
	else if (p->family == 4 && p->plen == 32 && first32(p) == 0xffffffff)
		zt_complain(at, "%s is the broadcast address; nothing has it as its own", Q(text));
	else
		return true;
	return false;
}

/* Could be the address of a machine on a wire. */
bool zt_is_host(const struct zt_at *at, const char *text, const struct zt_prefix *p)
{
	struct zt_addr loopback = { .w[3] = htonl(1) };

	if (!zt_is_unicast(at, text, p))
		return false;
	if (p->family == 4 ? first32(p) >> 24 == 0 : is_zero(&p->addr) && p->plen > 32)
		zt_complain(at, "%s is the unspecified address; nothing has it as its own",
			    Q(text));
	else if (p->family == 4 ? first32(p) >> 24 == 127 :
				  zt_prefix_holds(p, 6, &loopback) && p->plen > 32)
		zt_complain(at, "%s is a loopback address; it never is on a wire", Q(text));
	else
		return true;
	return false;
}
