/* SPDX-License-Identifier: GPL-2.0 */
/* Good captures of every kind: both formats, both byte orders, every time unit, gzip. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include "capture_build.h"

static const struct {
	uint32_t magic;
	bool swap;
	size_t extra; /* bytes a record header has beyond 16 */
	int64_t time_ns;
} magics[] = {
	{0xa1b2c3d4, false, 0, 1000007000}, {0xa1b2c3d4, true, 0, 1000007000},
	{0xa1b23c4d, false, 0, 1000000007}, {0xa1b23c4d, true, 0, 1000000007},
	{0xa1b2cd34, false, 8, 1000007000}, {0xa1b2cd34, true, 8, 1000007000},
};

START_TEST(pcap_of_every_magic)
{
	struct zt_capture_packet p = {};
	struct zt_capture *c;
	char *error = NULL;

	begin(magics[_i].swap);
	pcap_header(magics[_i].magic, 2, 4, 1);
	pcap_record(1, 7, 5, 9);
	bytes("", 0, magics[_i].extra);
	bytes("hello", 5, 5);
	ck_assert_int_eq(zt_capture_open_bytes(file, size, &c, &error), 0);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 1);
	ck_assert_int_eq(p.time_ns, magics[_i].time_ns);
	ck_assert_uint_eq(p.number, 1);
	ck_assert_uint_eq(p.caplen, 5);
	ck_assert_uint_eq(p.len, 9);
	ck_assert_uint_eq(p.linktype, 1);
	ck_assert_uint_eq(p.offset, 24);
	ck_assert_mem_eq(p.data, "hello", 5);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 0);
	zt_capture_close(c);
}
END_TEST

START_TEST(pcap_with_check_sequence_is_ethernet)
{
	struct zt_capture_packet p = {};
	char *error = NULL;

	begin(false);
	pcap_header(0xa1b2c3d4, 2, 4, 0x30000001);
	pcap_record(0, 0, 0, 0);
	ck_assert_int_eq(read_all(&p, &error), 0);
	ck_assert_uint_eq(p.linktype, ZT_LINKTYPE_ETHERNET);
}
END_TEST

START_TEST(pcap_of_old_versions_swaps_lengths)
{
	struct zt_capture_packet p = {};
	char *error = NULL;

	begin(false);
	pcap_header(0xa1b2c3d4, 2, _i, 1);
	pcap_record(0, 0, 9, 4);
	bytes("abcd", 4, 4);
	ck_assert_int_eq(read_all(&p, &error), 0);
	ck_assert_uint_eq(p.caplen, 4);
	ck_assert_uint_eq(p.len, 9);
}
END_TEST

START_TEST(pcapng_with_several_interfaces)
{
	struct zt_capture_packet p = {};
	struct zt_capture *c;
	char *error = NULL;

	begin(_i);
	section();
	interface(1, 0);
	interface_clock(9, 100);       /* nanoseconds, 100 s later */
	interface_clock(0x80 | 10, 0); /* 1/1024 s */
	interface(228, 3);
	enhanced(0, 5000001, 5, 9);
	enhanced(1, 5000000001ull, 4, 4);
	enhanced(2, 1536, 4, 4);
	enhanced(3, 1, 2, 2);
	ck_assert_int_eq(zt_capture_open_bytes(file, size, &c, &error), 0);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 1);
	ck_assert_int_eq(p.time_ns, 5000001000);
	ck_assert_mem_eq(p.data, "frame", 5);
	ck_assert_uint_eq(p.len, 9);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 1);
	ck_assert_int_eq(p.time_ns, 105000000001);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 1);
	ck_assert_int_eq(p.time_ns, 1500000000);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 1);
	ck_assert_uint_eq(p.linktype, 228);
	ck_assert_uint_eq(p.interface, 3);
	ck_assert_uint_eq(p.number, 4);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 0);
	zt_capture_close(c);
}
END_TEST

START_TEST(pcapng_simple_and_obsolete_blocks)
{
	struct zt_capture_packet p = {};
	struct zt_capture *c;
	char *error = NULL;

	begin(_i);
	section();
	interface(1, 4);
	u32(2); /* obsolete packet block: interface 0, 7 drops */
	u32(36);
	u16(0);
	u16(7);
	u32(0);
	u32(3);
	u32(2);
	u32(60);
	bytes("ab", 2, 4);
	u32(36);
	u32(5); /* interface statistics: passed over */
	u32(16);
	u32(0);
	u32(16);
	u32(3); /* simple: no time, cut at the snap length */
	u32(20);
	u32(1000);
	bytes("wxyz", 4, 4);
	u32(20);
	ck_assert_int_eq(zt_capture_open_bytes(file, size, &c, &error), 0);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 1);
	ck_assert_int_eq(p.time_ns, 3000);
	ck_assert_uint_eq(p.caplen, 2);
	ck_assert_uint_eq(p.len, 60);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 1);
	ck_assert_int_eq(p.time_ns, 3000);
	ck_assert_uint_eq(p.caplen, 4);
	ck_assert_uint_eq(p.len, 1000);
	ck_assert_mem_eq(p.data, "wxyz", 4);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 0);
	zt_capture_close(c);
}
END_TEST

/* Each section has its own byte order and its own interfaces. */
START_TEST(pcapng_sections)
{
	struct zt_capture_packet p = {};
	char *error = NULL;

	begin(false);
	section();
	interface(1, 0);
	enhanced(0, 1, 4, 4);
	swap = true;
	section();
	interface(113, 0);
	enhanced(0, 2, 4, 4);
	ck_assert_int_eq(read_all(&p, &error), 0);
	ck_assert_uint_eq(p.number, 2);
	ck_assert_uint_eq(p.linktype, 113);

	begin(false);
	section();
	interface(1, 0);
	section();
	enhanced(0, 1, 4, 4);
	ck_assert_int_eq(read_all(&p, &error), -EBADMSG);
	ck_assert_str_eq(error, "at byte 76: a packet of interface 0, but 0 are described");
	free(error);
}
END_TEST

static void write_gzip(const char *path, size_t cut)
{
	gzFile gz = gzopen(path, "wb");
	FILE *f;
	long whole;

	ck_assert_ptr_nonnull(gz);
	ck_assert_int_eq(gzwrite(gz, file, size), (int)size);
	ck_assert_int_eq(gzclose(gz), Z_OK);
	f = fopen(path, "r+");
	ck_assert_ptr_nonnull(f);
	fseek(f, 0, SEEK_END);
	whole = ftell(f);
	ck_assert_int_eq(ftruncate(fileno(f), whole - cut), 0);
	fclose(f);
}

START_TEST(gzip_whole_and_cut)
{
	char path[] = "/tmp/zt-capture-XXXXXX";
	struct zt_capture_packet p = {};
	struct zt_capture *c;
	char *error = NULL;
	int fd = mkstemp(path), r;

	ck_assert_int_ge(fd, 0);
	close(fd);
	begin(false);
	pcap_header(0xa1b2c3d4, 2, 4, 1);
	pcap_record(3, 0, 5, 5);
	bytes("hello", 5, 5);
	write_gzip(path, 0);
	ck_assert_int_eq(zt_capture_open(path, &c, &error), 0);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 1);
	ck_assert_mem_eq(p.data, "hello", 5);
	ck_assert_int_eq(zt_capture_next(c, &p, &error), 0);
	zt_capture_close(c);

	write_gzip(path, 12);
	r = zt_capture_open(path, &c, &error);
	if (!r) {
		while ((r = zt_capture_next(c, &p, &error)) > 0)
			;
		zt_capture_close(c);
	}
	ck_assert_int_eq(r, -EBADMSG);
	ck_assert_ptr_nonnull(strstr(error, "cut short"));
	free(error);
	unlink(path);
}
END_TEST

START_TEST(missing_file)
{
	struct zt_capture *c;
	char *error = NULL;

	ck_assert_int_eq(zt_capture_open("/nonexistent/x.pcap", &c, &error), -ENOENT);
	ck_assert_str_eq(error, "cannot open: No such file or directory");
	free(error);
}
END_TEST

START_TEST(link_types_have_names)
{
	char buf[32];

	ck_assert_str_eq(zt_linktype_name(113, buf, sizeof(buf)),
			 "Linux cooked capture, \"any\" (113)");
	ck_assert_str_eq(zt_linktype_name(65000, buf, sizeof(buf)), "number 65000");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("capture");
	TCase *t = tcase_create("capture");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(t, pcap_of_every_magic, 0, sizeof(magics) / sizeof(magics[0]));
	tcase_add_test(t, pcap_with_check_sequence_is_ethernet);
	tcase_add_loop_test(t, pcap_of_old_versions_swaps_lengths, 2, 4);
	tcase_add_loop_test(t, pcapng_with_several_interfaces, 0, 2);
	tcase_add_loop_test(t, pcapng_simple_and_obsolete_blocks, 0, 2);
	tcase_add_test(t, pcapng_sections);
	tcase_add_test(t, gzip_whole_and_cut);
	tcase_add_test(t, missing_file);
	tcase_add_test(t, link_types_have_names);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
