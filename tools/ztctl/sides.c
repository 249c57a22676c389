/* SPDX-License-Identifier: GPL-2.0 */
/* Names of the command line to sides of a question, and back. */
#include <stdlib.h>
#include <string.h>
#include "sides.h"

static int parse_address(const struct world *w, uint8_t family, const struct zt_addr *a,
			 struct candidates *ret)
{
	struct side s = {.kind = SIDE_ADDRESS, .family = family, .addr = *a};
	int device = world_device_of(w, family, a);

	if (device >= 0)
		s = (struct side){.kind = SIDE_DEVICE, .device = device};
	else if (zt_image_lookup(w->image, family, a).kind == ZT_KIND_ROUTER)
		s.kind = SIDE_ROUTER;
	candidates_add(ret, &s);
	return 0;
}

int side_parse(const struct call *c, const struct world *w, const char *text,
	       struct candidates *ret)
{
	struct zt_addr a;
	uint8_t family;
	int i;

	if (!strcmp(text, "router")) {
		candidates_add(ret, &(struct side){.kind = SIDE_ROUTER});
		return 0;
	}
	if (!strcmp(text, "unknown") || !strcmp(text, "unknown-devices")) {
		candidates_add(ret, &(struct side){.kind = SIDE_UNKNOWN});
		return 0;
	}
	i = zt_policy_device(w->policy, text);
	if (i >= 0) {
		candidates_add(ret, &(struct side){.kind = SIDE_DEVICE, .device = i});
		return 0;
	}
	i = zt_policy_app(w->policy, text);
	if (i >= 0) {
		candidates_of_app(w, i, ret);
		return 0;
	}
	if (!zt_addr_parse(text, &family, &a))
		return parse_address(w, family, &a, ret);
	if (zt_policy_group(w->policy, text) >= 0 || zt_policy_segment(w->policy, text) >= 0)
		return call_fail(c, CODE_USAGE, "\"%s\" is a set of devices; name one of them",
				 text);
	return call_fail(c, CODE_USAGE,
			 "\"%s\" is no device, application or address of this policy", text);
}

static char *app_names(const struct world *w, const struct side *s)
{
	struct zt_host_word word = zt_image_lookup(w->image, s->family, &s->addr);
	const struct zt_set *apps;
	char *text = NULL;
	size_t len;
	uint32_t i;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort();
	if (word.kind == ZT_KIND_APP && word.id >= ZT_PCLASS_FIRST) {
		apps = &w->image->pclass_apps[word.id - ZT_PCLASS_FIRST];
		for (i = 0; i < apps->nr; i++)
			fprintf(f, "%s%s", i ? "," : "", w->policy->apps[apps->v[i]].id);
	}
	if (fclose(f))
		abort();
	return text;
}

char *side_name(const struct world *w, const struct side *s)
{
	char *text;

	if (s->kind == SIDE_ADDRESS)
		return app_names(w, s);
	text = strdup(s->kind == SIDE_DEVICE   ? w->policy->devices[s->device].id
		      : s->kind == SIDE_ROUTER ? "router"
					       : "unknown");
	if (!text)
		abort();
	return text;
}
