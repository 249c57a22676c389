/* SPDX-License-Identifier: GPL-2.0 */
/* Would a policy cut the session of the person who loads it: see session.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/session.h"

int session_address(const char *text, struct session *s, struct zt_addr *ret)
{
	const char *scope = strchr(text, '%');
	char plain[64];
	size_t len = scope ? (size_t)(scope - text) : strlen(text);
	uint8_t family;

	if (len >= sizeof(plain) || (scope && strlen(scope + 1) >= sizeof(s->scope)))
		return -EINVAL;
	memcpy(plain, text, len);
	plain[len] = 0;
	if (zt_addr_parse(plain, &family, ret) || (s->family && s->family != family))
		return -EINVAL;
	s->family = family;
	if (scope)
		strcpy(s->scope, scope + 1);
	return 0;
}

static bool is_loopback(const struct session *s)
{
	static const uint8_t six[16] = {[15] = 1};
	const uint8_t *b = (const uint8_t *)&s->client;

	return s->family == 4 ? b[12] == 127 : !memcmp(b, six, 16);
}

static bool is_own(const struct zt_env *env, const struct zt_addr *a)
{
	uint32_t i;

	for (i = 0; i < env->nr_router; i++)
		if (!memcmp(&env->router[i].addr, a, sizeof(*a)))
			return true;
	return false;
}

static bool is_port_there(const struct origin *o, const struct zt_env *env, const char *name)
{
	uint32_t i, k;

	for (i = 0; i < env->nr_ports; i++)
		for (k = 0; k < o->nr_ports; k++)
			if (env->ports[i].ifindex == o->ports[k] &&
			    !strcmp(env->ports[i].name, name))
				return true;
	return false;
}

static bool device_uses(const struct zt_policy *p, const struct zt_device *d,
			const struct origin *o, const struct zt_env *env)
{
	uint32_t i;

	for (i = 0; i < d->ports.nr; i++)
		if (is_port_there(o, env, p->interfaces[d->ports.v[i]].id))
			return true;
	return false;
}

static bool device_holds(const struct zt_device *d, const struct session *s, const char *learned)
{
	uint32_t i;

	for (i = 0; i < d->addresses.nr; i++)
		if (zt_prefix_holds(&d->addresses.v[i], s->family, &s->client))
			return true;
	return learned && !strcmp(learned, d->id);
}

static bool device_has_mac(const struct zt_device *d, const struct origin *o)
{
	uint32_t i;

	for (i = 0; o->has_mac && i < d->nr_macs; i++)
		if (!memcmp(d->macs[i], o->mac, 6))
			return true;
	return false;
}

static int cut(char **ret_error, const struct session *s, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int cut(char **ret_error, const struct session *s, const char *fmt, ...)
{
	char from[64], why[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	zt_addr_format(s->family, &s->client, from, sizeof(from));
	if (asprintf(ret_error, "your own session from %s would be cut: %s", from, why) < 0)
		*ret_error = NULL;
	return -EPERM;
}

/* The decision for `device` (-1: an unknown one) opening to this router. */
static struct zt_decision decide(const struct zt_policy *p, const struct zt_env *env,
				 const struct session *s, int device)
{
	struct zt_question q = {.device = device,
				.dir = ZT_FROM_DEVICE,
				.peer_device = -1,
				.peer_router = true,
				.family = s->family,
				.peer = s->server,
				.proto = s->proto,
				.what = s->server_port,
				.env = env};

	return zt_policy_eval(p, &q);
}

static int check_allowed(const struct zt_policy *p, const struct zt_env *env,
			 const struct session *s, int device, char **ret_error)
{
	struct zt_decision d = decide(p, env, s, device);
	const char *who = device < 0 ? "unknown-devices" : p->devices[device].id;
	const char *proto = s->proto == 17 ? "udp" : "tcp";

	if (d.allowed)
		return 0;
	if (d.rule < p->nr_rules)
		return cut(ret_error, s,
			   "rule \"%s\" denies %s to router services %s/%u; change that rule",
			   p->rules[d.rule].id, who, proto, s->server_port);
	return cut(
		ret_error, s,
		"add a rule: from %s to router services %s/%u, as in \"admin\": {\"from\": \"%s\", "
		"\"to\": \"router\", \"services\": [\"%s/%u\"], \"action\": \"allow\"}",
		who, proto, s->server_port, who, proto, s->server_port);
}

/* The strictest mode of unknown devices on the ports it may come in by, and a port. */
static uint8_t unknown_mode(const struct zt_policy *p, const struct zt_env *env,
			    const struct origin *o, const char **ret_port)
{
	uint8_t mode = 0;
	uint32_t i;

	for (i = 0; i < p->nr_interfaces; i++) {
		const struct zt_interface *f = &p->interfaces[i];

		if (f->role != ZT_ROLE_DEVICE || !is_port_there(o, env, f->id))
			continue;
		if (p->segments[f->unknown_segment].mode > mode) {
			mode = p->segments[f->unknown_segment].mode;
			*ret_port = f->id;
		}
	}
	return mode;
}

static int check_unknown(const struct zt_policy *p, const struct zt_env *env,
			 const struct session *s, const struct origin *o, char **ret_error)
{
	const char *port = NULL;
	struct zt_decision d;

	if (unknown_mode(p, env, o, &port) != ZT_MODE_ENFORCE)
		return 0;
	d = decide(p, env, s, -1);
	if (d.allowed)
		return 0;
	return cut(ret_error, s,
		   "it comes in by device port %s and is no listed device; list it under "
		   "\"devices\" and add a "
		   "rule: from it to router services %s/%u, or let \"unknown_segment\" of %s name "
		   "a segment in "
		   "mode learn",
		   port, s->proto == 17 ? "udp" : "tcp", s->server_port, port);
}

int session_check(const struct zt_policy *p, const struct zt_env *env, const struct session *s,
		  const char *learned, char **ret_error)
{
	struct origin o = {0};
	int by_mac = -1;
	uint32_t i;

	if (is_loopback(s) || is_own(env, &s->client))
		return 0;
	if (origin_find(env, s, &o) || !o.nr_ports)
		return 0; /* not by a device port: no program of ours sees it */
	for (i = 0; i < p->nr_devices; i++) {
		const struct zt_device *d = &p->devices[i];

		if (!device_uses(p, d, &o, env))
			continue;
		if (device_holds(d, s, learned))
			return p->segments[d->segment].mode == ZT_MODE_ENFORCE
				       ? check_allowed(p, env, s, (int)i, ret_error)
				       : 0;
		if (device_has_mac(d, &o))
			by_mac = (int)i;
	}
	if (by_mac < 0)
		return check_unknown(p, env, s, &o, ret_error);
	if (p->segments[p->devices[by_mac].segment].mode != ZT_MODE_ENFORCE)
		return 0;
	if (s->family == 4 ? p->devices[by_mac].dynamic4 : p->devices[by_mac].dynamic6)
		return check_allowed(p, env, s, by_mac, ret_error);
	return cut(ret_error, s,
		   "its address is not among \"addresses\" of device \"%s\"; add it there",
		   p->devices[by_mac].id);
}
