/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside the runner of a policy's own tests: sides of a test as points, one for
 * each equivalence class, with somebody to name in a message.
 */
#ifndef ZT_COMPILE_TESTS_H
#define ZT_COMPILE_TESTS_H

#include "compile/compile.h"

#define ZT_FAMILY_4 1u
#define ZT_FAMILY_6 2u

/* One class of one side. */
struct zt_point {
	uint32_t class; /* device side: dclass; peer side: pclass */
	int device;	/* policy device standing for the class, -1 */
	int app;	/* application it came from, -1 */
	bool literal;	/* an address of its own: embedded ones are judged too */
	uint8_t family; /* 0: no address */
	struct zt_addr addr;
};

struct zt_points {
	struct zt_point *v;
	uint32_t nr, cap;
};

/* An address of a peer class, per family; absent when its prefixes are all covered by others. */
struct zt_place {
	uint8_t families; /* ZT_FAMILY_* */
	struct zt_addr v4, v6;
};

struct zt_walk {
	const struct zt_policy *p;
	const struct zt_image *i;
	struct zt_errors *errors;
	uint32_t *member_start, *members; /* policy devices by class */
	uint32_t *index_start, *indexes;  /* service indexes by class */
	struct zt_place *places;	  /* [pclass - ZT_PCLASS_FIRST] */
	uint64_t *bits;			  /* ZT_SVC_MAX bits, scratch */
};

/* The test at hand: which side is the devices', and who opens. */
struct zt_trial {
	struct zt_walk *w;
	const struct zt_policy_test *t;
	uint32_t dir;
	const struct zt_side *device_side, *peer_side;
	struct zt_points devices, peers;
	uint32_t *head, *next; /* peers by class: 1 + index of the first, of the next; 0 none */
	uint64_t *inside;      /* ZT_SVC_MAX bits, scratch */
};

int zt_walk_init(struct zt_walk *w, const struct zt_policy *p, const struct zt_image *i,
		 struct zt_errors *errors);
void zt_walk_free(struct zt_walk *w);

/* points.c: others are the listed devices that a side does not hold */
int zt_points_devices(struct zt_walk *w, const struct zt_side *side, struct zt_points *ret);
int zt_points_others(struct zt_walk *w, const struct zt_side *side, struct zt_points *ret);
int zt_points_peers(struct zt_walk *w, const struct zt_side *side, struct zt_points *ret);
bool zt_side_has(const struct zt_side *side, uint32_t device);
bool zt_set_has(const struct zt_set *s, uint32_t x);
void zt_set_put(struct zt_set *s, uint32_t x); /* there is room, and it is not in */
/* The device that has this address, or -1. */
int zt_walk_device(const struct zt_walk *w, const struct zt_prefix *a);
/* A member of the class that is in the side (if given) and is not `other`, or -1. */
int zt_walk_member(const struct zt_walk *w, uint32_t class, const struct zt_side *in, int other);
/* Families a peer class or a point can be met in. */
uint8_t zt_class_families(const struct zt_walk *w, uint32_t pclass);
uint8_t zt_point_families(const struct zt_point *x);

/* indexes.c: services of a test as bits over svc indexes; nr 0: all */
void zt_indexes_fill(uint64_t *bits, const struct zt_services *l);
void zt_indexes_add(uint64_t *bits, const struct zt_services *l);
/*
 * The first index of a service class that is in bits, not in not_in (if given),
 * and that a packet of these families can have.
 */
bool zt_walk_index(const struct zt_walk *w, uint32_t svc, const uint64_t *bits,
		   const uint64_t *not_in, uint8_t families, uint32_t *ret);

/*
 * concern.c: would it break a `never` or an `only` if this class could open to that
 * one on this service class; and who and what to name then.
 */
int zt_concern_init(struct zt_trial *t);
bool zt_concerns(const struct zt_trial *t, struct zt_point *device, uint32_t pclass, uint32_t svc,
		 struct zt_point *ret_peer, uint32_t *ret_index);

/* Make the two sides of a case two different devices; false when there is only one. */
bool zt_two_devices(const struct zt_trial *t, struct zt_point *device, struct zt_point *peer);

/* Quickly: may anything with this peer class of a rule key break it. */
bool zt_concerns_class(const struct zt_trial *t, uint32_t pclass);

/* hunt.c: 1 and a message when there is a counterexample, else 0 */
int zt_trial_hunt(struct zt_trial *t);

/* test_text.c */
char *zt_trial_name(const struct zt_trial *t, const struct zt_point *device,
		    const struct zt_point *peer, uint32_t index, char *buf, size_t len);
void zt_trial_fail(const struct zt_trial *t, const char *text);

#endif
