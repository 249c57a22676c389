/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frame of the command line: what a command is, what a call of one holds,
 * and the exit codes. Knows no command.
 */
#ifndef ZT_ZTCTL_H
#define ZT_ZTCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ZTCTL_SCHEMA 1
#define ZTCTL_OPTIONS_MAX 12

/* Exit codes: a promise, listed in ztctl(8). */
enum exit_code {
	CODE_OK = 0,
	CODE_REFUSED = 1,      /* the answer is no: refused, invalid, an expectation failed */
	CODE_USAGE = 2,	       /* the command line is wrong */
	CODE_NO_AGENT = 3,     /* ztagentd does not answer */
	CODE_NO_PRIVILEGE = 4, /* the caller may not */
	CODE_BROKEN = 5,       /* could not be carried out: unreadable file, kernel, memory */
};

struct call;

struct option_row {
	const char *name;  /* without dashes; a short form of one letter with "f|follow" */
	const char *value; /* NULL: takes none */
	const char *help;
};

struct command {
	const char *name; /* one or two words */
	const char *args; /* for people: "OLD [NEW]" */
	int min_args, max_args;
	const char *help;		  /* one line */
	const char *more;		  /* below the options in --help, may be NULL */
	const struct option_row *options; /* ends with name NULL; may be NULL */
	int (*run)(struct call *c);	  /* returns enum exit_code */
};

/* The table; ends with name NULL. */
extern const struct command commands[];
/* --json, --help, --socket: understood by each. */
extern const struct option_row common_options[];

struct call {
	const struct command *command;
	bool json;
	bool colour; /* stdout is a terminal */
	const char *socket;
	int nr_args;
	const char **args;
	const char *values[ZTCTL_OPTIONS_MAX]; /* by row; "" for a flag that was given */
};

/* Value of an option of the command's table, NULL when not given. */
const char *call_option(const struct call *c, const char *name);
/* 0, or CODE_USAGE after a message; *ret_help: --help was asked. */
int call_parse(struct call *c, int argc, char **argv, bool *ret_help);
const struct command *command_find(int argc, char **argv, int *ret_words);
bool option_matches(const struct option_row *o, const char *word, size_t len);
/* "90", "90s", "5m", "2h" to seconds, or -EINVAL. */
int parse_seconds(const char *text, uint32_t *ret_s);

void help_all(FILE *to);
void help_group(FILE *to, const char *word); /* the commands that begin with word */
void help_command(FILE *to, const struct command *command);

/*
 * Say what failed, on what, what to try, on stderr, and as {"error": ...} on stdout
 * with --json. Returns code.
 */
int call_fail(const struct call *c, enum exit_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
