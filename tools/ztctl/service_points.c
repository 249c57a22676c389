/* SPDX-License-Identifier: GPL-2.0 */
/* Services as single numbers a packet can carry, one for each service class. */
#include <stdlib.h>
#include "candidates.h"
#include "zt_key.h"

void service_points_free(struct service_points *p)
{
	free(p->v);
	*p = (struct service_points){};
}

static void add(struct service_points *p, uint8_t proto, uint16_t what, uint8_t family)
{
	p->v = realloc(p->v, (p->nr + 1) * sizeof(*p->v));
	if (!p->v)
		abort();
	p->v[p->nr++] =
		(struct service_point){.proto = proto, .what = what, .hi = what, .family = family};
}

/* The first port of each run of one class. */
static void add_range(const struct world *w, uint8_t proto, uint32_t lo, uint32_t hi,
		      struct service_points *p)
{
	const uint32_t *svc = w->image->svc;
	uint32_t port;

	for (port = lo; port <= hi; port++)
		if (port == lo ||
		    svc[zt_svc_index(proto, port)] != svc[zt_svc_index(proto, port - 1)])
			add(p, proto, port, 0);
		else
			p->v[p->nr - 1].hi = port;
}

/*
 * Every port: those no rule names lie between all the others, and one of them
 * stands for all.
 */
static void add_classes(const struct world *w, uint8_t proto, struct service_points *p)
{
	struct service_points all = {};
	bool has_other = false;
	uint32_t i;

	add_range(w, proto, 1, 65535, &all);
	for (i = 0; i < all.nr; i++) {
		bool is_other = !w->image->svc[zt_svc_index(proto, all.v[i].what)];

		if (is_other && has_other)
			continue;
		add(p, proto, all.v[i].what, 0);
		p->v[p->nr - 1].hi = all.v[i].hi;
		p->v[p->nr - 1].is_other = is_other;
		has_other |= is_other;
	}
	service_points_free(&all);
}

static void add_service(const struct world *w, const struct zt_service *s, struct service_points *p)
{
	switch (s->kind) {
	case ZT_SERVICE_TCP:
		add_range(w, ZT_PROTO_TCP, s->lo, s->hi, p);
		break;
	case ZT_SERVICE_UDP:
		add_range(w, ZT_PROTO_UDP, s->lo, s->hi, p);
		break;
	case ZT_SERVICE_ICMP_ECHO:
		add(p, ZT_PROTO_ICMP, 8, 4);
		add(p, ZT_PROTO_ICMPV6, 128, 6);
		break;
	case ZT_SERVICE_ICMP4:
		add(p, ZT_PROTO_ICMP, s->lo, 4);
		break;
	case ZT_SERVICE_ICMP6:
		add(p, ZT_PROTO_ICMPV6, s->lo, 6);
		break;
	case ZT_SERVICE_PROTO:
		add(p, s->lo, 0, 0);
		break;
	case ZT_SERVICE_ANY:
		add_classes(w, ZT_PROTO_TCP, p);
		add_classes(w, ZT_PROTO_UDP, p);
		add(p, ZT_PROTO_ICMP, 8, 4);
		add(p, ZT_PROTO_ICMPV6, 128, 6);
		add(p, 47, 0, 0); /* GRE stands for all others */
		break;
	}
}

void service_points_add(const struct world *w, const struct zt_services *services,
			struct service_points *p)
{
	uint32_t i;

	for (i = 0; i < services->nr; i++)
		add_service(w, &services->v[i], p);
}

void service_point_format(const struct service_point *p, bool all, char *buf, size_t len)
{
	const char *name = p->proto == ZT_PROTO_TCP ? "tcp" : "udp";

	switch (p->proto) {
	case ZT_PROTO_TCP:
	case ZT_PROTO_UDP:
		if (all && p->is_other)
			snprintf(buf, len, "%s, any port no rule names", name);
		else if (all && p->hi != p->what)
			snprintf(buf, len, "%s/%u-%u", name, p->what, p->hi);
		else
			snprintf(buf, len, "%s/%u", name, p->what);
		break;
	case ZT_PROTO_ICMP:
		snprintf(buf, len, p->what == 8 ? "icmp/echo" : "icmp4/%u", p->what);
		break;
	case ZT_PROTO_ICMPV6:
		snprintf(buf, len, p->what == 128 ? "icmp/echo" : "icmp6/%u", p->what);
		break;
	default:
		snprintf(buf, len, "proto/%u", p->proto);
	}
}
