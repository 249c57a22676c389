/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random differential: a naive reference and the data path agree on the verdict, the
 * reason, the rule and the flow of random and mutated frames.
 *
 *	diff_test [-h|-k] [-n FRAMES] [-s SEED] [-1] [-v]
 *
 * -h the host build of the stages only, -k the BPF programs only (root); -n frames on
 * each (default 300000, half from the seed that never changes, half from a new one); -s
 * first seed; -1 that one session only; -v progress, and how often each reason was met.
 * A seed is a session of its own.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include "diff.h"

#define SESSION 4000u
#define FIRST_SEED 1u
#define TOLD 5u /* disagreements told at most */

static struct diff diff;
static struct gen_session session;

struct options {
	bool host, kernel, one, verbose, has_seed;
	uint64_t frames, seed;
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Sessions from this seed on, until so many frames were compared. */
static uint32_t run(uint64_t seed, uint64_t frames, const struct options *o)
{
	uint64_t until = diff.frames + frames, told = diff.frames;
	struct diff_found found;
	uint32_t failed = 0;

	do {
		session.nr = 0;
		gen_session(seed, SESSION, diff.nr_policies, &diff.corpus, &session);
		if (diff_run(&diff, &session, &found)) {
			diff_explain(&diff, seed, &session, &found);
			failed++;
		}
		seed++;
		if (o->verbose && diff.frames - told >= 1000000) {
			told = diff.frames;
			printf("%s: %llu frames, %u disagreements so far\n", diff.side->name,
			       (unsigned long long)told, failed);
		}
	} while (!o->one && diff.frames < until && failed < TOLD);
	return failed;
}

static void print_reasons(void)
{
	printf("flows: %llu none, %llu hit, %llu new;", (unsigned long long)diff.effects[0],
	       (unsigned long long)diff.effects[1], (unsigned long long)diff.effects[2]);
#define X(nr, name, word, family, text)                                                            \
	printf(" %s %llu", word, (unsigned long long)diff.reasons[nr]);
	ZT_REASONS(X)
#undef X
	printf("\n");
}

/* A check that meets only some reasons is worth less than it says. */
static uint32_t missing_reasons(void)
{
	uint32_t missing = 0;

#define X(nr, name, word, family, text)                                                            \
	if (!diff.reasons[nr] && nr != ZT_REASON_INTERNAL && nr != ZT_REASON_NO_STAMP &&          \
	    (nr != ZT_REASON_NO_ROUTE || diff.side == &host_side)) {                               \
		printf("FAIL: no frame had the reason %s\n", word);                                \
		missing++;                                                                         \
	}
	ZT_REASONS(X)
#undef X
	return missing;
}

static uint32_t side(const struct side *s, const struct options *o, uint32_t *skipped)
{
	static const struct zt_sizes sizes = { .flows = 4096, .devices = 128, .hosts = 1024,
					       .learned = 1024 };
	uint64_t random_seed = 0;
	uint32_t failed;
	char *why = NULL;
	double start;

	if (s->open(&sizes, &why)) {
		printf("SKIP: the BPF programs cannot be run here: %.300s\n", why ? why : "?");
		free(why);
		++*skipped;
		return 0;
	}
	diff_open(&diff, s);
	start = seconds();
	if (getrandom(&random_seed, 7, 0) != 7)
		abort();
	failed = run(o->seed, o->has_seed ? o->frames : o->frames / 2, o);
	if (!o->has_seed && !failed)
		failed = run(random_seed, o->frames - o->frames / 2, o);
	printf("TOTAL: differential, %s: %llu frames, %u disagreements, seeds 0x%llx and 0x%llx on, "
	       "%llu more refused by the test run, %.1f s\n", s->name,
	       (unsigned long long)diff.frames, failed, (unsigned long long)o->seed,
	       (unsigned long long)(o->has_seed ? o->seed : random_seed),
	       (unsigned long long)diff.refused, seconds() - start);
	if (o->verbose)
		print_reasons();
	if (!failed && diff.frames >= 100000)
		failed = missing_reasons();
	diff_close(&diff);
	s->close();
	diff.frames = diff.refused = 0;
	memset(diff.reasons, 0, sizeof(diff.reasons));
	memset(diff.effects, 0, sizeof(diff.effects));
	return failed;
}

static struct options read_options(int argc, char **argv)
{
	struct options o = { .host = true, .kernel = true, .frames = 300000, .seed = FIRST_SEED };

	for (int c; (c = getopt(argc, argv, "hkn:s:1v")) != -1;) {
		o.kernel &= c != 'h';
		o.host &= c != 'k';
		o.one |= c == '1';
		o.verbose |= c == 'v';
		if (c == 'n')
			o.frames = strtoull(optarg, NULL, 0);
		if (c == 's') {
			o.seed = strtoull(optarg, NULL, 0);
			o.has_seed = true;
		}
	}
	return o;
}

int main(int argc, char **argv)
{
	struct options o = read_options(argc, argv);
	const char *shared = getenv("ZT_SHARED");
	uint32_t passed = 0, failed = 0, skipped = 0, before;
	char dir[512];

	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(dir, sizeof(dir), "%s/data/pcap", shared ? shared : "../shared");
	gen_corpus_load(&diff.corpus, dir);
	if (!diff.corpus.nr) {
		printf("SKIP: no captures in %s: without frames seeded from them\n", dir);
		skipped++;
	}
	for (int k = 0; k < 2; k++) {
		if (k ? !o.kernel : !o.host)
			continue;
		before = skipped;
		if (side(k ? &kernel_side : &host_side, &o, &skipped))
			failed++;
		else
			passed += skipped == before;
	}
	gen_corpus_free(&diff.corpus);
	free(session.steps);
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	return failed || !(passed + skipped);
}
