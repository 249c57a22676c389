/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Applications of a peer address under the policy in force: one look-up in the
 * compiled tables, not a search through the policy.
 */
#include <string.h>
#include "daemon/agent.h"

static const char *router_apps(char *buf, size_t len)
{
	strncpy(buf, "router", len);
	buf[len - 1] = 0;
	return buf;
}

/* Ids joined by ",", as many as fit whole. */
static void join(const struct zt_policy *p, const struct zt_set *apps, char *buf, size_t len)
{
	size_t used = 0, n;
	uint32_t i;

	for (i = 0; i < apps->nr; i++) {
		const char *id = p->apps[apps->v[i]].id;

		n = strlen(id);
		if (used + n + 2 > len)
			break;
		if (used)
			buf[used++] = ',';
		memcpy(buf + used, id, n);
		used += n;
	}
	buf[used] = 0;
}

const char *names_apps(const struct engine *e, uint8_t family, const struct zt_addr *peer,
		       char *buf, size_t len, bool *ret_critical)
{
	const struct zt_image *image = e->maps ? zt_maps_image(e->maps) : NULL;
	const struct zt_set *apps;
	struct zt_host_word w;
	uint32_t i;

	buf[0] = 0;
	if (ret_critical)
		*ret_critical = false;
	if (!image || !e->held || !family)
		return buf;
	w = zt_image_lookup(image, family, peer);
	if (w.kind == ZT_KIND_ROUTER)
		return router_apps(buf, len);
	if (w.kind != ZT_KIND_APP || w.id < ZT_PCLASS_FIRST ||
	    w.id - ZT_PCLASS_FIRST >= image->nr_pclasses)
		return buf;
	apps = &image->pclass_apps[w.id - ZT_PCLASS_FIRST];
	join(e->held->policy, apps, buf, len);
	for (i = 0; ret_critical && i < apps->nr; i++)
		*ret_critical |= (e->held->policy->apps[apps->v[i]].flags & ZT_APP_CRITICAL) != 0;
	return buf;
}
