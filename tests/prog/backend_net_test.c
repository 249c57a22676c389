/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Route netlink against a real kernel, in a network namespace of its own (needs
 * root): what is read, and that changes are noticed. What is made of it is proved
 * in tests/unit/net_env_test.c.
 */
#include <check.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include "net/machine.h"

static struct zt_machine machine;

#define MUST(cmd) ck_assert_msg(system(cmd) == 0, "%s", cmd)

static const struct zt_link *get(const char *name)
{
	const struct zt_link *l = zt_link_by_name(&machine, name);

	ck_assert_msg(l != NULL, "no link %s", name);
	return l;
}

static bool has_addr(const char *text)
{
	struct zt_addr a;
	uint8_t family;
	uint32_t i;

	ck_assert_int_eq(zt_addr_parse(text, &family, &a), 0);
	for (i = 0; i < machine.nr_addrs; i++) {
		if (machine.addrs[i].addr.family == family &&
		    !memcmp(&machine.addrs[i].addr.addr, &a, sizeof(a)))
			return true;
	}
	return false;
}

START_TEST(links_and_addresses)
{
	static const uint8_t mac[6] = { 2, 0x11, 0x22, 0x33, 0x44, 0x55 };
	char *error = NULL;
	int rc;

	MUST("ip link add br0 type bridge && ip link add lan0 type veth peer name cam0 && "
	     "ip link set lan0 master br0 address 02:11:22:33:44:55 up && "
	     "ip addr add 10.20.0.1/24 dev br0 && ip addr add 2001:db8::1/64 dev br0 nodad && "
	     "ip addr add 10.9.0.1 peer 10.9.0.2 dev cam0");
	rc = zt_machine_read(&machine, &error);
	ck_assert_msg(!rc, "%s", error ? error : strerror(-rc));
	ck_assert_str_eq(get("br0")->kind, "bridge");
	ck_assert_str_eq(get("lan0")->kind, "veth");
	ck_assert_uint_eq(get("lan0")->master, get("br0")->ifindex);
	ck_assert_uint_eq(get("lan0")->lower, 0); /* its peer is beside it, not below */
	ck_assert_int_eq(memcmp(get("lan0")->mac, mac, 6), 0);
	ck_assert(get("lan0")->up && !get("cam0")->up);
	ck_assert_uint_eq(get("lo")->arptype, 772);
	ck_assert_ptr_eq(zt_link_by_index(&machine, get("lan0")->ifindex), get("lan0"));
	ck_assert_ptr_null(zt_link_by_index(&machine, 9999));
	ck_assert(has_addr("10.20.0.1") && has_addr("2001:db8::1"));
	ck_assert(has_addr("10.9.0.1") && !has_addr("10.9.0.2")); /* ours, not the peer's */
	zt_machine_free(&machine);
	MUST("ip link del br0 && ip link del lan0");
}
END_TEST

START_TEST(vlan_bond_vrf)
{
	char *error = NULL;

	MUST("ip link add lan0 type veth peer name cam0");
	if (system("ip link add link lan0 name lan0.30 type vlan id 30 2>/dev/null && "
		   "ip link add bond0 type bond 2>/dev/null && "
		   "ip link add blue type vrf table 7 2>/dev/null")) {
		puts("SKIP: this kernel has no VLAN, bond or VRF interfaces");
		MUST("ip link del lan0; ip link del bond0 2>/dev/null; true");
		return;
	}
	MUST("ip link set cam0 down && ip link set cam0 master bond0 && "
	     "ip link set bond0 master blue");
	ck_assert_int_eq(zt_machine_read(&machine, &error), 0);
	ck_assert_str_eq(get("lan0.30")->kind, "vlan");
	ck_assert_uint_eq(get("lan0.30")->vlan, 30);
	ck_assert_uint_eq(get("lan0.30")->lower, get("lan0")->ifindex);
	ck_assert_str_eq(get("bond0")->kind, "bond");
	ck_assert_uint_eq(get("cam0")->master, get("bond0")->ifindex);
	ck_assert_str_eq(get("blue")->kind, "vrf");
	ck_assert_uint_eq(get("bond0")->master, get("blue")->ifindex);
	zt_machine_free(&machine);
	MUST("ip link del lan0 && ip link del bond0 && ip link del blue");
}
END_TEST

static const char *const changes[] = {
	"ip link add br7 type bridge",
	"ip link set br7 up",
	"ip addr add 192.0.2.1/24 dev br7",
	"ip addr add 2001:db8:7::1/64 dev br7 nodad",
	"ip addr del 192.0.2.1/24 dev br7",
	"ip link add lan7 type veth peer name cam7",
	"ip link set lan7 master br7",
	"ip link set lan7 nomaster",
	"ip link del lan7",
	"ip link del br7",
};

START_TEST(changes_are_noticed)
{
	struct zt_net_watch *w;
	struct pollfd p = { .events = POLLIN };
	size_t i;

	ck_assert_int_eq(zt_net_watch_open(&w), 0);
	p.fd = zt_net_watch_fd(w);
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		MUST(changes[i]);
		ck_assert_msg(poll(&p, 1, 2000) == 1, "not noticed: %s", changes[i]);
		ck_assert_msg(zt_net_watch_drain(w) == 1, "not relevant: %s", changes[i]);
		usleep(20000); /* what else belongs to it */
		ck_assert_int_ge(zt_net_watch_drain(w), 0);
	}
	while (poll(&p, 1, 300) == 1)
		zt_net_watch_drain(w);
	ck_assert_int_eq(zt_net_watch_drain(w), 0);
	MUST("ip neigh show > /dev/null"); /* asking changes nothing */
	ck_assert_int_eq(poll(&p, 1, 100), 0);
	zt_net_watch_close(w);
}
END_TEST

/* More notices than the socket holds: lost ones count as a change, and it goes on. */
START_TEST(too_many_changes)
{
	struct zt_net_watch *w;

	ck_assert_int_eq(zt_net_watch_open(&w), 0);
	MUST("ip link add br7 type bridge; i=0; while [ $i -lt 400 ]; do "
	     "echo addr add 10.7.$((i / 250)).$((i % 250))/32 dev br7; i=$((i+1)); done | "
	     "ip -batch - && ip link del br7");
	ck_assert_int_eq(zt_net_watch_drain(w), 1);
	ck_assert_int_eq(zt_net_watch_drain(w), 0);
	MUST("ip link set lo up");
	usleep(50000);
	ck_assert_int_eq(zt_net_watch_drain(w), 1);
	zt_net_watch_close(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("backend: net");
	TCase *t = tcase_create("net");
	SRunner *r;
	int failed;

	if (geteuid() || unshare(CLONE_NEWNET | CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
		puts("SKIP: needs root and namespaces of its own");
		return 77;
	}
	tcase_set_timeout(t, 60);
	tcase_add_test(t, links_and_addresses);
	tcase_add_test(t, vlan_bond_vrf);
	tcase_add_test(t, changes_are_noticed);
	tcase_add_test(t, too_many_changes);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
