/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading packet captures: pcap and pcapng, both byte orders, plain or gzip. One
 * packet after the other, in file order, nothing kept in memory but the current
 * one. The file is hostile: every length in it is checked, every refusal names
 * the byte. Knows nothing of policies, of programs or of what is in a frame.
 */
#ifndef ZT_CAPTURE_H
#define ZT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZT_CAPTURE_FRAME_MAX 262144u /* as libpcap: longer is a damaged file */
#define ZT_LINKTYPE_ETHERNET 1u

struct zt_capture;

struct zt_capture_packet {
	uint64_t number;    /* from 1, over all interfaces of the file */
	uint64_t offset;    /* where its record begins, uncompressed */
	int64_t time_ns;    /* since 1970; the packet before it where the format has none */
	uint32_t interface; /* pcapng: index in its section */
	uint32_t linktype;
	uint32_t caplen;     /* bytes of data */
	uint32_t len;	     /* bytes on the wire; caplen < len: cut short */
	const uint8_t *data; /* valid until the next call */
};

/* -errno and *ret_error, a text for people that the caller frees. */
int zt_capture_open(const char *path, struct zt_capture **ret, char **ret_error);
/* The same over bytes that outlive the capture; not gzip. */
int zt_capture_open_bytes(const void *bytes, size_t len, struct zt_capture **ret, char **ret_error);
/*
 * 1 and the next packet; 0 at the end of the file; -EBADMSG with the byte offset
 * in *ret_error where the file is damaged: what came before stays good.
 */
int zt_capture_next(struct zt_capture *c, struct zt_capture_packet *ret, char **ret_error);
void zt_capture_close(struct zt_capture *c);

/* Name of a link type, "number N" for those without; static or in buf. */
const char *zt_linktype_name(uint32_t linktype, char *buf, size_t len);

#endif
