/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The case table on real interfaces, in network namespaces (root):
 *
 *	live_test [PART OF A SENTENCE]
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

struct totals {
	uint32_t rows, failed, left_out;
	uint64_t frames;
	char why[256]; /* it cannot run here */
};

static struct prove prove;
static const char *only = "";

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

static void run_rows(struct totals *t, const struct side *const *sides, uint32_t nr)
{
	char *why = NULL;

	prove_open_sides(&prove, sides, nr, &why);
	if (prove.nr_sides < nr) {
		snprintf(t->why, sizeof(t->why), "%s", why ? why : "?");
		return;
	}
	for (size_t i = 0; i < WORLD_NR(tables); i++) {
		for (size_t k = 0; k < tables[i].nr; k++) {
			const struct row *row = &tables[i].rows[k];

			for (uint8_t family = 4; family <= 6; family += 2) {
				if ((row->family && row->family != family) || !strstr(row->says, only))
					continue;
				t->rows++;
				t->left_out += row->host || is_elsewhere(row);
				t->failed += !is_elsewhere(row) && prove_row(&prove, row, family);
			}
		}
	}
	t->frames = live_frames;
	prove_close(&prove);
}

/* Host build, BPF_PROG_TEST_RUN and the attached programs: the same answers to every frame. */
static void parity(struct totals *t, enum live_how how)
{
	static const struct side *const sides[] = { &host_side, &kernel_side, &live_alone };

	live_how = how;
	run_rows(t, sides, 3);
}

static void native(struct totals *t)
{
	parity(t, LIVE_NATIVE);
}

static void generic(struct totals *t)
{
	parity(t, LIVE_GENERIC);
}

/* ---- the runs -------------------------------------------------------------------- */

static struct {
	const char *name;
	void (*fn)(struct totals *t);
	pid_t pid;
	FILE *said;
} runs[] = { { "native", native }, { "generic", generic } };

static void start(size_t i, struct totals *t)
{
	runs[i].said = tmpfile();
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

int main(int argc, char **argv)
{
	size_t room = WORLD_NR(runs) * sizeof(struct totals);
	struct totals *t = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint32_t failed = 0, skipped = 0, passed = 0, rc;

	if (argc > 1)
		only = argv[1];
	for (size_t i = 0; i < WORLD_NR(runs); i++)
		start(i, &t[i]);
	for (size_t i = 0; i < WORLD_NR(runs); i++) {
		rc = finish(i, &t[i]);
		skipped += rc == 77;
		failed += rc == 1 && !t[i].failed ? 1 : t[i].failed;
		passed += t[i].rows - t[i].failed;
		printf("%s: %u rows, %llu frames, %u rows left out (they need what only the host build "
		       "has, or a bond)\n", runs[i].name, t[i].rows, (unsigned long long)t[i].frames, t[i].left_out);
	}
	if (!failed && !skipped)
		printf("TOTAL: verdict and reason by native XDP = generic XDP = BPF_PROG_TEST_RUN, over %u "
		       "rows, %llu frames on real interfaces\n", t[0].rows - t[0].left_out,
		       (unsigned long long)t[0].frames);
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	return failed || (!passed && !skipped);
}
