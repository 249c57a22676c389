/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The image as a whole: the same bytes in any order of the input, classes, numbers
 * that stay with their device, capacity.
 */
#include <stdio.h>
#include "model.h"

#define HEAD                                                                                     \
	"{'version': 1, 'interfaces': {'lan0': {'role': 'device'}, 'wan0': {'role': 'uplink'}}," \
	"'segments': {'seg': {'mode': 'enforce'}, 'slow': {'mode': 'learn'}},"
#define APPS                                                                        \
	"'applications': {'vms': {'hosts': ['10.9.0.5'], 'services': ['tcp/443']}," \
	"  'ntp': {'hosts': ['10.9.0.0/24'], 'services': ['udp/123']}},"
#define DEVICE(id, n, role)                                                            \
	"'" id "': {'segment': 'seg', 'mac': '02:00:00:00:00:" n "', 'ports': 'lan0'," \
	" 'addresses': ['10.1.0." n "'], 'labels': {'role': '" role "'}}"
#define GROUPS                                                                              \
	"'groups': {'cams': {'match': {'role': 'cam'}}, 'plcs': {'match': {'role': 'plc'}," \
	" 'may_be_empty': true}},"
#define RULES                                                                      \
	"'rules': {'a': {'from': 'cams', 'to': 'vms', 'action': 'allow'},"         \
	" 'b': {'from': 'plcs', 'to': ['ntp', 'vms'], 'action': 'allow'},"         \
	" 'c': {'from': 'cams', 'to': 'plcs', 'services': ['tcp/502', 'udp/1-9']," \
	"       'action': 'deny'}}}"

static const char straight[] = HEAD APPS "'devices': {" DEVICE("c1", "11", "cam") "," DEVICE(
	"c2", "12", "cam") "," DEVICE("p1", "13", "plc") "}," GROUPS RULES;

/* Sections, objects, lists and keys the other way round. */
static const char turned[] =
	"{'rules': {'c': {'action': 'deny', 'services': ['udp/1-9', 'tcp/502'], 'to': 'plcs',"
	"                 'from': 'cams'},"
	" 'b': {'to': ['vms', 'ntp'], 'action': 'allow', 'from': 'plcs'},"
	" 'a': {'to': 'vms', 'from': 'cams', 'action': 'allow'}}," GROUPS
	"'devices': {" DEVICE("p1", "13", "plc") "," DEVICE("c2", "12", "cam") "," DEVICE(
		"c1", "11",
		"cam") "},"
		       "'applications': {'ntp': {'services': ['udp/123'], 'hosts': "
		       "['10.9.0.0/24']},"
		       "  'vms': {'hosts': ['10.9.0.5'], 'services': ['tcp/443']}},"
		       "'segments': {'slow': {'mode': 'learn'}, 'seg': {'mode': 'enforce'}},"
		       "'interfaces': {'wan0': {'role': 'uplink'}, 'lan0': {'role': 'device'}},"
		       "'version': 1}";

START_TEST(test_order_does_not_matter)
{
	struct model a = model(straight), b = model(turned);
	char *x = zt_numbers_save(a.numbers), *y = zt_numbers_save(b.numbers);

	ck_assert(zt_image_equal(a.i, b.i));
	ck_assert_str_eq(x, y);
	free(x);
	free(y);
	model_free(&a);
	model_free(&b);
}
END_TEST

/* The environment's ports may come in any order too. */
START_TEST(test_order_of_ports)
{
	struct model a = model(straight), b = model_parse(straight);
	struct zt_env_port port = b.env->ports[0];

	b.env->ports[0] = b.env->ports[1];
	b.env->ports[1] = port;
	ck_assert_int_eq(model_compile(&b), 0);
	ck_assert(zt_image_equal(a.i, b.i));
	model_free(&a);
	model_free(&b);
}
END_TEST

/* What packets see differs: an address, a MAC, a mode, a service, an action, a log, a class. */
static const char *const changes[][2] = {
	{ "10.1.0.11", "10.1.0.99" },
	{ "02:00:00:00:00:12", "02:00:00:00:00:99" },
	{ "'mode': 'enforce'", "'mode': 'audit'" },
	{ "tcp/502", "tcp/503" },
	{ "'action': 'deny'", "'action': 'allow'" },
	{ "'from': 'plcs'", "'from': 'plcs', 'log': true" },
	{ "'role': 'cam'}}", "'role': 'plc'}}" },
	{ "10.9.0.0/24", "10.9.0.0/25" },
	{ "'role': 'device'", "'role': 'device', 'l2': ['lldp']" },
	{ "'role': 'device'", "'role': 'device', 'vlans': [4]" },
};

static char *replace_first(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *out = malloc(strlen(text) + strlen(to) + 1);

	ck_assert_ptr_nonnull(at);
	sprintf(out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	return out;
}

START_TEST(test_unequal)
{
	char *text = replace_first(straight, changes[_i][0], changes[_i][1]);
	struct model a = model(straight), b = model(text);

	ck_assert_msg(!zt_image_equal(a.i, b.i), "%s: no difference", changes[_i][1]);
	model_free(&a);
	model_free(&b);
	free(text);
}
END_TEST

/* Devices that no rule tells apart share a class; 0 is for unknown ones. */
START_TEST(test_classes)
{
	struct model m = model(straight);

	ck_assert_uint_eq(model_dev(&m, "c1")->word.dclass, model_dev(&m, "c2")->word.dclass);
	ck_assert_uint_ne(model_dev(&m, "c1")->word.dclass, model_dev(&m, "p1")->word.dclass);
	ck_assert_uint_ne(model_dev(&m, "c1")->word.dclass, 0);
	ck_assert_uint_ne(model_dev(&m, "p1")->word.dclass, 0);
	ck_assert_uint_eq(m.i->nr_dclasses, 3);
	model_free(&m);
}
END_TEST

#define POLICY(devices) HEAD APPS "'devices': {" devices "}," GROUPS RULES
#define C1 DEVICE("c1", "11", "cam")
#define C2 DEVICE("c2", "12", "cam")
#define C3 DEVICE("c3", "14", "cam")
#define P1 DEVICE("p1", "13", "plc")

struct who {
	uint32_t dev, serial, bind;
};

static struct who who(const struct model *m, const char *id)
{
	const struct zt_image_dev *d = model_dev(m, id);
	struct who w = { d->index, d->serial, 0 };

	for (uint32_t k = 0; k < m->i->nr_binds; k++)
		if (m->i->binds[k].dev == d->index)
			w.bind = m->i->binds[k].index;
	return w;
}

static void same(struct who a, struct who b)
{
	ck_assert_uint_eq(a.dev, b.dev);
	ck_assert_uint_eq(a.serial, b.serial);
	ck_assert_uint_eq(a.bind, b.bind);
}

START_TEST(test_numbers_stay)
{
	struct model m = model(POLICY(C1 "," C2 "," P1));
	struct who c1 = who(&m, "c1"), c2 = who(&m, "c2"), p1 = who(&m, "p1"), c3, again;

	ck_assert_uint_gt(c1.dev, 0);
	ck_assert_uint_gt(c1.bind, 0);
	model_next(&m, POLICY(C1 "," C3 "," P1)); /* c2 goes, c3 comes */
	same(c1, who(&m, "c1"));
	same(p1, who(&m, "p1"));
	c3 = who(&m, "c3");
	/* not in the very revision that frees it: both tables stand side by side */
	ck_assert_uint_ne(c3.dev, c2.dev);
	ck_assert_uint_ne(c3.bind, c2.bind);
	model_next(&m, POLICY(C1 "," C2 "," C3 "," P1));
	same(c3, who(&m, "c3"));
	again = who(&m, "c2");
	ck_assert_uint_eq(again.dev, c2.dev);	    /* the smallest free index */
	ck_assert_uint_ne(again.serial, c2.serial); /* but another life */
	model_free(&m);
}
END_TEST

/* A second MAC gets its own binding; the first keeps its own, even when listed later. */
START_TEST(test_binds_follow_macs)
{
	static const char two[] = POLICY(
		"'c1': {'segment': 'seg', 'mac': ['02:00:00:00:00:01', '02:00:00:00:00:11'],"
		" 'ports': 'lan0', 'addresses': ['10.1.0.11'], 'labels': {'role': 'cam'}}," P1);
	struct model m = model(POLICY(C1 "," P1));
	struct who before = who(&m, "c1");
	uint32_t nr = 0;

	model_next(&m, two);
	for (uint32_t k = 0; k < m.i->nr_binds; k++) {
		const struct zt_image_bind *b = &m.i->binds[k];

		if (b->dev != before.dev)
			continue;
		nr++;
		if (b->mac[5] == 0x11)
			ck_assert_uint_eq(b->index, before.bind);
		else
			ck_assert_uint_ne(b->index, before.bind);
	}
	ck_assert_uint_eq(nr, 2);
	model_free(&m);
}
END_TEST

/* When nothing else is left, what the revision before used is given out again. */
START_TEST(test_numbers_reused_when_full)
{
	struct model m = model(POLICY(C1 "," P1));
	struct zt_numbers *numbers = m.numbers;
	struct who c1 = who(&m, "c1");

	m.numbers = NULL;
	model_free(&m);
	m = model_parse(POLICY(C2 "," P1));
	zt_numbers_free(m.numbers);
	m.numbers = numbers;
	m.env->max_devices = m.env->max_binds = 4; /* c2, p1, lan0's unknown, and 0 */
	ck_assert_int_eq(model_compile(&m), 0);
	ck_assert_uint_eq(who(&m, "c2").dev, c1.dev);
	ck_assert_uint_ne(who(&m, "c2").serial, c1.serial);
	model_free(&m);
}
END_TEST

START_TEST(test_numbers_text)
{
	struct model m = model(straight);
	char *text = zt_numbers_save(m.numbers), *again;
	struct zt_numbers *n = NULL, *copy;

	ck_assert_int_eq(zt_numbers_load(text, &n), 0);
	again = zt_numbers_save(n);
	ck_assert_str_eq(text, again);
	free(again);
	copy = zt_numbers_copy(n);
	again = zt_numbers_save(copy);
	ck_assert_str_eq(text, again);
	free(again);
	free(text);
	zt_numbers_free(n);
	zt_numbers_free(copy);
	model_free(&m);
}
END_TEST

/* Another serial is another device to the data path; 0 means a free entry and is never given. */
START_TEST(test_serials)
{
	struct model a = model(POLICY(C1 "," P1)), b = model_parse(POLICY(C1 "," P1));

	zt_numbers_free(b.numbers);
	ck_assert_int_eq(zt_numbers_load("zt-numbers 1 4294967295\n", &b.numbers), 0);
	ck_assert_int_eq(model_compile(&b), 0);
	ck_assert_uint_eq(who(&a, "c1").dev, who(&b, "c1").dev);
	ck_assert_uint_eq(who(&b, "c1").serial, 1);
	ck_assert_uint_eq(who(&b, "p1").serial, 2);
	ck_assert(zt_image_equal(a.i, b.i));
	model_free(&b);
	b = model_parse(POLICY(C1 "," P1));
	zt_numbers_free(b.numbers);
	ck_assert_int_eq(zt_numbers_load("zt-numbers 1 7\n", &b.numbers), 0);
	ck_assert_int_eq(model_compile(&b), 0);
	ck_assert_uint_eq(who(&b, "c1").serial, 8);
	ck_assert(!zt_image_equal(a.i, b.i));
	model_free(&a);
	model_free(&b);
}
END_TEST

#define OK_DEVICE "device a 1 1 02:00:00:00:00:01=1\n"
static const char *const bad_numbers[] = {
	"",
	"zt-numbers 2 1\n",
	"zt-numbers 1\n",
	"zt-numbers 1 1x\n",
	"device a 1 1\n",
	"zt-numbers 1 1\ndevice a 1 1\n", /* no binding */
	"zt-numbers 1 1\ndevice a 0 1 02:00:00:00:00:01=1\n",
	"zt-numbers 1 1\ndevice a 1 0 02:00:00:00:00:01=1\n",
	"zt-numbers 1 1\ndevice a 1 1 02:00:00:00:00:01=0\n",
	"zt-numbers 1 1\ndevice a 1 1 02:00:00:00:00:01\n",
	"zt-numbers 1 1\ndevice a 1 1 02:00:00:00:00:01=1x\n",
	"zt-numbers 1 1\ndevice a 4000000000 1 02:00:00:00:00:01=1\n",
	"zt-numbers 1 1\nthing a 1 1 02:00:00:00:00:01=1\n",
	"zt-numbers 1 2\n" OK_DEVICE "device a 2 2 02:00:00:00:00:02=2\n", /* twice */
	"zt-numbers 1 2\ndevice b 2 2 02:00:00:00:00:02=2\n" OK_DEVICE,	   /* not sorted */
	"zt-numbers 1 2\nport a 2 2 00:00:00:00:00:00=2\n" OK_DEVICE,
	"zt-numbers 1 2\n" OK_DEVICE "device b 1 2 02:00:00:00:00:02=2\n", /* index of two */
	"zt-numbers 1 2\n" OK_DEVICE "device b 2 2 02:00:00:00:00:02=1\n",
	"zt-numbers 1 1\ndevice a 1 1 02:00:00:00:00:01=1 02:00:00:00:00:02=2 02:00:00:00:00:03=3 "
	"02:00:00:00:00:04=4 02:00:00:00:00:05=5\n",
};

START_TEST(test_bad_numbers)
{
	struct zt_numbers *n = NULL;

	ck_assert_int_eq(zt_numbers_load(bad_numbers[_i], &n), -EINVAL);
	ck_assert_ptr_null(n);
}
END_TEST

/* Nothing of the caller's changes when the policy does not fit. */
static const struct {
	uint32_t devices, binds, hosts, macs;
	const char *message;
} small[] = {
	{ 4, 0, 0, 0,
	  "(policy): needs 5 device entries, this router is set up for 4; raise it in the "
	  "agent's configuration; nothing was changed" },
	{ 0, 4, 0, 0,
	  "(policy): needs 5 binding entries, this router is set up for 4; raise it in the "
	  "agent's configuration; nothing was changed" },
	{ 0, 0, 5, 0,
	  "(policy): needs 6 host entries, this router is set up for 5; raise it in the "
	  "agent's configuration; nothing was changed" },
	{ 0, 0, 0, 6,
	  "(policy): needs 7 MAC entries, this router is set up for 6; raise it in the "
	  "agent's configuration; nothing was changed" },
};

START_TEST(test_capacity)
{
	struct model m = model_parse(straight);
	char *before = zt_numbers_save(m.numbers), *after;

	m.env->max_devices = small[_i].devices;
	m.env->max_binds = small[_i].binds;
	m.env->max_hosts = small[_i].hosts;
	m.env->max_macs = small[_i].macs;
	ck_assert_int_eq(model_compile(&m), -E2BIG);
	ck_assert_ptr_null(m.i);
	ck_assert_uint_eq(m.errors.nr, 1);
	ck_assert_str_eq(m.errors.v[0], small[_i].message);
	after = zt_numbers_save(m.numbers);
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
	m.env->max_devices += !!m.env->max_devices;
	m.env->max_binds += !!m.env->max_binds;
	m.env->max_hosts += !!m.env->max_hosts;
	m.env->max_macs += !!m.env->max_macs;
	ck_assert_int_eq(model_compile(&m), 0); /* one more is enough */
	model_free(&m);
}
END_TEST

/* A policy of interfaces alone compiles to one that allows nothing. */
START_TEST(test_almost_empty)
{
	struct model m = model("{'version': 1, 'interfaces': {'lan0': {'role': 'device'}}}");

	ck_assert_uint_eq(m.i->nr_rules, 0);
	ck_assert_uint_eq(m.i->pol.probes, 0);
	ck_assert_uint_eq(m.i->nr_devs, 1);
	ck_assert_uint_eq(m.i->devs[0].word.flags, ZT_DEV_UNKNOWN);
	ck_assert(!zt_image_decide(m.i, 0, ZT_PCLASS_ROUTER, 0, ZT_FROM_DEVICE).allowed);
	model_free(&m);
}
END_TEST

#define COUNT(a) (sizeof(a) / sizeof(a[0]))

int main(void)
{
	TCase *c = tcase_create("image");

	tcase_add_test(c, test_order_does_not_matter);
	tcase_add_test(c, test_order_of_ports);
	tcase_add_loop_test(c, test_unequal, 0, COUNT(changes));
	tcase_add_test(c, test_classes);
	tcase_add_test(c, test_numbers_stay);
	tcase_add_test(c, test_binds_follow_macs);
	tcase_add_test(c, test_numbers_reused_when_full);
	tcase_add_test(c, test_numbers_text);
	tcase_add_test(c, test_serials);
	tcase_add_loop_test(c, test_bad_numbers, 0, COUNT(bad_numbers));
	tcase_add_loop_test(c, test_capacity, 0, COUNT(small));
	tcase_add_test(c, test_almost_empty);
	return model_run(c, "compile image");
}
