/* SPDX-License-Identifier: GPL-2.0 */
/* Service classes common to two images, named by the ports they stand for. */
#include <stdlib.h>
#include "diff_classes.h"

/* "tcp/80-89" of a run of the service array that ends before `end`. */
static void name_run(uint32_t begin, uint32_t end, char *buf, size_t len)
{
	static const struct {
		uint32_t base;
		const char *name;
	} parts[] = {
		{ZT_SVC_ICMP6, "icmp6"}, {ZT_SVC_ICMP4, "icmp4"}, {ZT_SVC_PROTO, "proto"},
		{ZT_SVC_UDP, "udp"},	 {ZT_SVC_TCP, "tcp"},
	};
	int i = 0;

	while (parts[i].base > begin)
		i++;
	if (end - begin == 1)
		snprintf(buf, len, "%s/%u", parts[i].name, begin - parts[i].base);
	else
		snprintf(buf, len, "%s/%u-%u", parts[i].name, begin - parts[i].base,
			 end - 1 - parts[i].base);
}

static bool is_boundary(uint32_t i)
{
	return i == ZT_SVC_UDP || i == ZT_SVC_PROTO || i == ZT_SVC_ICMP4 || i == ZT_SVC_ICMP6 ||
	       i == ZT_SVC_MAX;
}

static void add_run(struct diff_classes *services, uint32_t old, uint32_t new, const char *name)
{
	struct diff_class *class = diff_add_class(services, old, new, name);
	char *text;

	if (class->nr == 1)
		return;
	if (asprintf(&text, "%s,%s", class->name, name) < 0)
		abort();
	free(class->name);
	class->name = text;
}

void diff_find_services(const struct zt_image *old, const struct zt_image *new,
			struct diff_classes *services)
{
	uint32_t begin = 0, i;
	char name[64];

	diff_add_class(services, 0, 0, "any other service");
	for (i = 1; i <= ZT_SVC_MAX; i++) {
		if (!is_boundary(i) && old->svc[i] == old->svc[begin] &&
		    new->svc[i] == new->svc[begin])
			continue;
		name_run(begin, i, name, sizeof(name));
		if (old->svc[begin] || new->svc[begin])
			add_run(services, old->svc[begin], new->svc[begin], name);
		begin = i;
	}
}
