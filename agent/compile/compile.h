/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside the compiler: what its stages hand to each other. Each stage fills part
 * of the image and of struct zt_build; zt_compile() only orders them. Nothing
 * outside agent/compile/ includes this. Knows no kernel, files, clock.
 */
#ifndef ZT_COMPILE_H
#define ZT_COMPILE_H

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "compile/image.h"
#include "zt_key.h"

/* A sorted or growing list of numbers. */
struct zt_u32s {
	uint32_t *v;
	uint32_t nr, cap;
};
int zt_u32s_add(struct zt_u32s *l, uint32_t x);
void zt_u32s_sort(struct zt_u32s *l);

/* Room for one more element: array is a pointer to the array's pointer. */
int zt_grow(void *array, uint32_t *cap, uint32_t nr, size_t size);

/* ---- partition.c: equivalence classes by refinement --------------------- */

struct zt_partition {
	uint32_t *of; /* [item] = class, dense from 0 */
	uint32_t nr_items;
	uint32_t nr;		      /* classes */
	uint32_t *size, *hits, *twin; /* [class] */
	uint32_t *touched;	      /* classes the set at hand has members of */
};
int zt_partition_init(struct zt_partition *p, uint32_t nr_items);
/* Afterwards no class has members both inside and outside of the set (no repeats in it). */
void zt_partition_refine(struct zt_partition *p, const uint32_t *set, uint32_t nr);
void zt_partition_free(struct zt_partition *p);

/* ---- numbers.c ----------------------------------------------------------- */

struct zt_number_bind {
	uint8_t mac[6];
	uint32_t bind;
};

/* The indexes of one device, or of the unknown devices of one port. */
struct zt_number {
	char *id;
	bool is_port;
	uint8_t nr_binds;
	uint32_t dev, serial;
	struct zt_number_bind binds[4];
};

struct zt_numbers {
	struct zt_number *v; /* devices by id, then device ports by id */
	uint32_t nr;
	uint32_t serial; /* last one given */
};

/*
 * The numbers of a policy, following those of the one before: entry i is policy
 * device i, then come the device ports in the policy's order.
 */
int zt_numbers_next(const struct zt_numbers *old, const struct zt_policy *p,
		    const struct zt_env *env, struct zt_numbers **ret);
void zt_numbers_swap(struct zt_numbers *a, struct zt_numbers *b);

/* ---- the build ----------------------------------------------------------- */

/* A device set some rule names, as classes. */
struct zt_dset {
	const struct zt_set *set;
	bool all;		/* every listed device: the wildcard says the same */
	struct zt_u32s classes; /* sorted */
};

/* A list of services as classes. */
struct zt_slist {
	bool any; /* the wildcard */
	bool used;
	struct zt_u32s classes; /* sorted */
};

struct zt_build {
	const struct zt_policy *p;
	const struct zt_env *env;
	struct zt_errors *errors;
	struct zt_image *image;
	struct zt_numbers *numbers;	  /* of this policy */
	const struct zt_env_port **ports; /* [interface], NULL: the machine lacks it */
	struct zt_u32s zones;		  /* ZT_ZONE words devices can be in, sorted */
	uint32_t *dclass;		  /* [device] */
	struct zt_dset *dsets;
	uint32_t nr_dsets;
	uint32_t *side_set;		/* [2 * rule + (to)] = index into dsets */
	struct zt_slist *app_services;	/* [application] */
	struct zt_slist *rule_services; /* [rule], when it writes its own */
	struct zt_u32s *app_pclasses;	/* [application] = peer classes holding it */
};

int zt_build_ports(struct zt_build *b);	     /* ports.c: ports, vlans, zones */
int zt_build_macs(struct zt_build *b);	     /* macs.c */
int zt_build_devices(struct zt_build *b);    /* identity.c: devs, binds */
int zt_build_classes(struct zt_build *b);    /* classes.c: dclass, dsets */
int zt_build_services(struct zt_build *b);   /* services.c: svc, *_services */
int zt_build_networks(struct zt_build *b);   /* networks.c: hosts, nets, peer classes */
int zt_build_rules(struct zt_build *b);	     /* rules.c */
int zt_image_make_index(struct zt_build *b); /* image.c: dev_of, net_start */

/* Is the address of the kind that needs a scope. */
static inline bool zt_is_link_local(uint8_t family, const struct zt_addr *a)
{
	return family == 6 && (a->w[0] & htobe32(0xffc00000)) == htobe32(0xfe800000);
}

/* ---- decide.c ----------------------------------------------------------- */

const struct zt_image_net *zt_image_net_at(const struct zt_image *i, uint8_t family,
					   const struct zt_addr *a); /* longest, or NULL */
bool zt_is_group_address(uint8_t family, const struct zt_addr *a);

/* ---- internet.c ---------------------------------------------------------- */

/* The word `internet`: inside one of hosts, outside of all of except. */
struct zt_range {
	uint8_t family, plen;
	uint8_t addr[16]; /* IPv4: the first four */
};
extern const struct zt_range zt_internet_hosts[], zt_internet_except[];
extern const uint32_t zt_internet_nr_hosts, zt_internet_nr_except;
struct zt_prefix zt_range_prefix(const struct zt_range *r);

#endif
