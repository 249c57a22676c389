/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Receive VLAN offload: switched off, on a bond at its members, or the port refused. The
 * kernel here is this file's ioctl(), for no virtual device keeps the offload on by force.
 */
#include <check.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_bonding.h>
#include <linux/sockios.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include "bpf/attach.h"

static const char *const features[] = { "tx-checksum", "rx-vlan-hw-parse", "rx-vlan-stag-hw-parse" };
#define NR 3u

static struct nic {
	const char *name;
	uint32_t on, fixed; /* bitmaps over features */
	int nr_members;
	const char *members[2];
} nics[4];

static struct nic *nic_of(const char *name)
{
	for (size_t i = 0; i < sizeof(nics) / sizeof(nics[0]); i++) {
		if (nics[i].name && !strcmp(nics[i].name, name))
			return &nics[i];
	}
	return NULL;
}

static int ethtool(struct nic *n, uint32_t *cmd)
{
	if (*cmd == ETHTOOL_GSSET_INFO) {
		((struct ethtool_sset_info *)cmd)->data[0] = NR;
	} else if (*cmd == ETHTOOL_GSTRINGS) {
		for (uint32_t i = 0; i < NR; i++)
			strncpy((char *)((struct ethtool_gstrings *)cmd)->data + i * ETH_GSTRING_LEN,
				features[i], ETH_GSTRING_LEN);
	} else if (*cmd == ETHTOOL_GFEATURES) {
		((struct ethtool_gfeatures *)cmd)->features[0].active = n->on;
	} else if (*cmd == ETHTOOL_SFEATURES) {
		struct ethtool_set_features_block *b = ((struct ethtool_sfeatures *)cmd)->features;
		uint32_t may = b->valid & ~n->fixed;

		n->on = (n->on & ~may) | (b->requested & may);
	} else {
		errno = EOPNOTSUPP;
		return -1;
	}
	return 0;
}

int ioctl(int fd, unsigned long request, ...)
{
	struct ifreq *r;
	struct nic *n;
	va_list ap;

	va_start(ap, request);
	r = va_arg(ap, struct ifreq *);
	va_end(ap);
	n = nic_of(r->ifr_name);
	if (n && request == SIOCETHTOOL)
		return ethtool(n, (uint32_t *)r->ifr_data);
	if (n && n->nr_members && request == SIOCBONDINFOQUERY) {
		((struct ifbond *)r->ifr_data)->num_slaves = n->nr_members;
		return 0;
	}
	if (n && request == SIOCBONDSLAVEINFOQUERY) {
		struct ifslave *m = (struct ifslave *)r->ifr_data;

		strcpy(m->slave_name, n->members[m->slave_id]);
		return 0;
	}
	errno = n ? EOPNOTSUPP : ENODEV;
	return -1;
}

START_TEST(it_is_switched_off)
{
	nics[0] = (struct nic){ "eth0", 7, 1, 0, { NULL } };
	ck_assert_int_eq(zt_vlan_offload("eth0"), 1);
	ck_assert_int_eq(nics[0].on, 7); /* only looked at */
	ck_assert_int_eq(zt_vlan_offload_off("eth0"), 0);
	ck_assert_int_eq(nics[0].on, 1);
	ck_assert_int_eq(zt_vlan_offload("eth0"), 0);
}
END_TEST

START_TEST(a_port_that_keeps_it_is_refused)
{
	nics[0] = (struct nic){ "eth0", 7, 2, 0, { NULL } };
	nics[1] = (struct nic){ "eth1", 7, 4, 0, { NULL } };
	ck_assert_int_eq(zt_vlan_offload_off("eth0"), 1);
	ck_assert_int_eq(zt_vlan_offload_off("eth1"), 1);
	ck_assert_int_eq(zt_vlan_offload_off("eth9"), -ENODEV);
}
END_TEST

START_TEST(on_a_bond_the_members_count)
{
	nics[0] = (struct nic){ "eth0", 7, 0, 0, { NULL } };
	nics[1] = (struct nic){ "eth1", 7, 0, 0, { NULL } };
	nics[2] = (struct nic){ "bond0", 1, 0, 2, { "eth0", "eth1" } };
	ck_assert_int_eq(zt_vlan_offload("bond0"), 1);
	ck_assert_int_eq(zt_vlan_offload_off("bond0"), 0);
	ck_assert_int_eq(nics[0].on, 1);
	ck_assert_int_eq(nics[1].on, 1);
	nics[1].fixed = nics[1].on = 2;
	ck_assert_int_eq(zt_vlan_offload_off("bond0"), 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bpf: VLAN offload");
	TCase *t = tcase_create("offload");
	SRunner *r;
	int failed;

	tcase_add_test(t, it_is_switched_off);
	tcase_add_test(t, a_port_that_keeps_it_is_refused);
	tcase_add_test(t, on_a_bond_the_members_count);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
