/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hostile text made safe for a log line. Device names, DNS names and error texts
 * may hold anything; what leaves here is valid UTF-8 on one line, without control
 * characters, separators or direction overrides. Knows no event and no format.
 */
#ifndef ZT_EVENT_TEXT_H
#define ZT_EVENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Value of a CEF extension key: blanks at both ends removed, "\" and "=" escaped,
 * newline and CR written as \n and \r, everything unsafe replaced by U+FFFD. At most
 * cap octets, never ending inside a character or an escape. 0 = nothing to say.
 */
size_t zt_text_value(const char *in, char *out, size_t cap);

/* Field of a CEF header: as above, but "|" and "\" become "_", nothing is escaped. */
size_t zt_text_header(const char *in, char *out, size_t cap);

/* RFC 5424 header token: printable ASCII but "|", others "_"; "-" when empty. */
size_t zt_text_token(const char *in, char *out, size_t cap);

/*
 * One character of UTF-8 at p (not the end of the string): its length, and whether it
 * may appear in a log line. An invalid octet has length 1 and is unsafe.
 */
size_t zt_text_char(const unsigned char *p, bool *ret_safe);

#endif
