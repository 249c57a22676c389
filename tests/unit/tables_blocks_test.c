/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The search tree of the prefixes: the programs' own walk down it finds what a naive
 * longest match over all of them finds, at and around every edge.
 */
#include <arpa/inet.h>
#include <check.h>
#include "host/engine.h"

#define MAX 120000u

static struct zt_image image;

static uint64_t state = 1;
static uint64_t any(void)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return state ^ state >> 29;
}

static uint32_t bits_of(const struct zt_image_net *n)
{
	return n->key.plen - 32;
}

static uint32_t family_of(const struct zt_image_net *n)
{
	return n->key.family == htobe32(4) ? 4 : 6;
}

/* Clear (or set) what is behind the first bits. */
static struct zt_addr edge(struct zt_addr a, uint32_t bits, bool last)
{
	uint8_t *x = (uint8_t *)&a;

	for (; bits < 128; bits++)
		x[bits / 8] = last ? x[bits / 8] | 0x80 >> bits % 8 : x[bits / 8] & ~(0x80 >> bits % 8);
	return a;
}

static struct zt_addr step(struct zt_addr a, int by)
{
	uint8_t *x = (uint8_t *)&a;

	for (int i = 15; i >= 0; i--) {
		x[i] += by;
		if (x[i] != (by > 0 ? 0 : 0xff))
			break;
	}
	return a;
}

static struct zt_addr address(uint32_t family, const char *text)
{
	struct zt_addr a = { { 0, 0, htobe32(0xffff), 0 } };

	ck_assert_int_eq(inet_pton(family == 4 ? AF_INET : AF_INET6, text,
				   family == 4 ? (void *)&a.w[3] : (void *)&a), 1);
	return a;
}

static bool holds(const struct zt_image_net *n, uint32_t family, const struct zt_addr *a)
{
	struct zt_addr first = edge(*a, bits_of(n), false);

	return family_of(n) == family && !memcmp(&first, &n->key.addr, sizeof(first));
}

static struct zt_host_word naive(uint32_t family, const struct zt_addr *a)
{
	const struct zt_image_net *best = NULL;

	for (uint32_t n = 0; n < image.nr_nets; n++) {
		if (holds(&image.nets[n], family, a) && (!best || bits_of(&image.nets[n]) > bits_of(best)))
			best = &image.nets[n];
	}
	return best ? best->word : (struct zt_host_word){ 0 };
}

static void add(uint32_t family, struct zt_addr a, uint32_t bits)
{
	struct zt_image_net *n = &image.nets[image.nr_nets];

	*n = (struct zt_image_net){ { 32 + bits, htobe32(family), edge(a, bits, false) },
				    { .kind = ZT_KIND_APP, .segment = any() % 3, .id = image.nr_nets % 7 } };
	for (uint32_t k = 0; image.nr_nets < 5000 && k < image.nr_nets; k++) {
		if (!memcmp(&image.nets[k].key, &n->key, sizeof(n->key)))
			return; /* each prefix once */
	}
	image.nr_nets++;
}

/* A prefix of the family near one of a few places, so that many lie in others. */
static void add_random(uint32_t family)
{
	uint32_t shortest = family == 4 ? 96 : 0, bits = shortest + any() % (129 - shortest);
	struct zt_addr a = { { 0, 0, htobe32(0xffff), 0 } };
	uint32_t keep = any() % 128;
	uint8_t *x = (uint8_t *)&a;

	for (uint32_t i = family == 4 ? 12 : 0; i < 16; i++)
		x[i] = i * 8 < keep ? (any() & 1 ? 0xff : 0) * (i % 3 == 0) : (uint8_t)any();
	add(family, a, bits);
}

static void lay(void)
{
	struct zt_block *blocks;
	uint32_t nr;

	ck_assert_int_eq(zt_blocks_make(&image, &blocks, &nr), 0);
	memcpy(host_fresh(&zt_net_0, nr), blocks, nr * sizeof(*blocks));
	free(blocks);
}

static struct zt_host_word found(uint32_t family, const struct zt_addr *a)
{
	const struct zt_pkt p = { 0 };
	struct zt_host_word w;

	zt_net_find(&p, a, family, &w);
	return w;
}

static void ask(uint32_t family, struct zt_addr a)
{
	struct zt_host_word want = naive(family, &a), is = found(family, &a);

	if (family == 4) /* nothing of it is read but the address */
		a.w[0] = a.w[1] = 0, a.w[2] = htobe32(0xffff);
	ck_assert_msg(!memcmp(&want, &is, sizeof(is)), "ipv%u %08x %08x %08x %08x: id %u kind %u, not %u %u",
		      family, be32toh(a.w[0]), be32toh(a.w[1]), be32toh(a.w[2]), be32toh(a.w[3]),
		      is.id, is.kind, want.id, want.kind);
}

static void ask_around(const struct zt_image_net *n)
{
	struct zt_addr first = edge(n->key.addr, bits_of(n), false);
	struct zt_addr last = edge(n->key.addr, bits_of(n), true), before = step(first, -1);
	struct zt_addr behind = step(last, 1);

	ask(family_of(n), first);
	ask(family_of(n), last);
	if (family_of(n) == 4)
		before.w[2] = behind.w[2] = htobe32(0xffff);
	ask(family_of(n), before);
	ask(family_of(n), behind);
}

static void check_all(void)
{
	lay();
	for (uint32_t n = 0; n < image.nr_nets; n++)
		ask_around(&image.nets[n]);
	for (uint32_t n = 0; n < 200; n++) {
		struct zt_addr a = { { any(), any(), any(), any() } };

		ask(6, a);
		a = (struct zt_addr){ { 0, 0, htobe32(0xffff), any() } };
		ask(4, a);
	}
}

static void open_image(void)
{
	image.nets = calloc(MAX, sizeof(*image.nets));
	image.nr_nets = 0;
}

static void close_image(void)
{
	free(image.nets);
}

START_TEST(random_prefixes)
{
	static const uint32_t sizes[] = { 0, 1, 2, 5, 20, 80, 81, 82, 300, 1500 };

	for (uint32_t round = 0; round < 20; round++) {
		for (uint32_t i = 0; i < (round ? 8 : 10); i++) {
			image.nr_nets = 0;
			for (uint32_t n = 0; n < sizes[i]; n++)
				add_random(any() & 1 ? 4 : 6);
			check_all();
		}
	}
}
END_TEST

static const struct {
	const char *what;
	const char *nets[8]; /* each family and length from its text */
} edges[] = {
	{ "everything", { "0.0.0.0/0", "::/0" } },
	{ "halves", { "0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1" } },
	{ "upper halves alone", { "128.0.0.0/1", "8000::/1" } },
	{ "first and last", { "0.0.0.0/32", "255.255.255.255/32", "::/128",
			      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128" } },
	{ "first and last in everything", { "0.0.0.0/0", "255.255.255.255/32", "::/0", "::/128",
					    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128" } },
	{ "across the middle", { "127.255.255.255/32", "128.0.0.0/32", "7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
				 "8000::/128" } },
	{ "neighbouring upper halves with lower ones", { "2001:db8::1/128", "2001:db8:0:1::1/128",
							 "2001:db8:0:1:8000::/65", "2001:db8:0:2::/64" } },
	{ "a lower half that begins in a prefix", { "2001:db8::/32", "2001:db8::/127", "2001:db8::8000:0:0:0/66",
						    "2001:db8::ffff:ffff:ffff:ffff/128" } },
	{ "the 64th bit", { "2001:db8::/63", "2001:db8::/64", "2001:db8:0:1::/64", "2001:db8::/65" } },
};

START_TEST(edges_of_the_address_space)
{
	for (uint32_t n = 0; n < 8 && edges[_i].nets[n]; n++) {
		uint32_t family = strchr(edges[_i].nets[n], ':') ? 6 : 4, plen;
		char text[64];

		strcpy(text, edges[_i].nets[n]);
		plen = atoi(strchr(text, '/') + 1);
		*strchr(text, '/') = 0;
		add(family, address(family, text), plen + (family == 4 ? 96 : 0));
	}
	check_all();
}
END_TEST

/* Deep: one upper half, and one address space, of more intervals than two levels hold. */
START_TEST(many_prefixes)
{
	uint32_t n, steps = 0;

	for (n = 0; n < 40000; n++) {
		struct zt_addr a = { { 0, 0, htobe32(0xffff), htobe32(0x2d000000 + 512 * n) } };
		struct zt_addr six = { { htobe32(0x20010db8), 0, htobe32(n), 0 } };

		add(4, a, 120);
		if (n < 10000)
			add(6, six, 96);
	}
	lay();
	for (n = 0; n < 40000; n += 7) {
		struct zt_addr a = { { 0, 0, htobe32(0xffff), htobe32(0x2d000000 + 512 * n + 3) } };
		struct zt_addr six = { { htobe32(0x20010db8), 0, htobe32(n % 10000), htobe32(9) } };

		ck_assert_uint_eq(found(4, &a).id, image.nets[n < 10000 ? 2 * n : 10000 + n].word.id);
		ck_assert_uint_eq(found(6, &six).id, image.nets[2 * (n % 10000) + 1].word.id);
		a.w[3] = htobe32(0x2d000000 + 512 * n + 256);
		ck_assert_uint_eq(found(4, &a).kind, ZT_KIND_NONE);
		steps++;
	}
	ck_assert_uint_gt(steps, 5000);
}
END_TEST

/* Its memory goes with the number of prefixes, whichever they are. */
START_TEST(memory_is_bounded)
{
	struct zt_block *blocks;
	uint32_t n, nr;

	for (n = 0; n < 100000; n++) {
		struct zt_addr a = { { any(), any(), any(), any() } };

		add(6, a, 33 + any() % 96);
	}
	ck_assert_int_eq(zt_blocks_make(&image, &blocks, &nr), 0);
	ck_assert_uint_lt(nr, 100000 / 3); /* 450 octets a prefix */
	free(blocks);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tables: blocks");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_set_timeout(c, 120);
	tcase_add_checked_fixture(c, open_image, close_image);
	tcase_add_test(c, random_prefixes);
	tcase_add_loop_test(c, edges_of_the_address_space, 0, sizeof(edges) / sizeof(edges[0]));
	tcase_add_test(c, many_prefixes);
	tcase_add_test(c, memory_is_bounded);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
