/* SPDX-License-Identifier: GPL-2.0 */
/* The command line of ztagentd; help is printed from the table. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/live.h"
#include "daemon/options.h"

static const struct {
	const char *name, *arg, *help;
	char letter;
} rows[] = {
	{"config", "FILE", "configuration (default /etc/zt/ztagentd.json)", 'c'},
	{"state", "DIR", "what survives a restart (default /var/lib/zt)", 's'},
	{"run", "DIR", "control socket (default /run/zt)", 'r'},
	{"pin", "DIR", "pinned maps and links (default " ZT_PIN_DIR ")", 'p'},
	{"foreground", NULL, "events to standard error as well", 'f'},
	{"version", NULL, "print the version and exit", 'V'},
	{"help", NULL, "print this and exit", 'h'},
};
#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

static void print_help(void)
{
	char left[40];
	size_t i;

	puts("usage: ztagentd [OPTION]...\nEnforces the loaded policy on the device ports; see "
	     "ztagentd(8).\n");
	for (i = 0; i < NR_ROWS; i++) {
		snprintf(left, sizeof(left), "--%s%s%s", rows[i].name, rows[i].arg ? " " : "",
			 rows[i].arg ? rows[i].arg : "");
		printf("  %-16s %s\n", left, rows[i].help);
	}
}

static int usage(const char *text)
{
	fprintf(stderr, "ztagentd: %s\nTry 'ztagentd --help'.\n", text);
	return EXIT_USAGE;
}

/* -1: go on. */
static int take(int letter, const char *arg, struct options *o)
{
	switch (letter) {
	case 'c':
		o->config = arg;
		o->config_given = true;
		return -1;
	case 's':
		o->state = arg;
		return -1;
	case 'r':
		o->run = arg;
		return -1;
	case 'p':
		o->pin = arg;
		return -1;
	case 'f':
		o->foreground = true;
		return -1;
	case 'V':
		puts("ztagentd " ZT_VERSION);
		return 0;
	case 'h':
		print_help();
		return 0;
	default:
		return usage("unknown option, or one without its argument");
	}
}

int options_parse(int argc, char **argv, struct options *ret)
{
	struct option longs[NR_ROWS + 1] = {{0}};
	struct options o = {.config = "/etc/zt/ztagentd.json",
			    .state = "/var/lib/zt",
			    .run = "/run/zt",
			    .pin = ZT_PIN_DIR};
	int letter, r;
	size_t i;

	for (i = 0; i < NR_ROWS; i++)
		longs[i] =
			(struct option){rows[i].name, rows[i].arg ? required_argument : no_argument,
					NULL, rows[i].letter};
	opterr = 0;
	while ((letter = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		r = take(letter, optarg, &o);
		if (r >= 0)
			return r;
	}
	if (optind < argc)
		return usage("takes no arguments, only options");
	if (o.state[0] != '/' || o.run[0] != '/' || o.pin[0] != '/')
		return usage("directories are absolute paths");
	*ret = o;
	return -1;
}
