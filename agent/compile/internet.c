/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The word `internet` as data: global unicast minus every range of the IANA
 * special-purpose registries (RFC 6890 and updates, as of 2025), whether marked
 * globally reachable there or not. Segments' subnets are taken off elsewhere.
 * IPv4 embedded in 64:ff9b::/96 is judged as well, by whoever decides.
 */
#include "compile/compile.h"

#define V4(plen, a, b, c, d)       \
	{                          \
		4, plen,           \
		{                  \
			a, b, c, d \
		}                  \
	}
#define V6(plen, ...)               \
	{                           \
		6, plen,            \
		{                   \
			__VA_ARGS__ \
		}                   \
	}

const struct zt_range zt_internet_hosts[] = {
	V4(0, 0, 0, 0, 0),
	V6(3, 0x20),
	V6(96, 0x00, 0x64, 0xff, 0x9b),
};

const struct zt_range zt_internet_except[] = {
	V4(8, 0, 0, 0, 0),		/* this network */
	V4(8, 10, 0, 0, 0),		/* private use */
	V4(10, 100, 64, 0, 0),		/* shared address space */
	V4(8, 127, 0, 0, 0),		/* loopback */
	V4(16, 169, 254, 0, 0),		/* link local */
	V4(12, 172, 16, 0, 0),		/* private use */
	V4(24, 192, 0, 0, 0),		/* IETF protocol assignments */
	V4(24, 192, 0, 2, 0),		/* documentation */
	V4(24, 192, 31, 196, 0),	/* AS112-v4 */
	V4(24, 192, 52, 193, 0),	/* AMT */
	V4(24, 192, 88, 99, 0),		/* 6to4 relay anycast, deprecated */
	V4(16, 192, 168, 0, 0),		/* private use */
	V4(24, 192, 175, 48, 0),	/* direct delegation AS112 */
	V4(15, 198, 18, 0, 0),		/* benchmarking */
	V4(24, 198, 51, 100, 0),	/* documentation */
	V4(24, 203, 0, 113, 0),		/* documentation */
	V4(3, 224, 0, 0, 0),		/* multicast, reserved, limited broadcast */
	V6(23, 0x20, 0x01),		/* IETF protocol assignments, Teredo among them */
	V6(32, 0x20, 0x01, 0x0d, 0xb8), /* documentation */
	V6(16, 0x20, 0x02),		/* 6to4 */
	V6(48, 0x26, 0x20, 0x00, 0x4f, 0x80, 0x00), /* direct delegation AS112 */
	V6(20, 0x3f, 0xff, 0x00),		    /* documentation */
};

const uint32_t zt_internet_nr_hosts = sizeof(zt_internet_hosts) / sizeof(zt_internet_hosts[0]);
const uint32_t zt_internet_nr_except = sizeof(zt_internet_except) / sizeof(zt_internet_except[0]);

struct zt_prefix zt_range_prefix(const struct zt_range *r)
{
	struct zt_prefix p = { .family = r->family, .plen = r->plen };

	if (r->family == 4) {
		p.addr.w[2] = htobe32(0xffff);
		memcpy(&p.addr.w[3], r->addr, 4);
	} else {
		memcpy(&p.addr, r->addr, 16);
	}
	return p;
}
