/* SPDX-License-Identifier: GPL-2.0 */
/* A policy from a file, parsed and compiled for a machine that does not exist. */
#ifndef ZT_ZTCTL_LOAD_H
#define ZT_ZTCTL_LOAD_H

#include "compile/image.h"
#include "output.h"

/*
 * Parse PATH. 0, or an exit code after the messages of the language reference on
 * stderr (and as "errors" with --json). ret_infos: the informational lines, for the
 * caller to free; NULL where nobody wants them.
 */
int load_policy(const struct call *c, const char *path, struct zt_errors *ret_infos,
		struct zt_policy **ret_policy);
/* Say the collected errors and fail with CODE_REFUSED; frees them. */
int refuse_policy(const struct call *c, const char *path, struct zt_errors *errors);
/* Compile for the environment zt_env_fake() makes. 0 or an exit code. */
int compile_policy(const struct call *c, const char *path, const struct zt_policy *p,
		   struct zt_image **ret_image);
/* "N devices, ..." without what is built in. Caller frees. */
char *count_objects(const struct zt_policy *p);
void print_errors(const struct zt_errors *errors); /* on stderr */
void add_hash(struct json_object *o, const char *key, const uint8_t hash[32]);
struct json_object *errors_array(const struct zt_errors *errors);

#endif
