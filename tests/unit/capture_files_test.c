/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every capture of the shared data set is read whole, and holds as many packets
 * as the table in its README (counted by another program) says.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "capture/capture.h"

static char dir[256];

static uint64_t count(const char *name)
{
	struct zt_capture_packet p;
	struct zt_capture *c;
	char *error = NULL, path[512];
	uint64_t nr = 0;
	int r;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	r = zt_capture_open(path, &c, &error);
	ck_assert_msg(!r, "%s: %s", name, error);
	while ((r = zt_capture_next(c, &p, &error)) > 0)
		nr++;
	ck_assert_msg(!r, "%s: %s", name, error);
	zt_capture_close(c);
	return nr;
}

START_TEST(packets_as_listed)
{
	char path[512], line[2048], name[128];
	unsigned long long want;
	int files = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/README.md", dir);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "| %127[^ |] | %*[^|] | %llu |", name, &want) != 2)
			continue;
		ck_assert_msg(count(name) == want, "%s: %llu packets wanted", name, want);
		files++;
	}
	fclose(f);
	ck_assert_int_ge(files, 150);
}
END_TEST

int main(void)
{
	const char *shared = getenv("ZT_SHARED");
	char readme[512];
	SRunner *runner;
	int failed;
	TCase *t;
	Suite *s;

	snprintf(dir, sizeof(dir), "%s/data/pcap", shared ? shared : "../shared");
	snprintf(readme, sizeof(readme), "%s/README.md", dir);
	if (access(readme, R_OK)) {
		printf("no captures in %s (set ZT_SHARED)\n", dir);
		return 77;
	}
	s = suite_create("capture files");
	t = tcase_create("files");
	tcase_add_test(t, packets_as_listed);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
