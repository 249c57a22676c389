/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event as JSON. json-c escapes what JSON needs but passes invalid UTF-8 and
 * terminal controls through, so texts are cleaned first.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "control/control.h"
#include "event/json.h"
#include "event/text.h"
#include "policy/policy.h"

char *zt_time_s(int64_t s, char buf[32])
{
	time_t t = (time_t)s;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(buf, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return buf;
}

char *zt_time_us(uint64_t now_us, char buf[32])
{
	size_t n;

	zt_time_s((int64_t)(now_us / 1000000), buf);
	n = strlen(buf) - 1; /* over the Z */
	snprintf(buf + n, 32 - n, ".%06uZ", (unsigned int)(now_us % 1000000));
	return buf;
}

static void add_text(struct json_object *o, const char *key, const char *text)
{
	char clean[2048];
	size_t n = 0, used;
	bool safe;

	for (; text && *text && n + 4 < sizeof(clean); text += used) {
		used = zt_text_char((const unsigned char *)text, &safe);
		memcpy(clean + n, safe || *text == '\n' ? text : "\xef\xbf\xbd", safe ? used : 3);
		if (*text == '\n')
			clean[n] = ' ';
		n += *text == '\n' ? 1 : safe ? used : 3;
	}
	if (n)
		json_object_object_add(o, key, json_object_new_string_len(clean, (int)n));
}

static void add_number(struct json_object *o, const char *key, uint64_t value)
{
	if (value)
		json_object_object_add(o, key, json_object_new_uint64(value));
}

static void add_address(struct json_object *o, const char *key, uint8_t family,
			const struct zt_addr *a)
{
	static const struct zt_addr unset;
	char text[64];

	if (family && memcmp(a, &unset, sizeof(unset)))
		add_text(o, key, zt_addr_format(family, a, text, sizeof(text)));
}

/* "a, b" back to a list: ids hold neither comma nor blank. */
static void add_list(struct json_object *o, const char *key, const char *text)
{
	struct json_object *list;
	size_t n;

	if (!text || !*text)
		return;
	list = json_object_new_array();
	for (; *text; text += n) {
		text += strspn(text, ", ");
		n = strcspn(text, ", ");
		if (n)
			json_object_array_add(list, json_object_new_string_len(text, (int)n));
	}
	json_object_object_add(o, key, list);
}

struct json_object *zt_event_json(const struct zt_cef *e, uint64_t now_us)
{
	struct json_object *o = json_object_new_object();
	char when[32];

	json_object_object_add(o, "schema", json_object_new_int(ZT_CONTROL_SCHEMA));
	add_text(o, "time", zt_time_us(now_us, when));
	add_number(o, "sequence", e->sequence);
	add_text(o, "class", e->signature);
	add_text(o, "name", e->name);
	json_object_object_add(o, "severity", json_object_new_int(e->severity));
	add_text(o, "verdict", e->act);
	add_text(o, "reason", e->reason);
	add_text(o, "device", e->device);
	add_text(o, "segment", e->segment);
	add_address(o, "src", e->family, &e->src);
	add_address(o, "dst", e->family, &e->dst);
	add_number(o, "sport", e->spt);
	add_number(o, "dport", e->dpt);
	add_text(o, "proto", e->proto);
	add_list(o, "apps", e->app);
	if (e->direction)
		add_text(o, "direction", *e->direction == '1' ? "from-device" : "to-device");
	add_text(o, "rule", e->rule);
	add_text(o, "revision", e->revision);
	add_text(o, "interface", e->interface);
	add_text(o, "smac", e->smac);
	add_text(o, "dmac", e->dmac);
	add_number(o, "count", e->cnt);
	add_text(o, "message", e->msg);
	return o;
}
