/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The case table: sentences about single packets and short exchanges, each proved
 * on the host build of the stages (sanitizers) and on the BPF programs in this
 * kernel. As root both run and must agree; without, the kernel's half is skipped.
 *
 *	cases_test [-h] [-w DIR] [PART OF A SENTENCE]
 *
 * -h: host only; -w: write the frames of every row to DIR, as inputs of packet_fuzz
 */
#include <unistd.h>
#include "cases_all.h"

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

/* A short row's frames as one file. */
static void open_record(struct prove *p, const char *dir, const struct row *row, uint32_t nr)
{
	char path[256];

	p->record = NULL;
	for (uint32_t i = 0; i < PROVE_STEPS && row->steps[i]; i++) {
		if (!strncmp(row->steps[i], "loop", 4))
			return;
	}
	snprintf(path, sizeof(path), "%s/row-%04u", dir, nr);
	p->record = fopen(path, "w");
}

static uint32_t run_row(struct prove *p, const struct row *row, uint8_t family, const char *dir,
			uint32_t nr)
{
	uint32_t failed;

	if (dir)
		open_record(p, dir, row, nr);
	failed = prove_row(p, row, family);
	if (p->record)
		fclose(p->record);
	p->record = NULL;
	return failed;
}

int main(int argc, char **argv)
{
	bool host_only = false;
	const char *only = "", *dir = NULL;
	uint32_t passed = 0, failed = 0, skipped = 0, rows = 0;
	char *why = NULL;

	for (int o; (o = getopt(argc, argv, "hw:")) != -1;) {
		host_only |= o == 'h';
		dir = o == 'w' ? optarg : dir;
	}
	if (optind < argc)
		only = argv[optind];
	prove_open(&prove, host_only, &why);
	for (size_t t = 0; t < WORLD_NR(tables); t++) {
		for (size_t i = 0; i < tables[t].nr; i++) {
			const struct row *row = &tables[t].rows[i];

			if (!strstr(row->says, only))
				continue;
			for (uint8_t family = 4; family <= 6; family += 2) {
				if (row->family && row->family != family)
					continue;
				rows++;
				if (run_row(&prove, row, family, dir, rows))
					failed++;
				else
					passed++;
			}
		}
	}
	if (!*only) {
		if (test_every_reason(&prove))
			failed++;
		else
			passed++;
	}
	if (prove.nr_sides < 2)
		skipped = test_skip_kernel(host_only ? "-h was given" : why, rows);
	prove_close(&prove);
	free(why);
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	return failed || !passed;
}
