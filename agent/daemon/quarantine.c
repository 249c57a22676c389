/* SPDX-License-Identifier: GPL-2.0 */
/* The list of devices in quarantine: see quarantine.h. */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "daemon/quarantine.h"
#include "daemon/store_file.h"

#define QUARANTINE_FILE "quarantine.json"
#define QUARANTINE_MAX 16777216u
#define QUARANTINE_SCHEMA 1

void quarantine_free(struct quarantine *q)
{
	uint32_t i;

	for (i = 0; i < q->nr; i++)
		free(q->v[i].id);
	free(q->v);
	*q = (struct quarantine){0};
}

const struct quarantine_row *quarantine_find(const struct quarantine *q, const char *id)
{
	uint32_t i;

	for (i = 0; i < q->nr; i++)
		if (!strcmp(q->v[i].id, id))
			return &q->v[i];
	return NULL;
}

/* ---- on disk ---- */

static struct json_object *row_json(const struct quarantine_row *row)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "id", json_object_new_string(row->id));
	json_object_object_add(o, "by", json_object_new_string(row->by));
	json_object_object_add(o, "since", json_object_new_int64(row->since_s));
	return o;
}

static int save(const struct quarantine *q, struct store *s)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	const char *text;
	size_t len;
	uint32_t i;
	int r;

	json_object_object_add(o, "schema", json_object_new_int(QUARANTINE_SCHEMA));
	for (i = 0; i < q->nr; i++)
		json_object_array_add(list, row_json(&q->v[i]));
	json_object_object_add(o, "devices", list);
	text = json_object_to_json_string_length(o, JSON_C_TO_STRING_PLAIN, &len);
	r = text ? store_write_file(s, QUARANTINE_FILE, text, len) : -ENOMEM;
	json_object_put(o);
	return r;
}

static int append(struct quarantine *q, const char *id, const char *by, int64_t since_s)
{
	struct quarantine_row *v = realloc(q->v, (q->nr + 1) * sizeof(*v));
	struct quarantine_row row = {.id = strdup(id), .since_s = since_s};

	if (v)
		q->v = v;
	if (!v || !row.id) {
		free(row.id);
		return -ENOMEM;
	}
	snprintf(row.by, sizeof(row.by), "%s", by);
	q->v[q->nr++] = row;
	return 0;
}

static struct json_object *member(struct json_object *o, const char *key, enum json_type type)
{
	struct json_object *v;

	return json_object_is_type(o, json_type_object) && json_object_object_get_ex(o, key, &v) &&
			       json_object_is_type(v, type) ? v : NULL;
}

static int read_row(struct quarantine *q, struct json_object *o)
{
	struct json_object *id = member(o, "id", json_type_string);
	struct json_object *by = member(o, "by", json_type_string);
	struct json_object *since = member(o, "since", json_type_int);

	if (!id || !by || !since || quarantine_find(q, json_object_get_string(id)))
		return -EINVAL;
	return append(q, json_object_get_string(id), json_object_get_string(by),
		      json_object_get_int64(since));
}

static int read_list(struct quarantine *q, struct json_object *o)
{
	struct json_object *schema = member(o, "schema", json_type_int);
	struct json_object *list = member(o, "devices", json_type_array);
	size_t i;
	int r = schema && list && json_object_get_int(schema) == QUARANTINE_SCHEMA ? 0 : -EINVAL;

	for (i = 0; !r && i < json_object_array_length(list); i++)
		r = read_row(q, json_object_array_get_idx(list, i));
	return r;
}

int quarantine_load(struct store *s, struct quarantine *ret, char **ret_error)
{
	struct json_object *o;
	char *text;
	int r;

	*ret = (struct quarantine){0};
	r = store_read_file(s, QUARANTINE_FILE, QUARANTINE_MAX, &text);
	if (r == -ENOENT)
		return 0;
	if (r)
		return store_fail(ret_error, r, "%s/" QUARANTINE_FILE ": %s", s->dir, strerror(-r));
	o = json_tokener_parse(text);
	free(text);
	r = read_list(ret, o);
	json_object_put(o);
	if (!r)
		return 0;
	quarantine_free(ret);
	return store_fail(ret_error, r, "%s/" QUARANTINE_FILE ": %s", s->dir,
			  r == -EINVAL ? "damaged, or of another version; which devices are in "
					 "quarantine is not known" : strerror(-r));
}

/* ---- changes ---- */

int quarantine_add(struct quarantine *q, struct store *s, const char *id, const char *by)
{
	int r = append(q, id, by, (int64_t)time(NULL));

	if (r)
		return r;
	r = save(q, s);
	if (r)
		free(q->v[--q->nr].id);
	return r;
}

int quarantine_take(struct quarantine *q, struct store *s, const char *id)
{
	uint32_t at = (uint32_t)(quarantine_find(q, id) - q->v);
	struct quarantine_row row = q->v[at];
	int r;

	memmove(&q->v[at], &q->v[at + 1], (q->nr - at - 1) * sizeof(row));
	q->nr--;
	r = save(q, s);
	if (!r) {
		free(row.id);
		return 0;
	}
	memmove(&q->v[at + 1], &q->v[at], (q->nr - at) * sizeof(row));
	q->v[at] = row;
	q->nr++;
	return r;
}
