/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Learned addresses over a reboot: a device that keeps its lease would else be unknown
 * until it renews. Pins survive the agent, so this is read only when the maps are new.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/engine.h"
#include "daemon/loop.h"

#define LEARNED_FILE "learned.json"
#define LEARNED_MAX (16u << 20)

static void put(struct json_object *o, const char *key, int64_t value)
{
	json_object_object_add(o, key, json_object_new_int64(value));
}

static int64_t get(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_int64(v) : 0;
}

void learned_save(struct engine *e)
{
	int64_t wall_s = (int64_t)(clock_us() / 1000000);
	struct zt_learned_entry *l = NULL;
	struct json_object *list, *o;
	struct zt_clock clock;
	uint32_t nr = 0, i;
	const char *text;
	char addr[64];
	size_t len;

	if (!e->maps || !e->held || zt_maps_clock(e->maps, &clock) ||
	    zt_maps_learned(e->maps, clock.now, &l, &nr))
		return;
	list = json_object_new_array();
	for (i = 0; i < nr; i++) {
		if (l[i].key.scope) /* link-local: its interface numbers end with the boot */
			continue;
		o = json_object_new_object();
		zt_addr_format((uint8_t)l[i].key.family, &l[i].key.addr, addr, sizeof(addr));
		json_object_object_add(o, "address", json_object_new_string(addr));
		put(o, "dev", l[i].learned.dev);
		put(o, "serial", l[i].learned.serial);
		put(o, "bind", l[i].learned.bind);
		put(o, "how", l[i].learned.how);
		put(o, "until",
		    wall_s + (int64_t)(int32_t)(l[i].learned.expires - clock.now) * clock.tick_ms /
				     1000);
		json_object_array_add(list, o);
	}
	text = json_object_to_json_string_length(list, JSON_C_TO_STRING_PLAIN, &len);
	/* a failure costs a device its address until it renews, after a reboot */
	(void)!store_write_file(e->store, LEARNED_FILE, text, len);
	json_object_put(list);
	free(l);
}

void learned_forget(struct engine *e)
{
	/* should this fail: the numbers begin again, and the serials in it may mean others */
	if (store_write_file(e->store, LEARNED_FILE, "[]", 2))
		emit_text(e->emit, ZT_CLASS_AGENT_ERROR, NULL,
			  LEARNED_FILE " cannot be emptied; remove it");
}

/* Does the index still mean the device it meant when the address was learned. */
static bool is_same_device(const struct history_entry *now, uint32_t dev, uint32_t serial)
{
	const struct history_dev *d = history_dev(now, dev);

	return d && d->serial == serial;
}

static void restore_one(struct engine *e, struct json_object *o, const struct zt_clock *clock)
{
	const struct history_entry *now = history_find(&e->history, zt_maps_gen(e->maps));
	int64_t left = get(o, "until") - (int64_t)(clock_us() / 1000000);
	struct zt_learned_entry l = {0};
	struct json_object *v;
	uint8_t family;

	if (left <= 0 || left > 31536000 || !json_object_object_get_ex(o, "address", &v) ||
	    zt_addr_parse(json_object_get_string(v), &family, &l.key.addr))
		return;
	l.key.family = family;
	l.learned.dev = (uint32_t)get(o, "dev");
	l.learned.serial = (uint32_t)get(o, "serial");
	l.learned.bind = (uint32_t)get(o, "bind");
	l.learned.how = (uint8_t)get(o, "how");
	l.learned.expires = clock->now + (uint32_t)(left * 1000 / clock->tick_ms);
	if (is_same_device(now, l.learned.dev, l.learned.serial))
		zt_maps_learn(e->maps, &l);
}

void learned_restore(struct engine *e)
{
	struct json_object *list;
	struct zt_clock clock;
	char *text;
	size_t i;

	if (zt_maps_clock(e->maps, &clock) || !clock.tick_ms ||
	    store_read_file(e->store, LEARNED_FILE, LEARNED_MAX, &text))
		return;
	list = json_tokener_parse(text);
	free(text);
	for (i = 0;
	     json_object_is_type(list, json_type_array) && i < json_object_array_length(list); i++)
		restore_one(e, json_object_array_get_idx(list, i), &clock);
	json_object_put(list);
}
