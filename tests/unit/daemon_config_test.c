/* SPDX-License-Identifier: GPL-2.0 */
/* The agent's configuration: what is taken, and what is refused by name, file and line. */
#include <check.h>
#include <stdlib.h>
#include "daemon/config.c"
#include "daemon/config_sink.c"

static struct zt_errors errors;
static struct config cfg;

static int parse(const char *text)
{
	struct zt_source s = {"ztagentd.json", text, strlen(text)};

	zt_errors_free(&errors);
	memset(&cfg, 0xee, sizeof(cfg));
	return config_parse(&s, &errors, &cfg);
}

START_TEST(everything)
{
	ck_assert_int_eq(
		parse("// this box\n{\"syslog\": [{\"type\": \"udp\", \"address\": \"10.0.0.5\", "
		      "\"port\": 5514},\n"
		      "  {\"type\": \"udp\", \"address\": \"fd00::5\"}, {\"type\": \"local\"},\n"
		      "  {\"type\": \"local\", \"address\": \"/run/x\", \"format\": "
		      "\"rfc5424\"}],\n"
		      "\"facility\": \"local3\", \"hostname\": \"edge-7\", \"max_flows\": 4096,\n"
		      "\"max_devices\": 100000, \"max_hosts\": 200000, \"max_learned\": 2048,\n"
		      "\"allow_generic_xdp\": true, \"note\": \"x\"}"),
		0);
	ck_assert_uint_eq(cfg.nr_sinks, 4);
	ck_assert_str_eq(cfg.sinks[0].address, "10.0.0.5");
	ck_assert_uint_eq(cfg.sinks[0].port, 5514);
	ck_assert_str_eq(cfg.sinks[1].address, "fd00::5");
	ck_assert_uint_eq(cfg.sinks[1].port, 514);
	ck_assert_str_eq(cfg.sinks[2].address, "/dev/log");
	ck_assert(!cfg.sinks[2].rfc5424);
	ck_assert(cfg.sinks[3].rfc5424);
	ck_assert_int_eq(cfg.facility, 19);
	ck_assert_str_eq(cfg.hostname, "edge-7");
	ck_assert_uint_eq(cfg.max_flows, 4096);
	ck_assert_uint_eq(cfg.max_devices, 100000);
	ck_assert_uint_eq(cfg.max_hosts, 200000);
	ck_assert_uint_eq(cfg.max_learned, 2048);
	ck_assert(cfg.allow_generic_xdp);
}
END_TEST

START_TEST(defaults)
{
	ck_assert_int_eq(parse("{}"), 0);
	ck_assert_uint_eq(cfg.nr_sinks, 1);
	ck_assert_int_eq(cfg.sinks[0].type, ZT_SINK_LOCAL);
	ck_assert_int_eq(cfg.facility, 3);
	ck_assert(!cfg.allow_generic_xdp);
	ck_assert_int_ne(cfg.hostname[0], 0);
	ck_assert_int_eq(parse("{\"syslog\": []}"), 0);
	ck_assert_uint_eq(cfg.nr_sinks, 0);
}
END_TEST

static const struct {
	const char *text, *error;
} bad[] = {
	{"{\"sylog\": []}", "ztagentd.json:1: sylog: unknown key"},
	{"{\n\"syslog\": {}}", "ztagentd.json:2: syslog: expected a list"},
	{"{\"syslog\": [7]}", "syslog[0]: expected an object"},
	{"{\"syslog\": [{\"address\": \"10.0.0.5\"}]}", "syslog[0]: \"type\" is missing"},
	{"{\"syslog\": [{\"type\": \"tcp\", \"address\": \"10.0.0.5\"}]}",
	 "syslog[0].type: \"tcp\" is not a type"},
	{"{\"syslog\": [{\"type\": \"udp\", \"address\": \"siem.example\"}]}",
	 "syslog[0]: address: \"siem.example\" is not an IPv4 or IPv6 address"},
	{"{\"syslog\": [{\"type\": \"udp\", \"address\": \"10.0.0.5\", \"port\": 65536}]}",
	 "syslog[0].port: expected a whole number from 1 to 65535"},
	{"{\"syslog\": [{\"type\": \"udp\", \"address\": \"10.0.0.5\", \"port\": 0}]}",
	 "syslog[0].port"},
	{"{\"syslog\": [{\"type\": \"udp\", \"address\": \"10.0.0.5\", \"proto\": 1}]}",
	 "syslog[0].proto: unknown key"},
	{"{\"syslog\": [{\"type\": \"udp\"}]}", "syslog[0]: address: \"\" is not an IPv4"},
	{"{\"syslog\": [{\"type\": \"local\", \"address\": \"log\"}]}", "not an absolute path"},
	{"{\"syslog\": [{\"type\": \"local\", \"port\": 5}]}", "\"port\" does not belong"},
	{"{\"syslog\": [{\"type\": \"udp\", \"address\": \"10.0.0.5\", \"format\": \"rfc5424\"}]}",
	 "\"format\" belongs to"},
	{"{\"facility\": \"mail\"}", "facility: \"mail\" is not a facility"},
	{"{\"facility\": 3}", "facility: expected text"},
	{"{\"hostname\": \"a b\"}", "hostname: \"a b\" is not a host name"},
	{"{\"hostname\": \"\"}", "hostname: \"\" is not a host name"},
	{"{\"hostname\": \"a|b\"}", "is not a host name"},
	{"{\"max_flows\": 5}", "max_flows: expected a whole number from 1024"},
	{"{\"max_flows\": \"5000\"}", "max_flows: expected a whole number"},
	{"{\"max_devices\": 4294967360}", "max_devices: expected a whole number"},
	{"{\"allow_generic_xdp\": 1}", "allow_generic_xdp: expected true or false"},
	{"{\"facility\": null}", "facility: null is not a value"},
	{"{\"facility\": \"auth\",\n\"facility\": \"daemon\"}", "ztagentd.json:2: facility: "},
	{"{\"facility\": 'auth'}", "ztagentd.json:1: "},
	{"", "ztagentd.json"},
	{"[]", "ztagentd.json:1: "},
	{"{} x", "text after the end"},
};

START_TEST(refused)
{
	uint32_t i;

	ck_assert_int_lt(parse(bad[_i].text), 0);
	for (i = 0; i < errors.nr && !strstr(errors.v[i], bad[_i].error); i++)
		;
	ck_assert_msg(i < errors.nr, "%s -> %s", bad[_i].text,
		      errors.nr ? errors.v[0] : "no message");
	ck_assert_uint_eq(cfg.nr_sinks, 0xeeeeeeee); /* nothing half-read gets out */
}
END_TEST

START_TEST(files)
{
	char path[] = "/tmp/zt-config-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_eq(write(fd, "{\"facility\": \"auth\"}", 20), 20);
	close(fd);
	ck_assert_int_eq(config_load(path, false, &errors, &cfg), 0);
	ck_assert_int_eq(cfg.facility, 4);
	ck_assert_int_eq(truncate(path, 100000), 0);
	ck_assert_int_eq(config_load(path, false, &errors, &cfg), -EINVAL);
	unlink(path);
	ck_assert_int_eq(config_load(path, false, &errors, &cfg), -ENOENT);
	ck_assert_int_eq(config_load(path, true, &errors, &cfg), 0);
	ck_assert_int_eq(config_load("/tmp", true, &errors, &cfg), -EINVAL);
	zt_errors_free(&errors);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("daemon config");
	TCase *t = tcase_create("config");
	SRunner *runner;
	int failed;

	tcase_add_test(t, everything);
	tcase_add_test(t, defaults);
	tcase_add_loop_test(t, refused, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(t, files);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	zt_errors_free(&errors);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
