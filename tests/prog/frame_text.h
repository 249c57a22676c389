/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language rows write frames in: sections between ';', each a word and its
 * arguments, from the outside in. Lengths and next-header fields follow from what
 * comes after unless a row sets them; checksums stay 0, the data path reads none.
 *
 *	[eth SRC DST [0xTYPE]] [tag VID [0xTPID]] ip SRC DST [K=V...] tcp SPORT DPORT FLAGS
 *
 * Without `eth` the MACs are those of the names in the first ip or arp section,
 * the router standing in for whoever is not on the link. `ip` is of the family the
 * row runs in, ip4 and ip6 are fixed. The words are the table at the end.
 */
#ifndef ZT_FRAME_TEXT_H
#define ZT_FRAME_TEXT_H

#include "frame_put.h"

static const struct {
	const char *word;
	int (*put)(struct frame *f, int argc, char **argv);
} frame_words[] = {
	{ "eth", put_eth },	    { "noeth", put_noeth },   { "tag", put_tag },
	{ "ip", put_ip },	    { "ip4", put_ip4 },	      { "ip6", put_ip6 },
	{ "frag", put_frag },	    { "hbh", put_ext },	      { "dst", put_ext },
	{ "rh", put_ext },	    { "ah", put_ah },	      { "tcp", put_tcp },
	{ "udp", put_udp },
	{ "echo", put_icmp },	    { "reply", put_icmp },    { "unreach", put_icmp },
	{ "big", put_icmp },	    { "exceeded", put_icmp }, { "problem", put_icmp },
	{ "redirect", put_icmp },   { "icmp", put_icmp },     { "arp", put_arp },
	{ "ns", put_nd },	    { "na", put_nd },	      { "rs", put_nd },
	{ "ra", put_nd },	    { "report", put_group },  { "query", put_group },
	{ "dhcp", put_dhcp },	    { "pay", put_pay },	      { "hex", put_hex },
	{ "pad", put_pad },	    { "cut", put_cut },
};

static inline int frame_section(struct frame *f, char *section)
{
	char *argv[FRAME_ARGS], *save = NULL, *word;
	int argc = 0;

	for (word = strtok_r(section, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		if (argc == FRAME_ARGS)
			return -1;
		argv[argc++] = word;
	}
	if (!argc)
		return 0;
	if (!f->began && strcmp(argv[0], "eth") && strcmp(argv[0], "noeth") && frame_begin(f))
		return -1;
	for (size_t i = 0; i < sizeof(frame_words) / sizeof(frame_words[0]); i++) {
		if (!strcmp(frame_words[i].word, argv[0]))
			return frame_words[i].put(f, argc, argv);
	}
	return -1;
}

/*
 * Text to octets. dir: enum zt_dir, for the MACs a row leaves out. 0, or -1 with
 * the section that is wrong in f->error.
 */
static inline int frame_make(struct frame *f, const char *text, uint8_t family, uint8_t dir, int raw)
{
	char copy[1024], *save = NULL, *section;

	memset(f, 0, offsetof(struct frame, data));
	f->family = family;
	f->dir = dir;
	f->raw = raw;
	f->text = text;
	if (strlen(text) >= sizeof(copy))
		return -1;
	strcpy(copy, text);
	for (section = strtok_r(copy, ";", &save); section; section = strtok_r(NULL, ";", &save)) {
		snprintf(f->error, sizeof(f->error), "%.*s", (int)sizeof(f->error) - 1, section);
		if (frame_section(f, section))
			return -1;
	}
	f->error[0] = 0;
	frame_end(f);
	return 0;
}

#endif
