/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loads a BPF object with verifier statistics on and prints one line for each
 * program: size, what the verifier went through, and the stack of the deepest chain of
 * calls. Fails when a program needs more than half of what a kernel allows, so that
 * the next kernel, which may count differently, still loads it. It knows nothing of
 * what the programs do.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <bpf/libbpf.h>

#define LOG_BYTES (1 << 20)
#define LOG_STATS 4
#define SUBPROGS 128
#define STACK 512u

struct stats {
	unsigned int insns, limit, per_insn, states, peak, stack;
};

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static void give_log(struct bpf_object *object)
{
	struct bpf_program *p;

	bpf_object__for_each_program(p, object) {
		bpf_program__set_log_level(p, LOG_STATS);
		bpf_program__set_log_buf(p, calloc(1, LOG_BYTES), LOG_BYTES);
	}
}

/* ---- stack: depth of each function from the log, who calls whom from the code ------- */

struct functions {
	unsigned int start[SUBPROGS], depth[SUBPROGS], nr;
	const struct bpf_insn *insns;
	size_t nr_insns;
};

static int by_start(const void *a, const void *b)
{
	const unsigned int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* A call of, or a pointer to, another function of the program: its first instruction. */
static bool is_function_ref(const struct bpf_insn *i, unsigned int at, unsigned int *ret)
{
	bool call = i->code == (BPF_JMP | BPF_CALL) && i->src_reg == BPF_PSEUDO_CALL;
	bool pointer = i->code == (BPF_LD | BPF_IMM | BPF_DW) && i->src_reg == BPF_PSEUDO_FUNC;

	*ret = at + i->imm + 1;
	return call || pointer;
}

static void find_functions(struct functions *f)
{
	unsigned int at, to, k;

	f->start[f->nr++] = 0;
	for (at = 0; at < f->nr_insns; at++) {
		if (!is_function_ref(&f->insns[at], at, &to))
			continue;
		for (k = 0; k < f->nr && f->start[k] != to; k++)
			;
		if (k == f->nr && f->nr < SUBPROGS)
			f->start[f->nr++] = to;
	}
	qsort(f->start, f->nr, sizeof(f->start[0]), by_start);
}

/* As the kernel adds them up: each frame rounded up to 32, and never 0. */
static unsigned int deepest(const struct functions *f, unsigned int fn, unsigned int level)
{
	unsigned int end = fn + 1 < f->nr ? f->start[fn + 1] : f->nr_insns, at, to, k, d, max = 0;
	unsigned int own = ((f->depth[fn] ? f->depth[fn] : 1) + 31) / 32 * 32;

	for (at = f->start[fn]; at < end && level < 8; at++) {
		if (!is_function_ref(&f->insns[at], at, &to))
			continue;
		for (k = 0; k < f->nr && f->start[k] != to; k++)
			;
		d = k < f->nr ? deepest(f, k, level + 1) : 0;
		max = d > max ? d : max;
	}
	return own + max;
}

static unsigned int stack_of(const struct bpf_program *p, const char *log)
{
	static struct functions f;
	const char *at = strstr(log, "stack depth ");
	char *end;
	unsigned int k;

	memset(&f, 0, sizeof(f));
	f.insns = bpf_program__insns(p);
	f.nr_insns = bpf_program__insn_cnt(p);
	find_functions(&f);
	if (!at)
		return 0;
	at += strlen("stack depth ");
	for (k = 0; k < f.nr; k++) {
		f.depth[k] = strtoul(at, &end, 10);
		at = *end == '+' ? end + 1 : end;
	}
	return deepest(&f, 0, 0);
}

/* ---- the table ---------------------------------------------------------------------- */

static bool read_stats(const struct bpf_program *p, struct stats *ret)
{
	size_t len;
	const char *log = bpf_program__log_buf(p, &len);
	const char *at = log ? strstr(log, "processed ") : NULL;

	if (!at || sscanf(at, "processed %u insns (limit %u) max_states_per_insn %u total_states %u peak_states %u",
			  &ret->insns, &ret->limit, &ret->per_insn, &ret->states, &ret->peak) != 5)
		return false;
	ret->stack = stack_of(p, log);
	return true;
}

/* True when it leaves half of what the kernel allows. */
static bool print_line(const struct bpf_program *p)
{
	struct stats s;
	bool fits;

	if (!read_stats(p, &s)) {
		printf("TOTAL: %-12s %8zu   no statistics\n", bpf_program__name(p), bpf_program__insn_cnt(p));
		return false;
	}
	fits = s.insns <= s.limit / 2 && s.states <= s.limit / 2 && s.stack <= STACK;
	printf("TOTAL: %-12s %8zu %10u %8.1f%% %9u %9u %9u %s\n", bpf_program__name(p),
	       bpf_program__insn_cnt(p), s.insns, 100.0 * s.insns / s.limit, s.states, s.peak, s.stack,
	       fits ? "" : "TOO MUCH");
	return fits;
}

int main(int argc, char **argv)
{
	unsigned int passed = 0, failed = 0;
	struct bpf_object *object;
	struct bpf_program *p;
	struct utsname u;
	int rc;

	if (argc != 2) {
		fprintf(stderr, "usage: verifier-stats OBJECT\n");
		return 2;
	}
	uname(&u);
	libbpf_set_print(quiet);
	object = bpf_object__open_file(argv[1], NULL);
	if (!object) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	give_log(object);
	rc = bpf_object__load(object);
	if (rc && geteuid()) {
		printf("SKIP: loading programs needs root\n0 passed, 0 failed, 1 skipped\n");
		return 0;
	}
	if (rc)
		fprintf(stderr, "%s: does not load: %s\n", argv[1], strerror(-rc));
	printf("TOTAL: verifier of Linux %s: no program may need more than half of 1,000,000 instructions; of\n"
	       "TOTAL: states, which have no limit but that each takes an instruction, no more either; stack of %u\n"
	       "TOTAL: %-12s %8s %10s %9s %9s %9s %9s\n", u.release, STACK,
	       "program", "insns", "processed", "of limit", "states", "peak", "stack");
	bpf_object__for_each_program(p, object) {
		if (!rc && print_line(p))
			passed++;
		else
			failed++;
	}
	printf("%u passed, %u failed, 0 skipped\n", passed, failed);
	return failed ? 1 : 0;
}
