/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Questions to netlink protocols that libnl's caches do not cover: one request, all its
 * answers. Knows no protocol.
 */
#ifndef ZT_NET_ASK_H
#define ZT_NET_ASK_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void (*zt_answer_fn)(void *arg, const struct nlmsghdr *n);

struct zt_ask {
	int protocol; /* NETLINK_* */
	uint16_t type;
	bool dump;
	const void *body; /* what follows the header, attributes too */
	size_t len;
};
/* -EPROTONOSUPPORT: the kernel does not speak that protocol. */
int zt_ask(const struct zt_ask *ask, zt_answer_fn fn, void *arg);

/* The attributes behind `skip` octets of a message's own header. */
const struct nlattr *zt_attr_first(const struct nlmsghdr *n, size_t skip, size_t *ret_left);
const struct nlattr *zt_attr_next(const struct nlattr *a, size_t *left);
/* The first of this type among them, or inside `in`; NULL none. */
const struct nlattr *zt_attr_find(const struct nlmsghdr *n, size_t skip, uint16_t type);
const struct nlattr *zt_attr_inside(const struct nlattr *in, uint16_t type);
static inline const void *zt_attr_data(const struct nlattr *a)
{
	return (const char *)a + NLA_HDRLEN;
}
uint32_t zt_attr_u32(const struct nlattr *a); /* 0 when it is too short */
uint64_t zt_attr_u64(const struct nlattr *a);
const char *zt_attr_text(const struct nlattr *a); /* "" for none, or not ended */

#endif
