/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loads a BPF object with verifier statistics on and prints one line for each
 * program: size, instructions and states the verifier went through. It knows
 * nothing of what the programs do.
 */
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <bpf/libbpf.h>

#define LOG_BYTES (1 << 20)
#define LOG_STATS 4

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

static void print_line(const struct bpf_program *p)
{
	size_t len;
	const char *log = bpf_program__log_buf(p, &len);
	const char *at = log ? strstr(log, "processed ") : NULL;
	unsigned int insns, limit, per_insn, states, peak;

	if (!at || sscanf(at, "processed %u insns (limit %u) max_states_per_insn %u total_states %u peak_states %u",
			  &insns, &limit, &per_insn, &states, &peak) != 5) {
		printf("  %-16s %8zu   no statistics\n", bpf_program__name(p), bpf_program__insn_cnt(p));
		return;
	}
	printf("  %-16s %8zu %10u %9.1f%% %9u %9u\n", bpf_program__name(p), bpf_program__insn_cnt(p),
	       insns, 100.0 * insns / limit, states, peak);
}

int main(int argc, char **argv)
{
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
	printf("verifier on %s\n  %-16s %8s %10s %10s %9s %9s\n", u.release, "program", "insns", "processed",
	       "of limit", "states", "peak");
	bpf_object__for_each_program(p, object)
		print_line(p);
	if (rc)
		fprintf(stderr, "%s: does not load: %s\n", argv[1], strerror(-rc));
	return rc ? 1 : 0;
}
