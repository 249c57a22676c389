/* SPDX-License-Identifier: GPL-2.0 */
/* Inside the store: the directory, shared by store.c and store_state.c. */
#ifndef ZTAGENTD_STORE_FILE_H
#define ZTAGENTD_STORE_FILE_H

#include "daemon/store.h"

struct store {
	int fd; /* of the directory */
	char dir[4096];
};

int store_fail(char **ret_error, int r, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
