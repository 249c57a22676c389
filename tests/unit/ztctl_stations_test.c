/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is the router of a capture: told from hosts with many addresses, from
 * devices of the policy and from loopback captures; which addresses are its own.
 */
#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>
#include "../../tools/ztctl/frame.c"
#include "../../tools/ztctl/packet.c"
#include "../../tools/ztctl/station_router.c"
#include "../../tools/ztctl/stations.c"

static const char text[] =
	"{\"version\": 1, \"interfaces\": {\"lan1\": {\"role\": \"device\"},"
	" \"wan0\": {\"role\": \"uplink\"}},"
	" \"segments\": {\"s\": {\"mode\": \"enforce\", \"subnets\": [\"10.0.0.0/24\"]}},"
	" \"devices\": {\"a\": {\"segment\": \"s\", \"mac\": \"02:00:00:00:00:0a\","
	" \"ports\": \"lan1\", \"addresses\": [\"10.0.0.10\"]}},"
	" \"applications\": {\"nas\": {\"hosts\": [\"10.0.0.5\"], \"services\": [\"tcp/445\"]}},"
	" \"infrastructure\": {\"gateways\": [\"10.0.0.254\"]}, \"rules\": {"
	" \"r\": {\"from\": \"a\", \"to\": \"nas\", \"action\": \"allow\"}}}";

static struct zt_policy *policy;
static struct stations stations;

static void setup(void)
{
	struct zt_source source = {.name = "test.json", .text = text, .len = sizeof(text) - 1};
	struct zt_errors errors = {}, infos = {};
	int r = zt_policy_parse(&source, 1, &errors, &infos, &policy);

	ck_assert_msg(!r, "%s", errors.nr ? errors.v[0] : "parse");
	zt_errors_free(&errors);
	zt_errors_free(&infos);
	stations_init(&stations, policy);
}

static void teardown(void)
{
	stations_free(&stations);
	zt_policy_free(policy);
}

static void mac_of(uint8_t last, uint8_t mac[6])
{
	static const uint8_t base[6] = {2};

	memcpy(mac, base, 6);
	mac[5] = last;
}

/* One datagram from a MAC and address to others. */
static void send_udp(uint8_t from, const char *src, uint8_t to, const char *dst, uint16_t sport)
{
	struct packet p = {.proto = 17, .sport = sport, .what = 4000};
	uint8_t buf[PACKET_MAX];
	struct frame f;

	ck_assert_int_eq(zt_addr_parse(src, &p.family, &p.src), 0);
	ck_assert_int_eq(zt_addr_parse(dst, &p.family, &p.dst), 0);
	mac_of(from, p.smac);
	mac_of(to, p.dmac);
	ck_assert_int_eq(frame_parse(buf, packet_build(&p, buf), &f), 0);
	stations_note(&stations, &f);
}

static void send_arp(uint8_t from, const char *address)
{
	uint8_t buf[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0,
			   0,	 8,    6,    0,	   1,	 8,    0, 6, 4, 0, 1};
	struct zt_addr a;
	uint8_t family;
	struct frame f;

	mac_of(from, buf + 6);
	mac_of(from, buf + 22);
	ck_assert_int_eq(zt_addr_parse(address, &family, &a), 0);
	memcpy(buf + 28, &a.w[3], 4);
	ck_assert_int_eq(frame_parse(buf, sizeof(buf), &f), 0);
	stations_note(&stations, &f);
}

static int router(void)
{
	stations_choose_router(&stations, NULL);
	return stations.router < 0 ? -1 : stations.v[stations.router].mac[5];
}

START_TEST(most_addresses_behind_it)
{
	send_udp(0x0a, "10.0.0.10", 1, "192.0.2.1", 4001);
	send_udp(0x0a, "10.0.0.10", 1, "192.0.2.2", 4001);
	send_udp(0x0a, "10.0.0.10", 1, "192.0.2.3", 4001);
	send_udp(2, "10.0.0.5", 0x0a, "10.0.0.10", 445);
	send_udp(2, "10.0.0.6", 0x0a, "10.0.0.10", 445); /* a host with two addresses */
	ck_assert_int_eq(router(), 1);
	ck_assert(!stations.router_is_gateway);
}
END_TEST

START_TEST(nobody)
{
	send_udp(0x0a, "10.0.0.10", 2, "10.0.0.5", 4001);
	send_udp(2, "10.0.0.5", 0x0a, "10.0.0.10", 445);
	send_udp(2, "fd00::5", 0x0a, "fd00::10", 445); /* one address of each family */
	ck_assert_int_eq(router(), -1);
}
END_TEST

START_TEST(a_device_is_never_the_router)
{
	send_udp(0x0a, "10.0.0.10", 2, "10.0.0.5", 4001);
	send_udp(0x0a, "10.0.0.11", 2, "10.0.0.5", 4001);
	ck_assert_int_eq(router(), -1);
}
END_TEST

START_TEST(loopback_has_no_router)
{
	struct packet p = {.proto = 17, .what = 1};
	uint8_t buf[PACKET_MAX], last;
	struct frame f;

	for (last = 1; last < 5; last++) {
		char src[32];

		snprintf(src, sizeof(src), "192.0.2.%u", last);
		ck_assert_int_eq(zt_addr_parse(src, &p.family, &p.src), 0);
		p.dst = p.src;
		ck_assert_int_eq(frame_parse(buf, packet_build(&p, buf), &f), 0);
		stations_note(&stations, &f);
	}
	ck_assert_int_eq(router(), -1);
}
END_TEST

START_TEST(dhcp_server_when_nothing_else)
{
	send_udp(3, "10.0.0.1", 0x0a, "10.0.0.10", 67);
	ck_assert_int_eq(router(), 3);
}
END_TEST

START_TEST(gateway_of_the_policy)
{
	send_udp(0x0a, "10.0.0.10", 1, "192.0.2.1", 4001);
	send_udp(0x0a, "10.0.0.10", 1, "192.0.2.2", 4001);
	send_arp(4, "10.0.0.254");
	ck_assert_int_eq(router(), 4);
	ck_assert(stations.router_is_gateway);
}
END_TEST

START_TEST(named_by_the_user)
{
	uint8_t mac[6];

	mac_of(9, mac);
	send_udp(0x0a, "10.0.0.10", 1, "192.0.2.1", 4001);
	send_udp(0x0a, "10.0.0.10", 1, "192.0.2.2", 4001);
	stations_choose_router(&stations, mac);
	ck_assert_uint_eq(stations.v[stations.router].mac[5], 9);
}
END_TEST

/* Claimed, or spoken from inside a segment; never what the policy gives to others. */
START_TEST(own_addresses)
{
	struct address_list own;
	char buf[64];

	send_udp(0x0a, "10.0.0.10", 1, "192.0.2.1", 4001);
	send_udp(0x0a, "10.0.0.10", 1, "192.0.2.2", 4001);
	send_udp(1, "10.0.0.1", 0x0a, "10.0.0.10", 53);
	send_arp(1, "172.16.0.1");
	send_arp(1, "10.0.0.10");
	send_arp(1, "10.0.0.5");
	ck_assert_int_eq(router(), 1);
	stations_router_addresses(&stations, &own);
	ck_assert_uint_eq(own.nr, 2);
	ck_assert_str_eq(zt_addr_format(4, &own.v[0], buf, sizeof(buf)), "172.16.0.1");
	ck_assert_str_eq(zt_addr_format(4, &own.v[1], buf, sizeof(buf)), "10.0.0.1");
}
END_TEST

/* More stations than the table begins with; each is found again. */
START_TEST(many_stations)
{
	uint8_t mac[6] = {2, 1};
	uint32_t i;

	for (i = 0; i < 5000; i++) {
		mac[4] = i >> 8;
		mac[5] = i;
		stations_get(&stations, mac)->frames = i;
	}
	ck_assert_uint_eq(stations.nr, 5000);
	for (i = 0; i < 5000; i++) {
		mac[4] = i >> 8;
		mac[5] = i;
		ck_assert_uint_eq(stations_find(&stations, mac)->frames, i);
	}
	mac[2] = 9;
	ck_assert_ptr_null(stations_find(&stations, mac));
}
END_TEST

START_TEST(devices_meet_hosts)
{
	uint8_t mac[6];

	send_udp(0x0a, "10.0.0.10", 2, "10.0.0.5", 4001);
	send_udp(7, "10.0.0.7", 8, "10.0.0.8", 4001);
	mac_of(0x0a, mac);
	ck_assert_int_eq(stations_find(&stations, mac)->device, 0);
	mac_of(2, mac);
	ck_assert(stations_find(&stations, mac)->meets_device);
	mac_of(7, mac);
	ck_assert(!stations_find(&stations, mac)->meets_device);
	ck_assert_int_eq(stations_find(&stations, mac)->device, -1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ztctl stations");
	TCase *t = tcase_create("stations");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, most_addresses_behind_it);
	tcase_add_test(t, nobody);
	tcase_add_test(t, a_device_is_never_the_router);
	tcase_add_test(t, loopback_has_no_router);
	tcase_add_test(t, dhcp_server_when_nothing_else);
	tcase_add_test(t, gateway_of_the_policy);
	tcase_add_test(t, named_by_the_user);
	tcase_add_test(t, own_addresses);
	tcase_add_test(t, many_stations);
	tcase_add_test(t, devices_meet_hosts);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
