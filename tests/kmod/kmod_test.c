/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel module, loaded, from all its sides. kmod_test [calls|netlink|traffic|live|unload|fuzz|fail]... */
#include <stdio.h>
#include <string.h>
#include "kmod.h"

static const struct {
	const char *name;
	void (*run)(struct kmod *k);
} tests[] = {
	{ "calls", test_calls },
	{ "netlink", test_netlink },
	{ "traffic", test_traffic },
	{ "live", test_live },
	{ "unload", test_unload },
	{ "fuzz", test_fuzz },
	{ "fail", test_fail },
};

static bool wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return argc == 1;
}

int main(int argc, char **argv)
{
	struct kmod k;
	unsigned i;

	if (kmod_load(&k)) {
		check(false, "the programs load");
		argc = 2;
		argv[1] = "none";
	}
	for (i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		if (wanted(tests[i].name, argc, argv))
			tests[i].run(&k);
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
