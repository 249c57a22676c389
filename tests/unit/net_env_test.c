/* SPDX-License-Identifier: GPL-2.0 */
/* From interfaces to environment, over machines made up here: no netlink, no root. */
#include <check.h>
#include <errno.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include "net/machine.h"

#ifndef ARPHRD_RAWIP
#define ARPHRD_RAWIP 519
#endif

static struct zt_interface interfaces[8];
static struct zt_policy policy;
static struct zt_link links[16];
static struct zt_own_addr addrs[8];
static struct zt_machine machine;
static struct zt_errors warnings;
static struct zt_env *env;
static char *error;

static void setup(void)
{
	memset(interfaces, 0, sizeof(interfaces));
	memset(links, 0, sizeof(links));
	memset(&warnings, 0, sizeof(warnings));
	policy = (struct zt_policy){ .interfaces = interfaces };
	machine = (struct zt_machine){ .links = links, .addrs = addrs };
	env = NULL;
	error = NULL;
}

static void teardown(void)
{
	zt_env_free(env);
	zt_errors_free(&warnings);
	free(error);
}

static void listed(const char *id, uint8_t role)
{
	interfaces[policy.nr_interfaces++] = (struct zt_interface){ .id = id, .role = role };
}

/* Links are numbered 1.. in the order they are added. */
static struct zt_link *is_there(const char *name, const char *kind, uint32_t master)
{
	struct zt_link *l = &links[machine.nr_links++];

	*l = (struct zt_link){ .ifindex = machine.nr_links, .master = master, .up = true,
			       .arptype = ARPHRD_ETHER, .mac = { 2, 0, 0, 0, 0, machine.nr_links } };
	strcpy(l->name, name);
	strcpy(l->kind, kind);
	return l;
}

static struct zt_link *vlan_on(const char *name, uint32_t lower, uint16_t vlan, uint32_t master)
{
	struct zt_link *l = is_there(name, "vlan", master);

	l->lower = lower;
	l->vlan = vlan;
	return l;
}

static void own(const char *text, uint32_t ifindex)
{
	struct zt_own_addr *a = &addrs[machine.nr_addrs++];

	ck_assert_int_eq(zt_addr_parse(text, &a->addr.family, &a->addr.addr), 0);
	a->addr.plen = a->addr.family == 4 ? 32 : 128;
	a->ifindex = ifindex;
}

static void build(void)
{
	int rc = zt_env_from_machine(&policy, &machine, &env, &error, &warnings);

	ck_assert_msg(!rc, "%s", error ? error : strerror(-rc));
}

static const struct zt_env_port *port(const char *name)
{
	uint32_t i;

	for (i = 0; i < env->nr_ports; i++) {
		if (!strcmp(env->ports[i].name, name))
			return &env->ports[i];
	}
	ck_abort_msg("no port %s", name);
	return NULL;
}

static bool warned(const char *word)
{
	uint32_t i;

	for (i = 0; i < warnings.nr; i++) {
		if (strstr(warnings.v[i], word))
			return true;
	}
	return false;
}

START_TEST(a_port_by_itself)
{
	listed("lan0", ZT_ROLE_DEVICE);
	listed("wan0", ZT_ROLE_UPLINK);
	is_there("lan0", "", 0);
	is_there("wan0", "", 0);
	build();
	ck_assert_uint_eq(env->nr_ports, 2);
	ck_assert_uint_eq(port("lan0")->zone, 1);
	ck_assert_uint_eq(port("lan0")->l3_ifindex, 1);
	ck_assert_uint_eq(port("lan0")->mac[5], 1);
	ck_assert_uint_eq(port("lan0")->role, 0); /* the policy's counts */
	ck_assert(!port("lan0")->mixed && !port("lan0")->raw_ip && !port("lan0")->not_fast);
	ck_assert_uint_eq(warnings.total, 0);
}
END_TEST

START_TEST(two_ports_of_a_bridge)
{
	listed("lan0", ZT_ROLE_DEVICE);
	listed("lan1", ZT_ROLE_DEVICE);
	is_there("lan0", "veth", 3);
	is_there("lan1", "veth", 3);
	is_there("br0", "bridge", 0);
	build();
	ck_assert_uint_eq(port("lan0")->zone, 3);
	ck_assert_uint_eq(port("lan1")->zone, 3);
	ck_assert_uint_eq(port("lan0")->l3_ifindex, 3);
	ck_assert_uint_eq(port("lan0")->mac[5], 3);
	ck_assert_uint_eq(port("br0")->role, ZT_ROLE_UPPER);
	ck_assert_uint_eq(port("br0")->zone, 3);
	ck_assert(!port("br0")->mixed && !port("lan0")->mixed);
	ck_assert_ptr_nonnull(port("lan0")->not_fast);
	ck_assert_uint_eq(warnings.total, 0);
}
END_TEST

/* Who else is in the bridge: an uplink, a listed but ignored one, one nobody listed. */
START_TEST(a_bridge_with_a_stranger)
{
	static const uint8_t role[] = { ZT_ROLE_UPLINK, ZT_ROLE_IGNORE, ZT_ROLE_NONE };

	listed("lan0", ZT_ROLE_DEVICE);
	if (role[_i])
		listed("wan0", role[_i]);
	is_there("lan0", "", 3);
	is_there("wan0", "", 3);
	is_there("br0", "bridge", 0);
	vlan_on("br0.30", 3, 30, 0);
	build();
	ck_assert(port("br0")->mixed && port("lan0")->mixed && port("br0.30")->mixed);
	ck_assert(warned("wan0 is not in") == !role[_i]);
}
END_TEST

START_TEST(vlan_interfaces_above_ports)
{
	listed("lan0", ZT_ROLE_DEVICE);
	is_there("lan0", "", 3);
	vlan_on("br0.30", 3, 30, 0);
	is_there("br0", "bridge", 0);
	is_there("lan1", "", 0);
	listed("lan1", ZT_ROLE_DEVICE);
	vlan_on("lan1.7", 4, 7, 0);
	build();
	ck_assert_uint_eq(port("br0.30")->role, ZT_ROLE_UPPER);
	ck_assert_uint_eq(port("br0.30")->vlan, 30);
	ck_assert_uint_eq(port("br0.30")->zone, 3);
	ck_assert_uint_eq(port("lan1.7")->zone, 4);
	ck_assert_uint_eq(port("lan1.7")->vlan, 7);
	ck_assert_uint_eq(port("lan1.7")->mac[5], 5);
}
END_TEST

START_TEST(a_vlan_of_a_port_bridged_with_a_stranger)
{
	listed("lan0", ZT_ROLE_DEVICE);
	is_there("lan0", "", 0);
	vlan_on("lan0.10", 1, 10, 3);
	is_there("br1", "bridge", 0);
	is_there("tap9", "tun", 3);
	build();
	ck_assert(port("br1")->mixed);
	ck_assert(port("lan0")->mixed); /* its frames must be told from those of tap9 */
	ck_assert(!port("lan0.10")->mixed); /* only lan0 is below it */
}
END_TEST

START_TEST(a_vlan_interface_listed_by_itself)
{
	listed("lan0.10", ZT_ROLE_DEVICE);
	is_there("lan0", "", 0);
	vlan_on("lan0.10", 1, 10, 0);
	build();
	ck_assert_uint_eq(port("lan0.10")->role, 0);
	ck_assert_uint_eq(port("lan0.10")->vlan, 0); /* no tag is seen on it */
	ck_assert_uint_eq(port("lan0.10")->zone, 2);
	ck_assert(warned("lan0 is not in"));
	ck_assert(warned("generic XDP only"));
}
END_TEST

START_TEST(a_vrf_is_above_as_well)
{
	listed("lan0", ZT_ROLE_DEVICE);
	listed("wan0", ZT_ROLE_UPLINK);
	is_there("lan0", "", 2);
	is_there("blue", "vrf", 0);
	is_there("lan1", "", 0);
	build();
	ck_assert_uint_eq(port("blue")->role, ZT_ROLE_UPPER);
	ck_assert(!port("blue")->mixed);
	ck_assert_uint_eq(port("lan0")->zone, 1); /* it routes, it does not bridge */
	ck_assert_uint_eq(port("lan0")->l3_ifindex, 1);
	ck_assert(warned("interfaces.wan0: there is no such interface"));
	ck_assert(warned("lan1 is not in"));
}
END_TEST

START_TEST(a_bond_and_its_members)
{
	listed("bond0", ZT_ROLE_DEVICE);
	is_there("eth0", "", 3);
	is_there("eth1", "", 3);
	is_there("bond0", "bond", 4);
	is_there("br0", "bridge", 0);
	build();
	ck_assert_uint_eq(port("bond0")->zone, 4);
	ck_assert(port("bond0")->bond && !port("br0")->bond);
	ck_assert_uint_eq(port("eth0")->role, ZT_ROLE_PART);
	ck_assert_uint_eq(port("eth1")->l3_ifindex, 3);
	ck_assert_uint_eq(port("eth1")->zone, 4);
	ck_assert(!port("br0")->mixed && !port("bond0")->mixed);
	ck_assert_uint_eq(warnings.total, 0);
}
END_TEST

START_TEST(a_role_written_for_a_member_of_a_bond)
{
	listed("bond0", ZT_ROLE_DEVICE);
	listed("eth0", ZT_ROLE_UPLINK);
	is_there("eth0", "", 2);
	is_there("bond0", "bond", 0);
	build();
	ck_assert_uint_eq(port("eth0")->role, ZT_ROLE_PART);
	ck_assert(warned("is a member of bond0"));
}
END_TEST

START_TEST(a_role_written_for_a_bridge_above)
{
	listed("lan0", ZT_ROLE_DEVICE);
	listed("br0", ZT_ROLE_UPLINK);
	is_there("lan0", "", 2);
	is_there("br0", "bridge", 0);
	build();
	ck_assert_uint_eq(port("br0")->role, ZT_ROLE_UPPER);
	ck_assert(warned("interfaces.br0: lies above a device port"));
}
END_TEST

START_TEST(own_addresses_and_their_scope)
{
	listed("lan0", ZT_ROLE_DEVICE);
	listed("wan0", ZT_ROLE_UPLINK);
	is_there("lan0", "", 3);
	is_there("wan0", "", 0);
	is_there("br0", "bridge", 0);
	vlan_on("br0.30", 3, 30, 0);
	own("10.20.0.1", 3);
	own("fe80::1", 4);
	own("fe80::1", 3);
	own("fe80::1", 2); /* on the uplink: no device can meet it */
	own("198.51.100.7", 2);
	own("10.20.0.1", 4); /* the same address twice */
	own("2001:db8::1", 3);
	build();
	ck_assert_uint_eq(env->nr_router, 5);
	ck_assert_uint_eq(env->router[0].family, 4);
	ck_assert_uint_eq(env->router_scope[0], 0);
	ck_assert_uint_eq(env->router[2].family, 6); /* 2001:db8::1, then the link-local ones */
	ck_assert_uint_eq(env->router_scope[2], 0);
	ck_assert_uint_eq(env->router_scope[3], ZT_ZONE(3, 0));
	ck_assert_uint_eq(env->router_scope[4], ZT_ZONE(3, 30));
}
END_TEST

START_TEST(a_device_port_that_is_not_there)
{
	listed("lan0", ZT_ROLE_DEVICE);
	is_there("lan1", "", 0);
	ck_assert_int_eq(zt_env_from_machine(&policy, &machine, &env, &error, &warnings), -ENODEV);
	ck_assert(strstr(error, "interfaces.lan0: there is no such interface"));
	ck_assert_ptr_null(env);
}
END_TEST

/* ---- kinds ---- */

static const struct {
	const char *kind;
	uint16_t arptype;
	bool identity_ip, wifi, isolated;
	const char *master; /* kind of its master */
	enum zt_support support;
	const char *says;
} kinds[] = {
	{ "", ARPHRD_ETHER, false, false, false, "", ZT_SUPPORTED, NULL },
	{ "", ARPHRD_ETHER, false, false, false, "bridge", ZT_SUPPORTED, NULL },
	{ "veth", ARPHRD_ETHER, false, false, false, "bridge", ZT_SUPPORTED, NULL },
	{ "bond", ARPHRD_ETHER, false, false, false, "", ZT_SUPPORTED, NULL },
	{ "vxlan", ARPHRD_ETHER, false, false, false, "", ZT_SUPPORTED_NOTE, "generic XDP only" },
	{ "", ARPHRD_ETHER, false, false, false, "bond", ZT_REFUSED, "list the bond" },
	{ "", ARPHRD_ETHER, false, false, false, "team", ZT_REFUSED, "list the bond" },
	{ "vlan", ARPHRD_ETHER, false, false, false, "", ZT_SUPPORTED_NOTE, "generic" },
	{ "bridge", ARPHRD_ETHER, false, false, false, "", ZT_REFUSED, "list the members" },
	{ "macvlan", ARPHRD_ETHER, false, false, false, "", ZT_REFUSED, "siblings" },
	{ "dsa", ARPHRD_ETHER, false, false, false, "", ZT_SUPPORTED_NOTE, "generic" },
	{ "dsa", ARPHRD_ETHER, false, false, false, "bridge", ZT_REFUSED, "isolated on" },
	{ "dsa", ARPHRD_ETHER, false, false, true, "bridge", ZT_SUPPORTED_NOTE, "generic" },
	{ "", ARPHRD_ETHER, false, true, false, "", ZT_REFUSED, "Wi-Fi" },
	{ "tun", ARPHRD_NONE, true, false, false, "", ZT_SUPPORTED_NOTE, "generic" },
	{ "tun", ARPHRD_NONE, false, false, false, "", ZT_REFUSED, "\"identity\": \"ip\"" },
	{ "tun", ARPHRD_ETHER, false, false, false, "", ZT_SUPPORTED_NOTE, "generic" },
	{ "wwan", 519, true, false, false, "", ZT_SUPPORTED_NOTE, "generic" },
	{ "", ARPHRD_LOOPBACK, false, false, false, "", ZT_REFUSED, "loopback" },
	{ "vrf", ARPHRD_ETHER, false, false, false, "", ZT_REFUSED, "VRF" },
	{ "gretap", ARPHRD_ETHER, false, false, false, "", ZT_SUPPORTED_NOTE, "not been tried" },
	{ "sit", ARPHRD_SIT, true, false, false, "", ZT_REFUSED, "neither Ethernet" },
};

START_TEST(kinds_of_ports)
{
	const char *text = NULL;
	struct zt_link *l = is_there("lan0", kinds[_i].kind, *kinds[_i].master ? 2 : 0);

	l->arptype = kinds[_i].arptype;
	l->wifi = kinds[_i].wifi;
	l->isolated = kinds[_i].isolated;
	if (*kinds[_i].master)
		is_there("up0", kinds[_i].master, 0);
	ck_assert_int_eq(zt_port_support(&machine, l, kinds[_i].identity_ip, &text),
			 kinds[_i].support);
	ck_assert_msg(!kinds[_i].says == !text && (!text || strstr(text, kinds[_i].says)), "%s",
		      text ? text : "(no text)");
}
END_TEST

static const struct {
	const char *kind;
	bool has_master, wifi;
	uint16_t arptype;
	const char *says; /* NULL: it forwards in XDP */
} fast[] = {
	{ "", false, false, ARPHRD_ETHER, NULL },
	{ "veth", false, false, ARPHRD_ETHER, NULL },
	{ "veth", true, false, ARPHRD_ETHER, "part of a bridge, bond or VRF" },
	{ "", true, false, ARPHRD_ETHER, "part of a bridge, bond or VRF" },
	{ "", false, true, ARPHRD_ETHER, "Wi-Fi" },
	{ "wwan", false, false, ARPHRD_RAWIP, "no Ethernet header" },
	{ "tun", false, false, ARPHRD_ETHER, "only hardware and veth" },
	{ "vlan", false, false, ARPHRD_ETHER, "only hardware and veth" },
	{ "bridge", false, false, ARPHRD_ETHER, "only hardware and veth" },
	{ "bond", false, false, ARPHRD_ETHER, "only hardware and veth" },
};

START_TEST(who_forwards_in_xdp)
{
	struct zt_link l = { .name = "x0", .ifindex = 1, .arptype = fast[_i].arptype, .wifi = fast[_i].wifi,
			     .master = fast[_i].has_master ? 2 : 0 };
	const char *says;

	strcpy(l.kind, fast[_i].kind);
	says = zt_fast_hindrance(&l);
	ck_assert_int_eq(!says, !fast[_i].says);
	ck_assert(!says || strstr(says, fast[_i].says));
}
END_TEST

START_TEST(a_refused_port_fails_the_whole)
{
	listed("br0", ZT_ROLE_DEVICE);
	is_there("br0", "bridge", 0);
	ck_assert_int_eq(zt_env_from_machine(&policy, &machine, &env, &error, &warnings),
			 -EOPNOTSUPP);
	ck_assert(strstr(error, "interfaces.br0: br0 is a bridge"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("net: environment");
	TCase *t = tcase_create("env");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_port_by_itself);
	tcase_add_test(t, two_ports_of_a_bridge);
	tcase_add_loop_test(t, a_bridge_with_a_stranger, 0, 3);
	tcase_add_test(t, vlan_interfaces_above_ports);
	tcase_add_test(t, a_vlan_of_a_port_bridged_with_a_stranger);
	tcase_add_test(t, a_vlan_interface_listed_by_itself);
	tcase_add_test(t, a_vrf_is_above_as_well);
	tcase_add_test(t, a_bond_and_its_members);
	tcase_add_test(t, a_role_written_for_a_member_of_a_bond);
	tcase_add_test(t, a_role_written_for_a_bridge_above);
	tcase_add_test(t, own_addresses_and_their_scope);
	tcase_add_test(t, a_device_port_that_is_not_there);
	tcase_add_loop_test(t, kinds_of_ports, 0, sizeof(kinds) / sizeof(kinds[0]));
	tcase_add_loop_test(t, who_forwards_in_xdp, 0, sizeof(fast) / sizeof(fast[0]));
	tcase_add_test(t, a_refused_port_fails_the_whole);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
