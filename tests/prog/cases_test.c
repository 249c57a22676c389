/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The case table: sentences about single packets and short exchanges, each proved
 * on the host build of the stages (sanitizers) and on the BPF programs in this
 * kernel. As root both run and must agree; without, the kernel's half is skipped.
 *
 *	cases_test [-h] [-x] [-w DIR] [PART OF A SENTENCE]
 *
 * After the rows come the sweeps of exits.c, which a part of their sentence finds as well.
 * Without a part it ends with the totals, recipe by recipe of the catalogue of attacks
 * (catalogue.c), and fails when one has no row or a row of one family no word of its
 * twin. -h: host only; -x: stop at the first row that fails;
 * -w: write the frames of every row to DIR, as inputs of packet_fuzz
 */
#include <signal.h>
#include <unistd.h>
#include "cases_all.h"
#include "catalogue.h"
#include "exits.h"

static struct prove prove;

static int test_skip_kernel(const char *why, uint32_t rows)
{
	printf("SKIP: the BPF programs cannot be run here: %.300s\n", why ? why : "?");
	return rows;
}

/* Every reason must have come up, but for the two that no frame can bring about here. */
static uint32_t test_every_reason(const struct prove *p)
{
	uint32_t missing = 0;

#define X(nr, name, word, family, text)                                                            \
	if (!p->seen[nr] && nr != ZT_REASON_INTERNAL && nr != ZT_REASON_NO_STAMP) {                \
		printf("FAIL: no row has the reason %s\n", word);                                  \
		missing++;                                                                         \
	}
	ZT_REASONS(X)
#undef X
	if (p->seen[ZT_REASON_INTERNAL]) {
		printf("FAIL: the reason internal came up\n");
		missing++;
	}
	return missing;
}

struct tally {
	uint32_t passed, failed, rows;
};

struct wanted {
	const char *only, *dir;
	bool host_only, stop; /* at the first row that fails */
};

static bool is_long(const struct row *row)
{
	for (uint32_t i = 0; i < PROVE_STEPS && row->steps[i]; i++) {
		if (!strncmp(row->steps[i], "loop", 4))
			return true;
	}
	return false;
}

/* A short row's frames as one file. */
static void open_record(struct prove *p, const char *dir, const struct row *row, uint32_t nr)
{
	char path[256];

	if (is_long(row))
		return;
	snprintf(path, sizeof(path), "%s/row-%04u", dir, nr);
	p->record = fopen(path, "w");
}

static uint32_t run_row(struct prove *p, const struct row *row, uint8_t family, const char *dir,
			uint32_t nr)
{
	uint32_t failed;

	p->record = NULL;
	if (dir)
		open_record(p, dir, row, nr);
	failed = prove_row(p, row, family);
	catalogue_count(row, family, &p->tally);
	if (p->record)
		fclose(p->record);
	p->record = NULL;
	return failed;
}

static void run_both(struct prove *p, const struct row *row, const struct wanted *w, struct tally *t)
{
	for (uint8_t family = 4; family <= 6; family += 2) {
		if ((row->family && row->family != family) || (w->stop && t->failed))
			continue;
		t->rows++;
		if (run_row(p, row, family, w->dir, t->rows))
			t->failed++;
		else
			t->passed++;
	}
}

static void run_all(struct prove *p, const struct wanted *w, struct tally *t)
{
	for (size_t k = 0; k < WORLD_NR(tables); k++) {
		for (size_t i = 0; i < tables[k].nr; i++) {
			const struct row *row = &tables[k].rows[i];

			if (strstr(row->says, w->only))
				run_both(p, row, w, t);
		}
	}
}

/* Fields taken through all their values, frames cut at every length. */
static void run_exits(struct prove *p, const struct wanted *w, struct tally *t)
{
	struct exits_total e = { 0 };
	uint32_t failed = exits_run(p, w->only, &e);

	t->failed += failed;
	t->passed += e.sweeps - failed;
	if (e.sweeps)
		printf("TOTAL: parser exits: %u sweeps, %u frames, %u of them in the kernel as well; "
		       "passed, all of them on the lists: %u\n", e.sweeps, e.frames, e.kernel, e.passed);
}

/* An assertion of the host build: say in which row. */
static void say_row(int sig)
{
	prove_fail(&prove, "died: %s", strsignal(sig));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct wanted w = { .only = "" };
	uint32_t skipped = 0;
	struct tally t = { 0 };
	char *why = NULL;

	for (int o; (o = getopt(argc, argv, "hxw:")) != -1;) {
		w.host_only |= o == 'h';
		w.stop |= o == 'x';
		w.dir = o == 'w' ? optarg : w.dir;
	}
	if (optind < argc)
		w.only = argv[optind];
	if (catalogue_check())
		t.failed++;
	else
		t.passed++;
	signal(SIGABRT, say_row);
	prove_open(&prove, w.host_only, &why);
	run_all(&prove, &w, &t);
	if (!(w.stop && t.failed))
		run_exits(&prove, &w, &t);
	if (!*w.only && !(w.stop && t.failed)) {
		if (test_every_reason(&prove))
			t.failed++;
		else
			t.passed++;
		if (catalogue_report())
			t.failed++;
		else
			t.passed++;
	}
	if (prove.nr_sides < 2)
		skipped = test_skip_kernel(w.host_only ? "-h was given" : why, t.rows);
	prove_close(&prove);
	free(why);
	printf("%u passed, %u failed, %u skipped\n", t.passed, t.failed, skipped);
	return t.failed || !t.passed;
}
