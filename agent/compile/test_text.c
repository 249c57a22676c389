/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is said when a test of the policy fails: messages 62 and 63.
 */
#include <stdio.h>
#include "compile/tests.h"

static void name_point(const struct zt_walk *w, const struct zt_point *x, char *buf, size_t len)
{
	char addr[48];

	if (x->family)
		zt_addr_format(x->family, &x->addr, addr, sizeof(addr));
	if (x->literal)
		snprintf(buf, len, "%s", addr);
	else if (x->device >= 0)
		snprintf(buf, len, "%s", w->p->devices[x->device].id);
	else if (x->app >= 0 && x->family)
		snprintf(buf, len, "%s (%s)", w->p->apps[x->app].id, addr);
	else if (x->app >= 0)
		snprintf(buf, len, "%s", w->p->apps[x->app].id);
	else if (x->class == ZT_PCLASS_ROUTER)
		snprintf(buf, len, "router");
	else
		snprintf(buf, len, "unknown-devices");
}

static void name_index(uint32_t index, char *buf, size_t len)
{
	if (index == ZT_SVC_ICMP4 + 8 || index == ZT_SVC_ICMP6 + 128)
		snprintf(buf, len, "icmp/echo");
	else if (index >= ZT_SVC_ICMP6)
		snprintf(buf, len, "icmp6/%u", index - ZT_SVC_ICMP6);
	else if (index >= ZT_SVC_ICMP4)
		snprintf(buf, len, "icmp4/%u", index - ZT_SVC_ICMP4);
	else if (index >= ZT_SVC_PROTO)
		snprintf(buf, len, "proto/%u", index - ZT_SVC_PROTO);
	else
		snprintf(buf, len, "%s/%u", index >= ZT_SVC_UDP ? "udp" : "tcp",
			 index % ZT_SVC_UDP);
}

char *zt_trial_name(const struct zt_trial *t, const struct zt_point *device,
		    const struct zt_point *peer, uint32_t index, char *buf, size_t len)
{
	char who[160], with[160], service[24];
	bool from = t->dir == ZT_FROM_DEVICE;

	name_point(t->w, device, who, sizeof(who));
	name_point(t->w, peer, with, sizeof(with));
	name_index(index, service, sizeof(service));
	snprintf(buf, len, "%s > %s %s", from ? who : with, from ? with : who, service);
	return buf;
}

void zt_trial_fail(const struct zt_trial *t, const char *text)
{
	const struct zt_policy *p = t->w->p;
	const struct zt_where *at = &t->t->where;

	if (at->file < p->nr_files && at->line)
		zt_errors_add(t->w->errors, "%s:%u: tests.%s: %s", p->files[at->file], at->line,
			      t->t->id, text);
	else
		zt_errors_add(t->w->errors, "tests.%s: %s", t->t->id, text);
}
