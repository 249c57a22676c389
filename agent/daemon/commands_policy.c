/* SPDX-License-Identifier: GPL-2.0 */
/* The control commands that change what is in force, or show it. What they do is the engine's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/commands.h"

#define CONFIRM_MIN 10
#define CONFIRM_MAX 3600

static bool arg_bool(struct json_object *args, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(args, key, &v) && json_object_get_boolean(v);
}

static int64_t arg_number(struct json_object *args, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(args, key, &v) ? json_object_get_int64(v) : 0;
}

/* Who asks, as the kernel says. */
static void who(const struct call *c, char *buf, size_t len)
{
	const struct zt_peer *p = zt_conn_peer(c->conn);

	snprintf(buf, len, "uid %u pid %d", p->uid, (int)p->pid);
}

static bool read_session(struct json_object *o, struct session *s, struct outcome *out)
{
	const char *client = arg_text(o, "client"), *server = arg_text(o, "server");
	const char *proto = arg_text(o, "proto");
	int64_t client_port = arg_number(o, "client_port"),
		server_port = arg_number(o, "server_port");

	*s = (struct session){.proto = proto && !strcmp(proto, "udp") ? 17 : 6};
	if (!client || !server || session_address(client, s, &s->client) ||
	    session_address(server, s, &s->server) || client_port < 1 || client_port > 65535 ||
	    server_port < 1 || server_port > 65535 ||
	    (proto && strcmp(proto, "tcp") && strcmp(proto, "udp"))) {
		outcome_fail(out, "request",
			     "session: expected client, client_port, server, server_port "
			     "and proto \"tcp\" or \"udp\", as in SSH_CONNECTION");
		return false;
	}
	s->client_port = (uint16_t)client_port;
	s->server_port = (uint16_t)server_port;
	return true;
}

static bool read_apply(struct call *c, struct apply *a, struct session *session)
{
	int64_t confirm_s = arg_number(c->args, "confirm_s");
	struct json_object *v;

	a->sources = c->sources;
	a->nr_sources = c->nr_sources;
	a->force = arg_bool(c->args, "force");
	a->dry_run = arg_bool(c->args, "dry_run");
	a->allow_generic = arg_bool(c->args, "allow_generic");
	who(c, a->by, sizeof(a->by));
	if (!a->nr_sources) {
		outcome_fail(&c->out, "request", "sources: no policy was sent");
		return false;
	}
	if (json_object_object_get_ex(c->args, "confirm_s", &v) &&
	    (confirm_s < CONFIRM_MIN || confirm_s > CONFIRM_MAX)) {
		outcome_fail(&c->out, "request", "confirm_s: %d to %d", CONFIRM_MIN, CONFIRM_MAX);
		return false;
	}
	a->confirm_s = (uint32_t)confirm_s;
	if (json_object_object_get_ex(c->args, "session", &v)) {
		if (!read_session(v, session, &c->out))
			return false;
		a->session = session;
	}
	return true;
}

static void put_errors(struct json_object *o, const char *key, const struct zt_errors *e)
{
	struct json_object *list;
	uint32_t i;

	if (!e->nr)
		return;
	list = json_object_new_array();
	for (i = 0; i < e->nr; i++)
		add_text(list, e->v[i]);
	json_object_object_add(o, key, list);
}

static struct json_object *apply(struct call *c, bool load)
{
	struct apply a = {.load = load};
	uint64_t begin = clock_ms();
	struct session session;
	struct json_object *o;

	if (!read_apply(c, &a, &session) || engine_apply(&c->a->engine, &a, &c->out))
		return NULL;
	o = json_object_new_object();
	put_number(o, "revision", c->out.revision);
	put_text(o, "hash", c->out.hash);
	put_number(o, "generation", c->a->engine.maps ? zt_maps_gen(c->a->engine.maps) : 0);
	put_bool(o, "changed", c->out.changed);
	put_bool(o, "dry_run", a.dry_run);
	json_object_object_add(o, "ports", report_ports(c->a));
	put_errors(o, "warnings", &c->out.warnings);
	put_errors(o, "infos", &c->out.infos);
	if (!a.dry_run && c->a->engine.state.pending.active)
		put_number(o, "confirm_s", (uint64_t)pending_left(&c->a->engine.state.pending));
	else if (a.dry_run && a.confirm_s && c->out.changed)
		put_number(o, "confirm_s", a.confirm_s);
	put_number(o, "ms", clock_ms() - begin);
	return o;
}

struct json_object *cmd_load(struct call *c)
{
	return apply(c, true);
}

struct json_object *cmd_policy_apply(struct call *c)
{
	return apply(c, false);
}

struct json_object *cmd_policy_confirm(struct call *c)
{
	struct json_object *o;

	if (engine_confirm(&c->a->engine, &c->out))
		return NULL;
	o = json_object_new_object();
	put_number(o, "revision", c->out.revision);
	return o;
}

struct json_object *cmd_policy_show(struct call *c)
{
	const char *which = arg_text(c->args, "revision");
	const struct store_state *s = &c->a->engine.state;
	const struct store_rev *rev = &s->current;
	char *text, *error = NULL;
	struct json_object *o;

	if (which && !strcmp(which, "previous"))
		rev = &s->previous;
	else if (which && strcmp(which, "current")) {
		outcome_fail(&c->out, "request", "revision: \"current\" or \"previous\"");
		return NULL;
	}
	if (!rev->revision) {
		outcome_fail(&c->out, "missing",
			     rev == &s->current ? "no policy is loaded"
						: "no policy was in force before");
		return NULL;
	}
	if (store_read_policy(c->a->engine.store, rev, &text, &error)) {
		outcome_fail(&c->out, "failed", "%s", error ? error : "out of memory");
		free(error);
		return NULL;
	}
	o = json_object_new_object();
	put_number(o, "revision", rev->revision);
	put_text(o, "hash", rev->hash);
	put_text(o, "policy", text);
	free(text);
	return o;
}

struct json_object *cmd_policy_info(struct call *c)
{
	struct json_object *o, *pending;

	if (!c->a->engine.held) {
		outcome_fail(&c->out, "missing", "no policy is in force");
		return NULL;
	}
	o = report_policy(c->a);
	pending = report_pending(c->a);
	if (pending)
		json_object_object_add(o, "pending", pending);
	report_put_quarantine(c->a, o);
	if (c->a->engine.state.previous.revision)
		put_number(o, "previous", c->a->engine.state.previous.revision);
	return o;
}

/* One device; how it went, by its id. */
static struct json_object *isolate(struct call *c, int (*fn)(struct engine *e, const char *id,
							     const char *by, struct outcome *out))
{
	const char *id = arg_text(c->args, "id");
	struct json_object *o;
	char by[96];

	if (!id) {
		outcome_fail(&c->out, "request", "id: missing");
		return NULL;
	}
	who(c, by, sizeof(by));
	if (fn(&c->a->engine, id, by, &c->out))
		return NULL;
	o = json_object_new_object();
	put_text(o, "id", id);
	put_bool(o, "changed", c->out.changed);
	return o;
}

struct json_object *cmd_device_quarantine(struct call *c)
{
	return isolate(c, engine_quarantine);
}

struct json_object *cmd_device_release(struct call *c)
{
	return isolate(c, engine_release);
}

struct json_object *cmd_unload(struct call *c)
{
	struct json_object *o = json_object_new_object(), *ports = json_object_new_array();
	char by[96];
	uint32_t i;

	for (i = 0; i < c->a->engine.nr_ports; i++)
		add_text(ports, c->a->engine.ports[i].state.name);
	json_object_object_add(o, "ports", ports);
	who(c, by, sizeof(by));
	packets_drain(c->a, true); /* counts leave with the maps */
	if (engine_unload(&c->a->engine, by, &c->out)) {
		json_object_put(o);
		return NULL;
	}
	return o;
}
