/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One walk over the sorted marks with a stack of enclosing prefixes. Every word
 * written is complete by itself: an LPM or hash hit ends the look-up, so it
 * carries what all enclosing prefixes say as well. A node that would repeat its
 * parent's word is left out. Order of precedence: policy-language §3.2.
 */
#include "compile/networks.h"

struct frame {
	struct zt_addr addr;
	uint8_t family, bits;
	uint32_t first, end;	  /* its marks */
	uint32_t device;	  /* innermost routed cell, ZT_NONE */
	uint16_t segment;	  /* 1 + segment */
	struct zt_host_word word; /* what a look-up here finds in zt_net */
};

struct sweep {
	struct zt_build *b;
	const struct zt_marks *m;
	struct zt_peers peers;
	struct frame stack[130]; /* lengths 0 to 128, and the root */
	uint32_t depth;
	uint32_t cap_hosts, cap_nets;
};

static bool holds(const struct frame *f, const struct zt_mark *m)
{
	uint8_t bytes = f->bits / 8, rest = f->bits % 8;
	const uint8_t *x = (const uint8_t *)&f->addr, *y = (const uint8_t *)&m->addr;

	if (f->family && f->family != m->family)
		return false;
	if (memcmp(x, y, bytes))
		return false;
	return !rest || !((x[bytes] ^ y[bytes]) >> (8 - rest));
}

static int emit_host(struct sweep *s, const struct zt_addr *addr, uint8_t family, uint32_t scope,
		     struct zt_host_word word)
{
	struct zt_image *i = s->b->image;
	int err = zt_grow(&i->hosts, &s->cap_hosts, i->nr_hosts, sizeof(*i->hosts));

	if (err)
		return err;
	word.segment = 0;
	i->hosts[i->nr_hosts++] = (struct zt_image_host){
		.key = { .addr = *addr, .family = family, .scope = scope },
		.word = word,
	};
	return 0;
}

/* A device's link-local address exists in each zone of its ports; others have no scope. */
static int emit_device(struct sweep *s, const struct frame *f, struct zt_host_word word)
{
	const struct zt_build *b = s->b;
	const struct zt_device *d = &b->p->devices[f->device];
	int err = 0;

	if (!zt_is_link_local(f->family, &f->addr))
		return emit_host(s, &f->addr, f->family, 0, word);
	for (uint32_t i = 0; i < d->ports.nr && !err; i++)
		if (b->ports[d->ports.v[i]])
			err = emit_host(s, &f->addr, f->family,
					ZT_ZONE(b->ports[d->ports.v[i]]->zone, d->vlan), word);
	return err;
}

static int emit_net(struct sweep *s, const struct frame *f)
{
	struct zt_image *i = s->b->image;
	int err = zt_grow(&i->nets, &s->cap_nets, i->nr_nets, sizeof(*i->nets));

	if (err)
		return err;
	i->nets[i->nr_nets++] = (struct zt_image_net){
		.key = { .plen = 32 + f->bits, .family = htobe32(f->family), .addr = f->addr },
		.word = f->word,
	};
	return 0;
}

static int here(struct sweep *s, const struct frame *f, struct zt_host_word *ret)
{
	struct zt_host_word w = { .segment = f->segment };
	uint32_t class;
	int err;

	if (f->device != ZT_NONE) {
		w.kind = ZT_KIND_DEVICE;
		w.id = s->b->numbers->v[f->device].dev;
	} else {
		err = zt_peers_class(&s->peers, &class);
		if (err)
			return err;
		w.kind = class == ZT_PCLASS_NONE ? ZT_KIND_NONE : ZT_KIND_APP;
		w.id = class;
	}
	*ret = w;
	return 0;
}

static void enter(struct sweep *s, struct frame *f)
{
	for (uint32_t i = f->first; i < f->end; i++) {
		const struct zt_mark *m = &s->m->v[i];

		if (m->kind == ZT_MARK_SEGMENT)
			f->segment = 1 + m->id;
		else if (m->kind == ZT_MARK_DEVICE)
			f->device = m->id;
		else
			zt_peers_enter(&s->peers, m);
	}
}

static void pop(struct sweep *s)
{
	const struct frame *f = &s->stack[--s->depth];

	for (uint32_t i = f->first; i < f->end; i++)
		zt_peers_leave(&s->peers, &s->m->v[i]);
}

static bool has(const struct sweep *s, const struct frame *f, uint8_t kind)
{
	for (uint32_t i = f->first; i < f->end; i++)
		if (s->m->v[i].kind == kind)
			return true;
	return false;
}

/*
 * A single address lies in zt_host if it is a device's, a gateway's or named by an
 * application. What nobody holds lies in zt_net: a host entry without a kind does
 * not end the look-up.
 */
static int leaf(struct sweep *s, const struct frame *f, const struct zt_host_word *above)
{
	bool gateway = has(s, f, ZT_MARK_GATEWAY);
	struct zt_host_word word = f->word;
	int err = 0;

	word.flags = gateway ? ZT_HOST_GATEWAY : 0;
	if (has(s, f, ZT_MARK_DEVICE))
		return emit_device(s, f, word);
	if (f->word.kind == ZT_KIND_APP && (gateway || has(s, f, ZT_MARK_HOST)))
		return emit_host(s, &f->addr, f->family, 0, word);
	if (memcmp(above, &f->word, sizeof(*above)))
		err = emit_net(s, f);
	return gateway && !err ? emit_host(s, &f->addr, f->family, 0, word) : err;
}

static int place(struct sweep *s, uint32_t first, uint32_t end)
{
	const struct zt_mark *m = &s->m->v[first];
	struct frame *parent, *f;
	struct zt_host_word above;
	int err;

	while (s->depth > 1 && !holds(&s->stack[s->depth - 1], m))
		pop(s);
	parent = &s->stack[s->depth - 1];
	f = &s->stack[s->depth++];
	*f = *parent;
	f->addr = m->addr;
	f->family = m->family;
	f->bits = m->bits;
	f->first = first;
	f->end = end;
	above = parent->word;
	enter(s, f);
	err = here(s, f, &f->word);
	if (err)
		return err;
	if (f->bits == 128)
		return leaf(s, f, &above);
	return memcmp(&above, &f->word, sizeof(above)) ? emit_net(s, f) : 0;
}

/* This router's own addresses come last and win, see settle(). */
static int emit_router(struct sweep *s)
{
	const struct zt_env *env = s->b->env;
	struct zt_host_word word = { .kind = ZT_KIND_ROUTER };
	int err = 0;

	for (uint32_t i = 0; i < env->nr_router && !err; i++)
		err = emit_host(s, &env->router[i].addr, env->router[i].family,
				env->router_scope ? env->router_scope[i] : 0, word);
	return err;
}

static int by_key(const void *a, const void *b)
{
	static const uint8_t rank[] = {
		[ZT_KIND_ROUTER] = 0, [ZT_KIND_DEVICE] = 1, [ZT_KIND_APP] = 2, [ZT_KIND_NONE] = 3
	};
	const struct zt_image_host *x = a, *y = b;
	int order = memcmp(&x->key, &y->key, sizeof(x->key));

	if (order)
		return order;
	if (x->word.kind != y->word.kind)
		return rank[x->word.kind] - rank[y->word.kind];
	return (x->word.id > y->word.id) - (x->word.id < y->word.id);
}

static int by_net_key(const void *a, const void *b)
{
	const struct zt_image_net *x = a, *y = b;

	return memcmp(&x->key, &y->key, sizeof(x->key));
}

/* Sort by key; of several with one key the first that fits §3.2 stays. */
static void settle(struct zt_image *i)
{
	uint32_t k, nr = 0;

	if (i->nr_hosts)
		qsort(i->hosts, i->nr_hosts, sizeof(*i->hosts), by_key);
	for (k = 0; k < i->nr_hosts; k++)
		if (!nr || memcmp(&i->hosts[nr - 1].key, &i->hosts[k].key, sizeof(i->hosts[k].key)))
			i->hosts[nr++] = i->hosts[k];
	i->nr_hosts = nr;
	if (i->nr_nets)
		qsort(i->nets, i->nr_nets, sizeof(*i->nets), by_net_key);
}

int zt_marks_sweep(struct zt_build *b, const struct zt_marks *m)
{
	struct sweep s = { .b = b, .m = m, .depth = 1 };
	uint32_t i, end;
	int err = zt_peers_init(&s.peers, b);

	s.stack[0] = (struct frame){ .device = ZT_NONE };
	for (i = 0; i < m->nr && !err; i = end) {
		for (end = i + 1; end < m->nr; end++)
			if (m->v[end].family != m->v[i].family || m->v[end].bits != m->v[i].bits ||
			    memcmp(&m->v[end].addr, &m->v[i].addr, sizeof(m->v[i].addr)))
				break;
		err = place(&s, i, end);
	}
	if (!err)
		err = emit_router(&s);
	if (!err)
		settle(b->image);
	zt_peers_free(&s.peers);
	return err;
}
