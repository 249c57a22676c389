/* SPDX-License-Identifier: GPL-2.0 */
/* Questions of the command line, taken apart and asked one packet at a time. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "why.h"

/* The answer as JSON, which the text is printed from as well. */
static void add_answer(struct why *y, const struct question *q, const struct service_point *p,
		       const struct answer *a)
{
	struct json_object *o = json_object_new_object();
	const struct zt_result *r = &a->result;
	char *from = side_name(&y->w, &q->from), *to = side_name(&y->w, &q->to);
	char src[64], dst[64], service[32];

	service_point_format(p, y->allowed_only, service, sizeof(service));
	add_text(o, "from", from);
	add_text(o, "src", zt_addr_format(q->family, &a->src, src, sizeof(src)));
	add_text(o, "to", to);
	add_text(o, "dst", zt_addr_format(q->family, &a->dst, dst, sizeof(dst)));
	add_text(o, "service", service);
	add_text(o, "verdict", verdict_name(r->verdict));
	add_text(o, "reason", reason_name(r->reason));
	add_text(o, "meaning", reason_text(r->reason));
	if (r->rule < y->w.policy->nr_rules)
		add_text(o, "rule", y->w.policy->rules[r->rule].id);
	add_text(o, "mode", mode_name(r->mode));
	add_text(o, "decided", a->to_device ? "towards the device" : "at the sender's port");
	add_number(o, "device_class", r->dclass);
	add_number(o, "peer_class", r->pclass);
	add_number(o, "service_class", r->svc);
	json_object_array_add(y->answers, o);
	free(from);
	free(to);
}

static int ask(struct why *y, const struct side *from, const struct side *to,
	       const struct service_points *services)
{
	struct question q = {.from = *from, .to = *to};
	uint32_t i;

	for (q.family = 4; q.family <= 6; q.family += 2) {
		if (!question_possible(&y->w, &q))
			continue;
		for (i = 0; i < services->nr; i++) {
			struct answer a;
			int r;

			if (services->v[i].family && services->v[i].family != q.family)
				continue;
			q.proto = services->v[i].proto;
			q.what = services->v[i].what;
			r = question_ask(&y->w, &q, &a);
			if (r < 0)
				return call_fail(y->c, CODE_BROKEN, "cannot run a packet: %s",
						 strerror(-r));
			if (!y->allowed_only || a.result.verdict != ZT_DROPPED)
				add_answer(y, &q, &services->v[i], &a);
		}
	}
	return 0;
}

static int ask_sides(struct why *y, const struct candidates *from, const struct candidates *to,
		     const struct service_points *services)
{
	uint32_t i, k;
	int r = 0;

	for (i = 0; i < from->nr && !r; i++)
		for (k = 0; k < to->nr && !r; k++) {
			if (from->v[i].kind > SIDE_UNKNOWN && to->v[k].kind > SIDE_UNKNOWN)
				return call_fail(
					y->c, CODE_USAGE,
					"neither %s nor %s is a device; traffic between others "
					"is not decided here",
					y->c->args[0], y->c->args[1]);
			r = ask(y, &from->v[i], &to->v[k], services);
		}
	return r;
}

int why_ask_one(struct why *y)
{
	const struct call *c = y->c;
	struct candidates from = {}, to = {};
	struct service_points services = {};
	struct zt_service service;
	int r;

	if (c->nr_args != 3)
		return call_fail(c, CODE_USAGE, "why: write FROM TO SERVICE, or --all-from DEVICE");
	if (zt_service_parse(c->args[2], &service) < 0)
		return call_fail(c, CODE_USAGE,
				 "\"%s\" is no service; write tcp/443, udp/53, icmp/echo, "
				 "icmp4/T, icmp6/T or proto/N",
				 c->args[2]);
	r = side_parse(c, &y->w, c->args[0], &from);
	if (!r)
		r = side_parse(c, &y->w, c->args[1], &to);
	if (!r) {
		service_points_add(&y->w, &(struct zt_services){&service, 1}, &services);
		r = ask_sides(y, &from, &to, &services);
	}
	if (!r && !json_object_array_length(y->answers))
		r = call_fail(
			c, CODE_REFUSED,
			"no such packet: %s and %s have no address of one family that %s can use",
			c->args[0], c->args[1], c->args[2]);
	candidates_free(&from);
	candidates_free(&to);
	service_points_free(&services);
	return r;
}

/* An address class that several applications hold is asked once. */
static void add_app(const struct world *w, uint32_t app, struct candidates *c)
{
	struct candidates own = {};
	uint32_t i, k;

	candidates_of_app(w, app, &own);
	for (i = 0; i < own.nr; i++) {
		const struct side *s = &own.v[i];
		uint32_t class = zt_image_lookup(w->image, s->family, &s->addr).id;

		for (k = 0; k < c->nr; k++)
			if (c->v[k].kind == SIDE_ADDRESS && c->v[k].family == s->family &&
			    zt_image_lookup(w->image, s->family, &c->v[k].addr).id == class)
				break;
		if (s->kind == SIDE_ADDRESS && k == c->nr)
			candidates_add(c, s);
	}
	candidates_free(&own);
}

/* Every peer class, every service class. */
int why_ask_everything(struct why *y, const char *id)
{
	struct zt_service any = {.kind = ZT_SERVICE_ANY};
	const struct zt_policy *p = y->w.policy;
	struct candidates from = {}, to = {};
	struct service_points services = {};
	struct zt_set all = {};
	uint32_t i;
	int r = side_parse(y->c, &y->w, id, &from);

	if (!r && (from.nr != 1 || from.v[0].kind > SIDE_UNKNOWN))
		r = call_fail(y->c, CODE_USAGE, "--all-from: \"%s\" is not a device", id);
	all.v = calloc(p->nr_devices + 1, sizeof(*all.v));
	if (!r && all.v) {
		for (i = 0; i < p->nr_devices; i++)
			if (from.v[0].kind != SIDE_DEVICE || i != from.v[0].device)
				all.v[all.nr++] = i;
		candidates_add(&to, &(struct side){.kind = SIDE_ROUTER});
		for (i = 0; i < p->nr_apps; i++)
			add_app(&y->w, i, &to);
		candidates_of_devices(&y->w, &all, &to);
		service_points_add(&y->w, &(struct zt_services){&any, 1}, &services);
		r = ask_sides(y, &from, &to, &services);
	}
	free(all.v);
	candidates_free(&from);
	candidates_free(&to);
	service_points_free(&services);
	return r;
}
