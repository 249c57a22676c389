/* SPDX-License-Identifier: GPL-2.0 */
/* The policy of a shape, as text and as what another firewall would be told. */
#ifndef ZT_BENCH_POLICY_TEXT_H
#define ZT_BENCH_POLICY_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include "shape.h"

/* JSON; caller frees. changed: one device has one application more (ZT_NONE: none has). */
char *policy_text(const struct shape *s, uint32_t changed, size_t *ret_len);
void policy_mac(uint8_t mac[6], uint32_t d);

enum nft_form {
	NFT_LINEAR, /* a rule each */
	NFT_EXACT, /* a set of concatenations: a hash */
	NFT_PREFIX, /* the same with networks: intervals (pipapo) */
};
/* `nft -f` text for the first `entries` (device, application) pairs; caller frees. */
char *nft_text(const struct shape *s, enum nft_form form, uint32_t entries);

#endif
