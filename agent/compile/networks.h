/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses on their way into the tables: every address and prefix the policy
 * and the machine name, as marks, which networks.c collects and sweep.c turns
 * into zt_host and zt_net entries.
 */
#ifndef ZT_COMPILE_NETWORKS_H
#define ZT_COMPILE_NETWORKS_H

#include "compile/compile.h"

enum zt_mark_kind {
	ZT_MARK_HOST,	/* id = application holding it */
	ZT_MARK_EXCEPT, /* id = application not holding it */
	ZT_MARK_INTERNET,
	ZT_MARK_NOT_INTERNET,
	ZT_MARK_SEGMENT, /* id = segment */
	ZT_MARK_DEVICE,	 /* id = policy device */
	ZT_MARK_GATEWAY,
};

/* bits: prefix length within the 128 bits of zt_addr, so IPv4 is 96 and more. */
struct zt_mark {
	struct zt_addr addr;
	uint8_t family, bits, kind;
	uint32_t id;
};

struct zt_marks {
	struct zt_mark *v;
	uint32_t nr, cap;
};

/* Collect, sorted by family, address, length; an enclosing prefix comes first. */
int zt_marks_collect(const struct zt_policy *p, struct zt_marks *ret);
/* Walk them once, writing image->hosts, nets, pclass_apps and b->app_pclasses. */
int zt_marks_sweep(struct zt_build *b, const struct zt_marks *m);

/* peers.c: unions of applications as peer classes. */
struct zt_peers {
	struct zt_build *b;
	uint32_t nr_words;
	uint64_t *now;		   /* bitmap of the applications holding the place at hand */
	uint32_t *hosts, *excepts; /* [application]: enclosing marks */
	uint32_t internet, not_internet;
	uint32_t *slots; /* hash: 1 + peer class number - ZT_PCLASS_FIRST */
	uint32_t nr_slots, cap_pclasses;
};
int zt_peers_init(struct zt_peers *s, struct zt_build *b);
void zt_peers_free(struct zt_peers *s);
void zt_peers_enter(struct zt_peers *s, const struct zt_mark *m);
void zt_peers_leave(struct zt_peers *s, const struct zt_mark *m);
/* Peer class of the place at hand: ZT_PCLASS_NONE, or made at first sight. */
int zt_peers_class(struct zt_peers *s, uint32_t *ret_class);

#endif
