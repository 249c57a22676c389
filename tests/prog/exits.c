/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every parser exit, swept: see exits.h. The host build takes every value; the kernel
 * takes one in `stride`, whatever is allowed, and its neighbours.
 */
#include "exits.h"

/* Where the field is: from the start of the frame, of the IP header, or of what follows it. */
enum from { FRAME, IP, L4 };

struct sweep {
	const char *says;
	uint8_t family;
	const char *frame; /* as a row writes it; as it stands, or with an allowed value, it passes */
	enum from from;
	uint32_t at, width, stride;
	/* VALUE/MASK of all that passes, as it is read off the wire */
	struct {
		uint32_t value, mask;
	} pass[6];
	uint32_t nr_pass;
	uint32_t fresh; /* each value on a source port of its own, after a while */
};

#define ONLY(v) { { v, ~0u } }, 1

static const struct sweep sweeps[] = {
	/* ---- Ethernet types; lan1 has opted in to LLDP, which goes to the router ---- */
	{ "every Ethernet type over IPv4", V4, "lan1> ip4 cam1 vms; udp 4000 5000; pad 60",
	  FRAME, 12, 2, 97, { { 0x0800, ~0u }, { 0x88cc, ~0u } }, 2 },
	{ "every Ethernet type over IPv6", V6, "lan1> ip6 cam1 vms; udp 4000 5000; pad 80",
	  FRAME, 12, 2, 97, { { 0x86dd, ~0u }, { 0x88cc, ~0u } }, 2 },
	{ "every Ethernet type over IPv4 behind a priority tag", V4,
	  "lan1> eth cam1 rtr; tag 0; ip4 cam1 vms; udp 4000 5000; pad 60",
	  FRAME, 16, 2, 211, { { 0x0800, ~0u }, { 0x88cc, ~0u } }, 2 },
	{ "every Ethernet type over IPv6 behind a priority tag", V6,
	  "lan1> eth cam1 rtr; tag 0; ip6 cam1 vms; udp 4000 5000; pad 80",
	  FRAME, 16, 2, 211, { { 0x86dd, ~0u }, { 0x88cc, ~0u } }, 2 },
	{ "every Ethernet type on a port that opted in to nothing", V4,
	  "lan3> ip4 pos vms; udp 4000 5000; pad 60", FRAME, 12, 2, 211, ONLY(0x0800) },
	{ "every Ethernet type towards a device", V4,
	  "lan1< wan0 ip4 vms cam1; udp 40000 554; pad 60",
	  FRAME, 12, 2, 97, { { 0x0800, ~0u }, { 0x88cc, ~0u } }, 2 },
	{ "every VLAN tag on a port that owns none", BOTH,
	  "lan1> eth cam1 rtr; tag 0; ip cam1 vms; udp 4000 5000", FRAME, 14, 2, 211,
	  { { 0, 0xfff } }, 1 },
	/* ---- first octet, lengths ---- */
	{ "every version and header length", V4, "lan1> ip4 cam1 vms; udp 4000 5000; pay 60",
	  IP, 0, 1, 1, ONLY(0x45) },
	{ "every version and traffic class", V6, "lan1> ip6 cam1 vms; udp 4000 5000; pay 60",
	  IP, 0, 1, 1, { { 0x60, 0xf0 } }, 1 },
	{ "every total length", V4, "lan1> ip4 cam1 vms; udp 4000 5000; pay 60", IP, 2, 2, 211, ONLY(88) },
	{ "every payload length", V6, "lan1> ip6 cam1 vms; udp 4000 5000; pay 60", IP, 4, 2, 211, ONLY(68) },
	{ "every UDP length", BOTH, "lan1> ip cam1 vms; udp 4000 5000; pay 7", L4, 4, 2, 211,
	  { { 8, 0xfff8 } }, 1 },
	/* ---- protocols ---- */
	{ "every protocol to who is allowed GRE and ESP", BOTH, "lan1> ip cam1 vms proto=47; pay 60",
	  IP, 9, 1, 1, { { 47, ~0u }, { 50, ~0u } }, 2 },
	{ "every protocol to who is allowed one UDP port", BOTH, "lan1> ip cam1 ntp proto=47; pay 60",
	  IP, 9, 1, 1, {}, 0 },
	{ "every protocol towards a device", BOTH, "lan1< wan0 ip vms cam1 proto=47; pay 60",
	  IP, 9, 1, 1, {}, 0 },
	/* ---- fragments: seven octets of payload, so no first part is a multiple of eight ---- */
	{ "every fragment offset and flag", V4, "lan1> ip4 cam1 vms; udp 4000 5000; pay 7", IP, 6, 2, 211,
	  { { 0, 0x3fff } }, 1 },
	{ "every fragment offset and flag in IPv6", V6, "lan1> ip6 cam1 vms; frag 0; udp 4000 5000; pay 7",
	  IP, 42, 2, 211, { { 0, 0xfff9 } }, 1 },
	/* ---- transport ---- */
	{ "every octet of TCP flags to an allowed port, without a flow", BOTH,
	  "lan1> ip cam1 vms; tcp 1024 443 0", L4, 13, 1, 1, { { 0x02, 0x17 }, { 0x10, 0x16 } }, 2, 1 },
	{ "every octet of TCP flags to a refused port", BOTH, "lan1> ip cam1 vms; tcp 1024 22 0",
	  L4, 13, 1, 1, {}, 0, 1 },
	{ "every octet of TCP flags towards a device, allowed", BOTH,
	  "lan1< wan0 ip vms cam1; tcp 1024 554 0", L4, 13, 1, 1, { { 0x02, 0x17 } }, 1, 1 },
	{ "every octet of TCP flags towards a device, refused", BOTH,
	  "lan1< wan0 ip host cam1; tcp 1024 554 0", L4, 13, 1, 1, {}, 0, 1 },
	{ "every data offset", BOTH, "lan1> ip cam1 vms; tcp 40000 443 S; pay 20", L4, 12, 1, 1,
	  { { 0x50, 0xf0 }, { 0x60, 0xf0 }, { 0x70, 0xf0 }, { 0x80, 0xf0 }, { 0x90, 0xf0 }, { 0xa0, 0xf0 } }, 6 },
	{ "every ICMP type", V4, "lan1> ip4 cam1 vms; echo 7; pay 60", L4, 0, 1, 1, ONLY(8) },
	{ "every ICMPv6 type", V6, "lan1> ip6 cam1 vms; echo 7; pay 60", L4, 0, 1, 1, ONLY(128) },
	{ "every ICMP type towards a device", V4, "lan1< wan0 ip4 vms cam1; echo 7; pay 60", L4, 0, 1, 1, ONLY(8) },
	{ "every ICMPv6 type towards a device", V6, "lan1< wan0 ip6 vms cam1; echo 7; pay 60", L4, 0, 1, 1, ONLY(128) },
	{ "every TCP port", BOTH, "lan1> ip cam1 vms; tcp 40000 443 S", L4, 2, 2, 211, ONLY(443) },
	{ "every port an application may open", BOTH, "lan1< wan0 ip vms cam1; udp 40000 554", L4, 2, 2, 211, ONLY(554) },
	/* ---- ARP, ND ---- */
	{ "every ARP operation", V4, "lan1> arp request cam1 cam1 rtr", FRAME, 20, 2, 211,
	  { { 1, ~0u }, { 2, ~0u } }, 2 },
	{ "every ARP hardware type", V4, "lan1> arp request cam1 cam1 rtr", FRAME, 14, 2, 211, ONLY(1) },
	{ "every ARP protocol type", V4, "lan1> arp request cam1 cam1 rtr", FRAME, 16, 2, 211, ONLY(0x0800) },
	{ "every ARP address length", V4, "lan1> arp request cam1 cam1 rtr", FRAME, 18, 2, 211, ONLY(0x0604) },
	{ "every code of a neighbour solicitation", V6, "lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1",
	  L4, 1, 1, 1, ONLY(0) },
	{ "every hop limit of a neighbour solicitation", V6,
	  "lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1", IP, 7, 1, 1, ONLY(255) },
};

/* Frames that pass whole and must not, cut anywhere. */
static const struct {
	uint8_t family;
	const char *frame;
} cuts[] = {
	{ BOTH, "lan1> ip cam1 vms; udp 4000 5000; pay 20" },
	{ BOTH, "lan1> ip cam1 vms; tcp 40000 443 S doff=10; pay 20" },
	{ BOTH, "lan1> ip cam1 vms; tcp 40000 443 S; pay 20" },
	{ BOTH, "lan1> ip cam1 vms; echo 7; pay 20" },
	{ BOTH, "lan1> ip cam1 vms proto=47; pay 20" },
	{ BOTH, "lan1> ip cam1 vms proto=50; pay 20" },
	{ BOTH, "lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 40" },
	{ BOTH, "lan1> eth cam1 rtr; tag 0; ip cam1 vms; udp 4000 5000; pay 20" },
	{ BOTH, "lan4> eth v30 rtr; tag 0; tag 30; ip v30 vms; udp 4000 5000; pay 20" },
	{ BOTH, "tun0> ip tun1 vms; udp 4000 5000; pay 20" },
	{ BOTH, "cell0> ip sim1 vms; udp 4000 5000; pay 20" },
	{ BOTH, "lan1< wan0 ip vms cam1; tcp 40000 554 S; pay 20" },
	{ BOTH, "lan1< local ip rtr cam1; echo 9; pay 20" },
	{ BOTH, "lan2< lan1 eth cam1 cam2; ip cam1 cam2; udp 4000 8000; pay 20" },
	{ V4, "lan1> arp request cam1 cam1 rtr" },
	{ V4, "lan1< local eth rtr cam1; arp reply rtr rtr cam1" },
	{ V4, "lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover dyn1" },
	{ V4, "lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.110 lease=60" },
	{ V4, "lan1> ip4 cam1 224.0.0.22 ttl=1 opt=94040000; report" },
	{ V6, "lan1> ip6 ll:cam1 ff02::16 ttl=1; hbh 050200000100; report" },
	{ V6, "lan1> ip6 cam1 vms; dst len=2; dst; udp 4000 5000; pay 20" },
	{ V6, "lan1> ip6 cam1 vms; frag 0; udp 4000 5000; pay 20" },
	{ V6, "lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1" },
	{ V6, "lan1> ip6 cam1 allnodes ttl=255; na cam1 hw=cam1" },
	{ V6, "lan1> ip6 ll:cam1 allrouters ttl=255; rs hw=cam1" },
	{ V6, "lan1> ip6 ll:cam1 ff02::1:2; udp 546 547; hex 01000001; pay 40" },
	{ V6, "lan1< local ip6 ll:rtr allnodes ttl=255; ra hw=rtr" },
};

/* Octet of the frame where the transport header begins, of these frames. */
static uint32_t l4_of(const struct frame *f)
{
	return f->ip_at + (f->at_family == 4 ? (f->data[f->ip_at] & 15) * 4 : 40);
}

/* The octet of the protocol is the next header's in IPv6. */
static uint32_t place(const struct sweep *s, const struct prove *p)
{
	if (s->from == FRAME)
		return s->at;
	if (s->from == IP)
		return p->frame.ip_at + (s->at == 9 && p->family == V6 ? 6 : s->at);
	return l4_of(&p->frame) + s->at;
}

static bool passes(const struct sweep *s, uint32_t value)
{
	for (uint32_t i = 0; i < s->nr_pass; i++) {
		if ((value & s->pass[i].mask) == s->pass[i].value)
			return true;
	}
	return false;
}

static void judge(struct prove *p, struct zt_run *run, bool may_pass, uint32_t value,
		  struct exits_total *t)
{
	struct zt_result r;

	run->now = p->now;
	prove_octets(p, run, &r);
	t->frames++;
	t->kernel += prove_sides(p) > 1;
	if ((r.verdict == ZT_DROPPED) == may_pass)
		prove_fail(p, "value %u (0x%x): %s %s", value, value, prove_verdict(r.verdict),
			   prove_reason(r.reason));
	t->passed += r.verdict != ZT_DROPPED;
}

/* Values the kernel takes, where it takes not all. */
static bool sampled(const struct sweep *s, uint32_t value)
{
	return !(value % s->stride) || passes(s, value) || passes(s, value + 1) ||
	       passes(s, value - 1);
}

static void sweep(struct prove *p, const struct sweep *s, struct exits_total *t)
{
	uint32_t max = 1u << (8 * s->width), at, v;
	struct zt_run run;

	if (prove_make(p, s->frame, &run))
		return;
	at = place(s, p);
	for (v = 0; v < max && p->failed < 5; v++) {
		if (!p->host && !sampled(s, v))
			continue;
		if (s->width == 2)
			frame_be16(&p->frame, at, v);
		else
			p->frame.data[at] = v;
		if (s->fresh) {
			frame_be16(&p->frame, l4_of(&p->frame), 1024 + v);
			p->now += 120;
		}
		p->round = v; /* the first few are watched closely */
		judge(p, &run, passes(s, v), v, t);
		p->now += !(v % 64);
	}
	p->round = 0;
}

/* test-run wants an Ethernet header, and of an IP packet towards a device its header, too. */
static uint32_t cut_min(const struct prove *p, const struct zt_run *run)
{
	if (p->host)
		return 0;
	if (run->dir == ZT_FROM_DEVICE || !p->frame.at_family)
		return 15;
	return p->frame.ip_at + (p->frame.at_family == 4 ? 20 : 40);
}

static void cut(struct prove *p, const char *frame, struct exits_total *t)
{
	uint32_t whole, len;
	struct zt_run run;

	if (prove_make(p, frame, &run))
		return;
	whole = run.len;
	for (len = cut_min(p, &run); len <= whole && p->failed < 5; len++) {
		run.len = len;
		p->round = len;
		judge(p, &run, len == whole, len, t);
		p->now += 5;
	}
	p->round = 0;
}

/*
 * The build without sanitizers runs in slow virtual machines, whose kernel is asked; what
 * the host build says to every value is the same as on the machine outside.
 */
#ifdef __SANITIZE_ADDRESS__
#define EVERY_VALUE 1
#else
#define EVERY_VALUE 0
#endif

/* One sweep in one family: on the host alone, then in the kernel as well. */
static uint32_t one(struct prove *p, const struct sweep *s, const char *frame, uint8_t family,
		    struct exits_total *t)
{
	const struct row row = { .says = s ? s->says : "cut at every length", .family = family };
	uint32_t failed = 0;

	for (uint32_t both = 0; both < (p->nr_sides > 1 ? 2u : 1u); both++) {
		if (!both && !EVERY_VALUE && p->nr_sides > 1)
			continue;
		p->row = &row;
		p->step = s ? s->frame : frame;
		p->family = family;
		p->host = !both;
		p->failed = 0;
		p->table_known = 0;
		prove_row_begins(p);
		p->lost_said = 1u << ZT_LOST_AGGREGATE | 1u << ZT_LOST_EVENT;
		if (s)
			sweep(p, s, t);
		else
			cut(p, frame, t);
		prove_row_ends(p);
		failed += p->failed;
	}
	p->row = NULL;
	p->step = NULL;
	t->sweeps++;
	return !!failed;
}

uint32_t exits_run(struct prove *p, const char *only, struct exits_total *ret)
{
	uint32_t failed = 0;

	for (uint8_t family = V4; family <= V6; family += 2) {
		for (size_t i = 0; i < WORLD_NR(sweeps); i++) {
			if ((!sweeps[i].family || sweeps[i].family == family) &&
			    strstr(sweeps[i].says, only))
				failed += one(p, &sweeps[i], NULL, family, ret);
		}
		for (size_t i = 0; i < WORLD_NR(cuts); i++) {
			if ((!cuts[i].family || cuts[i].family == family) &&
			    strstr("cut at every length", only))
				failed += one(p, NULL, cuts[i].frame, family, ret);
		}
	}
	return failed;
}
