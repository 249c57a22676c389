/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel module, loaded, from all its sides. kmod_test [calls|netlink|traffic|live|unload|fuzz|fail]...
 * `fail` is not done unasked, as it needs a kernel with fault injection.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
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
	return argc == 1 && strcmp(name, "fail");
}

static bool is_held(void)
{
	FILE *f = fopen("/sys/module/zt_flow/refcnt", "r");
	int n = 0;

	if (!f)
		return false;
	if (fscanf(f, "%d", &n) != 1)
		n = 0;
	fclose(f);
	return n > 0;
}

/* Programs are freed some time after they were closed: whoever unloads the module next need not wait. */
static void let_go(struct kmod *k)
{
	int n;

	kmod_unload(k);
	for (n = 0; n < 400 && is_held(); n++)
		usleep(20000);
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
	let_go(&k);
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
