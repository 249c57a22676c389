/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading interfaces and own addresses through route netlink (libnl). The only
 * file besides watch.c that knows libnl; its error numbers end here.
 */
#include <errno.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vlan.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "net/machine.h"

static int fail(char **ret_error, int nlerr, const char *what)
{
	if (ret_error && asprintf(ret_error, "%s cannot be read: %s", what, nl_geterror(nlerr)) < 0)
		*ret_error = NULL;
	return nlerr == -NLE_NOMEM ? -ENOMEM : nlerr == -NLE_PERM ? -EPERM : -EIO;
}

void zt_machine_free(struct zt_machine *m)
{
	free(m->links);
	free(m->addrs);
	*m = (struct zt_machine){ 0 };
}

/* A file of the interface's sysfs folder: is it there, does it begin with `1`. */
static bool sysfs(const char *ifname, const char *file, bool *ret_one)
{
	char path[128], c = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", ifname, file);
	if (!ret_one)
		return access(path, F_OK) == 0;
	f = fopen(path, "re");
	if (!f)
		return false;
	*ret_one = fread(&c, 1, 1, f) == 1 && c == '1';
	fclose(f);
	return true;
}

/* veth names its peer the same way a VLAN names what it lies on: only these are above. */
static bool lies_on_another(const char *kind)
{
	static const char *const kinds[] = { "vlan", "macvlan", "macvtap", "ipvlan", "ipvtap" };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!strcmp(kinds[i], kind))
			return true;
	}
	return false;
}

static void read_link(struct rtnl_link *l, struct zt_link *ret)
{
	const char *kind = rtnl_link_get_type(l);
	struct nl_addr *mac = rtnl_link_get_addr(l);
	int32_t netns;

	*ret = (struct zt_link){
		.ifindex = rtnl_link_get_ifindex(l),
		.master = rtnl_link_get_master(l),
		.arptype = rtnl_link_get_arptype(l),
		.up = rtnl_link_get_flags(l) & IFF_UP,
	};
	snprintf(ret->name, sizeof(ret->name), "%s", rtnl_link_get_name(l));
	snprintf(ret->kind, sizeof(ret->kind), "%s", kind ? kind : "");
	if (mac && nl_addr_get_len(mac) == sizeof(ret->mac))
		memcpy(ret->mac, nl_addr_get_binary_addr(mac), sizeof(ret->mac));
	if (lies_on_another(ret->kind) && rtnl_link_get_link_netnsid(l, &netns) < 0)
		ret->lower = rtnl_link_get_link(l);
	if (!strcmp(ret->kind, "vlan") && rtnl_link_is_vlan(l))
		ret->vlan = rtnl_link_vlan_get_id(l);
	ret->wifi = sysfs(ret->name, "phy80211", NULL) || sysfs(ret->name, "wireless", NULL);
	sysfs(ret->name, "brport/isolated", &ret->isolated);
}

static int by_ifindex(const void *a, const void *b)
{
	const struct zt_link *x = a, *y = b;

	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

static int read_links(struct nl_sock *sk, struct zt_machine *m, char **ret_error)
{
	struct nl_cache *cache;
	struct nl_object *o;
	int rc;

	rc = rtnl_link_alloc_cache(sk, AF_UNSPEC, &cache);
	if (rc < 0)
		return fail(ret_error, rc, "the list of interfaces");
	m->links = calloc(nl_cache_nitems(cache) + 1, sizeof(*m->links));
	if (m->links) {
		for (o = nl_cache_get_first(cache); o; o = nl_cache_get_next(o))
			read_link((struct rtnl_link *)o, &m->links[m->nr_links++]);
		qsort(m->links, m->nr_links, sizeof(*m->links), by_ifindex);
	}
	nl_cache_free(cache);
	return m->links ? 0 : -ENOMEM;
}

static bool read_addr(struct rtnl_addr *a, struct zt_own_addr *ret)
{
	struct nl_addr *local = rtnl_addr_get_local(a);
	size_t len = local ? nl_addr_get_len(local) : 0;

	if ((len != 4 && len != 16) || rtnl_addr_get_flags(a) & IFA_F_DADFAILED)
		return false;
	*ret = (struct zt_own_addr){ .ifindex = rtnl_addr_get_ifindex(a) };
	ret->addr.family = len == 4 ? 4 : 6;
	ret->addr.plen = len * 8;
	if (len == 4)
		ret->addr.addr.w[2] = htonl(0xffff);
	memcpy((uint8_t *)&ret->addr.addr + 16 - len, nl_addr_get_binary_addr(local), len);
	return true;
}

static int read_addrs(struct nl_sock *sk, struct zt_machine *m, char **ret_error)
{
	struct nl_cache *cache;
	struct nl_object *o;
	int rc;

	rc = rtnl_addr_alloc_cache(sk, &cache);
	if (rc < 0)
		return fail(ret_error, rc, "the list of own addresses");
	m->addrs = calloc(nl_cache_nitems(cache) + 1, sizeof(*m->addrs));
	for (o = nl_cache_get_first(cache); m->addrs && o; o = nl_cache_get_next(o))
		m->nr_addrs += read_addr((struct rtnl_addr *)o, &m->addrs[m->nr_addrs]);
	nl_cache_free(cache);
	return m->addrs ? 0 : -ENOMEM;
}

int zt_machine_read(struct zt_machine *ret, char **ret_error)
{
	struct zt_machine m = { 0 };
	struct nl_sock *sk = nl_socket_alloc();
	int rc;

	if (!sk)
		return -ENOMEM;
	rc = nl_connect(sk, NETLINK_ROUTE);
	if (rc < 0)
		rc = fail(ret_error, rc, "route netlink");
	if (!rc)
		rc = read_links(sk, &m, ret_error);
	if (!rc)
		rc = read_addrs(sk, &m, ret_error);
	nl_socket_free(sk);
	if (rc) {
		zt_machine_free(&m);
		return rc;
	}
	*ret = m;
	return 0;
}
