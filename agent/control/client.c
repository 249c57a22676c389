/* SPDX-License-Identifier: GPL-2.0 */
/* The client side of the control protocol: requests and replies as JSON. */
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "control/call.h"
#include "policy/policy.h"

void zt_control_reply_free(struct zt_control_reply *r)
{
	if (r->json)
		json_object_put(r->json);
	*r = (struct zt_control_reply){0};
}

static struct json_object *request_object(const struct zt_control_request *q)
{
	struct json_object *o = json_object_new_object(), *list, *entry;
	size_t i;

	json_object_object_add(o, "schema", json_object_new_int(ZT_CONTROL_SCHEMA));
	json_object_object_add(o, "cmd", json_object_new_string(q->cmd));
	if (q->args) {
		json_object_object_foreach(q->args, key, value)
			json_object_object_add(o, key, json_object_get(value));
	}
	if (q->sources) {
		list = json_object_new_array();
		for (i = 0; i < q->nr_sources; i++) {
			entry = json_object_new_object();
			json_object_object_add(entry, "name",
					       json_object_new_string(q->sources[i].name));
			json_object_object_add(entry, "bytes",
					       json_object_new_int64((int64_t)q->sources[i].len));
			json_object_array_add(list, entry);
		}
		json_object_object_add(o, "sources", list);
	}
	return o;
}

static int send_request(struct zt_call *c, const struct zt_control_request *q)
{
	struct json_object *o = request_object(q);
	size_t len, i, files = 0;
	const char *text = json_object_to_json_string_length(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	int r;

	for (i = 0; i < q->nr_sources; i++)
		files += q->sources[i].len;
	if (len + 1 > ZT_CONTROL_LINE_MAX || files > ZT_CONTROL_FILES_MAX ||
	    q->nr_sources > ZT_CONTROL_SOURCES_MAX)
		r = -E2BIG;
	else
		r = zt_call_send(c, text, len);
	if (!r)
		r = zt_call_send(c, "\n", 1);
	for (i = 0; !r && i < q->nr_sources; i++)
		r = zt_call_send(c, q->sources[i].text, q->sources[i].len);
	json_object_put(o);
	return r < 0 ? r : 0;
}

static int read_reply(struct zt_call *c, struct zt_control_reply *ret)
{
	struct json_object *o = NULL, *v;
	char *end;
	int r = zt_call_line(c, &end);

	if (r <= 0)
		return r ? r : -EPROTO;
	o = json_tokener_parse(c->in);
	zt_call_drop(c, end);
	if (!json_object_is_type(o, json_type_object) || !json_object_object_get_ex(o, "ok", &v)) {
		json_object_put(o);
		return -EPROTO;
	}
	*ret = (struct zt_control_reply){.json = o, .ok = json_object_get_boolean(v)};
	if (json_object_object_get_ex(o, "result", &v))
		ret->result = v;
	if (json_object_object_get_ex(o, "code", &v))
		ret->code = json_object_get_string(v);
	if (json_object_object_get_ex(o, "error", &v))
		ret->error = json_object_get_string(v);
	if (json_object_object_get_ex(o, "errors", &v))
		ret->errors = v;
	if (json_object_object_get_ex(o, "more", &v))
		ret->more = (uint32_t)json_object_get_int64(v);
	return 0;
}

static int begin(const struct zt_control_request *q, struct zt_call *c,
		 struct zt_control_reply *ret)
{
	int r;

	*ret = (struct zt_control_reply){0};
	c->deadline_ms = zt_call_now() + (q->timeout_ms ? q->timeout_ms : 30000);
	c->fd = zt_call_dial(q->socket ? q->socket : ZT_CONTROL_SOCKET);
	if (c->fd < 0)
		return c->fd;
	r = send_request(c, q);
	return r ? r : read_reply(c, ret);
}

static void end(struct zt_call *c)
{
	if (c->fd >= 0)
		close(c->fd);
	free(c->in);
}

int zt_control_call(const struct zt_control_request *request, struct zt_control_reply *ret)
{
	struct zt_call c = {.fd = -1};
	int r = begin(request, &c, ret);

	end(&c);
	return r;
}

int zt_control_stream(const struct zt_control_request *request, zt_control_line_fn fn, void *arg,
		      struct zt_control_reply *ret)
{
	struct zt_call c = {.fd = -1};
	int r = begin(request, &c, ret);
	struct json_object *line;
	char *at;

	c.deadline_ms = 0;
	while (!r && ret->ok) {
		r = zt_call_line(&c, &at);
		if (r <= 0)
			break;
		line = json_tokener_parse(c.in);
		r = line ? fn(arg, line, c.in) : -EPROTO;
		json_object_put(line);
		zt_call_drop(&c, at);
	}
	end(&c);
	return r;
}
