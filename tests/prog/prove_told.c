/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the data path tells and counts, octet for octet. Of an event or aggregate a row
 * names the fields that matter; all others must be zero, but for those that follow from
 * where the row is: family, generation, time. An aggregate and a counter are asked on
 * both sides where both can be asked, an event on the host.
 *
 *	event TYPE KEY=VALUE...          the last one told, or with before=N the N-th before;
 *	                                 first, last: packets of a flow that is over, in ticks ago
 *	aggregate KEY=VALUE...           there is one just like this
 *	record tcp=BITS first=TICKS      of the last frame's flow: what was seen, how long ago it began
 *	counted DEVICE|REASON VERDICT from|to PACKETS OCTETS     since the row began
 *
 * A number may be written ip+N: N octets behind an IP header of the row's family; or
 * M*ip+N: M times that.
 */
#include "event/class.h"
#include "prove.h"

static const char *value_of(char *const *argv, int argc, const char *key)
{
	size_t n = strlen(key);

	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], key, n) && argv[i][n] == '=')
			return argv[i] + n + 1;
	}
	return NULL;
}

static uint64_t number_in(const struct prove *p, const char *v)
{
	uint32_t times = strchr(v, '*') ? strtoul(v, NULL, 0) : 1;

	v = strchr(v, '*') ? strchr(v, '*') + 1 : v;
	if (!strncmp(v, "ip+", 3))
		return times * ((p->family == 4 ? 20 : 40) + strtoul(v + 3, NULL, 0));
	if (!strcmp(v, "ip"))
		return p->family == 4 ? 0x0800 : 0x86dd;
	return strtoull(v, NULL, 0);
}

static uint64_t number_of(const struct prove *p, char *const *argv, int argc, const char *key)
{
	const char *v = value_of(argv, argc, key);

	return v ? number_in(p, v) : 0;
}

static uint32_t reason_named(const char *v)
{
	uint32_t reason = 0;

	while (v && reason < ZT_REASON_MAX && strcmp(prove_reason(reason), v))
		reason++;
	return reason;
}

static uint32_t verdict_named(const char *v)
{
	uint32_t verdict = 0;

	while (v && verdict < ZT_VERDICT_MAX && strcmp(prove_verdict(verdict), v))
		verdict++;
	return verdict;
}

static uint8_t ended_named(const char *v)
{
	uint8_t ended = v ? 1 : 0;

	while (v && ended < ZT_ENDED_MAX && strcmp(zt_ended_word(ended), v))
		ended++;
	return ended;
}

static struct zt_addr address_of(struct prove *p, char *const *argv, int argc, const char *key)
{
	const char *v = value_of(argv, argc, key);
	struct zt_addr a = { { 0 } };

	if (v && world_address(v, p->family, &a))
		prove_fail(p, "no address %s", v);
	return a;
}

static uint32_t port_of(char *const *argv, int argc)
{
	const char *v = value_of(argv, argc, "on");
	const struct world_interface *w = v ? world_interface(v) : NULL;

	return w ? w->ifindex : 0;
}

static uint32_t device_of(const struct prove *p, char *const *argv, int argc)
{
	const char *v = value_of(argv, argc, "dev");

	return v ? prove_device(p, v) : 0;
}

static uint32_t rule_of(const struct prove *p, char *const *argv, int argc)
{
	const char *v = value_of(argv, argc, "rule");

	return v ? (uint32_t)zt_policy_rule(p->policy, v) : ZT_NO_RULE;
}

static void mac_of(struct prove *p, char *const *argv, int argc, const char *key, uint8_t mac[6])
{
	const char *v = value_of(argv, argc, key);

	if (v && world_mac(v, mac))
		prove_fail(p, "no MAC %s", v);
}

static const char *const event_words[] = { "", "packet", "flow-new", "flow-end", "learned",
					   "forgotten", "moved", "conflict" };

static struct zt_event event_wanted(struct prove *p, char *const *argv, int argc)
{
	struct zt_event e = { .family = p->family, .tick = p->now };
	const char *reason = value_of(argv, argc, "reason"), *family = value_of(argv, argc, "family");

	while (e.type < WORLD_NR(event_words) && strcmp(event_words[e.type], argv[0]))
		e.type++;
	e.src = address_of(p, argv, argc, "src");
	e.dst = address_of(p, argv, argc, "dst");
	e.sport = htobe16(number_of(p, argv, argc, "sport"));
	e.dport = htobe16(number_of(p, argv, argc, "dport"));
	e.proto = number_of(p, argv, argc, "proto");
	e.family = family ? number_in(p, family) : e.family;
	e.reason = reason ? reason_named(reason) : 0;
	e.verdict = verdict_named(value_of(argv, argc, "verdict"));
	e.dir = number_of(p, argv, argc, "dir");
	e.opener = number_of(p, argv, argc, "opener");
	e.flags = number_of(p, argv, argc, "flags");
	e.how = number_of(p, argv, argc, "how") + ended_named(value_of(argv, argc, "ended"));
	e.vlan = number_of(p, argv, argc, "vlan");
	e.ethertype = number_of(p, argv, argc, "eth");
	mac_of(p, argv, argc, "smac", e.smac);
	mac_of(p, argv, argc, "dmac", e.dmac);
	e.dev = device_of(p, argv, argc);
	e.ifindex = port_of(argv, argc);
	if (value_of(argv, argc, "last")) {
		e.seen = p->now - number_of(p, argv, argc, "last");
		e.first = p->now - number_of(p, argv, argc, "first");
	}
	e.rule = rule_of(p, argv, argc);
	e.packets[0] = number_of(p, argv, argc, "packets");
	e.packets[1] = number_of(p, argv, argc, "packets1");
	e.bytes[0] = number_of(p, argv, argc, "bytes");
	e.bytes[1] = number_of(p, argv, argc, "bytes1");
	return e;
}

/* The first octets that differ, by offset: enough to find the field in zt_abi.h. */
static int differs(struct prove *p, const char *what, const void *got, const void *want, size_t n)
{
	const uint8_t *g = got, *w = want;
	int failed = 0;

	for (size_t i = 0; i < n && failed < 4; i++) {
		if (g[i] == w[i])
			continue;
		prove_fail(p, "%s: octet %zu is %u, not %u", what, i, g[i], w[i]);
		failed++;
	}
	return failed;
}

void prove_event(struct prove *p, int argc, char **argv)
{
	struct zt_event want = event_wanted(p, argv, argc), got;
	uint32_t critical = number_of(p, argv, argc, "critical");

	if (want.type == WORLD_NR(event_words))
		return prove_fail(p, "no event %s", argv[0]);
	if (host_side_last(number_of(p, argv, argc, "before"), &got) != critical)
		prove_fail(p, "told by the %s ring", critical ? "ordinary" : "critical");
	want.gen = value_of(argv, argc, "gen") ? 0 : host_side_gen();
	want.boot_ns = host_side_now();
	differs(p, "event", &got, &want, sizeof(want));
}

void prove_aggregate(struct prove *p, int argc, char **argv)
{
	struct zt_agg_key k = { .family = p->family, .gen = host_side_gen() };
	const char *family = value_of(argv, argc, "family");
	struct zt_agg want, got;

	k.peer = address_of(p, argv, argc, "peer");
	k.dev = device_of(p, argv, argc);
	k.ifindex = port_of(argv, argc);
	k.port = htobe16(number_of(p, argv, argc, "port"));
	k.proto = number_of(p, argv, argc, "proto");
	k.family = family ? number_in(p, family) : k.family;
	k.reason = reason_named(value_of(argv, argc, "reason"));
	k.verdict = verdict_named(value_of(argv, argc, "verdict"));
	k.dir = number_of(p, argv, argc, "dir");
	k.side = number_of(p, argv, argc, "side");
	k.rule = rule_of(p, argv, argc);
	want = (struct zt_agg){ .packets = number_of(p, argv, argc, "packets"),
				.bytes = number_of(p, argv, argc, "bytes"),
				.first = p->now - number_of(p, argv, argc, "first"),
				.last = p->now - number_of(p, argv, argc, "last") };
	if (host_side_aggregate(&k, &got))
		return prove_fail(p, "host: no such aggregate");
	differs(p, "aggregate", &got, &want, sizeof(want));
}

void prove_record(struct prove *p, int argc, char **argv)
{
	struct zt_flow_rest rest;
	struct zt_flow f;

	if (host_side_record(&p->key, &f, &rest))
		return prove_fail(p, "host: no such record");
	if (ZT_STATE_TCP(f.state) != number_of(p, argv, argc, "tcp") ||
	    p->now - rest.first != number_of(p, argv, argc, "first"))
		prove_fail(p, "host: tcp=0x%02x first=%u", ZT_STATE_TCP(f.state), p->now - rest.first);
}

/* Packets and octets of a device, or of a reason, since the row began. */
void prove_counted(struct prove *p, int argc, char **argv)
{
	uint32_t verdict = argc > 1 ? verdict_named(argv[1]) : 0, dev, reason, dir;
	static struct zt_count all[ZT_COUNT_MAX];
	struct zt_count now, then;
	struct zt_devcnt d;

	if (argc != 5 || verdict == ZT_VERDICT_MAX)
		return prove_fail(p, "counted what?");
	dev = prove_device(p, argv[0]);
	reason = reason_named(argv[0]);
	dir = !strcmp(argv[2], "to");
	for (uint32_t i = 0; i < prove_sides(p); i++) {
		if (p->sides[i]->loose)
			continue;
		if (dev) {
			p->sides[i]->devcnt(dev, &d);
			now = d.c[verdict][dir];
			then = p->devcnt[i][dev].c[verdict][dir];
		} else {
			p->sides[i]->counts(all);
			now = all[ZT_COUNT_INDEX(reason, verdict, dir)];
			then = p->counts[i][ZT_COUNT_INDEX(reason, verdict, dir)];
		}
		if (now.packets - then.packets != number_in(p, argv[3]) ||
		    now.bytes - then.bytes != number_in(p, argv[4]))
			prove_fail(p, "%s: counted %llu packets, %llu octets", p->sides[i]->name,
				   (unsigned long long)(now.packets - then.packets),
				   (unsigned long long)(now.bytes - then.bytes));
	}
}
