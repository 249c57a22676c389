/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running the real programs on bytes (BPF_PROG_TEST_RUN): what `why`, `policy
 * test`, `simulate` and the tests stand on. One caller at a time: zt_test and
 * zt_result have one entry.
 */
#include <errno.h>
#include <string.h>
#include "bpf/state.h"

/*
 * What the kernel takes, measured on 6.18 with 4 kB pages: 14 bytes (an Ethernet
 * header) to 73152 for XDP (multi-buffer, for the program is xdp.frags) and to 3712
 * for tc (a page less headroom and struct skb_shared_info).
 */
#define FRAME_MIN 14u
#define FRAME_SURE 3500u /* shorter frames are never refused for their length */

static int test_run(struct zt_maps *m, enum zt_prog prog, const struct zt_test *test,
		    const void *frame, uint32_t len, uint32_t *ret_value, struct zt_result *ret)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = len, .repeat = 1);
	uint32_t zero = 0;

	if (bpf_map_update_elem(m->map[ZT_MAP_TEST], &zero, test, BPF_ANY))
		return -errno;
	if (bpf_prog_test_run_opts(m->prog[prog], &opts))
		return -errno;
	*ret_value = opts.retval;
	if (bpf_map_lookup_elem(m->map[ZT_MAP_RESULT], &zero, ret))
		return -errno;
	return 0;
}

int zt_ctl(struct zt_maps *m, const struct zt_test *test, struct zt_result *ret)
{
	static const uint8_t frame[64];
	uint32_t value;
	int rc = test_run(m, ZT_PROG_CTL, test, frame, sizeof(frame), &value, ret);

	return rc || value == XDP_PASS ? rc : -EIO;
}

int zt_maps_run(struct zt_maps *m, const struct zt_run *run, struct zt_result *ret)
{
	struct zt_test test = {
		.now = run->now,
		.ifindex = run->ifindex,
		.in_ifindex = run->in_ifindex,
		.mark = run->mark,
	};
	uint32_t value;
	int rc;

	if (run->len < FRAME_MIN)
		return -EMSGSIZE;
	rc = test_run(m, run->dir == ZT_TO_DEVICE ? ZT_PROG_TEST_OUT : ZT_PROG_TEST_IN, &test,
		      run->frame, run->len, &value, ret);
	if (rc && run->len > FRAME_SURE)
		return -EMSGSIZE;
	return rc;
}

int zt_maps_sweep(struct zt_maps *m, uint32_t now, uint32_t steps)
{
	struct zt_test test = { .op = ZT_CTL_SWEEP, .now = now, .steps = steps };
	struct zt_result result;
	int rc;

	rc = zt_ctl(m, &test, &result);
	return rc ? rc : (int)result.dev; /* where zt_ctl leaves the number */
}
