/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What survives the process, in the state directory (0700, root): policies by revision
 * and one small record naming those that count. The record is replaced by rename, so
 * whatever moment the power fails, a whole one is found. Knows files, no maps.
 *
 *   policy-N.json   canonical JSON of revision N, written once, never changed
 *   state.json      struct store_state
 *   learned.json    addresses devices had learned, for after a reboot
 */
#ifndef ZTAGENTD_STORE_H
#define ZTAGENTD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store_rev {
	uint32_t revision; /* 0: none */
	char hash[65]; /* of the policy text, hex */
	int64_t loaded_at; /* CLOCK_REALTIME, s */
	char by[96]; /* who applied it, for people */
	bool allow_generic; /* said at load */
};

/* What reverts, and when, unless confirmed. Two clocks: a boot in between resets one. */
struct store_pending {
	bool active;
	uint32_t confirm_s;
	int64_t wall_s; /* deadline, CLOCK_REALTIME */
	int64_t boot_s; /* deadline, CLOCK_BOOTTIME, of this boot: */
	char boot_id[40];
};

struct store_state {
	uint32_t last_revision; /* numbers given out */
	struct store_rev current; /* in force, or about to be */
	struct store_rev previous; /* what it replaced */
	struct store_pending pending;
	char *numbers; /* zt_numbers_save(), or NULL; owned */
};

struct store;

/* Make the directory when missing; refuse one that others may write to. */
int store_open(const char *dir, struct store **ret, char **ret_error);
void store_close(struct store *s);

/* -ENOENT: nothing stored yet. -EINVAL: damaged; *ret_error says what. */
int store_load(struct store *s, struct store_state *ret, char **ret_error);
/* Atomic and on disk when it returns 0. */
int store_save(struct store *s, const struct store_state *state, char **ret_error);
void store_state_free(struct store_state *state);

int store_write_policy(struct store *s, uint32_t revision, const char *text, char **ret_error);
/* NUL-terminated; caller frees. -EINVAL when its hash is not `hash`. */
int store_read_policy(struct store *s, const struct store_rev *rev, char **ret_text,
		      char **ret_error);
/* Remove the policies of all revisions but these two. */
void store_prune(struct store *s, uint32_t keep, uint32_t keep_too);

/* Small side files, whole or not at all; a failure costs comfort, not safety. */
int store_write_file(struct store *s, const char *name, const char *text, size_t len);
int store_read_file(struct store *s, const char *name, size_t max, char **ret_text);

#endif
