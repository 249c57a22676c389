/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The case table on real interfaces, in network namespaces (root):
 *
 *	live_test [-r native|generic|whole] [PART OF A SENTENCE]
 *
 * The runs have nothing in common and are children of their own, side by side.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cases_all.h"
#include "live/rig.h"
#include "live/whole.h"

struct totals {
	uint32_t rows, ipv6, failed, left_out;
	uint64_t frames;
	char why[256]; /* it cannot run here */
};

static struct prove prove;
static const char *only = "", *run_only;
static bool is_whole;

/* On a port this run has not: a bond, which tests/netns/live_bond.sh makes where it can. */
static bool is_elsewhere(const struct row *row)
{
	char port[16];

	for (size_t i = 0; i < PROVE_STEPS && row->steps[i]; i++) {
		if (sscanf(row->steps[i], "%15[^ <>]%*1[<>]", port) == 1 && live_net_missing(port))
			return true;
	}
	return false;
}

/* Rows whose frames do more on their whole way than the row counts. */
static const struct {
	const char *row, *why;
} not_whole[] = {
	{ "every other policy reason follows the mode",
	  "a frame it only sends really arrives, and takes one of the 256 places it counts" },
};

/* Thousands of frames that are all alike: the native run has them. */
static bool is_endless(const struct row *row)
{
	for (size_t i = 0; i < PROVE_STEPS && row->steps[i]; i++) {
		if (!strncmp(row->steps[i], "loop ", 5) && atoi(row->steps[i] + 5) >= 1000)
			return true;
	}
	return false;
}

static void say_left_out(const struct row *row, const char *why)
{
	if (live_how != LIVE_CONTROL)
		printf("left out: %s: %s\n", row->says, why);
}

static bool leave_out(const struct row *row)
{
	const char *why = NULL;

	if (row->host)
		why = "only the host build can";
	else if (is_elsewhere(row))
		why = "a bond is not part of this run";
	else if ((is_whole || live_how == LIVE_GENERIC) && is_endless(row))
		why = "thousands of frames alike, in the native run only";
	for (size_t i = 0; is_whole && !why && i < WORLD_NR(not_whole); i++) {
		if (!strcmp(row->says, not_whole[i].row))
			why = not_whole[i].why;
	}
	if (why)
		say_left_out(row, why);
	return why;
}

static void run_rows(struct totals *t, const struct side *const *sides, uint32_t nr)
{
	char *why = NULL;

	prove_open_sides(&prove, sides, nr, &why);
	if (prove.nr_sides < nr) {
		snprintf(t->why, sizeof(t->why), "%s", why ? why : "?");
		free(why);
		return;
	}
	for (size_t i = 0; i < WORLD_NR(tables); i++) {
		for (size_t k = 0; k < tables[i].nr; k++) {
			const struct row *row = &tables[i].rows[k];

			for (uint8_t family = 4; family <= 6; family += 2) {
				if ((row->family && row->family != family) || !strstr(row->says, only))
					continue;
				if (leave_out(row)) {
					t->left_out++;
					continue;
				}
				t->rows++;
				t->ipv6 += family == 6;
				t->failed += !!prove_row(&prove, row, family);
			}
		}
	}
	t->frames = live_frames;
	prove_close(&prove);
}

/* Host build, BPF_PROG_TEST_RUN and the attached programs: the same answers to every frame. */
static void native(struct totals *t)
{
	static const struct side *const sides[] = { &host_side, &kernel_side, &live_alone };

	live_how = LIVE_NATIVE;
	run_rows(t, sides, 3);
}

/* The host build stands for test-run, which the run above compares with it. */
static void generic(struct totals *t)
{
	static const struct side *const sides[] = { &host_side, &live_alone };

	live_how = LIVE_GENERIC;
	run_rows(t, sides, 2);
}

/* The frames on their whole way, first without the programs, then with them. */
static void whole(struct totals *t)
{
	static const struct side *const sides[] = { &host_side, &live_whole };
	struct totals without = { 0 };

	is_whole = true;
	whole_notes = calloc(WHOLE_FRAMES, sizeof(*whole_notes));
	live_how = LIVE_CONTROL;
	run_rows(&without, sides, 2);
	if (without.why[0] || without.failed) {
		*t = without;
		return;
	}
	live_frames = 0;
	live_how = LIVE_NATIVE;
	run_rows(t, sides, 2);
	free(whole_notes);
}

/* ---- the runs -------------------------------------------------------------------- */

static struct {
	const char *name;
	void (*fn)(struct totals *t);
	pid_t pid;
	FILE *said;
} runs[] = { { "native", native }, { "generic", generic }, { "whole", whole } };

static void start(size_t i, struct totals *t)
{
	runs[i].said = fdopen(memfd_create("said", 0), "w+");
	fflush(stdout);
	runs[i].pid = fork();
	if (runs[i].pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(fileno(runs[i].said), 1);
	runs[i].fn(t);
	exit(0);
}

/* What it said, and how it ended: 0 passed, 1 failed, 77 skipped. */
static int finish(size_t i, struct totals *t)
{
	int status = 0, c;

	waitpid(runs[i].pid, &status, 0);
	rewind(runs[i].said);
	while ((c = getc(runs[i].said)) != EOF)
		putchar(c);
	fclose(runs[i].said);
	if (t->why[0] && geteuid()) {
		printf("SKIP: %s: %s\n", runs[i].name, t->why);
		return 77;
	}
	if (t->why[0] || status || !t->rows)
		printf("FAIL: %s: %s\n", runs[i].name, t->why[0] ? t->why : "did not finish");
	return t->why[0] || status || !t->rows || t->failed;
}

static void *shared(size_t room)
{
	return mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void report(const struct totals *t)
{
	for (size_t i = 0; i < WORLD_NR(runs); i++) {
		if (runs[i].pid)
			printf("%s: %u rows, %llu frames; %u rows left out, by name above\n",
			       runs[i].name, t[i].rows, (unsigned long long)t[i].frames,
			       t[i].left_out);
	}
	if (t[0].rows && t[1].rows)
		printf("TOTAL: native XDP = generic XDP = BPF_PROG_TEST_RUN: %u cases (%u IPv6), %llu frames on "
		       "real interfaces, %u cases that differ, left out %u and %u\n", t[0].rows, t[0].ipv6,
		       (unsigned long long)t[0].frames, t[0].failed + t[1].failed, t[0].left_out,
		       t[1].left_out);
	if (t[2].rows)
		printf("TOTAL: on their whole way through the router: %u cases (%u IPv6), %llu frames; control "
		       "forwarded %u of the %u that must be dropped; forwarded-but-should-not %u; lost %u; "
		       "wrong verdict or reason %u; left out %u\n", t[2].rows, t[2].ipv6,
		       (unsigned long long)t[2].frames, whole_totals->control_forwarded,
		       whole_totals->to_drop, whole_totals->slipped, whole_totals->lost,
		       whole_totals->wrong, t[2].left_out);
}

int main(int argc, char **argv)
{
	struct totals *t = shared(WORLD_NR(runs) * sizeof(*t));
	uint32_t failed = 0, skipped = 0, passed = 0, rc;

	whole_totals = shared(sizeof(*whole_totals));
	for (int o; (o = getopt(argc, argv, "r:")) != -1;)
		run_only = o == 'r' ? optarg : run_only;
	if (optind < argc)
		only = argv[optind];
	for (size_t i = 0; i < WORLD_NR(runs); i++) {
		if (!run_only || !strcmp(run_only, runs[i].name))
			start(i, &t[i]);
	}
	for (size_t i = 0; i < WORLD_NR(runs); i++) {
		if (!runs[i].pid)
			continue;
		rc = finish(i, &t[i]);
		if (runs[i].fn == whole && (whole_totals->slipped || whole_totals->lost || whole_totals->wrong))
			t[i].failed += !t[i].failed;
		skipped += rc == 77;
		failed += rc == 1 && !t[i].failed ? 1 : t[i].failed;
		passed += t[i].rows - t[i].failed;
	}
	report(t);
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	return failed || (!passed && !skipped);
}
