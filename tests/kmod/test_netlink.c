/* SPDX-License-Identifier: GPL-2.0 */
/* What netlink answers, and what it refuses with a reason and without doing anything. */
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kmod.h"

/* ---- bad input ----------------------------------------------------------------------- */

struct attr {
	uint16_t type;
	uint16_t len;
	uint32_t v; /* repeated to fill len */
};

#define U32(t, value) { ZT_GENL_ATTR_##t, 4, value }
#define RAW(t, size, value) { ZT_GENL_ATTR_##t, size, value }

struct bad {
	const char *what;
	uint8_t cmd;
	uint16_t flags;
	int err;
	struct attr attr[6];
};

#define ABI U32(ABI, ZT_ABI_VERSION)
#define IDLE RAW(IDLE, 32, 100)

/* On a namespace without a table. */
static const struct bad no_table[] = {
	{ "no table: stats", ZT_GENL_CMD_STATS, 0, -ENOENT, {} },
	{ "no table: get", ZT_GENL_CMD_GET, 0, -ENOENT, { RAW(KEY, 48, 1) } },
	{ "no table: dump", ZT_GENL_CMD_GET, NLM_F_DUMP, -ENOENT, {} },
	{ "no table: flush", ZT_GENL_CMD_FLUSH, 0, -ENOENT, {} },
	{ "no table: put", ZT_GENL_CMD_PUT, 0, -ENOENT, { ABI, RAW(KEY, 48, 1), RAW(FLOW, 48, 1), RAW(REST, 48, 1) } },
	{ "table: without ABI", ZT_GENL_CMD_TABLE, 0, -EINVAL, { U32(MAX_FLOWS, 10) } },
	{ "table: another ABI", ZT_GENL_CMD_TABLE, 0, -ERANGE, { U32(ABI, ZT_ABI_VERSION + 1) } },
	{ "table: no limits", ZT_GENL_CMD_TABLE, 0, -EINVAL, { ABI } },
	{ "table: no idle times", ZT_GENL_CMD_TABLE, 0, -EINVAL, { ABI, U32(MAX_FLOWS, 10), U32(DEVICES, 5), U32(TICK_SHIFT, 6) } },
	{ "table: 0 flows", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, 0), U32(DEVICES, 5), U32(TICK_SHIFT, 6), IDLE } },
	{ "table: too many flows", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, ZT_KFLOWS_MAX + 1), U32(DEVICES, 5), U32(TICK_SHIFT, 6), IDLE } },
	{ "table: 4 billion flows", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, ~0u), U32(DEVICES, 5), U32(TICK_SHIFT, 6), IDLE } },
	{ "table: 0 devices", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, 10), U32(DEVICES, 0), U32(TICK_SHIFT, 6), IDLE } },
	{ "table: too many devices", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, 10), U32(DEVICES, ZT_KDEVICES_MAX + 1), U32(TICK_SHIFT, 6), IDLE } },
	{ "table: tick shift 0", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, 10), U32(DEVICES, 5), U32(TICK_SHIFT, 0), IDLE } },
	{ "table: tick shift 17", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, 10), U32(DEVICES, 5), U32(TICK_SHIFT, 17), IDLE } },
	{ "table: idle times 0", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, 10), U32(DEVICES, 5), U32(TICK_SHIFT, 6), RAW(IDLE, 32, 0) } },
	{ "table: idle times above 2^30", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, 10), U32(DEVICES, 5), U32(TICK_SHIFT, 6), RAW(IDLE, 32, 0x40000001) } },
	{ "table: seven idle times", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, 10), U32(DEVICES, 5), U32(TICK_SHIFT, 6), RAW(IDLE, 28, 100) } },
	{ "table: nine idle times", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, 10), U32(DEVICES, 5), U32(TICK_SHIFT, 6), RAW(IDLE, 36, 100) } },
	{ "table: flows of 2 octets", ZT_GENL_CMD_TABLE, 0, -EINVAL, { ABI, RAW(MAX_FLOWS, 2, 10), U32(DEVICES, 5), U32(TICK_SHIFT, 6), IDLE } },
	{ "table: an attribute of another command", ZT_GENL_CMD_TABLE, 0, -EINVAL, { ABI, U32(DEV, 1) } },
	{ "table: an unknown attribute", ZT_GENL_CMD_TABLE, 0, -EINVAL, { ABI, { 200, 4, 1 } } },
	{ "a command there is none of", 99, 0, -EOPNOTSUPP, {} },
	{ "the notification as a command", ZT_GENL_CMD_ENDED, 0, -EOPNOTSUPP, {} },
	{ "a dump of statistics", ZT_GENL_CMD_STATS, NLM_F_DUMP, -EOPNOTSUPP, {} },
};

/* On a table of 100 flows, 16 devices. */
static const struct bad with_table[] = {
	{ "table: other number of devices", ZT_GENL_CMD_TABLE, 0, -EINVAL, { ABI, U32(DEVICES, 17) } },
	{ "table: more flows than it was made for", ZT_GENL_CMD_TABLE, 0, -ERANGE, { ABI, U32(MAX_FLOWS, 101) } },
	{ "stats: device out of range", ZT_GENL_CMD_STATS, 0, -ERANGE, { U32(DEV, 16) } },
	{ "stats: device of 8 octets", ZT_GENL_CMD_STATS, 0, -EINVAL, { RAW(DEV, 8, 1) } },
	{ "get: without a key", ZT_GENL_CMD_GET, 0, -EINVAL, {} },
	{ "get: key too short", ZT_GENL_CMD_GET, 0, -ERANGE, { RAW(KEY, 44, 1) } },
	{ "get: key too long", ZT_GENL_CMD_GET, 0, -ERANGE, { RAW(KEY, 52, 1) } },
	{ "get: empty key", ZT_GENL_CMD_GET, 0, -ERANGE, { RAW(KEY, 0, 1) } },
	{ "get: a key nobody has", ZT_GENL_CMD_GET, 0, -ENOENT, { RAW(KEY, 48, 1) } },
	{ "get: key and filter", ZT_GENL_CMD_GET, 0, -EINVAL, { RAW(KEY, 48, 1), U32(DEV, 1) } },
	{ "dump: a key", ZT_GENL_CMD_GET, NLM_F_DUMP, -EINVAL, { RAW(KEY, 48, 1) } },
	{ "dump: rule above 20 bits", ZT_GENL_CMD_GET, NLM_F_DUMP, -ERANGE, { U32(RULE, 0x100000) } },
	{ "dump: peer of 4 octets", ZT_GENL_CMD_GET, NLM_F_DUMP, -ERANGE, { RAW(PEER, 4, 1) } },
	{ "dump: generation", ZT_GENL_CMD_GET, NLM_F_DUMP, -EINVAL, { U32(GEN, 1) } },
	{ "flush: a key", ZT_GENL_CMD_FLUSH, 0, -EINVAL, { RAW(KEY, 48, 1) } },
	{ "flush: rule above 20 bits", ZT_GENL_CMD_FLUSH, 0, -ERANGE, { U32(RULE, ~0u) } },
	{ "flush: since of 2 octets", ZT_GENL_CMD_FLUSH, 0, -EINVAL, { RAW(SINCE, 2, 1) } },
	{ "put: without ABI", ZT_GENL_CMD_PUT, 0, -EINVAL, { RAW(KEY, 48, 1), RAW(FLOW, 48, 1), RAW(REST, 48, 1) } },
	{ "put: another ABI", ZT_GENL_CMD_PUT, 0, -ERANGE, { U32(ABI, 1), RAW(KEY, 48, 1), RAW(FLOW, 48, 1), RAW(REST, 48, 1) } },
	{ "put: without a record", ZT_GENL_CMD_PUT, 0, -EINVAL, { ABI, RAW(KEY, 48, 1), RAW(REST, 48, 1) } },
	{ "put: a record too short", ZT_GENL_CMD_PUT, 0, -ERANGE, { ABI, RAW(KEY, 48, 1), RAW(FLOW, 40, 1), RAW(REST, 48, 1) } },
	{ "put: nonsense", ZT_GENL_CMD_PUT, 0, -EINVAL, { ABI, RAW(KEY, 48, 1), RAW(FLOW, 48, 1), RAW(REST, 48, 1) } },
};

static void try_bad(struct kmod *k, const struct bad *b)
{
	bool silent = b->err == -EOPNOTSUPP; /* of the family, which says no more */
	struct nl_msg m;
	uint32_t fill[16];
	int i, j, err;

	nl_begin(&k->nl, &m, b->cmd, b->flags);
	for (i = 0; i < 6 && b->attr[i].type; i++) {
		for (j = 0; j < 16; j++)
			fill[j] = b->attr[i].v;
		nl_put(&m, b->attr[i].type, fill, b->attr[i].len);
	}
	err = nl_talk(&k->nl, &m, NULL, NULL);
	check(err == b->err, "%s: %s", b->what, strerror(-err));
	if (!silent && !k->nl.text[0])
		check(false, "%s: no reason given", b->what);
}

static void bad_input(struct kmod *k)
{
	struct limits l = LIMITS(100);
	struct stats before, after;
	unsigned i;

	kmod_fresh(k);
	for (i = 0; i < sizeof(no_table) / sizeof(*no_table); i++)
		try_bad(k, &no_table[i]);
	check(kmod_stats(k, &after) == -ENOENT, "nothing of this made a table");
	kmod_table(k, &l);
	kmod_stats(k, &before);
	for (i = 0; i < sizeof(with_table) / sizeof(*with_table); i++)
		try_bad(k, &with_table[i]);
	kmod_stats(k, &after);
	check(!memcmp(&before, &after, sizeof(before)), "nothing of this changed the table");
}

/* ---- bringing, asking, filtering, flushing -------------------------------------------- */

/* Flow n: of device 1 + n % 3, rule n % 4, generation 7 + n % 2. */
static void flow_of(uint32_t n, uint32_t now, struct record *c)
{
	memset(c, 0, sizeof(*c));
	c->key = kmod_key(n);
	c->key.peer.w[3] = n % 5;
	c->flow.word = ZT_WORD(7 + n % 2, 1, 1, n % 4);
	c->flow.hop = ZT_HOP(c->key.proto, 0, 0);
	c->flow.seen = now - n;
	c->flow.state = ZT_STATE(0x22, ZT_IDLE_BOTH, n % 2, 0, 0);
	c->flow.count[0] = ZT_COUNT(n, 100);
	c->rest.first = now - n;
	c->rest.dev = 1 + n % 3;
	c->rest.zone = c->key.zone;
	c->rest.packets[1] = 1ull << 40;
}

static int put(struct kmod *k, const struct record *c)
{
	struct nl_msg m;

	nl_begin(&k->nl, &m, ZT_GENL_CMD_PUT, 0);
	nl_put_u32(&m, ZT_GENL_ATTR_ABI, ZT_ABI_VERSION);
	nl_put(&m, ZT_GENL_ATTR_KEY, &c->key, sizeof(c->key));
	nl_put(&m, ZT_GENL_ATTR_FLOW, &c->flow, sizeof(c->flow));
	nl_put(&m, ZT_GENL_ATTR_REST, &c->rest, sizeof(c->rest));
	return nl_talk(&k->nl, &m, NULL, NULL);
}

static void keep(const struct nl_attrs *a, uint8_t cmd, void *arg)
{
	struct record *c = arg;
	const void *key = nl_data(a, ZT_GENL_ATTR_KEY, sizeof(c->key));
	const void *flow = nl_data(a, ZT_GENL_ATTR_FLOW, sizeof(c->flow));
	const void *rest = nl_data(a, ZT_GENL_ATTR_REST, sizeof(c->rest));

	if (!key || !flow || !rest || nl_u32(a, ZT_GENL_ATTR_ABI) != ZT_ABI_VERSION)
		return;
	memcpy(&c->key, key, sizeof(c->key));
	memcpy(&c->flow, flow, sizeof(c->flow));
	memcpy(&c->rest, rest, sizeof(c->rest));
}

static int get(struct kmod *k, const struct zt_flow_key *key, struct record *ret)
{
	struct nl_msg m;

	memset(ret, 0, sizeof(*ret));
	nl_begin(&k->nl, &m, ZT_GENL_CMD_GET, 0);
	nl_put(&m, ZT_GENL_ATTR_KEY, key, sizeof(*key));
	return nl_talk(&k->nl, &m, keep, ret);
}

static void bringing(struct kmod *k)
{
	struct limits l = LIMITS(100);
	struct record c, got, wrong;
	struct stats s;
	uint32_t now;

	kmod_table(k, &l);
	now = kmod_now(k);
	flow_of(5, now, &c);
	check(!put(k, &c), "a record is brought");
	check(!get(k, &c.key, &got) && !memcmp(&got, &c, sizeof(c)), "and is there as it was");
	check(put(k, &c) == -EEXIST && k->nl.text[0], "a second time: %s", k->nl.text);
	kmod_stats_of(k, c.rest.dev, &s);
	check(s.live == 1 && s.held.flows == 1 && s.held.flows_in == 1, "it is charged to its device");

	flow_of(6, now, &c);
#define WRONG(field, value) (wrong = c, wrong.field = (value), put(k, &wrong) == -EINVAL && k->nl.text[0])
	check(WRONG(key.family, 5), "family 5: %s", k->nl.text);
	check(WRONG(key.kind, 1), "a fragment: %s", k->nl.text);
	check(WRONG(flow.hop, 0), "another protocol: %s", k->nl.text);
	check(WRONG(rest.zone, 9), "another zone: %s", k->nl.text);
	check(WRONG(flow.word, 1), "no generation: %s", k->nl.text);
	check(WRONG(flow.word, ZT_WORD(7, 127, 1, 0)), "a reason that is none: %s", k->nl.text);
	check(WRONG(flow.state, 0x4000), "a state that is none: %s", k->nl.text);
	check(WRONG(flow.state, 0x800), "an idle class that is none: %s", k->nl.text);
	check(WRONG(rest.dev, 0), "device 0: %s", k->nl.text);
	check(WRONG(rest.dev, 16), "device 16: %s", k->nl.text);
	check(WRONG(flow.seen, now + 100), "seen tomorrow: %s", k->nl.text);
	check(WRONG(rest.first, now + 1), "first seen after it was last: %s", k->nl.text);
	kmod_stats(k, &s);
	check(s.live == 1 && s.made == 1, "none of these is there");
}

struct flushed {
	uint32_t done, busy;
};

static void take_flushed(const struct nl_attrs *a, uint8_t cmd, void *arg)
{
	struct flushed *f = arg;

	f->done = nl_u32(a, ZT_GENL_ATTR_FLUSHED);
	f->busy = nl_u32(a, ZT_GENL_ATTR_BUSY);
}

/* Flows that meet a filter of one attribute: by a dump, then by a flush. */
static uint32_t filtered(struct kmod *k, uint8_t cmd, uint16_t type, const void *v, uint32_t len)
{
	struct flushed f = {};
	struct totals t = {};
	struct nl_msg m;
	bool dump = cmd == ZT_GENL_CMD_GET;

	nl_begin(&k->nl, &m, cmd, dump ? NLM_F_DUMP : 0);
	if (len)
		nl_put(&m, type, v, len);
	if (nl_talk(&k->nl, &m, dump ? totals_add : take_flushed, dump ? (void *)&t : &f))
		return ~0u;
	return dump ? t.flows : f.done;
}

static void fill(struct kmod *k, uint32_t n, uint32_t now)
{
	struct record c;

	while (n--) {
		flow_of(n, now, &c);
		if (put(k, &c))
			check(false, "a record is brought: %s", k->nl.text);
	}
}

static void filters(struct kmod *k)
{
	struct limits l = LIMITS(100);
	struct zt_addr peer = { { 2, 0, 0, 3 } };
	uint32_t v, now, ref;
	struct flushed f = {};
	struct zt_flow busy = { .word = ZT_WORD_BUSY };
	struct nl_msg m;
	struct stats s;

	kmod_table(k, &l);
	now = kmod_now(k);
	fill(k, 60, now);
	check(filtered(k, ZT_GENL_CMD_GET, 0, NULL, 0) == 60, "a dump has all 60");
	v = 2;
	check(filtered(k, ZT_GENL_CMD_GET, ZT_GENL_ATTR_DEV, &v, 4) == 20, "device 2 has 20");
	check(filtered(k, ZT_GENL_CMD_GET, ZT_GENL_ATTR_RULE, &v, 4) == 15, "rule 2 has 15");
	v = 15;
	check(filtered(k, ZT_GENL_CMD_GET, ZT_GENL_ATTR_DEV, &v, 4) == 0, "device 15 has none");
	check(filtered(k, ZT_GENL_CMD_GET, ZT_GENL_ATTR_PEER, &peer, 16) == 12, "a peer has 12");
	v = now - 9;
	check(filtered(k, ZT_GENL_CMD_GET, ZT_GENL_ATTR_SINCE, &v, 4) == 10, "10 were seen in the last 10 ticks");
	v = 8;
	check(filtered(k, ZT_GENL_CMD_FLUSH, ZT_GENL_ATTR_GEN, &v, 4) == 30, "30 of another generation are flushed");
	check(filtered(k, ZT_GENL_CMD_FLUSH, ZT_GENL_ATTR_GEN, &v, 4) == 0, "once");
	v = 2;
	check(filtered(k, ZT_GENL_CMD_FLUSH, ZT_GENL_ATTR_DEV, &v, 4) == 10, "10 of device 2 are flushed");
	check(filtered(k, ZT_GENL_CMD_FLUSH, ZT_GENL_ATTR_PEER, &peer, 16) == 4, "4 of a peer");
	ref = kmod_new(k, 1000); /* and is not published */
	kmod_write(k, ref, &busy);
	nl_begin(&k->nl, &m, ZT_GENL_CMD_FLUSH, 0);
	nl_talk(&k->nl, &m, take_flushed, &f);
	check(f.done == 16 && f.busy == 1, "all others; one that is being written is left: %u, %u", f.done, f.busy);
	check(kmod_settled(k, &s) && s.ended[ZT_ENDED_FLUSHED] == 60 && s.live == 1, "60 have ended so");
	filtered(k, ZT_GENL_CMD_GET, 0, NULL, 0);
	check(k->nl.inconsistent, "a dump that could not read a record says so");
}

static void changing(struct kmod *k)
{
	struct limits l = LIMITS(100);
	struct nl_msg m;
	struct stats s;
	uint32_t n, got = 0;

	kmod_table(k, &l);
	nl_begin(&k->nl, &m, ZT_GENL_CMD_TABLE, 0);
	nl_put_u32(&m, ZT_GENL_ATTR_ABI, ZT_ABI_VERSION);
	nl_put_u32(&m, ZT_GENL_ATTR_MAX_FLOWS, 10);
	check(!nl_talk(&k->nl, &m, NULL, NULL), "a table is made smaller");
	for (n = 0; n < 20; n++)
		got += !!kmod_new(k, n);
	kmod_stats(k, &s);
	check(got == 10 && s.max_flows == 10 && s.refused_full == 10, "and takes 10");
	nl_begin(&k->nl, &m, ZT_GENL_CMD_TABLE, 0);
	nl_put_u32(&m, ZT_GENL_ATTR_ABI, ZT_ABI_VERSION);
	nl_put_u32(&m, ZT_GENL_ATTR_MAX_FLOWS, 100);
	check(!nl_talk(&k->nl, &m, NULL, NULL) && kmod_new(k, 100), "and as large as it was made");
}

/* ---- whose ---------------------------------------------------------------------------- */

static void another_namespace(struct kmod *k)
{
	struct limits l = LIMITS(100);
	struct kmod first;
	struct stats s;

	kmod_table(k, &l);
	fill(k, 10, kmod_now(k));
	first = *k;
	k->nl.fd = -1; /* kept open: its namespace stays */
	kmod_table(k, &l);
	check(first.table != k->table, "another namespace has a table of another number");
	check(filtered(k, ZT_GENL_CMD_GET, 0, NULL, 0) == 0, "sees no flow of the first");
	check(filtered(k, ZT_GENL_CMD_FLUSH, 0, NULL, 0) == 0, "and flushes none");
	check(!kmod_find(k, 0) && kmod_find(&first, 0), "nor does a program with its number");
	kmod_stats(&first, &s);
	check(s.live == 10, "which are all there");
	nl_close(&first.nl);
	kmod_fresh(k);
}

static int unprivileged(struct kmod *k)
{
	static const uint8_t cmds[] = { ZT_GENL_CMD_TABLE, ZT_GENL_CMD_GET, ZT_GENL_CMD_FLUSH, ZT_GENL_CMD_PUT,
					ZT_GENL_CMD_STATS };
	struct nl nl;
	struct nl_msg m;
	unsigned i;

	if (setgid(65534) || setuid(65534) || nl_open(&nl))
		return 100;
	for (i = 0; i < sizeof(cmds); i++) {
		nl_begin(&nl, &m, cmds[i], 0);
		if (nl_talk(&nl, &m, NULL, NULL) != -EPERM)
			return 1 + i;
	}
	nl_begin(&nl, &m, ZT_GENL_CMD_GET, NLM_F_DUMP);
	if (nl_talk(&nl, &m, NULL, NULL) != -EPERM)
		return 50;
	if (nl_join(&nl, nl.group) != -EPERM)
		return 51;
	if (open("/proc/self/net/zt_flow", O_RDONLY) >= 0)
		return 52;
	return 0;
}

/* Root of a user namespace of its own, in a network namespace of its own. */
static int container_root(struct kmod *k)
{
	struct nl nl;
	struct nl_msg m;

	if (setgid(65534) || setuid(65534) || unshare(CLONE_NEWUSER | CLONE_NEWNET) || nl_open(&nl))
		return 100;
	nl_begin(&nl, &m, ZT_GENL_CMD_STATS, 0);
	if (nl_talk(&nl, &m, NULL, NULL) != -EPERM)
		return 1;
	nl_begin(&nl, &m, ZT_GENL_CMD_GET, NLM_F_DUMP);
	return nl_talk(&nl, &m, NULL, NULL) == -EPERM ? 0 : 2;
}

static int in_child(struct kmod *k, int (*fn)(struct kmod *k))
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(fn(k));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void who_may(struct kmod *k)
{
	struct limits l = LIMITS(100);
	int r;

	kmod_table(k, &l);
	fill(k, 3, kmod_now(k));
	r = in_child(k, unprivileged);
	check(!r, "without privilege nothing is told or done (%d)", r);
	r = in_child(k, container_root);
	check(!r, "nor for root of a user namespace (%d)", r);
}

static void proc_file(struct kmod *k)
{
	struct limits l = LIMITS(100);
	char line[512];
	int lines = 0;
	FILE *f;

	kmod_table(k, &l);
	fill(k, 50, kmod_now(k));
	f = fopen("/proc/thread-self/net/zt_flow", "r");
	while (f && fgets(line, sizeof(line), f))
		lines++;
	check(f && lines == 51, "/proc/net/zt_flow has a line for each of 50 flows: %d", lines - 1);
	check(!strncmp(line, "6 ", 2) || !strncmp(line, "17 ", 3), "like this: %s", strtok(line, "\n"));
	if (f)
		fclose(f);
}

void test_netlink(struct kmod *k)
{
	bad_input(k);
	bringing(k);
	filters(k);
	changing(k);
	another_namespace(k);
	who_may(k);
	proc_file(k);
}
