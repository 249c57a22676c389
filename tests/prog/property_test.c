/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The property that holds the whole chain: for random policies and questions, the
 * naive evaluator over the model, the decision over the compiled tables, the host
 * build and the BPF programs give the same answer and name the same rule. Questions
 * become real frames, sent at the port where the device is.
 *
 * ZT_PROPERTY_ROUNDS policies (default 150), ZT_PROPERTY_SEED to repeat one.
 */
#include "../unit/random_policy.h"
#include "prove.h"

#define QUESTIONS 200
#define SWEEP_EVERY 50
#define UPLINK 4u /* ifindex of wan0 in zt_random_env() */

static const struct side *sides[2];
static uint32_t nr_sides, now = 1000000;
static struct zt_random_policy p;
static struct zt_image *image;
static struct frame frame;

struct tally {
	uint32_t asked, unaskable, allowed, denied, no_rule, failed;
};

static uint32_t setting(const char *name, uint32_t value)
{
	const char *s = getenv(name);

	return s && *s ? (uint32_t)strtoul(s, NULL, 0) : value;
}

/* ---- from a question to a frame ------------------------------------------- */

/* An address of this family that is the device's alone. */
static int own_address(int device, uint8_t family, struct zt_addr *ret)
{
	const struct zt_prefixes *l = &p.policy.devices[device].addresses;
	struct zt_host_word is;

	for (uint32_t i = 0; i < l->nr; i++) {
		if (l->v[i].family != family)
			continue;
		is = zt_image_lookup(image, family, &l->v[i].addr);
		if (is.kind != ZT_KIND_DEVICE || is.id != zt_image_dev_of(image, device))
			continue;
		*ret = l->v[i].addr;
		return 0;
	}
	return -1;
}

static int is_group(uint8_t family, const struct zt_addr *a)
{
	uint32_t top = be32toh(a->w[family == 4 ? 3 : 0]) >> 24;

	return family == 6 ? top == 0xff : (top & 0xf0) == 0xe0 || a->w[3] == 0xffffffff;
}

static void group_mac(uint8_t family, const struct zt_addr *a, uint8_t mac[6])
{
	const uint8_t *b = (const uint8_t *)a;

	if (family == 6)
		memcpy(mac, (uint8_t[]){ 0x33, 0x33, b[12], b[13], b[14], b[15] }, 6);
	else if (a->w[3] == 0xffffffff)
		memset(mac, 0xff, 6);
	else
		memcpy(mac, (uint8_t[]){ 1, 0, 0x5e, b[13] & 0x7f, b[14], b[15] }, 6);
}

static void put_header(uint8_t family, const struct zt_addr *src, const struct zt_addr *dst,
		       uint8_t proto)
{
	struct frame *f = &frame;

	frame_type(f, family == 4 ? 0x0800 : 0x86dd);
	frame_open(f, family);
	frame_fill(f, 0, family == 4 ? 20 : 8);
	if (family == 4) {
		f->data[f->len - 20] = 0x45;
		f->data[f->len - 12] = 64;
		f->data[f->len - 11] = proto;
		memcpy(f->data + f->len - 8, &src->w[3], 4);
		memcpy(f->data + f->len - 4, &dst->w[3], 4);
		return;
	}
	f->data[f->len - 8] = 0x60;
	f->data[f->len - 2] = proto;
	f->data[f->len - 1] = 64;
	frame_add(f, src, 16);
	frame_add(f, dst, 16);
}

static void put_transport(const struct zt_question *q)
{
	struct frame *f = &frame;

	if (q->proto == 6 || q->proto == 17) {
		frame_add_be16(f, 20000);
		frame_add_be16(f, q->what);
		frame_fill(f, 0, q->proto == 6 ? 16 : 4);
		if (q->proto == 6) {
			f->data[f->len - 8] = 0x50;
			f->data[f->len - 7] = 0x02; /* SYN */
		} else {
			frame_be16(f, f->len - 4, 8);
		}
	} else {
		frame_add_be16(f, q->what << 8);
		frame_fill(f, 0, 18);
	}
}

/* What the frame says can differ from what was asked where no such frame exists. */
static int is_askable(const struct zt_question *q)
{
	if ((q->proto == 6 || q->proto == 17) && !q->what)
		return 0;
	if (q->proto == 58 && q->family == 6 && q->what != 128)
		return 0; /* neighbour discovery and the like are never up to rules */
	if (q->dir == ZT_TO_DEVICE && (q->device < 0 || is_group(q->family, &q->peer)))
		return 0;
	return q->peer_device < 0 || q->peer_device != q->device;
}

static int peer_address(const struct zt_question *q, struct zt_addr *ret)
{
	if (q->peer_device >= 0)
		return own_address(q->peer_device, q->family, ret);
	*ret = q->peer;
	if (q->peer_router)
		*ret = p.env.router[q->family == 4 ? 0 : 1].addr;
	return 0;
}

static int device_address(const struct zt_question *q, struct zt_addr *ret)
{
	if (q->device >= 0)
		return own_address(q->device, q->family, ret);
	/* an unknown device: a free one of the segment it is kept in */
	*ret = q->family == 4 ? zt_random_v4(0x0a0000c8) : zt_random_v6(0xfd000000, 0, 0, 0xc8);
	return 0;
}

/* Port, MACs and tag of the device's side. */
static void put_link(const struct zt_question *q, const struct zt_addr *dst, struct zt_run *run)
{
	static const uint8_t unknown[6] = { 2, 0, 0, 0, 7, 7 };
	const struct zt_device *d = q->device < 0 ? NULL : &p.policy.devices[q->device];
	const struct zt_env_port *port = &p.env.ports[d ? d->ports.v[0] : 1];
	const uint8_t *mac = d && d->nr_macs ? d->macs[0] : unknown;
	uint8_t group[6];

	run->ifindex = port->ifindex;
	frame.len = 0;
	frame.nr_open = 0;
	if (is_group(q->family, dst)) {
		group_mac(q->family, dst, group);
		put_eth_header(&frame, group, mac);
	} else if (q->dir == ZT_FROM_DEVICE) {
		put_eth_header(&frame, port->mac, mac);
	} else {
		put_eth_header(&frame, mac, port->mac);
	}
	if (d && d->vlan) {
		frame_type(&frame, 0x8100);
		frame_add_be16(&frame, d->vlan);
		frame.type_at = frame.len;
		frame_add_be16(&frame, 0);
	}
}

/* Where a packet towards the device must have come in, to be what it is asked as. */
static uint32_t came_in(const struct zt_question *q, const struct zt_addr *peer)
{
	struct zt_host_word is = zt_image_lookup(image, q->family, peer);

	if (q->peer_router || is.kind == ZT_KIND_ROUTER)
		return 0;
	return is.kind == ZT_KIND_DEVICE ? p.env.ports[1].ifindex : UPLINK;
}

static int make(const struct zt_question *q, struct zt_run *run)
{
	struct zt_addr mine, peer;
	const struct zt_addr *src, *dst;

	if (!is_askable(q) || device_address(q, &mine) || peer_address(q, &peer))
		return -1;
	src = q->dir == ZT_FROM_DEVICE ? &mine : &peer;
	dst = q->dir == ZT_FROM_DEVICE ? &peer : &mine;
	*run = (struct zt_run){ .dir = q->dir, .now = now };
	put_link(q, dst, run);
	put_header(q->family, src, dst, q->proto);
	put_transport(q);
	frame_end(&frame);
	run->frame = frame.data;
	run->len = frame.len;
	if (q->dir == ZT_TO_DEVICE)
		run->in_ifindex = came_in(q, &peer);
	return 0;
}

/* ---- asking all four ------------------------------------------------------- */

static struct zt_decision ask_image(const struct zt_question *q)
{
	uint32_t svc = image->svc[zt_svc_index(q->proto, q->what)], dclass = 0, other;

	if (q->device >= 0)
		dclass = zt_image_dev(image, zt_image_dev_of(image, q->device))->word.dclass;
	if (q->peer_router)
		return zt_image_decide(image, dclass, ZT_PCLASS_ROUTER, svc, q->dir);
	if (q->peer_device < 0)
		return zt_image_decide_addr(image, dclass, q->family, &q->peer, svc, q->dir);
	other = zt_image_dev(image, zt_image_dev_of(image, q->peer_device))->word.dclass;
	return zt_image_decide(image, dclass, ZT_PCLASS_DEVICE | other, svc, q->dir);
}

static void complain(struct tally *t, uint64_t seed, uint32_t k, const struct zt_question *q,
		     const char *who, uint32_t reason, uint32_t rule, const struct zt_decision *want)
{
	if (t->failed++ > 10)
		return;
	printf("FAIL: seed %llu question %u: device %d dir %u peer_device %d router %d IPv%u proto %u "
	       "what %u: the rules say %s rule %d, %s says %s rule %d\n", (unsigned long long)seed,
	       k, q->device, q->dir, q->peer_device, q->peer_router, q->family, q->proto, q->what,
	       prove_reason(want->reason), want->rule == ZT_NO_RULE ? -1 : (int)want->rule, who,
	       prove_reason(reason), rule == ZT_NO_RULE ? -1 : (int)rule);
	for (uint32_t i = 0; i < frame.len; i++)
		printf("%02x", frame.data[i]);
	printf("\n");
}

static void ask(struct tally *t, struct zt_random *r, uint64_t seed, uint32_t k)
{
	struct zt_question q = zt_random_question(&p, r);
	struct zt_decision want = zt_policy_eval(&p.policy, &q), table;
	struct zt_result got;
	struct zt_run run;

	table = ask_image(&q);
	if (table.reason != want.reason || table.rule != want.rule)
		complain(t, seed, k, &q, "the tables", table.reason, table.rule, &want);
	now += 300; /* longer than any unanswered flow lives */
	if (make(&q, &run)) {
		t->unaskable++;
		return;
	}
	t->asked++;
	t->allowed += want.allowed;
	t->denied += want.reason == ZT_REASON_DENIED;
	t->no_rule += !want.allowed && want.reason != ZT_REASON_DENIED;
	for (uint32_t i = 0; i < nr_sides; i++) {
		sides[i]->run(&run, &got);
		if (got.reason != want.reason || got.rule != want.rule)
			complain(t, seed, k, &q, sides[i]->name, got.reason, got.rule, &want);
	}
}

static void ask_policy(struct tally *t, struct zt_numbers *numbers, uint64_t seed)
{
	struct zt_random r = { seed * 0x9e3779b97f4a7c15ull };
	uint32_t i, k;

	zt_random_policy_make(&p, &r);
	for (i = 0; i < p.policy.nr_interfaces; i++)
		p.policy.interfaces[i].unknown_segment = 0; /* which has subnets */
	for (i = 0; i < p.policy.nr_devices; i++)
		p.policy.devices[i].ports.nr = 1; /* where it is now is known without asking */
	for (i = 0; i < nr_sides; i++)
		sides[i]->publish(world_compile(&p.policy, &p.env, numbers));
	image = world_compile(&p.policy, &p.env, numbers);
	for (k = 0; k < QUESTIONS; k++) {
		ask(t, &r, seed, k);
		for (i = 0; k % SWEEP_EVERY == 0 && i < nr_sides; i++)
			sides[i]->sweep(now, 2000);
	}
	zt_image_free(image);
	zt_random_policy_free(&p);
}

int main(void)
{
	const struct side *all[] = { &host_side, &kernel_side };
	uint32_t rounds = setting("ZT_PROPERTY_ROUNDS", 150), first = setting("ZT_PROPERTY_SEED", 1), i;
	struct zt_sizes sizes = { .flows = 4096, .devices = 64, .hosts = 4096, .learned = 64 };
	struct zt_numbers *numbers = zt_numbers_new();
	struct tally t = { 0 };
	char *why = NULL;

	for (i = 0; i < 2; i++) {
		if (all[i]->open(&sizes, &why))
			continue;
		all[i]->configure(&prove_cfg);
		sides[nr_sides++] = all[i];
	}
	for (i = first; i < first + rounds; i++)
		ask_policy(&t, numbers, i);
	printf("%u policies, %u questions asked, %u have no frame; %u allowed, %u denied, %u no rule\n",
	       rounds, t.asked, t.unaskable, t.allowed, t.denied, t.no_rule);
	/* it is worth something only if all three answers are common */
	if (rounds >= 100 && (t.allowed < t.asked / 25 || t.denied < t.asked / 25 ||
			      t.no_rule < t.asked / 25 || t.asked < t.unaskable)) {
		printf("FAIL: the questions are too much alike\n");
		t.failed++;
	}
	for (i = 0; i < nr_sides; i++)
		sides[i]->close();
	zt_numbers_free(numbers);
	if (nr_sides < 2)
		printf("SKIP: the BPF programs cannot be run here: %.300s\n", why ? why : "?");
	free(why);
	printf("%u passed, %u failed, %u skipped\n", t.failed ? 0 : rounds, t.failed,
	       nr_sides < 2 ? rounds : 0);
	return t.failed || !t.asked;
}
