/* SPDX-License-Identifier: GPL-2.0 */
/* The one way a command says no: words on stderr, and with --json an object on stdout. */
#include <json-c/json.h>
#include <stdarg.h>
#include <stdlib.h>
#include "output.h"

int call_fail(const struct call *c, enum exit_code code, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	fflush(stdout);
	fputs("ztctl: ", stderr);
	print_safe(stderr, text);
	fputc('\n', stderr);
	if (c->json) {
		struct json_object *o = object_new();

		add_bool(o, "ok", false);
		add_number(o, "exit", code);
		add_text(o, "error", text);
		output_json(o, true);
	}
	free(text);
	return code;
}
