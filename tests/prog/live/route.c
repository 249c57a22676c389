/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The router of the test world as a router: addresses, routes, neighbours, bridge tables.
 * It forwards and bridges, and says nothing of its own: no ARP, no ND, no errors, no
 * answers, so that every frame judged is one that was sent.
 */
#include <stdio.h>
#include "live/net.h"

/* Where the kernel believes everybody to be; a row that moves a device does not move it there. */
static const struct {
	const char *name, *port;
} places[] = {
	{ "cam1", "lan1" }, { "cam3", "lan1" }, { "roam", "lan1" }, { "only4", "lan1" },
	{ "dyn1", "lan1" }, { "plc", "lan1" },	{ "probe", "lan1" }, { "cam2", "lan2" },
	{ "dyn2", "lan2" }, { "dyn3", "lan2" }, { "duala", "lan2" }, { "dhcpd", "lan2" },
	{ "hmi", "lan2" },  { "meter", "lan2" }, { "pos", "lan3" }, { "cell", "lan3" },
	{ "guest", "lan3" }, { "guest2", "lan3" }, { "v30", "lan4.30" }, { "v31", "lan4.31" },
	{ "sim1", "cell0" }, { "sim2", "cell0" }, { "tun1", "tun0" }, { "tun2", "tun0" },
	{ "mix", "lan5" }, { "mixa", "lan5" },	{ "gw", "wan1" },
};

static const char *l3_name(const struct world_interface *w)
{
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++) {
		if (world_interfaces[i].ifindex == w->l3)
			return world_interfaces[i].name;
	}
	return w->name;
}

static void write_place(FILE *f, const struct world_name *n, const struct world_interface *w)
{
	const char *l3 = l3_name(w);

	if (live_net_missing(l3))
		return;
	fprintf(f, "ip route add %s/32 dev %s; ip -6 route add %s/128 dev %s\n", n->v4, l3, n->v6, l3);
	if (w->raw)
		return;
	fprintf(f, "ip neigh add %s lladdr 02:00:00:00:00:%02x dev %s nud permanent\n", n->v4, n->mac_low, l3);
	fprintf(f, "ip neigh add %s lladdr 02:00:00:00:00:%02x dev %s nud permanent\n", n->v6, n->mac_low, l3);
	if (w->zone != w->ifindex && !w->vlan)
		fprintf(f, "bridge fdb add 02:00:00:00:00:%02x dev %s master static sticky\n", n->mac_low,
			w->name);
}

static const char head[] =
	"set -e\n"
	"nft 'table inet quiet { chain o { type filter hook output priority 0; policy drop; };"
	" chain i { type filter hook input priority 0; policy drop; }; }'\n"
	"for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done\n"
	"echo 1 >/proc/sys/net/ipv4/ip_forward\n"
	"for f in /proc/sys/net/ipv6/conf/*; do\n"
	"  echo 1 >$f/addr_gen_mode; echo 0 >$f/accept_dad; echo 0 >$f/router_solicitations\n"
	"  echo 0 >$f/disable_ipv6\n"
	"done\n"
	"echo 1 >/proc/sys/net/ipv6/conf/all/forwarding\n"
	"for i in lan1 lan2 lan5 wan1; do ip link set $i type bridge_slave learning off; done\n"
	"ip addr add 10.1.0.1/32 dev br0; ip addr add fd01::1/128 dev br0 nodad\n"
	"ip addr add fe80::f1/64 dev br0 nodad; ip addr add fe80::f1/64 dev br1 nodad\n"
	"ip addr add 198.51.100.1/24 dev wan0; ip addr add 2001:db8:fff0::1/64 dev wan0 nodad\n"
	"ip route add default via 198.51.100.2; ip -6 route add default via 2001:db8:fff0::2\n";

/* After `arp off`, which forgets permanent neighbours, too. */
static const char gateways[] =
	"ip neigh add 198.51.100.2 lladdr 02:00:00:00:00:e0 dev wan0 nud permanent\n"
	"ip neigh add 2001:db8:fff0::2 lladdr 02:00:00:00:00:e0 dev wan0 nud permanent\n"
	/* through a device */
	"ip route add 10.7.0.0/24 via 10.1.0.42 dev lan3 onlink\n"
	"ip -6 route add fd07::/64 via fd01::42 dev lan3 onlink\n";

void live_route_text(char *text, size_t len)
{
	FILE *f = fmemopen(text, len, "w");

	fputs(head, f);
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++) {
		if (!live_net_missing(world_interfaces[i].name))
			fprintf(f, "ip link set %s arp off\n", world_interfaces[i].name);
	}
	for (size_t i = 0; i < WORLD_NR(places); i++)
		write_place(f, world_find(places[i].name), world_interface(places[i].port));
	fputs(gateways, f);
	fclose(f);
}
