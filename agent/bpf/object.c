/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Opening and loading the BPF object embedded in the program. Turns what libbpf
 * and the verifier print into one text. Knows nothing of pins, policy or ports.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bpf/state.h"

extern const uint8_t zt_object_start[], zt_object_end[], zt_kmod_object_start[], zt_kmod_object_end[];

#define LOG_BYTES 65536u
#define LOG_SHOWN 12 /* last lines of what libbpf said */

int zt_fail(char **ret_error, int rc, const char *fmt, ...)
{
	va_list ap;

	if (!ret_error)
		return rc;
	va_start(ap, fmt);
	if (vasprintf(ret_error, fmt, ap) < 0)
		*ret_error = NULL;
	va_end(ap);
	return rc;
}

/*
 * libbpf's print callback has no argument; loading is not re-entrant anyway. From
 * the first object on libbpf prints nothing by itself: errors are ours to tell.
 */
static char *log_text;
static size_t log_len;

static int keep_log(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	int n;

	if (level == LIBBPF_DEBUG || !log_text)
		return 0;
	if (log_len > LOG_BYTES / 2) { /* the end is what matters */
		memmove(log_text, log_text + LOG_BYTES / 4, log_len - LOG_BYTES / 4);
		log_len -= LOG_BYTES / 4;
	}
	n = vsnprintf(log_text + log_len, LOG_BYTES - log_len, fmt, ap);
	if (n > 0)
		log_len += (size_t)n < LOG_BYTES - log_len ? (size_t)n : LOG_BYTES - log_len - 1;
	return 0;
}

/* The last lines of a text as one: messages are one line each. */
static const char *last_lines(char *text, size_t len)
{
	int lines = 0;
	size_t at, i;

	while (len && text[len - 1] == '\n')
		text[--len] = '\0';
	for (at = len; at > 0; at--) {
		if (text[at - 1] == '\n' && ++lines == LOG_SHOWN)
			break;
	}
	for (i = at; i < len; i++) {
		if (text[i] == '\n')
			text[i] = '|';
		else if (text[i] == '\t')
			text[i] = ' ';
	}
	return text + at;
}

static const char *advice(int rc)
{
	switch (rc) {
	case -EPERM:
		return " (needs root: CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON)";
	case -ENOMEM:
		return " (not enough memory for the maps; lower the sizes in the agent's configuration)";
	case -ENOSYS:
		return " (this kernel has no bpf system call)";
	default:
		return "";
	}
}

struct sized {
	const char *map;
	uint32_t entries;
};

static int resize(struct bpf_object *obj, const struct sized *v, size_t nr)
{
	struct bpf_map *map;
	size_t i;
	int rc;

	for (i = 0; i < nr; i++) {
		map = bpf_object__find_map_by_name(obj, v[i].map);
		if (!map)
			return -ENOENT;
		rc = bpf_map__set_max_entries(map, v[i].entries);
		if (rc)
			return rc;
	}
	return 0;
}

int zt_object_size(struct bpf_object *obj, const struct zt_sizes *sizes)
{
	const uint32_t buckets = ZT_BUCKETS(sizes->flows), devices = sizes->devices;
	const struct sized flows[] = {
		{ "zt_flow4", buckets }, { "zt_tag4", buckets }, { "zt_rest4", buckets * ZT_WAYS },
		{ "zt_path4", buckets * ZT_WAYS },
		{ "zt_flow6", buckets }, { "zt_tag6", buckets }, { "zt_rest6", buckets * ZT_WAYS },
	}, device[] = {
		{ "zt_dev", devices }, { "zt_devst", devices }, { "zt_devcnt", devices },
		{ "zt_bind", 2 * devices },
	}, path[] = {
		{ "zt_path", ZT_KRECORDS(zt_kmod_max_flows(sizes->flows)) },
	}, learned[] = {
		{ "zt_learn", sizes->learned }, { "zt_learnq", 2 * sizes->learned },
	};
	int rc = 0;

	if (bpf_object__find_map_by_name(obj, "zt_path"))
		rc = resize(obj, path, 1);
	else if (sizes->flows)
		rc = resize(obj, flows, sizeof(flows) / sizeof(flows[0]));
	if (!rc && sizes->devices)
		rc = resize(obj, device, sizeof(device) / sizeof(device[0]));
	if (!rc && sizes->learned)
		rc = resize(obj, learned, sizeof(learned) / sizeof(learned[0]));
	return rc;
}

static int open_embedded(const uint8_t *start, const uint8_t *end, struct bpf_object **ret_obj,
			 char **ret_error)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "zt");
	struct bpf_object *obj;
	int rc;

	libbpf_set_print(keep_log);
	obj = bpf_object__open_mem(start, end - start, &opts);
	if (!obj) {
		rc = -errno;
		return zt_fail(ret_error, rc, "the embedded BPF object cannot be read: %s",
			       strerror(-rc));
	}
	*ret_obj = obj;
	return 0;
}

int zt_object_open(struct bpf_object **ret_obj, char **ret_error)
{
	return open_embedded(zt_object_start, zt_object_end, ret_obj, ret_error);
}

int zt_object_open_kmod(struct bpf_object **ret_obj, char **ret_error)
{
	return open_embedded(zt_kmod_object_start, zt_kmod_object_end, ret_obj, ret_error);
}

int zt_object_leave_out(struct bpf_object *obj, enum zt_part part)
{
	static const enum zt_prog progs[2][4] = {
		[ZT_FOR_PORTS] = { ZT_PROG_IN, ZT_PROG_GUARD, ZT_PROG_OUT, ZT_PROG_UP },
		[ZT_FOR_TESTS] = { ZT_PROG_TEST_IN, ZT_PROG_TEST_OUT, ZT_PROG_NR },
	};
	struct bpf_program *prog;
	size_t i;

	for (i = 0; i < 4 && progs[part][i] < ZT_PROG_NR; i++) {
		prog = bpf_object__find_program_by_name(obj, zt_prog_name(progs[part][i]));
		if (!prog || bpf_program__set_autoload(prog, false))
			return -ENOENT;
	}
	return 0;
}

int zt_object_load(struct bpf_object *obj, char **ret_error)
{
	int rc;

	log_text = calloc(1, LOG_BYTES);
	if (!log_text)
		return -ENOMEM;
	log_len = 0;
	rc = bpf_object__load(obj);
	if (rc)
		zt_fail(ret_error, rc, "the kernel refused the BPF object: %s%s%s%s", strerror(-rc),
			advice(rc), geteuid() ? "" : ": ",
			geteuid() ? "" : last_lines(log_text, log_len));
	free(log_text);
	log_text = NULL;
	return rc;
}
