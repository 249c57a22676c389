/* SPDX-License-Identifier: GPL-2.0 */
/* UTF-8, one character at a time, and which of them may steer a terminal. */
#ifndef ZT_ZTCTL_UTF8_H
#define ZT_ZTCTL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets of the next character, 0 where they are not UTF-8. Not at the end of the text. */
size_t utf8_next(const char *text, uint32_t *ret_code);
/* Control characters, bidi overrides, invisible ones: never shown as they are. */
bool utf8_is_hostile(uint32_t code);

#endif
