/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink without a library, so that tests can also say what a library would not. */
#ifndef KMOD_NL_H
#define KMOD_NL_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include "zt_abi.h"
#include "zt_genl.h"

#define NL_ROOM 8192

struct nl {
	int fd;
	uint16_t family;
	uint32_t group; /* of "ended" */
	uint32_t seq;
	char text[256]; /* what the kernel said of the last error, "" nothing */
	bool inconsistent; /* the last dump said so */
};

/* A message under construction. */
struct nl_msg {
	uint32_t len; /* of data */
	union {
		struct nlmsghdr hdr;
		char data[NL_ROOM];
	};
};

struct nl_attrs {
	const struct nlattr *a[ZT_GENL_ATTR_MAX + 1];
};

/* 0, or -errno: the family is not there. */
int nl_open(struct nl *nl);
void nl_close(struct nl *nl);
int nl_join(struct nl *nl, uint32_t group);

void nl_begin(struct nl *nl, struct nl_msg *m, uint8_t cmd, uint16_t flags);
void nl_put(struct nl_msg *m, uint16_t type, const void *data, uint32_t len);
void nl_put_u32(struct nl_msg *m, uint16_t type, uint32_t v);

typedef void (*nl_fn)(const struct nl_attrs *attrs, uint8_t cmd, void *arg);
/* Ask and read all answers; 0 or -errno with nl->text. */
int nl_talk(struct nl *nl, struct nl_msg *m, nl_fn fn, void *arg);
/* Notifications that are there; wait: for at least one, at most so long. How many, or -errno. */
int nl_listen(struct nl *nl, int wait_ms, nl_fn fn, void *arg);

uint32_t nl_u32(const struct nl_attrs *a, int type);
uint64_t nl_u64(const struct nl_attrs *a, int type);
const void *nl_data(const struct nl_attrs *a, int type, uint32_t len); /* NULL: not that long */

#endif
