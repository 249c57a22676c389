/* SPDX-License-Identifier: GPL-2.0 */
/*
 * By which port does an address come in: route, then neighbour, then the bridge's
 * forwarding table. Three small questions to route netlink, asked with the kernel's
 * own headers; it knows no policy.
 */
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "daemon/session.h"

struct ask {
	struct nlmsghdr h;
	union {
		struct rtmsg route;
		struct ndmsg neigh;
	};
	char attrs[64];
};

/* One answer: the message and its attributes by number. Returns true to stop. */
typedef bool (*answer_fn)(void *arg, const void *body, struct rtattr **attr);

#define ATTR_MAX 32

static void split(struct rtattr *a, int len, struct rtattr **ret)
{
	memset(ret, 0, ATTR_MAX * sizeof(*ret));
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if ((a->rta_type & NLA_TYPE_MASK) < ATTR_MAX)
			ret[a->rta_type & NLA_TYPE_MASK] = a;
}

/* Read one datagram of answers; 1 = that was the last. */
static int read_answers(int fd, size_t body, bool dump, answer_fn fn, void *arg)
{
	static char buf[65536];
	struct rtattr *attr[ATTR_MAX];
	struct nlmsghdr *h;
	ssize_t n = recv(fd, buf, sizeof(buf), 0);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (h = (struct nlmsghdr *)buf; NLMSG_OK(h, (size_t)n); h = NLMSG_NEXT(h, n)) {
		if (h->nlmsg_type == NLMSG_DONE)
			return 1;
		if (h->nlmsg_type == NLMSG_ERROR)
			return ((struct nlmsgerr *)NLMSG_DATA(h))->error ?: 1;
		if (h->nlmsg_len < NLMSG_LENGTH(body))
			continue;
		split((struct rtattr *)((char *)NLMSG_DATA(h) + NLMSG_ALIGN(body)),
		      (int)(h->nlmsg_len - NLMSG_SPACE(body)), attr);
		if (fn(arg, NLMSG_DATA(h), attr) || !dump)
			return 1;
	}
	return 0;
}

static int ask(struct ask *q, size_t body, answer_fn fn, void *arg)
{
	struct timeval limit = {.tv_sec = 2};
	bool dump = q->h.nlmsg_flags & NLM_F_DUMP;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), r = 0;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	q->h.nlmsg_flags |= NLM_F_REQUEST;
	if (send(fd, q, q->h.nlmsg_len, 0) < 0)
		r = -errno;
	while (!r)
		r = read_answers(fd, body, dump, fn, arg);
	close(fd);
	return r < 0 ? r : 0;
}

static const void *address_bytes(uint8_t family, const struct zt_addr *a, size_t *ret_len)
{
	*ret_len = family == 4 ? 4 : 16;
	return family == 4 ? (const void *)&a->w[3] : (const void *)a;
}

static void add_attr(struct ask *q, uint16_t type, const void *data, size_t len)
{
	struct rtattr *a = (struct rtattr *)((char *)q + NLMSG_ALIGN(q->h.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	q->h.nlmsg_len = NLMSG_ALIGN(q->h.nlmsg_len) + RTA_LENGTH(len);
}

/* ---- the route ---- */

/* Out by which interface, and who is the neighbour there: the client or a gateway. */
struct hop {
	uint32_t oif;
	uint8_t via[16];
	size_t len;
};

static bool take_route(void *arg, const void *body, struct rtattr **attr)
{
	struct hop *hop = arg;

	if (attr[RTA_OIF])
		memcpy(&hop->oif, RTA_DATA(attr[RTA_OIF]), sizeof(uint32_t));
	if (attr[RTA_GATEWAY] && RTA_PAYLOAD(attr[RTA_GATEWAY]) == hop->len)
		memcpy(hop->via, RTA_DATA(attr[RTA_GATEWAY]), hop->len);
	return true;
}

static int route_to(const struct session *s, struct hop *hop)
{
	struct ask q = {
		.h = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)), .nlmsg_type = RTM_GETROUTE}};
	const void *bytes = address_bytes(s->family, &s->client, &hop->len);
	int r = 0;

	memcpy(hop->via, bytes, hop->len);
	q.route.rtm_family = s->family == 4 ? AF_INET : AF_INET6;
	q.route.rtm_dst_len = (unsigned char)(hop->len * 8);
	add_attr(&q, RTA_DST, bytes, hop->len);
	if (s->scope[0])
		hop->oif = if_nametoindex(s->scope);
	else
		r = ask(&q, sizeof(struct rtmsg), take_route, hop);
	return r ? r : hop->oif ? 0 : -ENETUNREACH;
}

/* ---- the neighbour and the bridge ---- */

struct search {
	struct hop hop;
	struct origin *o;
	uint32_t at; /* the port the bridge has the MAC on; 0 not known */
};

static bool take_neighbour(void *arg, const void *body, struct rtattr **attr)
{
	const struct ndmsg *n = body;
	struct search *x = arg;

	if ((uint32_t)n->ndm_ifindex != x->hop.oif || !attr[NDA_DST] || !attr[NDA_LLADDR] ||
	    RTA_PAYLOAD(attr[NDA_DST]) != x->hop.len || RTA_PAYLOAD(attr[NDA_LLADDR]) != 6 ||
	    memcmp(RTA_DATA(attr[NDA_DST]), x->hop.via, x->hop.len))
		return false;
	memcpy(x->o->mac, RTA_DATA(attr[NDA_LLADDR]), 6);
	x->o->has_mac = true;
	return true;
}

static bool take_forwarding(void *arg, const void *body, struct rtattr **attr)
{
	const struct ndmsg *n = body;
	struct search *x = arg;
	uint32_t master = 0;

	if (!attr[NDA_LLADDR] || RTA_PAYLOAD(attr[NDA_LLADDR]) != 6 || !attr[NDA_MASTER] ||
	    memcmp(RTA_DATA(attr[NDA_LLADDR]), x->o->mac, 6))
		return false;
	memcpy(&master, RTA_DATA(attr[NDA_MASTER]), sizeof(master));
	if (master != x->hop.oif)
		return false;
	x->at = (uint32_t)n->ndm_ifindex;
	return true;
}

static int dump_neighbours(struct search *x, int family, answer_fn fn)
{
	struct ask q = {.h = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct ndmsg)),
			      .nlmsg_type = RTM_GETNEIGH,
			      .nlmsg_flags = NLM_F_DUMP}};

	q.neigh.ndm_family = (unsigned char)family;
	return ask(&q, sizeof(struct ndmsg), fn, x);
}

/* ---- the ports ---- */

static uint32_t zone_of(const struct zt_env *env, uint32_t ifindex)
{
	uint32_t i;

	for (i = 0; i < env->nr_ports; i++)
		if (env->ports[i].ifindex == ifindex)
			return env->ports[i].zone;
	return 0;
}

/* Every port whose traffic that interface routes: itself, its bridge's, its VLAN's. */
static void candidates(const struct zt_env *env, uint32_t oif, struct origin *o)
{
	uint32_t zone = zone_of(env, oif), i;

	for (i = 0; i < env->nr_ports && o->nr_ports < 32; i++) {
		const struct zt_env_port *p = &env->ports[i];

		if (p->role != ZT_ROLE_UPPER && p->role != ZT_ROLE_PART &&
		    (p->ifindex == oif || p->l3_ifindex == oif || (zone && p->zone == zone)))
			o->ports[o->nr_ports++] = p->ifindex;
	}
}

static void narrow(struct origin *o, uint32_t ifindex)
{
	uint32_t i;

	for (i = 0; i < o->nr_ports && o->ports[i] != ifindex; i++)
		;
	/* a member the policy does not list is no port of ours */
	o->nr_ports = i < o->nr_ports;
	o->ports[0] = ifindex;
}

int origin_find(const struct zt_env *env, const struct session *s, struct origin *ret)
{
	struct origin o = {0};
	struct search x = {.o = &o};
	int r = route_to(s, &x.hop);

	if (r)
		return r;
	candidates(env, x.hop.oif, &o);
	if (o.nr_ports &&
	    !dump_neighbours(&x, s->family == 4 ? AF_INET : AF_INET6, take_neighbour) &&
	    o.has_mac && !dump_neighbours(&x, AF_BRIDGE, take_forwarding) && x.at)
		narrow(&o, x.at);
	*ret = o;
	return 0;
}
