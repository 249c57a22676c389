/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which device ports the last policy in force had, and in which boot. For the one
 * case where a start finds no policy it can use: the programs go on these ports all
 * the same, and without a generation they let nothing pass. Closed, not open. And
 * for telling a reboot from a data path that somebody took away. Names only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/engine.h"

#define PORTS_FILE "ports"
#define PORTS_FILE_MAX 8192 /* 256 names of 15 characters, and lines */

void ports_remember(struct engine *e)
{
	char text[PORTS_FILE_MAX], boot_id[40];
	uint32_t i;
	size_t n;

	pending_boot_id(boot_id);
	n = (size_t)sprintf(text, "boot %s\n", boot_id);
	for (i = 0; i < e->nr_ports && n + 20 < sizeof(text); i++)
		n += (size_t)sprintf(text + n, "%s\n", e->ports[i].state.name);
	(void)!store_write_file(e->store, PORTS_FILE, text, n);
}

void ports_close(struct engine *e)
{
	char *text = NULL, *line, *save = NULL;
	uint32_t nr = 0;

	if (store_read_file(e->store, PORTS_FILE, PORTS_FILE_MAX, &text))
		return;
	free(e->ports);
	e->ports = calloc(PORTS_FILE_MAX / 2, sizeof(*e->ports));
	for (line = strtok_r(text, "\n", &save); line && e->ports; line = strtok_r(NULL, "\n", &save)) {
		char *error = NULL;

		if (strlen(line) > 15) /* the boot, longer than any interface's name */
			continue;
		strcpy(e->ports[nr++].state.name, line);
		if (zt_live_attach(e->maps, line, e->cfg->allow_generic_xdp, &error))
			emit_text(e->emit, ZT_CLASS_AGENT_ERROR, NULL, "%s: cannot be closed: %s",
				  line, error ? error : "unknown error");
		free(error);
	}
	e->nr_ports = nr;
	free(text);
	ports_check(e, false);
}

bool ports_same_boot(const struct engine *e)
{
	char boot_id[40], want[50], *text = NULL;
	bool same;

	if (store_read_file(e->store, PORTS_FILE, PORTS_FILE_MAX, &text))
		return false;
	pending_boot_id(boot_id);
	snprintf(want, sizeof(want), "boot %s\n", boot_id);
	same = !strncmp(text, want, strlen(want));
	free(text);
	return same;
}
