/* SPDX-License-Identifier: GPL-2.0 */
/* One damaged file per check the readers make, with the byte the message must name. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "capture_build.h"

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

int main(void)
{
	Suite *s = suite_create("damaged captures");
	TCase *t = tcase_create("damaged captures");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(t, damaged_files_name_the_byte, 0,
			    sizeof(damaged) / sizeof(damaged[0]));
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
