/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before everything when clang builds the library for the fuzzers: gcc
 * takes the C library's htonl(constant) as a constant in a static initializer,
 * clang does so only with the builtin.
 */
#include <byteswap.h>
#include <endian.h>

#undef __bswap_16
#undef __bswap_32
#undef __bswap_64
#define __bswap_16 __builtin_bswap16
#define __bswap_32 __builtin_bswap32
#define __bswap_64 __builtin_bswap64
