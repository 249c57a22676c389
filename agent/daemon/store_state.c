/* SPDX-License-Identifier: GPL-2.0 */
/* The record of the state directory as JSON: struct store_state to text and back. */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/store_file.h"

#define STATE_FILE "state.json"
#define STATE_MAX 67108864u
#define STATE_SCHEMA 1

static struct json_object *rev_json(const struct store_rev *r)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "revision", json_object_new_int64(r->revision));
	json_object_object_add(o, "hash", json_object_new_string(r->hash));
	json_object_object_add(o, "loaded_at", json_object_new_int64(r->loaded_at));
	json_object_object_add(o, "by", json_object_new_string(r->by));
	json_object_object_add(o, "allow_generic", json_object_new_boolean(r->allow_generic));
	return o;
}

static struct json_object *pending_json(const struct store_pending *p)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "confirm_s", json_object_new_int64(p->confirm_s));
	json_object_object_add(o, "wall_s", json_object_new_int64(p->wall_s));
	json_object_object_add(o, "boot_s", json_object_new_int64(p->boot_s));
	json_object_object_add(o, "boot_id", json_object_new_string(p->boot_id));
	return o;
}

int store_save(struct store *s, const struct store_state *state, char **ret_error)
{
	struct json_object *o = json_object_new_object();
	const char *text;
	size_t len;
	int r;

	json_object_object_add(o, "schema", json_object_new_int(STATE_SCHEMA));
	json_object_object_add(o, "last_revision", json_object_new_int64(state->last_revision));
	if (state->current.revision)
		json_object_object_add(o, "current", rev_json(&state->current));
	if (state->previous.revision)
		json_object_object_add(o, "previous", rev_json(&state->previous));
	if (state->pending.active)
		json_object_object_add(o, "pending", pending_json(&state->pending));
	if (state->numbers)
		json_object_object_add(o, "numbers", json_object_new_string(state->numbers));
	text = json_object_to_json_string_length(o, JSON_C_TO_STRING_PLAIN, &len);
	r = text ? store_write_file(s, STATE_FILE, text, len) : -ENOMEM;
	json_object_put(o);
	return r ? store_fail(ret_error, r, "%s/" STATE_FILE ": %s", s->dir, strerror(-r)) : 0;
}

static int64_t get_number(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_int64(v) : 0;
}

static void get_text(struct json_object *o, const char *key, char *buf, size_t len)
{
	struct json_object *v;

	if (json_object_object_get_ex(o, key, &v) && json_object_is_type(v, json_type_string))
		snprintf(buf, len, "%s", json_object_get_string(v));
}

static void get_rev(struct json_object *o, const char *key, struct store_rev *ret)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v))
		return;
	ret->revision = (uint32_t)get_number(v, "revision");
	get_text(v, "hash", ret->hash, sizeof(ret->hash));
	ret->loaded_at = get_number(v, "loaded_at");
	get_text(v, "by", ret->by, sizeof(ret->by));
	ret->allow_generic = get_number(v, "allow_generic") != 0;
}

static void get_pending(struct json_object *o, struct store_pending *ret)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, "pending", &v))
		return;
	ret->active = true;
	ret->confirm_s = (uint32_t)get_number(v, "confirm_s");
	ret->wall_s = get_number(v, "wall_s");
	ret->boot_s = get_number(v, "boot_s");
	get_text(v, "boot_id", ret->boot_id, sizeof(ret->boot_id));
}

int store_load(struct store *s, struct store_state *ret, char **ret_error)
{
	struct json_object *o, *v;
	char *text;
	int r;

	r = store_read_file(s, STATE_FILE, STATE_MAX, &text);
	if (r == -ENOENT)
		return r;
	if (r)
		return store_fail(ret_error, r, "%s/" STATE_FILE ": %s", s->dir, strerror(-r));
	o = json_tokener_parse(text);
	free(text);
	if (!json_object_is_type(o, json_type_object) || get_number(o, "schema") != STATE_SCHEMA) {
		json_object_put(o);
		return store_fail(ret_error, -EINVAL,
				  "%s/" STATE_FILE ": damaged, or of another version", s->dir);
	}
	*ret = (struct store_state){.last_revision = (uint32_t)get_number(o, "last_revision")};
	get_rev(o, "current", &ret->current);
	get_rev(o, "previous", &ret->previous);
	get_pending(o, &ret->pending);
	if (json_object_object_get_ex(o, "numbers", &v))
		ret->numbers = strdup(json_object_get_string(v));
	json_object_put(o);
	return 0;
}

void store_state_free(struct store_state *state)
{
	free(state->numbers);
	*state = (struct store_state){0};
}
