/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Captures built byte by byte: both formats, both byte orders, every time unit,
 * and one damaged file per check the readers make, with the byte it must name.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include "capture/capture.h"

/* A file under construction. */
static uint8_t file[65536];
static size_t size;
static bool swap; /* write in the other byte order */

static void begin(bool other_order)
{
	size = 0;
	swap = other_order;
}

static void u32(uint32_t v)
{
	v = swap ? __builtin_bswap32(v) : v;
	memcpy(file + size, &v, 4);
	size += 4;
}

static void u16(uint16_t v)
{
	v = swap ? __builtin_bswap16(v) : v;
	memcpy(file + size, &v, 2);
	size += 2;
}

static void bytes(const char *text, size_t len, size_t padded)
{
	memset(file + size, 0, padded);
	memcpy(file + size, text, len);
	size += padded;
}

static void pcap_header(uint32_t magic, uint16_t major, uint16_t minor, uint32_t linktype)
{
	u32(magic);
	u16(major);
	u16(minor);
	u32(0);
	u32(0);
	u32(65535);
	u32(linktype);
}

static void pcap_record(uint32_t s, uint32_t fraction, uint32_t caplen, uint32_t len)
{
	u32(s);
	u32(fraction);
	u32(caplen);
	u32(len);
}

static void section(void)
{
	u32(0x0a0d0d0a);
	u32(28);
	u32(0x1a2b3c4d);
	u16(1);
	u16(0);
	u32(0xffffffff);
	u32(0xffffffff);
	u32(28);
}

static void interface(uint16_t linktype, uint32_t snaplen)
{
	u32(1);
	u32(20);
	u16(linktype);
	u16(0);
	u32(snaplen);
	u32(20);
}

/* An interface whose time stamps count in `unit`, from `offset_s` on. */
static void interface_clock(uint8_t unit, uint32_t offset_s)
{
	char value = unit;

	u32(1);
	u32(44);
	u16(1);
	u16(0);
	u32(0);
	u16(9);
	u16(1);
	bytes(&value, 1, 4);
	u16(14);
	u16(8);
	u32(swap ? 0 : offset_s);
	u32(swap ? offset_s : 0);
	u16(0);
	u16(0);
	u32(44);
}

static void enhanced(uint32_t interface_nr, uint64_t units, uint32_t caplen, uint32_t len)
{
	u32(6);
	u32(32 + ((caplen + 3) & ~3u));
	u32(interface_nr);
	u32(units >> 32);
	u32((uint32_t)units);
	u32(caplen);
	u32(len);
	bytes("frame-frame-frame", caplen, (caplen + 3) & ~3u);
	u32(32 + ((caplen + 3) & ~3u));
}

/* Read all packets; returns the last result of the reader. */
static int read_all(struct zt_capture_packet *ret_last, char **ret_error)
{
	struct zt_capture *c;
	int r = zt_capture_open_bytes(file, size, &c, ret_error);

	if (r < 0)
		return r;
	while ((r = zt_capture_next(c, ret_last, ret_error)) > 0)
		;
	ret_last->data = NULL;
	zt_capture_close(c);
	return r;
}

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

static void empty(void)
{
}

static void foreign(void)
{
	bytes("PK\3\4", 4, 4);
}

static void cut_magic(void)
{
	bytes("\xd4\xc3", 2, 2);
}

static void cut_header(void)
{
	pcap_header(0xa1b2c3d4, 2, 4, 1);
	size = 20;
}

static void other_version(void)
{
	pcap_header(0xa1b2c3d4, 543, 0, 1);
}

static void cut_record(void)
{
	pcap_header(0xa1b2c3d4, 2, 4, 1);
	pcap_record(0, 0, 4, 4);
	size -= 3;
}

static void cut_frame(void)
{
	pcap_header(0xa1b2c3d4, 2, 4, 1);
	pcap_record(0, 0, 4, 4);
	bytes("abc", 3, 3);
}

static void no_frame(void)
{
	pcap_header(0xa1b2c3d4, 2, 4, 1);
	pcap_record(0, 0, 4, 4);
}

static void huge_frame(void)
{
	pcap_header(0xa1b2c3d4, 2, 4, 1);
	pcap_record(0, 0, 0xffffffff, 0xffffffff);
}

static void long_frame(void)
{
	pcap_header(0xa1b2c3d4, 2, 4, 1);
	pcap_record(0, 0, 4, 3);
	bytes("abcd", 4, 4);
}

static void odd_order_mark(void)
{
	section();
	file[8] = 0;
}

static void short_section(void)
{
	section();
	file[4] = 24;
}

static void cut_section(void)
{
	section();
	size = 20;
}

static void odd_block(void)
{
	section();
	u32(6);
	u32(33);
}

static void huge_block(void)
{
	section();
	u32(6);
	u32(0xfffffffc);
}

static void huge_unknown_block(void)
{
	section();
	u32(77);
	u32(0xfffffffc);
}

static void trailer(void)
{
	section();
	interface(1, 0);
	file[size - 4] = 24;
}

static void frame_over_block(void)
{
	section();
	interface(1, 0);
	enhanced(0, 0, 4, 4);
	file[48 + 20] = 9;
	file[48 + 24] = 9;
}

static void tiny_packet_block(void)
{
	section();
	interface(1, 0);
	u32(6);
	u32(16);
	u32(0);
	u32(16);
}

static void tiny_interface(void)
{
	section();
	u32(1);
	u32(16);
	u32(1);
	u32(16);
}

static void option_over_block(void)
{
	section();
	u32(1);
	u32(24);
	u32(1);
	u32(0);
	u16(9);
	u16(200);
	u32(24);
}

static void odd_unit(void)
{
	section();
	interface_clock(19, 0);
}

static const struct {
	const char *what;
	void (*build)(void);
	int error;
	const char *text;
} damaged[] = {
	{"empty", empty, -EBADMSG, "at byte 0: the file is empty"},
	{"foreign", foreign, -EBADMSG,
	 "at byte 0: neither pcap nor pcapng (begins with 50 4b 03 04)"},
	{"cut magic", cut_magic, -EBADMSG, "at byte 0: the file ends here: 4 bytes wanted, 2 left"},
	{"cut header", cut_header, -EBADMSG,
	 "at byte 4: the file ends here: 20 bytes wanted, 16 left"},
	{"other version", other_version, -EBADMSG,
	 "at byte 4: pcap version 543.0; versions 2.0 to 2.4 are read"},
	{"cut record", cut_record, -EBADMSG,
	 "at byte 24: the file ends here: 16 bytes wanted, 13 left"},
	{"cut frame", cut_frame, -EBADMSG,
	 "at byte 40: the file ends here: 4 bytes wanted, 3 left"},
	{"no frame", no_frame, -EBADMSG, "at byte 40: the file ends before the frame of 4 bytes"},
	{"huge frame", huge_frame, -EBADMSG,
	 "at byte 24: a frame of 4294967295 bytes, the limit is 262144"},
	{"long frame", long_frame, -EBADMSG, "at byte 24: 4 bytes captured of a frame of 3 bytes"},
	{"order mark", odd_order_mark, -EBADMSG,
	 "at byte 8: byte order mark 0x1a2b3c00 is unknown"},
	{"short section", short_section, -EBADMSG, "at byte 4: a section header of 24 bytes"},
	{"cut section", cut_section, -EBADMSG,
	 "at byte 16: the file ends here: 12 bytes wanted, 4 left"},
	{"odd block", odd_block, -EBADMSG, "at byte 32: a block of 33 bytes"},
	{"huge block", huge_block, -EBADMSG, "at byte 32: a packet block of 4294967292 bytes"},
	{"huge unknown", huge_unknown_block, -EBADMSG,
	 "at byte 36: the file ends inside a block, 4294967280 bytes missing"},
	{"trailer", trailer, -EBADMSG,
	 "at byte 44: a block says 24 bytes at its end, 20 at its start"},
	{"frame over block", frame_over_block, -EBADMSG,
	 "at byte 48: a frame of 9 bytes in a block of 36 bytes"},
	{"tiny packet", tiny_packet_block, -EBADMSG, "at byte 48: a packet block of 16 bytes"},
	{"tiny interface", tiny_interface, -EBADMSG, "at byte 28: an interface block of 16 bytes"},
	{"option over block", option_over_block, -EBADMSG,
	 "at byte 44: an option of 200 bytes runs over its block"},
	{"odd unit", odd_unit, -EBADMSG, "at byte 44: time stamp unit 0x13 is too small"},
};

START_TEST(damaged_files_name_the_byte)
{
	struct zt_capture_packet p = {};
	char *error = NULL;

	begin(false);
	damaged[_i].build();
	ck_assert_msg(read_all(&p, &error) == damaged[_i].error, "%s was read", damaged[_i].what);
	ck_assert_str_eq(error, damaged[_i].text);
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
	tcase_add_loop_test(t, damaged_files_name_the_byte, 0,
			    sizeof(damaged) / sizeof(damaged[0]));
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
