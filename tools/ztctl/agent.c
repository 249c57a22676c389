/* SPDX-License-Identifier: GPL-2.0 */
/* The agent's answers: to exit codes and messages that say what to try. */
#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include "agent.h"

static const char *path_of(const struct call *c)
{
	return c->socket ? c->socket : ZT_CONTROL_SOCKET;
}

static int not_reached(const struct call *c, int error)
{
	const char *path = path_of(c);

	switch (-error) {
	case ENOENT:
	case ECONNREFUSED:
		return call_fail(
			c, CODE_NO_AGENT,
			"no agent at %s; start it with \"systemctl start ztagentd\", or name its "
			"socket with --socket",
			path);
	case EACCES:
	case EPERM:
		return call_fail(
			c, CODE_NO_PRIVILEGE,
			"%s: not permitted; run as root, or as a member of group zt (zt-view to "
			"look only)",
			path);
	case ETIMEDOUT:
		return call_fail(c, CODE_NO_AGENT,
				 "%s: the agent did not answer in time; see its log", path);
	case E2BIG:
		return call_fail(c, CODE_REFUSED, "the policy is larger than %u bytes or %u files",
				 ZT_CONTROL_FILES_MAX, ZT_CONTROL_SOURCES_MAX);
	case EPROTO:
		return call_fail(c, CODE_BROKEN,
				 "%s: not an answer of ztagentd; is it another version?", path);
	default:
		return call_fail(c, CODE_NO_AGENT, "%s: %s", path, strerror(-error));
	}
}

static enum exit_code code_of(const char *code)
{
	static const struct {
		const char *word;
		enum exit_code code;
	} codes[] = {
		{"denied", CODE_NO_PRIVILEGE}, {"invalid", CODE_REFUSED}, {"session", CODE_REFUSED},
		{"missing", CODE_REFUSED},     {"failed", CODE_BROKEN},	  {"busy", CODE_BROKEN},
		{"request", CODE_BROKEN},
	};
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (!strcmp(codes[i].word, code))
			return codes[i].code;
	return CODE_BROKEN;
}

void agent_print_errors(struct json_object *errors, uint32_t more)
{
	size_t i, nr = json_object_is_type(errors, json_type_array)
			       ? json_object_array_length(errors)
			       : 0;

	for (i = 0; i < nr; i++) {
		const char *text = json_object_get_string(json_object_array_get_idx(errors, i));

		print_safe(stderr, text ? text : "");
		fputc('\n', stderr);
	}
	if (more)
		fprintf(stderr, "and %u more\n", more);
}

static int refused(const struct call *c, const struct zt_control_reply *reply)
{
	const char *code = reply->code ? reply->code : "",
		   *text = reply->error ? reply->error : code;
	int r = code_of(code);

	if (!c->json) {
		agent_print_errors(reply->errors, reply->more);
		return call_fail(c, r, "%s%s", text,
				 !strcmp(code, "session") ? "; --force overrides" : "");
	}
	fprintf(stderr, "ztctl: ");
	print_safe(stderr, text);
	fputc('\n', stderr);
	json_object_object_add(reply->json, "exit", json_object_new_int(r));
	output_json(json_object_get(reply->json), true);
	return r;
}

static struct zt_control_request request_of(const struct call *c, const char *cmd,
					    struct json_object *args, const struct sources *sources)
{
	struct zt_control_request request = {.socket = c->socket, .cmd = cmd, .args = args};

	if (sources) {
		request.sources = sources->v;
		request.nr_sources = sources->nr;
		request.timeout_ms = 120000; /* a large policy compiles and publishes */
	}
	return request;
}

int agent_call(const struct call *c, const char *cmd, struct json_object *args,
	       const struct sources *sources, struct zt_control_reply *ret)
{
	struct zt_control_request request = request_of(c, cmd, args, sources);
	struct zt_control_reply reply = {};
	int r = zt_control_call(&request, &reply);

	json_object_put(args);
	if (r < 0)
		return not_reached(c, r);
	if (!reply.ok) {
		r = refused(c, &reply);
		zt_control_reply_free(&reply);
		return r;
	}
	*ret = reply;
	return 0;
}

int agent_stream(const struct call *c, const char *cmd, struct json_object *args,
		 zt_control_line_fn fn, void *arg)
{
	struct zt_control_request request = request_of(c, cmd, args, NULL);
	struct zt_control_reply reply = {};
	int r = zt_control_stream(&request, fn, arg, &reply);

	json_object_put(args);
	if (r < 0)
		r = not_reached(c, r);
	else if (!reply.ok)
		r = refused(c, &reply);
	else
		r = CODE_OK; /* whatever fn ended with */
	zt_control_reply_free(&reply);
	return r;
}

void agent_print_json(const struct zt_control_reply *reply)
{
	struct json_object *o = object_new();

	json_object_object_foreach(reply->result, key, value) if (strcmp(key, "schema"))
		json_object_object_add(o, key, json_object_get(value));
	output_json(o, true);
}

int agent_policy(const struct call *c, struct zt_policy **ret_policy, int64_t *ret_revision)
{
	struct zt_control_reply reply;
	struct zt_errors errors = {}, infos = {};
	struct zt_source source = {.name = "(policy in force)"};
	int64_t revision;
	int r = agent_call(c, "policy-show", NULL, NULL, &reply);

	if (r)
		return r;
	source.text = get_text(reply.result, "policy");
	source.len = strlen(source.text);
	revision = get_number(reply.result, "revision");
	r = zt_policy_parse(&source, 1, &errors, &infos, ret_policy);
	zt_control_reply_free(&reply);
	if (r < 0) {
		zt_errors_print(&errors, stderr);
		r = call_fail(c, CODE_BROKEN,
			      "cannot read the policy the agent runs; is it another version?");
	} else {
		*ret_revision = revision;
	}
	zt_errors_free(&errors);
	zt_errors_free(&infos);
	return r;
}
