/* SPDX-License-Identifier: GPL-2.0 */
/* The command line of ztagentd. */
#ifndef ZTAGENTD_OPTIONS_H
#define ZTAGENTD_OPTIONS_H

#include <stdbool.h>

#define EXIT_USAGE 2

struct options {
	const char *config, *state, *run, *pin;
	bool foreground;
	bool config_given;
};

/* -1: go on; else the exit code, the text has been printed. */
int options_parse(int argc, char **argv, struct options *ret);

#endif
