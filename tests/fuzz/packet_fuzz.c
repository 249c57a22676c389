/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fuzzer of the data path, as host code: any octets, either way, a few frames one
 * after the other over shared state. Whatever they are, the verdict is one of the
 * list with a reason of the list, a dropped frame leaves no flow behind, and after
 * everything has expired nothing is left of any of them.
 *
 * Input: records as in packet_record.h; `cases_test -w DIR` writes rows in this form.
 */
#include "host/engine.h"
#include "packet_record.h"
#include "world_policy.h"

#define STEPS 16
#define BINDS 128u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct zt_image *image;
static uint32_t now;

static const struct zt_cfg cfg = {
	.abi = ZT_ABI_VERSION, .tick_shift = 8, .tick_ms = 256,
	.idle = { 118, 29063, 469, 118, 1172, 235, 20 },
	.grace = 4, .events_per_s = 4, .learn_ticks = 337500, .move_ticks = 118,
	.pickup_until = 1u << 31, .seed = { 7, 9 },
};

static void begin(void)
{
	static const struct zt_sizes sizes = { .flows = 64, .learned = 16 };
	struct zt_policy *p = world_policy("base");
	struct zt_env *env = world_env();
	struct zt_numbers *numbers = zt_numbers_new();

	image = world_compile(p, env, numbers);
	for (uint32_t n = 0; n < image->nr_devs; n++) /* within reach of a few frames */
		image->devs[n].word.limits = (struct zt_limits){
			.flows = 4, .new_flows_per_s = 3, .arp_per_s = 5, .addresses4 = 2, .addresses6 = 2,
		};
	zt_bind.entries = zt_dev.entries = zt_devst.entries = zt_devcnt.entries = BINDS;
	zt_frag.entries = 64;
	host_reset(&sizes);
	host_configure(&cfg);
	host_publish(NULL, image, 1);
	zt_policy_free(p);
	zt_numbers_free(numbers);
	zt_env_free(env);
}

static int is_listed(uint32_t reason)
{
	switch (reason) {
#define X(nr, name, word, family, text) case nr:
		ZT_REASONS(X)
#undef X
		return reason != ZT_REASON_INTERNAL;
	default:
		return 0;
	}
}

static void one(const struct zt_run *run)
{
	uint32_t before = host_nr_flows(), after;
	struct zt_result r;

	host_run(run, &r);
	after = host_nr_flows();
	if (r.verdict >= ZT_VERDICT_MAX || !is_listed(r.reason))
		abort();
	if (r.verdict == ZT_DROPPED && (r.flow || r.created || after != before))
		abort();
	if (after > before + 1 || (after > before) != (r.created && after != before))
		abort();
	if (zt_family(r.reason) == ZT_FAMILY_ALWAYS && r.verdict != ZT_DROPPED)
		abort();
}

/* All state goes by itself; what the programs changed for good is put back. */
static void end(void)
{
	uint32_t n;

	now += (1u << 30) + (1u << 20); /* the longest lease, and then some */
	host_sweep(now, 1000);
	if (host_nr_flows() || zt_frag.nr || zt_learn.nr || zt_learnq.nr)
		abort();
	for (n = 1; n < BINDS; n++) { /* 0 is nobody: it counts gateways */
		struct zt_devst *st = host_lookup(&zt_devst, &n);

		if (st->held.flows || st->held.flows_in || st->held.half[0] || st->held.half[1] || st->frags ||
		    st->addresses4 || st->addresses6)
			abort();
	}
	host_clear(&zt_agg);
	for (n = 0; n < image->nr_binds; n++) {
		struct zt_bind *b = host_lookup(&zt_bind, &image->binds[n].index);

		b->ifindex = image->binds[n].ifindex;
		b->seen = 0;
	}
	memset(host_array(&zt_devst), 0, (size_t)zt_devst.entries * zt_devst.value_size);
	if (zt_gate.nr) { /* gateways were learned */
		host_clear(&zt_gate);
		host_publish(image, image, host_gen()->gen + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zt_run run;
	uint32_t step;

	if (!image)
		begin();
	now = 1u << 24;
	for (step = 0; step < STEPS && size >= 4; step++) {
		record_read(data, &run, &now);
		if (run.len > size - 4)
			run.len = size - 4;
		run.frame = data + 4;
		one(&run);
		data += 4 + run.len;
		size -= 4 + run.len;
	}
	end();
	return 0;
}
