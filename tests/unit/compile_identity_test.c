/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports, VLANs, MACs, devices and bindings: the policy joined with a machine that
 * has a bridge over two device ports and an uplink, a VLAN interface on it, and a
 * routed port without Ethernet header.
 */
#include "model.h"

static const char policy[] =
	"{'version': 1, 'interfaces': {"
	" 'cell0': {'role': 'device', 'identity': 'ip', 'unknown_segment': 'guests'},"
	" 'lan0': {'role': 'device', 'l2': ['lldp', 'stp'], 'unknown_segment': 'guests'},"
	" 'lan1': {'role': 'device', 'untagged': false, 'vlans': [7, 5]},"
	" 'lan0a': {'role': 'device', 'vlans': [7]},"
	" 'mgmt0': {'role': 'ignore'}, 'wan0': {'role': 'uplink'}},"
	"'segments': {'seg': {'mode': 'audit', 'subnets': ['10.1.0.0/24', 'fd01::/64']},"
	" 'soft': {'mode': 'learn', 'subnets': ['10.2.0.0/24']}, 'guests': {'mode': 'learn'}},"
	"'devices': {"
	" 'cam': {'segment': 'seg', 'mac': ['02:00:00:00:00:11', '02:00:00:00:00:21'],"
	"   'ports': ['lan0a', 'lan1'], 'vlan': 7, 'addresses': ['10.1.0.11', 'dynamic6']},"
	" 'dhcp': {'segment': 'soft', 'mac': '02:00:00:00:00:12', 'ports': 'lan1', 'vlan': 5,"
	"   'addresses': ['dynamic']},"
	" 'meter': {'segment': 'soft', 'interface': 'cell0', 'addresses': ['100.64.0.7']}},"
	"'infrastructure': {'dhcp': ['dhcp', 'uplink']}}";

enum { CELL0 = 1, LAN0 = 2, LAN1 = 3, WAN0 = 6, BR0 = 20, BR0_9 = 21, OTHER = 30 };

static struct model m;

/* lan0a is listed and absent; `other` is present and not listed. */
static void machine(struct zt_env *e)
{
	/* clang-format off */
	static const struct zt_env_port ports[] = {
		{ "wan0", WAN0, BR0, BR0, { 2, 9, 0, 0, 0, 20 }, 0, 0, true, false, false, NULL },
		{ "lan1", LAN1, BR0, BR0, { 2, 9, 0, 0, 0, 20 }, 0, 0, true, false, false, NULL },
		{ "br0", BR0, BR0, BR0, { 2, 9, 0, 0, 0, 20 }, ZT_ROLE_UPPER, 0, true, false, false, NULL },
		{ "br0.9", BR0_9, BR0, BR0_9, { 2, 9, 0, 0, 0, 21 }, ZT_ROLE_UPPER, 9, true, false, false, NULL },
		{ "lan0", LAN0, LAN0, LAN0, { 2, 9, 0, 0, 0, 2 }, 0, 0, false, false, false, NULL },
		{ "cell0", CELL0, CELL0, CELL0, { 0 }, 0, 0, false, true, false, NULL },
		{ "other", OTHER, OTHER, OTHER, { 2, 9, 0, 0, 0, 30 }, 0, 0, false, false, false, NULL },
	};
	/* clang-format on */

	free(e->ports);
	e->ports = malloc(sizeof(ports));
	memcpy(e->ports, ports, sizeof(ports));
	e->nr_ports = sizeof(ports) / sizeof(ports[0]);
}

static void setup(void)
{
	m = model_parse(policy);
	machine(m.env);
	ck_assert_int_eq(model_compile(&m), 0);
}

static void teardown(void)
{
	model_free(&m);
}

static const struct zt_image_port ports[] = {
	{ CELL0,
	  { ZT_ROLE_DEVICE, ZT_PORT_UNTAGGED | ZT_PORT_IDENTITY_IP | ZT_PORT_RAW_IP, 0,
	    ZT_MODE_LEARN },
	  CELL0,
	  CELL0,
	  0, { 0 }, 0 },
	{ LAN0,
	  { ZT_ROLE_DEVICE, ZT_PORT_UNTAGGED, ZT_L2_LLDP | ZT_L2_STP, ZT_MODE_LEARN },
	  LAN0,
	  LAN0,
	  0, { 0 }, 0 }, /* nobody listed: the mode of its unknown_segment */
	{ LAN1,
	  { ZT_ROLE_DEVICE, ZT_PORT_MIXED | ZT_PORT_DHCP, 0, ZT_MODE_AUDIT },
	  BR0,
	  BR0,
	  0, { 0 }, 0 }, /* the strictest; a DHCP server is listed here */
	{ WAN0, { ZT_ROLE_UPLINK, ZT_PORT_MIXED, 0, 0 }, BR0, BR0, 0, { 0 }, 0 },
	{ BR0, { ZT_ROLE_UPPER, ZT_PORT_MIXED, 0, 0 }, BR0, BR0, 0, { 0 }, 0 },
	{ BR0_9, { ZT_ROLE_UPPER, ZT_PORT_MIXED, 0, 0 }, BR0, BR0_9, 0, { 0 }, 0 },
};

START_TEST(test_ports)
{
	const struct zt_image_port *want = &ports[_i], *got = &m.i->ports[_i];

	ck_assert_uint_eq(m.i->nr_ports, sizeof(ports) / sizeof(ports[0]));
	ck_assert_uint_eq(got->ifindex, want->ifindex);
	ck_assert_uint_eq(got->word.role, want->word.role);
	ck_assert_uint_eq(got->word.flags, want->word.flags);
	ck_assert_uint_eq(got->word.l2, want->word.l2);
	ck_assert_uint_eq(got->word.group_mode, want->word.group_mode);
	ck_assert_uint_eq(got->zone, want->zone);
	ck_assert_uint_eq(got->l3_ifindex, want->l3_ifindex);
	ck_assert_uint_eq(!got->unknown_bind, want->word.role != ZT_ROLE_DEVICE);
}
END_TEST

/* Asked for at a routed port and an uplink: both; not where something has to see the frames. */
START_TEST(test_fast_forward)
{
	static const char text[] = "{'version': 1, 'interfaces': {"
		" 'lan0': {'role': 'device', 'fast_forward': true}, 'lan1': {'role': 'device', 'fast_forward': true},"
		" 'lan2': {'role': 'device'}, 'wan0': {'role': 'uplink', 'fast_forward': true}}}";
	static const bool want[] = { true, false, false, true };
	struct model f = model_parse(text);
	static const uint8_t none[6];

	f.env->ports[1].not_fast = "of a bridge";
	ck_assert_int_eq(model_compile(&f), 0);
	ck_assert_uint_eq(f.i->nr_ports, 4);
	for (uint32_t k = 0; k < 4; k++) {
		ck_assert_int_eq(!!(f.i->ports[k].word.flags & ZT_PORT_FAST), want[k]);
		ck_assert_mem_eq(f.i->ports[k].mac, want[k] ? f.env->ports[k].mac : none, 6);
	}
	model_free(&f);
}
END_TEST

START_TEST(test_vlans)
{
	ck_assert_uint_eq(m.i->nr_vlans, 2);
	for (uint32_t k = 0; k < 2; k++) {
		ck_assert_uint_eq(m.i->vlans[k].key.ifindex, LAN1);
		ck_assert_uint_eq(m.i->vlans[k].key.vlan, k ? 7 : 5);
	}
}
END_TEST

/* A port's unknown devices: class 0, its segment and mode, one binding. */
START_TEST(test_unknown)
{
	static const struct {
		uint32_t ifindex, flags;
		const char *segment;
		uint8_t mode;
	} want[] = { { CELL0, ZT_BIND_UNKNOWN | ZT_BIND_IP, "guests", ZT_MODE_LEARN },
		     { LAN0, ZT_BIND_UNKNOWN, "guests", ZT_MODE_LEARN },
		     { LAN1, ZT_BIND_UNKNOWN, "unknown", ZT_MODE_ENFORCE } };
	const struct zt_image_bind *b = NULL;
	const struct zt_image_dev *d;

	for (uint32_t k = 0; k < m.i->nr_binds; k++)
		if (m.i->binds[k].index == m.i->ports[_i].unknown_bind)
			b = &m.i->binds[k];
	ck_assert_ptr_nonnull(b);
	ck_assert_uint_eq(b->ifindex, want[_i].ifindex);
	ck_assert_uint_eq(b->flags, want[_i].flags);
	d = zt_image_dev(m.i, b->dev);
	ck_assert_ptr_nonnull(d);
	ck_assert_uint_eq(d->word.dclass, 0);
	ck_assert_uint_eq(d->word.flags, ZT_DEV_UNKNOWN);
	ck_assert_uint_eq(d->word.mode, want[_i].mode);
	ck_assert_int_eq(d->word.segment, zt_policy_segment(m.p, want[_i].segment));
	ck_assert_uint_eq(d->device, ZT_NONE);
	ck_assert_int_eq(zt_image_device_of(m.i, d->index), -1);
}
END_TEST

static const struct {
	const char *mac;
	uint32_t vlan, where;
	uint8_t kind; /* 0: not listed */
	const char *device;
} macs[] = {
	{ "\2\0\0\0\0\x11", 7, LAN1, ZT_MAC_DEVICE, "cam" },
	{ "\2\0\0\0\0\x21", 7, LAN1, ZT_MAC_DEVICE, "cam" },
	{ "\2\0\0\0\0\x11", 7, ZT_IN_ZONE | BR0, ZT_MAC_DEVICE, "cam" },
	{ "\2\0\0\0\0\x11", 0, LAN1, ZT_MAC_NONE, NULL }, /* only with its tag */
	{ "\2\0\0\0\0\x11", 7, LAN0, ZT_MAC_NONE, NULL },
	{ "\2\0\0\0\0\x12", 5, LAN1, ZT_MAC_DEVICE, "dhcp" },
	{ "\2\0\0\0\0\x12", 7, LAN1, ZT_MAC_NONE, NULL },
	{ "\2\x9\0\0\0\x14", 0, ZT_IN_ZONE | BR0, ZT_MAC_ROUTER, NULL },
	{ "\2\x9\0\0\0\x14", 7, ZT_IN_ZONE | BR0, ZT_MAC_ROUTER, NULL },
	{ "\2\x9\0\0\0\x14", 5, ZT_IN_ZONE | BR0, ZT_MAC_ROUTER, NULL },
	{ "\2\x9\0\0\0\x15", 7, ZT_IN_ZONE | BR0, ZT_MAC_ROUTER, NULL },
	{ "\2\x9\0\0\0\x15", 9, ZT_IN_ZONE | BR0, ZT_MAC_ROUTER, NULL }, /* its own tag */
	{ "\2\x9\0\0\0\x14", 9, ZT_IN_ZONE | BR0, ZT_MAC_NONE, NULL },
	{ "\2\x9\0\0\0\x2", 0, ZT_IN_ZONE | LAN0, ZT_MAC_ROUTER, NULL },
	{ "\2\x9\0\0\0\x2", 5, ZT_IN_ZONE | LAN0, ZT_MAC_NONE, NULL },
	{ "\2\x9\0\0\0\x2", 0, LAN0, ZT_MAC_NONE, NULL }, /* never a sender on a port */
	{ "\0\0\0\0\0\0", 0, ZT_IN_ZONE | CELL0, ZT_MAC_NONE, NULL },
	{ "\2\x9\0\0\0\x1e", 0, ZT_IN_ZONE | OTHER, ZT_MAC_NONE, NULL },
};

START_TEST(test_macs)
{
	struct zt_mac_key key = { .vlan = macs[_i].vlan, .where = macs[_i].where };
	const struct zt_image_mac *e = NULL;
	uint32_t dev = 0;

	memcpy(key.mac, macs[_i].mac, 6);
	for (uint32_t k = 0; k < m.i->nr_macs; k++)
		if (!memcmp(&m.i->macs[k].key, &key, sizeof(key)))
			e = &m.i->macs[k];
	ck_assert_uint_eq(e ? e->kind : ZT_MAC_NONE, macs[_i].kind);
	if (!macs[_i].device)
		return;
	for (uint32_t k = 0; k < m.i->nr_binds; k++)
		if (m.i->binds[k].index == e->bind && !memcmp(m.i->binds[k].mac, key.mac, 6))
			dev = m.i->binds[k].dev;
	ck_assert_uint_eq(dev, model_dev(&m, macs[_i].device)->index);
}
END_TEST

START_TEST(test_devices)
{
	static const struct {
		const char *id, *segment;
		uint8_t mode, flags;
	} want[] = {
		{ "cam", "seg", ZT_MODE_AUDIT, ZT_DEV_DYNAMIC6 | ZT_DEV_IPV6 },
		{ "dhcp", "soft", ZT_MODE_LEARN,
		  ZT_DEV_DYNAMIC4 | ZT_DEV_DYNAMIC6 | ZT_DEV_IPV6 | ZT_DEV_DHCP_SERVER },
		{ "meter", "soft", ZT_MODE_LEARN, 0 },
	};
	const struct zt_image_dev *d = model_dev(&m, want[_i].id);

	ck_assert_int_eq(d->word.segment, zt_policy_segment(m.p, want[_i].segment));
	ck_assert_uint_eq(d->word.mode, want[_i].mode);
	ck_assert_uint_eq(d->word.flags, want[_i].flags);
	ck_assert_int_eq(zt_image_device_of(m.i, d->index), zt_policy_device(m.p, want[_i].id));
}
END_TEST

/* A routed device has one binding, without a MAC; one whose first port is absent starts on the
 * next. */
START_TEST(test_binds)
{
	uint32_t meter = model_dev(&m, "meter")->index, cam = model_dev(&m, "cam")->index, nr = 0;

	for (uint32_t k = 0; k < m.i->nr_binds; k++) {
		const struct zt_image_bind *b = &m.i->binds[k];

		if (b->dev == meter) {
			nr++;
			ck_assert_uint_eq(b->flags, ZT_BIND_IP);
			ck_assert_uint_eq(b->ifindex, CELL0);
			ck_assert_mem_eq(b->mac, "\0\0\0\0\0\0", 6);
		} else if (b->dev == cam) {
			nr++;
			ck_assert_uint_eq(b->flags, 0);
			ck_assert_uint_eq(b->ifindex, LAN1);
			ck_assert_uint_eq(b->vlan, 7);
		}
	}
	ck_assert_uint_eq(nr, 3);
	ck_assert_uint_eq(m.i->pol.flags, ZT_POL_DHCP_UPLINK);
}
END_TEST

/* A device that claims the router's MAC does not become the router's stand-in in the bridge. */
START_TEST(test_router_mac_first)
{
	struct model r = model_parse(policy);
	uint32_t nr = 0;

	machine(r.env);
	for (uint32_t k = 0; k < r.env->nr_ports; k++)
		if (r.env->ports[k].zone == BR0)
			memcpy(r.env->ports[k].mac, "\2\0\0\0\0\x11", 6);
	ck_assert_int_eq(model_compile(&r), 0);
	for (uint32_t k = 0; k < r.i->nr_macs; k++)
		if (!memcmp(r.i->macs[k].key.mac, "\2\0\0\0\0\x11", 6) &&
		    r.i->macs[k].key.where == (ZT_IN_ZONE | BR0) && r.i->macs[k].key.vlan == 7) {
			ck_assert_uint_eq(r.i->macs[k].kind, ZT_MAC_ROUTER);
			nr++;
		}
	ck_assert_uint_eq(nr, 1);
	model_free(&r);
}
END_TEST

/* Environments compare as values; what the fake one holds does not collide with the policy. */
START_TEST(test_env)
{
	struct zt_env *a = zt_env_fake(m.p), *b = zt_env_fake(m.p);

	ck_assert(zt_env_equal(a, b));
	ck_assert_uint_eq(a->nr_ports, m.p->nr_interfaces);
	ck_assert_uint_eq(a->nr_router, 2);
	b->ports[1].mac[5]++;
	ck_assert(!zt_env_equal(a, b));
	b->ports[1].mac[5]--;
	b->router[0].addr.w[3] ^= htobe32(1);
	ck_assert(!zt_env_equal(a, b));
	b->router[0].addr.w[3] ^= htobe32(1);
	b->max_hosts = 7;
	ck_assert(!zt_env_equal(a, b));
	zt_env_free(a);
	zt_env_free(b);
	zt_env_free(NULL);
}
END_TEST

#define COUNT(a) (sizeof(a) / sizeof(a[0]))

int main(void)
{
	TCase *c = tcase_create("identity");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, test_ports, 0, COUNT(ports));
	tcase_add_test(c, test_fast_forward);
	tcase_add_test(c, test_vlans);
	tcase_add_loop_test(c, test_unknown, 0, 3);
	tcase_add_loop_test(c, test_macs, 0, COUNT(macs));
	tcase_add_loop_test(c, test_devices, 0, 3);
	tcase_add_test(c, test_binds);
	tcase_add_test(c, test_router_mac_first);
	tcase_add_test(c, test_env);
	return model_run(c, "compile identity");
}
