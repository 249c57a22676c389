/* SPDX-License-Identifier: GPL-2.0 */
/* Names of link types, for the message that refuses one. Only the common ones. */
#include <stdio.h>
#include "capture/capture.h"

static const struct {
	uint32_t nr;
	const char *name;
} names[] = {
	{0, "BSD loopback (0)"},
	{1, "Ethernet (1)"},
	{9, "PPP (9)"},
	{50, "PPP in HDLC framing (50)"},
	{51, "PPPoE (51)"},
	{101, "raw IP (101)"},
	{104, "Cisco HDLC (104)"},
	{105, "IEEE 802.11 Wi-Fi (105)"},
	{108, "OpenBSD loopback (108)"},
	{113, "Linux cooked capture, \"any\" (113)"},
	{127, "802.11 with radiotap header (127)"},
	{147, "user defined (147)"},
	{187, "Bluetooth HCI (187)"},
	{189, "USB (189)"},
	{192, "per-packet information (192)"},
	{195, "IEEE 802.15.4 (195)"},
	{220, "Linux USB (220)"},
	{227, "CAN (227)"},
	{228, "raw IPv4 (228)"},
	{229, "raw IPv6 (229)"},
	{230, "IEEE 802.15.4 without FCS (230)"},
	{239, "netfilter log (239)"},
	{253, "netlink (253)"},
	{276, "Linux cooked capture version 2 (276)"},
	{284, "Marvell DSA switch tag (284)"},
	{285, "Marvell EDSA switch tag (285)"},
};

const char *zt_linktype_name(uint32_t linktype, char *buf, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].nr == linktype)
			return names[i].name;
	snprintf(buf, len, "number %u", linktype);
	return buf;
}
