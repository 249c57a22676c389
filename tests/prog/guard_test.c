/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guard (design §3): nothing passes a device port that zt_in did not judge as it
 * stands. On a real device, for test-run gives a frame no metadata and no tag beside it.
 *
 *	zfar [push tags: veth keeps them beside the frame, as a NIC does] ── veth ──
 *	zin [XDP: a program that writes metadata of any kind, or zt_in itself]
 *	    [tc ingress: zt_guard -> zout]
 *
 * Each case: did the frame come out at zout, and was what did not counted as no-stamp,
 * that and nothing else. Needs root.
 */
#include <errno.h>
#include <unistd.h>
#include "frame_text.h"
#include "bpf/state.h"
#include "wire.h"
#include "world_policy.h"

/* What the metadata holds. */
enum meta {
	NO_META,
	GOOD, /* as zt_in writes it, nonce of the live generation */
	BEFORE, /* of the generation before, which packets on their way may carry */
	OLD, /* of two generations ago */
	ZERO, /* nonce 0 */
	GUESS, /* off by one bit */
	JUNK, /* another program's octets */
};

struct guard_case {
	const char *says;
	enum meta meta;
	uint32_t meta_len, at; /* octets of metadata; where in it the stamp begins */
	uint16_t vlan; /* as stamped */
	const char *frame;
	bool push; /* a tag beside the frame, with this id */
	uint16_t vid;
	bool pass;
};

/* What a case does not speak of is 0. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define STAMP sizeof(struct zt_stamp)
#define PLAIN "ip4 cam1 vms; udp 4000 5000; pay 20"
#define TAG30 "tag 30; ip4 v30 vms; udp 4000 5000; pay 20"
#define TAG0 "tag 0; ip4 cam1 vms; udp 4000 5000; pay 20"

static const struct guard_case stamps[] = {
	{ "the stamp of this generation passes", GOOD, STAMP, 0, 0, PLAIN, .pass = true },
	{ "so does that of the generation before", BEFORE, STAMP, 0, 0, PLAIN, .pass = true },
	{ "that of two generations ago does not", OLD, STAMP, 0, 0, PLAIN },
	{ "a frame without metadata does not", NO_META, 0, 0, 0, PLAIN },
	{ "nonce 0 is nobody's", ZERO, STAMP, 0, 0, PLAIN },
	{ "a nonce that is off by a bit", GUESS, STAMP, 0, 0, PLAIN },
	{ "another program's metadata of the same size", JUNK, STAMP, 0, 0, PLAIN },
	{ "metadata shorter than the stamp, though it begins like one", GOOD, 4, 0, 0, PLAIN },
	{ "longer metadata that does not begin with the stamp", GOOD, 2 * STAMP, STAMP, 0, PLAIN },
	{ "longer metadata that begins with the stamp passes", GOOD, 2 * STAMP, 0, 0, PLAIN,
	  .pass = true },
	{ "much longer metadata of another program", JUNK, 32, 0, 0, PLAIN },
	/* ---- the tag ---- */
	{ "a tag in the frame, stamped so", GOOD, STAMP, 0, 30, TAG30, .pass = true },
	{ "a tag in the frame, another stamped", GOOD, STAMP, 0, 31, TAG30 },
	{ "a tag in the frame, none stamped", GOOD, STAMP, 0, 0, TAG30 },
	{ "no tag in the frame, one stamped", GOOD, STAMP, 0, 30, PLAIN },
	{ "a priority tag in the frame, stamped so", GOOD, STAMP, 0, 0, TAG0, .pass = true },
	{ "priority and VLAN tag, stamped so", GOOD, STAMP, 0, 30, "tag 0; " TAG30, .pass = true },
	{ "VLAN and priority tag, stamped so", GOOD, STAMP, 0, 30,
	  "tag 30; tag 0; ip4 v30 vms; udp 4000 5000", .pass = true },
	{ "a tag of any priority", GOOD, STAMP, 0, 30, "tag 0xe01e; ip4 v30 vms; udp 4000 5000",
	  .pass = true },
	{ "two tags where one was judged", GOOD, STAMP, 0, 30, "tag 30; " TAG30 },
};

/* zt_in judges what it sees; the tag is put beside the frame behind its back. lan1 takes no tag. */
static const struct guard_case hidden[] = {
	{ "control: nothing hidden, untagged", .frame = PLAIN, .pass = true },
	{ "a hidden VLAN tag", .frame = PLAIN, .push = 1, .vid = 7 },
	{ "a hidden VLAN tag in front of a priority tag", .frame = TAG0, .push = 1, .vid = 7 },
	{ "a hidden priority tag changes nothing the policy knows", .frame = PLAIN, .push = 1, .vid = 0, .pass = true },
	{ "a hidden priority tag in front of another is one too many", .frame = TAG0, .push = 1, .vid = 0 },
};

/* lan4 takes VLAN 30. */
static const struct guard_case hidden30[] = {
	{ "control: nothing hidden, tagged", .frame = TAG30, .pass = true },
	{ "a hidden VLAN tag in front of another", .frame = TAG30, .push = 1, .vid = 31 },
	{ "a hidden VLAN tag in front of an equal one", .frame = TAG30, .push = 1, .vid = 30 },
	{ "a hidden VLAN tag in front of priority and equal VLAN tag",
	  .frame = "tag 0; " TAG30, .push = 1, .vid = 30 },
	{ "a hidden priority tag in front of a VLAN tag neither", .frame = TAG30,
	  .push = 1, .vid = 0, .pass = true },
};

/* What passes a port whose bridge an uplink is a member of is marked, nothing else is. */
static const struct guard_case mixed[] = {
	{ "what passes on a mixed port is marked", .frame = "ip4 mix vms; udp 4000 5000", .pass = true },
	{ "what does not is not", .frame = "ip4 mix vms; udp 4000 5000", .push = true, .vid = 7 },
};

static struct zt_maps *m;
static struct zt_env *env;
static struct zt_numbers *numbers;
static uint32_t old_nonce, passed, failed;

static void publish(const char *variant)
{
	struct zt_policy *policy = world_policy(variant);
	char *error = NULL;

	if (zt_maps_publish(m, world_compile(policy, env, numbers), &error) < 0) {
		printf("FAIL: publish: %s\n", error ? error : "?");
		exit(1);
	}
	zt_policy_free(policy);
}

static void fill_meta(const struct guard_case *c, struct wire_plan *plan)
{
	uint32_t par = zt_maps_gen(m) & 1, live = m->cfg.nonce[par];
	struct zt_stamp s = { .vlan = c->vlan };

	s.nonce = c->meta == GOOD ? live : c->meta == BEFORE ? m->cfg.nonce[!par] :
		  c->meta == OLD ? old_nonce : c->meta == GUESS ? live ^ 0x10 : 0;
	plan->meta_len = c->meta_len;
	memset(plan->meta, 0xa5, sizeof(plan->meta));
	if (c->meta != JUNK)
		memcpy(plan->meta + c->at, &s, sizeof(s));
}

/* Counted, by reason, verdict and direction, but for what is forwarded. */
static int counted(const struct zt_count *before, uint32_t packets, uint32_t bytes)
{
	static struct zt_count now[ZT_COUNT_MAX];
	const uint32_t mine = ZT_COUNT_INDEX(ZT_REASON_NO_STAMP, ZT_DROPPED, ZT_FROM_DEVICE);

	zt_maps_counts(m, now);
	for (uint32_t i = 0; i < ZT_COUNT_MAX; i++) {
		bool ours = i == mine, dropped = i / 2 % ZT_VERDICT_MAX == ZT_DROPPED;

		if (dropped && (now[i].packets - before[i].packets != (ours ? packets : 0) ||
				now[i].bytes - before[i].bytes != (ours ? bytes : 0))) {
			printf("    reason %u counts %llu packets, %llu octets\n", i / 2 / ZT_VERDICT_MAX,
			       (unsigned long long)(now[i].packets - before[i].packets),
			       (unsigned long long)(now[i].bytes - before[i].bytes));
			return -1;
		}
	}
	return 0;
}

/* Until it has come out, or is counted as dropped. */
static bool came_out(const struct zt_count *before)
{
	const uint32_t mine = ZT_COUNT_INDEX(ZT_REASON_NO_STAMP, ZT_DROPPED, ZT_FROM_DEVICE);
	static struct zt_count now[ZT_COUNT_MAX];
	uint8_t got[2000];

	for (int ms = 0; ms < 1000; ms++) {
		if (wire_arrived(got, sizeof(got)))
			return true;
		zt_maps_counts(m, now);
		if (now[mine].packets != before[mine].packets)
			break;
		usleep(1000);
	}
	return wire_arrived(got, sizeof(got));
}

static bool is_mixed; /* the port under test */

static void test(const struct guard_case *c, const char *how)
{
	struct wire_plan plan = { .push = c->push, .vid = c->vid };
	static struct zt_count before[ZT_COUNT_MAX];
	static struct frame f;
	struct wire_seen seen;
	bool arrived, ok;
	int rc;

	fill_meta(c, &plan);
	wire_plan(&plan);
	wire_seen(&seen);
	if (frame_make(&f, c->frame, 4, ZT_FROM_DEVICE, 0))
		abort();
	zt_maps_counts(m, before);
	rc = wire_send(f.data, f.len, 0, NULL);
	arrived = !rc && came_out(before);
	wire_seen(&seen);
	ok = !rc && arrived == c->pass && seen.mark == (arrived && is_mixed ? ZT_MARK : 0) &&
	     !counted(before, !c->pass, c->pass ? 0 : f.len + 4 * c->push);
	if (!ok)
		printf("FAIL: %s (%s): it %s%s\n", c->says, how,
		       rc ? "cannot be sent" : arrived ? "came out" : "did not come out",
		       arrived == c->pass ? ", but is not marked or counted right" : "");
	*(ok ? &passed : &failed) += 1;
}

/* zt_in on a frame that has so much metadata already. */
static int run_in(const struct frame *f, uint32_t meta, uint32_t *ret_value)
{
	struct xdp_md ctx = { .data = meta, .data_end = meta + f->len,
			      .ingress_ifindex = world_interface("lan1")->ifindex };
	static uint8_t data[2000];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = ctx.data_end,
		    .ctx_in = &ctx, .ctx_size_in = sizeof(ctx), .repeat = 1);

	memcpy(data + meta, f->data, f->len);
	if (bpf_prog_test_run_opts(m->prog[ZT_PROG_IN], &opts))
		return -errno;
	*ret_value = opts.retval;
	return 0;
}

/* An allowed frame that cannot take the stamp is dropped, and counted so and not as forwarded. */
static void test_no_room(void)
{
	static const struct {
		uint32_t meta;
		bool room;
	} cases[] = { { 0, true }, { 16, true }, { 32, false }, { 216, false } };
	static struct zt_count before[ZT_COUNT_MAX], now[ZT_COUNT_MAX];
	const uint32_t allowed = ZT_COUNT_INDEX(ZT_REASON_ALLOWED, ZT_FORWARDED, ZT_FROM_DEVICE),
		       refused = ZT_COUNT_INDEX(ZT_REASON_NO_STAMP, ZT_DROPPED, ZT_FROM_DEVICE);
	static struct frame f;
	uint32_t value = 0, tried = 0;

	if (frame_make(&f, PLAIN, 4, ZT_FROM_DEVICE, 0))
		abort();
	for (size_t i = 0; i < WORLD_NR(cases); i++) {
		bool room = cases[i].room || (cases[i].meta == 32 && !run_in(&f, 216, &value));

		zt_maps_counts(m, before);
		if (run_in(&f, cases[i].meta, &value))
			continue; /* the most metadata is 32 octets before Linux 6.13, then what headroom is left */
		zt_maps_counts(m, now);
		tried += !room;
		if (value == (room ? XDP_PASS : XDP_DROP) &&
		    now[allowed].packets - before[allowed].packets == room &&
		    now[refused].packets - before[refused].packets == !room) {
			passed++;
			continue;
		}
		printf("FAIL: with %u octets of metadata: returned %u, allowed %llu, no-stamp %llu\n",
		       cases[i].meta, value,
		       (unsigned long long)(now[allowed].packets - before[allowed].packets),
		       (unsigned long long)(now[refused].packets - before[refused].packets));
		failed++;
	}
	if (!tried) {
		printf("FAIL: no frame was without room\n");
		failed++;
	}
}

/*
 * Frames in pieces, cut at every seam, through zt_in and the guard: the kernel puts enough of
 * them together before XDP sees them, and the stamp must still be found.
 */
static void test_pieces(void)
{
	static const struct {
		const char *frame;
		bool pass;
	} cases[] = {
		{ "ip4 cam1 vms; udp 4000 5000; pay 100", true },
		{ "ip4 cam1 vms; udp 4000 5000; pay 8900", true },
		{ "tag 0; ip4 cam1 vms; udp 4000 5000; pay 8900", true },
		{ "ip6 cam1 vms; dst; dst; udp 4000 5000; pay 8900", true },
		{ "ip4 cam1 host; udp 4000 5000; pay 8900", false },
		{ "ip4 cam1 cam2; tcp 40000 22 S; pay 8900", false },
		{ "tag 7; ip4 cam1 vms; udp 4000 5000; pay 8900", false },
	};
	static struct frame f;
	static uint8_t got[10000];

	for (size_t i = 0; i < WORLD_NR(cases); i++) {
		uint32_t wrong = 0, at;

		if (frame_make(&f, cases[i].frame, 4, ZT_FROM_DEVICE, 0))
			abort();
		for (at = 14; at <= 128; at++) {
			int rc = wire_send(f.data, f.len, at, NULL);

			/* Not to zout if dropped, and only once and whole if not. */
			wrong += rc || !wire_arrived(got, sizeof(got)) == cases[i].pass ||
				 wire_arrived(got, sizeof(got));
		}
		if (wrong)
			printf("FAIL: in pieces: %s: wrong at %u of %u seams\n", cases[i].frame, wrong,
			       at - 14);
		*(wrong ? &failed : &passed) += 1;
	}
}

/* All programs: a private instance has the test entries alone. */
static int open_maps(char **ret_why)
{
	const struct zt_sizes sizes = { .flows = 4096, .devices = 128, .hosts = 1024, .learned = 64 };
	struct bpf_object *obj;
	int rc = zt_object_open(&obj, ret_why);

	if (rc)
		return rc;
	rc = zt_object_size(obj, &sizes);
	if (!rc)
		rc = zt_object_load(obj, ret_why);
	return rc ? rc : zt_maps_from_object(obj, &m, ret_why);
}

/* The devices of one port, and what stands on them. */
static int wire_up(uint32_t ifindex, bool veth, char **ret_why)
{
	const struct wire_setup setup = { .ifindex = ifindex, .veth = veth };
	int rc = wire_open(&setup, ret_why);

	if (!rc)
		rc = wire_attach_in(m->prog[ZT_PROG_GUARD]);
	if (!rc)
		rc = wire_attach_out(wire_prog("wire_look"));
	if (!rc && veth)
		rc = wire_attach_far(wire_prog("wire_push"));
	return rc;
}

static void test_stamps(void)
{
	if (wire_attach_xdp(wire_prog("wire_stamp"), false)) {
		printf("FAIL: wire_stamp cannot be attached\n");
		failed++;
		return;
	}
	for (size_t i = 0; i < WORLD_NR(stamps); i++)
		test(&stamps[i], "native");
}

static void test_rows(const struct guard_case *rows, size_t nr, bool generic)
{
	if (wire_attach_xdp(m->prog[ZT_PROG_IN], generic)) {
		printf("FAIL: zt_in cannot be attached\n");
		failed++;
		return;
	}
	for (size_t i = 0; i < nr; i++)
		test(&rows[i], generic ? "generic" : "native");
}

int main(void)
{
	static const struct {
		const char *name;
		const struct guard_case *rows;
		size_t nr;
	} ports[] = { { "lan1", hidden, WORLD_NR(hidden) }, { "lan4", hidden30, WORLD_NR(hidden30) },
		      { "lan5", mixed, WORLD_NR(mixed) } };
	char *why = NULL;

	if (open_maps(&why) || zt_maps_configure(m, 0))
		goto skip;
	env = world_env();
	numbers = zt_numbers_new();
	publish("base");
	old_nonce = m->cfg.nonce[zt_maps_gen(m) & 1];
	publish("more");
	publish("base");
	for (size_t i = 0; i < WORLD_NR(ports); i++) {
		if (wire_up(world_interface(ports[i].name)->ifindex, true, &why))
			goto skip;
		is_mixed = ports[i].rows == mixed;
		test_rows(ports[i].rows, ports[i].nr, false);
		test_rows(ports[i].rows, ports[i].nr, true);
		if (!i) {
			test_stamps(); /* native: generic would have to stamp twice, see stamp() */
			test_no_room();
		}
		wire_close();
	}
	if (wire_up(world_interface("lan1")->ifindex, false, &why))
		goto skip;
	for (int generic = 0; generic < 2; generic++) {
		if (wire_attach_xdp(m->prog[ZT_PROG_IN], generic))
			failed++;
		test_pieces();
	}
	wire_close();
	zt_maps_close(m);
	zt_numbers_free(numbers);
	zt_env_free(env);
	printf("%u passed, %u failed, 0 skipped\n", passed, failed);
	return failed || !passed;
skip:
	printf("SKIP: %.300s\n0 passed, 0 failed, 1 skipped\n", why ? why : "cannot be run here");
	return 77;
}
