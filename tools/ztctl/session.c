/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The session ztctl is typed in. The agent refuses a change that would cut it;
 * for that it has to know it. sudo takes SSH_CONNECTION out of the environment,
 * so the environments of the parents are asked as well.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "agent.h"

#define PARENTS_MAX 32

static long parent_of(long pid)
{
	char path[64], line[512], *end;
	long parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	/* The name in parentheses may hold anything, blanks and parentheses included. */
	if (fgets(line, sizeof(line), f) && (end = strrchr(line, ')')))
		if (sscanf(end + 1, " %*c %ld", &parent) != 1)
			parent = 0;
	fclose(f);
	return parent;
}

/* The value of SSH_CONNECTION in the environment of a process. */
static bool environment_of(long pid, char *value, size_t len)
{
	static const char name[] = "SSH_CONNECTION=";
	char path[64], *entry = NULL;
	size_t size = 0;
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/environ", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (!found && getdelim(&entry, &size, 0, f) > 0) {
		found = !strncmp(entry, name, sizeof(name) - 1);
		if (found)
			snprintf(value, len, "%s", entry + sizeof(name) - 1);
	}
	free(entry);
	fclose(f);
	return found;
}

static bool find_session(char *value, size_t len)
{
	const char *own = getenv("SSH_CONNECTION");
	long pid = getppid();
	int i;

	if (own) {
		snprintf(value, len, "%s", own);
		return true;
	}
	for (i = 0; i < PARENTS_MAX && pid > 1; i++, pid = parent_of(pid))
		if (environment_of(pid, value, len))
			return true;
	return false;
}

void session_add(struct json_object *args)
{
	char value[256], client[65], server[65];
	struct json_object *session;
	unsigned int client_port, server_port;

	if (!find_session(value, sizeof(value)))
		return;
	if (sscanf(value, "%64s %u %64s %u", client, &client_port, server, &server_port) != 4)
		return;
	session = json_object_new_object();
	add_text(session, "client", client);
	add_number(session, "client_port", client_port);
	add_text(session, "server", server);
	add_number(session, "server_port", server_port);
	add_text(session, "proto", "tcp");
	json_object_object_add(args, "session", session);
}
