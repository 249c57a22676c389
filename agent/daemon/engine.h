/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The policy in force: from files to the data path, onto the disk, and back to what
 * was before when nobody confirms. Knows the store, the backend and netlink through
 * their headers; never sockets, and events only as lines it emits.
 *
 * Order of a change: everything that can be refused is; the new policy and the record
 * naming it go to disk; the generation moves; ports are attached. A crash in between
 * finds a whole record: the old one or the new one, and the start makes it true.
 */
#ifndef ZTAGENTD_ENGINE_H
#define ZTAGENTD_ENGINE_H

#include "bpf/live.h"
#include "daemon/emit.h"
#include "daemon/history.h"
#include "daemon/quarantine.h"
#include "daemon/session.h"
#include "daemon/store.h"
#include "net/net.h"
#include "net/obstacles.h"

struct engine_port {
	struct zt_port_state state; /* as last seen */
	bool told; /* a `detached` event is out, a `reattached` one is due */
};

/* Forwarding in XDP: see forward.c. */
struct forward {
	struct zt_moves *moves; /* NULL: no policy has asked for it yet */
	bool told, told_on; /* the last event, if there was one */
	char why[ZT_WHY]; /* it is off */
};

struct engine {
	struct emit *emit;
	struct store *store;
	const struct config *cfg;
	const char *pin_dir;
	zt_event_fn on_event; /* ring events; events_fd changes when the maps come and go */
	void *on_event_arg;
	int events_fd; /* -1: no maps */

	struct zt_maps *maps; /* NULL: nothing loaded */
	struct held *held; /* NULL: no policy in force */
	struct zt_env *env;
	struct zt_numbers *numbers; /* never NULL once open */
	struct history history;
	struct store_state state;
	struct quarantine quarantine;
	struct engine_port *ports; /* device ports of the policy */
	uint32_t nr_ports;
	struct forward forward;
	bool env_dirty; /* netlink said so: look again */
	uint64_t learned_ms; /* next save of learned addresses */
	uint64_t move_ms; /* the kernel module refused the flows: not again before */
	uint64_t retry_ms; /* a failed revert or environment is tried again then */
	char why[256]; /* what is wrong beside the ports; "" nothing */
};

/* A policy on its way into force. What it owns goes over when published. */
struct plan {
	struct zt_policy *policy;
	struct zt_env *env;
	struct zt_numbers *numbers;
	struct zt_image *image;
};

struct apply {
	const struct zt_source *sources;
	size_t nr_sources;
	uint32_t confirm_s; /* 0: at once for good */
	bool force, dry_run, load, allow_generic;
	const struct session *session; /* NULL: not given */
	char by[96];
};

/* How it went. Texts and lists are freed by outcome_free(). */
struct outcome {
	const char *code; /* NULL: done; else a code of control.h */
	char *error;
	struct zt_errors errors, infos, warnings;
	uint32_t revision;
	char hash[65];
	bool changed;
};
void outcome_free(struct outcome *o);
int outcome_fail(struct outcome *o, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4))); /* -1 */

/* engine.c: beginning, end, what is true */
int engine_open(struct engine *e, char **ret_error); /* and resume what the disk says */
void engine_close(struct engine *e); /* everything stays in force */
bool engine_is_enforcing(const struct engine *e, const char **ret_why);
int engine_open_maps(struct engine *e, bool *ret_adopted, char **ret_error);
void engine_drop(struct engine *e); /* nothing loaded any more: detach, unpin, close */
int engine_unload(struct engine *e, const char *by, struct outcome *out);

/* plan.c: touches nothing */
int plan_make(struct engine *e, const struct zt_source *sources, size_t nr, bool partial,
	      struct outcome *out, struct plan *ret);
int plan_again(struct engine *e, struct outcome *out, struct plan *ret); /* same policy */
void plan_free(struct plan *p);

/* apply.c: changes people ask for */
int engine_apply(struct engine *e, const struct apply *a, struct outcome *out);
int engine_confirm(struct engine *e, struct outcome *out);

/* isolate.c: one device, at once */
int engine_quarantine(struct engine *e, const char *id, const char *by, struct outcome *out);
int engine_release(struct engine *e, const char *id, const char *by, struct outcome *out);
/* Before an image is published: those of its devices that are in quarantine stay there. */
void quarantine_mark(const struct engine *e, const struct zt_policy *p, struct zt_image *i,
		     struct zt_errors *warnings);
/* When nobody reads warnings: those that the policy now in force does not have, as events. */
void quarantine_tell_gone(struct engine *e);

/* commit.c: onto the disk, into the data path, or back */
int engine_commit(struct engine *e, const struct apply *a, struct plan *plan, struct outcome *out);
/* The plan becomes the live generation; on success the engine owns its parts. */
int engine_publish(struct engine *e, struct plan *plan, struct held *held, char **ret_error);
int engine_save(struct engine *e, const struct store_state *state, char **ret_error);
void engine_hex(const uint8_t *hash, char out[65]);

/* resume.c: changes nobody asks for now: a start, a deadline */
int engine_resume(struct engine *e);
int engine_revert(struct engine *e);
/* What is to be in force cannot be read: what runs goes on, and where nothing does nothing passes. */
void engine_close_ports(struct engine *e);

/* pending.c */
void pending_set(struct store_pending *p, uint32_t confirm_s);
int64_t pending_left(const struct store_pending *p); /* seconds, <= 0 over */
void pending_boot_id(char buf[40]); /* of this boot */

/* ports.c */
int ports_attach(struct engine *e, char **ret_error); /* all; undoes its own on failure */
void ports_attach_each(struct engine *e); /* those that can be; the check tells the rest */
void ports_detach_others(struct engine *e, const struct zt_policy *old);
void ports_check(struct engine *e, bool repair);
void ports_tell_open(struct engine *e); /* found open at a start over running maps */

/* forward.c */
bool forward_wanted(const struct engine *e); /* by the policy */
void forward_check(struct engine *e); /* on, off, or on for some more time */
void forward_notice(struct engine *e); /* a descriptor of its moves is ready */
void forward_close(struct engine *e); /* off: nobody watches from here on */
void forward_detach_others(struct engine *e, const struct zt_policy *old);

/* closed.c: the ports of the last policy in force, and in which boot they had it */
void ports_remember(struct engine *e);
void ports_close(struct engine *e); /* without a usable policy nothing passes them */
bool ports_same_boot(const struct engine *e);

/* watch.c: what time and the machine bring */
void engine_environment(struct engine *e); /* look again, recompile when it differs */
void engine_tick(struct engine *e);

/* learned.c */
void learned_save(struct engine *e);
void learned_restore(struct engine *e);
void learned_forget(struct engine *e);

#endif
