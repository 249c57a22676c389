/* SPDX-License-Identifier: GPL-2.0 */
/* What XDP would forward past: see obstacles.h. What cannot be found out stands in the way. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include "net/ask.h"
#include "net/obstacles.h"

/* ---- nftables, iptables, IPsec ---- */

/* Hooks that forwarded packets pass. (Of family netdev all are before or behind us.) */
static bool is_on_the_way(uint8_t family, uint32_t hook)
{
	if (family == NFPROTO_NETDEV)
		return true;
	return (family == NFPROTO_IPV4 || family == NFPROTO_IPV6 || family == NFPROTO_INET) &&
	       hook != NF_INET_LOCAL_IN && hook != NF_INET_LOCAL_OUT;
}

static const char *family_word(uint8_t family)
{
	switch (family) {
	case NFPROTO_IPV4:
		return "ip";
	case NFPROTO_IPV6:
		return "ip6";
	case NFPROTO_INET:
		return "inet";
	default:
		return "netdev";
	}
}

static void on_chain(void *arg, const struct nlmsghdr *n)
{
	const struct nfgenmsg *g = NLMSG_DATA(n);
	const struct nlattr *hook = zt_attr_find(n, sizeof(*g), NFTA_CHAIN_HOOK);
	char *why = arg;

	if (!hook || *why ||
	    !is_on_the_way(g->nfgen_family, ntohl(zt_attr_u32(zt_attr_inside(hook, NFTA_HOOK_HOOKNUM)))))
		return;
	snprintf(why, ZT_WHY, "nftables chain %s %.60s %.60s sees forwarded packets",
		 family_word(g->nfgen_family), zt_attr_text(zt_attr_find(n, sizeof(*g), NFTA_CHAIN_TABLE)),
		 zt_attr_text(zt_attr_find(n, sizeof(*g), NFTA_CHAIN_NAME)));
}

static void look_at_nftables(char why[ZT_WHY])
{
	struct nfgenmsg g = { .nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0 };
	struct zt_ask ask = { NETLINK_NETFILTER, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN, true, &g,
			      sizeof(g) };
	int rc = zt_ask(&ask, on_chain, why);

	/* EINVAL: a kernel without nftables */
	if (rc && rc != -EPROTONOSUPPORT && rc != -EINVAL)
		snprintf(why, ZT_WHY, "nftables cannot be listed: %s", strerror(-rc));
}

/* Tables exist from their first use on. */
static void look_at_iptables(const char *path, char why[ZT_WHY])
{
	char table[32];
	FILE *f = fopen(path, "re");

	if (!f && errno != ENOENT)
		snprintf(why, ZT_WHY, "%s cannot be read: %s", path, strerror(errno));
	if (!f)
		return;
	if (fscanf(f, "%31s", table) == 1)
		snprintf(why, ZT_WHY, "iptables table %s is loaded (%s)", table, path);
	fclose(f);
}

static void on_policy(void *arg, const struct nlmsghdr *n)
{
	snprintf(arg, ZT_WHY, "there are IPsec policies");
}

static void look_at_ipsec(char why[ZT_WHY])
{
	struct xfrm_userpolicy_id id = { 0 };
	struct zt_ask ask = { NETLINK_XFRM, XFRM_MSG_GETPOLICY, true, &id, sizeof(id) };
	int rc = zt_ask(&ask, on_policy, why);

	if (rc && rc != -EPROTONOSUPPORT)
		snprintf(why, ZT_WHY, "IPsec policies cannot be listed: %s", strerror(-rc));
}

bool zt_obstacle_here(char why[ZT_WHY])
{
	*why = 0;
	look_at_nftables(why);
	if (!*why)
		look_at_iptables("/proc/net/ip_tables_names", why);
	if (!*why)
		look_at_iptables("/proc/net/ip6_tables_names", why);
	if (!*why)
		look_at_ipsec(why);
	return *why;
}

/* ---- a port ---- */

struct qdiscs {
	int ifindex;
	char kind[16]; /* one that does more than keep packets in order */
};

static void on_qdisc(void *arg, const struct nlmsghdr *n)
{
	static const char *const harmless[] = { "noqueue", "pfifo_fast", "pfifo", "bfifo", "fq_codel",
						"fq", "mq", "clsact", "ingress" };
	const struct tcmsg *t = NLMSG_DATA(n);
	const char *kind = zt_attr_text(zt_attr_find(n, sizeof(*t), TCA_KIND));
	struct qdiscs *q = arg;
	size_t i;

	if (n->nlmsg_type != RTM_NEWQDISC || t->tcm_ifindex != q->ifindex)
		return;
	for (i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (!strcmp(kind, harmless[i]))
			return;
	snprintf(q->kind, sizeof(q->kind), "%s", kind);
}

static void look_at_qdiscs(const char *ifname, int ifindex, char why[ZT_WHY])
{
	struct tcmsg t = { .tcm_family = AF_UNSPEC, .tcm_ifindex = ifindex };
	struct zt_ask ask = { NETLINK_ROUTE, RTM_GETQDISC, true, &t, sizeof(t) };
	struct qdiscs q = { .ifindex = ifindex };
	int rc = zt_ask(&ask, on_qdisc, &q);

	if (rc)
		snprintf(why, ZT_WHY, "%s: its qdiscs cannot be listed: %s", ifname, strerror(-rc));
	else if (q.kind[0])
		snprintf(why, ZT_WHY, "%s: its qdisc %s would be passed by", ifname, q.kind);
}

/* Generic netlink family "netdev" (Linux 6.3); Debian 12's headers do not have it. */
#define NETDEV_DEV_GET 1
#define NETDEV_IFINDEX 1
#define NETDEV_XDP_FEATURES 3
#define XDP_ACT_NDO_XMIT 4u

struct genl {
	struct genlmsghdr g;
	struct nlattr a;
	char data[8];
};

static void on_family(void *arg, const struct nlmsghdr *n)
{
	const struct nlattr *id = zt_attr_find(n, GENL_HDRLEN, CTRL_ATTR_FAMILY_ID);

	if (id && id->nla_len >= NLA_HDRLEN + 2)
		memcpy(arg, zt_attr_data(id), 2);
}

static uint16_t netdev_family(void)
{
	struct genl q = { .g = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
			  .a = { NLA_HDRLEN + sizeof("netdev"), CTRL_ATTR_FAMILY_NAME },
			  .data = "netdev" };
	struct zt_ask ask = { NETLINK_GENERIC, GENL_ID_CTRL, false, &q, sizeof(q) };
	static uint16_t id;

	if (!id)
		zt_ask(&ask, on_family, &id);
	return id;
}

static void on_device(void *arg, const struct nlmsghdr *n)
{
	*(uint64_t *)arg = zt_attr_u64(zt_attr_find(n, GENL_HDRLEN, NETDEV_XDP_FEATURES));
}

/* A driver that does not would drop, and tell nobody. A veth does if its peer receives by NAPI. */
static void look_at_driver(const char *ifname, uint32_t ifindex, char why[ZT_WHY])
{
	struct genl q = { .g = { .cmd = NETDEV_DEV_GET, .version = 1 },
			  .a = { NLA_HDRLEN + sizeof(ifindex), NETDEV_IFINDEX } };
	struct zt_ask ask = { NETLINK_GENERIC, netdev_family(), false, &q,
			      sizeof(q) - sizeof(q.data) + sizeof(ifindex) };
	uint64_t features = 0;

	memcpy(q.data, &ifindex, sizeof(ifindex));
	if (!ask.type)
		snprintf(why, ZT_WHY, "%s: this kernel does not say whether its driver sends what XDP "
			 "forwards (Linux 6.3 does)", ifname);
	else if (zt_ask(&ask, on_device, &features) || !(features & XDP_ACT_NDO_XMIT))
		snprintf(why, ZT_WHY, "%s: its driver does not send what XDP forwards (a veth does "
			 "with GRO or XDP at its other end)", ifname);
}

static bool forwards(const char *family, const char *ifname)
{
	char path[96], c = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/forwarding", family, ifname);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fread(&c, 1, 1, f) != 1)
		c = 0;
	fclose(f);
	return c == '1';
}

bool zt_obstacle_port(const char *ifname, char why[ZT_WHY])
{
	uint32_t ifindex = if_nametoindex(ifname);

	*why = 0;
	if (!ifindex)
		snprintf(why, ZT_WHY, "%s: it is not there", ifname);
	else if (!forwards("ipv4", ifname) && !forwards("ipv6", ifname))
		snprintf(why, ZT_WHY, "%s: the kernel does not forward what comes in by it", ifname);
	if (!*why)
		look_at_qdiscs(ifname, (int)ifindex, why);
	if (!*why)
		look_at_driver(ifname, ifindex, why);
	return *why;
}
