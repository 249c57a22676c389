/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The live data path in a network and mount namespace of its own (needs root):
 * attach, adopt, take over, detach, and above all: whatever is done to a port
 * behind our back is seen at the next look, named, and repaired.
 */
#include <check.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "bpf/attach.h"

static const struct zt_sizes small = { .flows = 64, .devices = 32, .hosts = 64, .learned = 16 };
static struct zt_maps *m;
static char *error;

static int sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static int sh(const char *fmt, ...)
{
	char cmd[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	return system(cmd);
}

#define MUST(...) ck_assert_msg(sh(__VA_ARGS__) == 0, __VA_ARGS__)

static void clear_error(void)
{
	free(error);
	error = NULL;
}

static bool open_live(void)
{
	bool adopted;
	int rc = zt_live_open(ZT_PIN_DIR, &small, &m, &adopted, &error);

	ck_assert_msg(!rc, "open: %s", error ? error : strerror(-rc));
	if (!adopted)
		ck_assert_int_eq(zt_maps_configure(m, 0), 0);
	return adopted;
}

static void close_live(void)
{
	zt_maps_close(m);
	m = NULL;
}

static void attach(const char *ifname)
{
	int rc = zt_live_attach(m, ifname, false, &error);

	ck_assert_msg(!rc, "attach: %s", error ? error : strerror(-rc));
}

static struct zt_port_state look(const char *ifname, bool repair)
{
	struct zt_port_state s;

	zt_live_check(m, ifname, repair, &s);
	return s;
}

static void must_enforce(const char *ifname)
{
	struct zt_port_state s = look(ifname, false);

	ck_assert_msg(s.enforcing, "%s: %s", ifname, s.why);
	ck_assert_str_eq(s.why, "");
}

/* Not enforcing now, for a reason that says `word`; enforcing after the repair. */
static void must_notice(const char *ifname, const char *word)
{
	struct zt_port_state s = look(ifname, false);

	ck_assert_msg(!s.enforcing, "not noticed: %s", word);
	ck_assert_msg(strstr(s.why, word), "expected \"%s\", told \"%s\"", word, s.why);
	s = look(ifname, true);
	ck_assert_msg(s.enforcing, "not repaired: %s", s.why);
	must_enforce(ifname);
}

static int refused(void)
{
	bool adopted;

	clear_error();
	m = NULL;
	return zt_live_open(ZT_PIN_DIR, &small, &m, &adopted, &error);
}

static void must_say(const char *word)
{
	ck_assert_ptr_nonnull(error);
	ck_assert_msg(strstr(error, word), "expected \"%s\" in: %s", word, error);
	clear_error();
}

/* lan0 with its other end cam0, and lan0.x whose name has a dot. */
static void setup(void)
{
	m = NULL;
	error = NULL;
	ck_assert_int_eq(mount("bpf", "/sys/fs/bpf", "bpf", 0, "mode=0700"), 0);
	MUST("ip link add lan0 type veth peer name cam0");
	MUST("ip link add lan0.x type veth peer name cam1");
	MUST("ip link set lan0 up; ip link set cam0 up; ip link set lan0.x up; ip link set cam1 up");
}

static void teardown(void)
{
	clear_error();
	close_live();
	sh("ip link del lan0 2>/dev/null; ip link del lan0.x 2>/dev/null");
	while (!umount2("/sys/fs/bpf", MNT_DETACH))
		;
}

static uint32_t xdp_id(const char *ifname)
{
	struct zt_xdp_now now = { 0 };

	ck_assert_int_eq(zt_xdp_query(if_nametoindex(ifname), &now), 0);
	return now.prog_id;
}

static bool has_tcx(void)
{
	return zt_tcx_supported(if_nametoindex("lo"));
}

/* Programs at a tc hook: of the tcx chain, or on older kernels whether ours is at clsact. */
static uint32_t tc_count(const char *ifname, enum zt_hook hook)
{
	struct zt_clsact now;
	uint32_t ids[16];
	int n;

	if (has_tcx()) {
		n = zt_tcx_programs(if_nametoindex(ifname), hook, ids, 16);
		ck_assert_int_ge(n, 0);
		return (uint32_t)n;
	}
	ck_assert_int_eq(zt_clsact_query(m, if_nametoindex(ifname), hook, &now), 0);
	return (now.ours != 0) + (now.before != 0);
}

static int named_prog(enum bpf_prog_type type, const char *name, int answer)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = answer },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(type, name, "GPL", code, 2, NULL);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* A program of someone else: lets everything pass. */
static int foreign_prog(enum bpf_prog_type type, int answer)
{
	return named_prog(type, "foreign", answer);
}

/* ---- the usual life ---- */

START_TEST(attach_look_detach)
{
	struct zt_port_state s;

	ck_assert(!open_live());
	attach("lan0");
	attach("lan0.x");
	must_enforce("lan0");
	must_enforce("lan0.x");
	s = look("lan0", false);
	ck_assert_uint_eq(s.xdp_mode, ZT_XDP_NATIVE);
	ck_assert_uint_eq(s.xdp_kind, ZT_ATTACH_LINK);
	ck_assert(s.up && s.guard && s.egress && s.pinned && !s.vlan_offload);
	ck_assert_int_eq(access(ZT_PIN_DIR "/links/lan0-xdp", F_OK), 0);
	ck_assert_int_eq(access(ZT_PIN_DIR "/links/lan0%2ex-xdp", F_OK), 0);
	ck_assert_int_eq(access(ZT_PIN_DIR "/links/lan0%2ex-out", F_OK), has_tcx() ? 0 : -1);
	ck_assert_uint_eq(s.tc_kind, has_tcx() ? ZT_ATTACH_LINK : ZT_ATTACH_NETLINK);

	ck_assert_int_eq(zt_live_detach(m, "lan0", &error), 0);
	s = look("lan0", false);
	ck_assert(!s.enforcing && !s.xdp_mode && !s.guard && !s.egress);
	ck_assert_uint_eq(xdp_id("lan0"), 0);
	ck_assert_int_ne(access(ZT_PIN_DIR "/links/lan0-xdp", F_OK), 0);
	must_enforce("lan0.x");

	ck_assert_int_eq(zt_live_unload(m, &error), 0);
	ck_assert_uint_eq(xdp_id("lan0.x"), 0);
	ck_assert_uint_eq(tc_count("lan0.x", ZT_HOOK_OUT), 0);
	ck_assert_int_ne(access(ZT_PIN_DIR, F_OK), 0);
}
END_TEST

START_TEST(attaching_twice_is_once)
{
	open_live();
	attach("lan0");
	attach("lan0");
	must_enforce("lan0");
	ck_assert_uint_eq(tc_count("lan0", ZT_HOOK_GUARD), 1);
	ck_assert_uint_eq(tc_count("lan0", ZT_HOOK_OUT), 1);
}
END_TEST

static struct zt_image *empty_image(void)
{
	struct zt_image *i = calloc(1, sizeof(*i));

	i->svc = calloc(ZT_SVC_MAX, sizeof(*i->svc));
	return i;
}

START_TEST(the_agent_goes_and_comes_back)
{
	struct zt_agg_entry *got;
	uint32_t id, nonce, nr, i, found = 0;

	open_live();
	attach("lan0");
	ck_assert_int_eq(zt_maps_publish(m, empty_image(), &error), 0);
	m->agg[5].place[1].agg.packets = 7;
	m->agg[5].place[1].key = (struct zt_agg_key){ .dev = 9, .reason = ZT_REASON_NO_RULE };
	nonce = m->cfg.nonce[1];
	close_live(); /* as far as the kernel is concerned, the same as kill -9 */
	id = xdp_id("lan0");
	ck_assert_uint_ne(id, 0);

	ck_assert(open_live());
	ck_assert_uint_ne(xdp_id("lan0"), id); /* our fresh program, by the same link */
	must_enforce("lan0");
	ck_assert_uint_eq(zt_maps_gen(m), 1);
	ck_assert_uint_eq(m->cfg.nonce[1], nonce);
	ck_assert_ptr_null(zt_maps_image(m));
	ck_assert_int_eq(zt_maps_drain(m, &got, &nr), 0);
	for (i = 0; i < nr; i++) /* the port's own ND packets are counted there too */
		found += got[i].key.dev == 9 && got[i].agg.packets == 7;
	free(got);
	ck_assert_uint_eq(found, 1);
	ck_assert_int_eq(zt_maps_publish(m, empty_image(), &error), 0);
	ck_assert_uint_eq(zt_maps_gen(m), 2);
	ck_assert_uint_eq(m->cfg.nonce[1], nonce); /* the other one was made anew */
}
END_TEST

START_TEST(an_unfinished_set_of_pins_is_begun_anew)
{
	open_live();
	close_live();
	ck_assert_int_eq(unlink(ZT_PIN_DIR "/maps/zt_gen"), 0);
	ck_assert(!open_live());
	attach("lan0");
	must_enforce("lan0");
}
END_TEST

START_TEST(other_sizes_than_the_running_ones)
{
	struct zt_sizes s = { .devices = 32 };
	bool adopted;

	open_live();
	close_live();
	/* what is not said is what runs */
	ck_assert_int_eq(zt_live_open(ZT_PIN_DIR, &s, &m, &adopted, &error), 0);
	ck_assert(adopted);
	ck_assert_uint_eq(ZT_FLOWS(m->max[ZT_MAP_FLOW4]), 64);
	close_live();
	s.flows = 128;
	ck_assert_int_eq(zt_live_open(ZT_PIN_DIR, &s, &m, &adopted, &error), -EEXIST);
	must_say("the running maps hold 64 flows, \"flows\" is configured as 128");
}
END_TEST

/* ---- loaded by bpftool: the object's own sizes, templates pinned as well ---- */

extern const uint8_t zt_object_start[], zt_object_end[];

START_TEST(loaded_by_bpftool)
{
	const char *file = "/dev/shm/zt-backend-live.o";
	const struct zt_sizes any = { 0 };
	char path[ZT_PATH_MAX];
	uint32_t id;
	bool adopted;
	FILE *f = fopen(file, "we");
	int fd, rc;

	ck_assert_ptr_nonnull(f);
	fwrite(zt_object_start, 1, zt_object_end - zt_object_start, f);
	ck_assert_int_eq(fclose(f), 0);
	MUST("mkdir -m 0700 " ZT_PIN_DIR);
	rc = sh("bpftool prog loadall %s " ZT_PIN_DIR "/progs pinmaps " ZT_PIN_DIR "/maps", file);
	unlink(file);
	ck_assert_int_eq(rc, 0);
	MUST("chmod 0700 " ZT_PIN_DIR "/progs " ZT_PIN_DIR "/maps");
	zt_pin_path(ZT_PIN_DIR, "maps", "zt_flow4", path);
	fd = bpf_obj_get(path);
	id = zt_fd_id(fd);
	close(fd);
	rc = zt_live_open(ZT_PIN_DIR, &any, &m, &adopted, &error);
	ck_assert_msg(!rc, "%s", error ? error : strerror(-rc));
	ck_assert(!adopted); /* nobody configured them: there is nothing to keep */
	ck_assert_uint_eq(zt_fd_id(m->map[ZT_MAP_FLOW4]), id);
	ck_assert_int_eq(zt_maps_configure(m, 0), 0);
	attach("lan0");
	must_enforce("lan0");
	ck_assert_int_eq(zt_live_unload(m, &error), 0);
	ck_assert_int_ne(access(ZT_PIN_DIR, F_OK), 0);
}
END_TEST

/* ---- what is refused ---- */

START_TEST(no_bpf_file_system)
{
	umount2("/sys/fs/bpf", 0);
	ck_assert_int_eq(refused(), -ENODEV);
	must_say("mount -t bpf bpf /sys/fs/bpf");
}
END_TEST

static void try_as_nobody(int to)
{
	struct zt_maps *mine;
	bool adopted;
	char *why = NULL;

	if (setgid(65534) || setuid(65534))
		_exit(2);
	if (!zt_live_open(ZT_PIN_DIR, &small, &mine, &adopted, &why) || !why)
		_exit(3);
	dprintf(to, "%s|", why);
	if (!zt_maps_open_private(&small, &mine, &why) || !why)
		_exit(4);
	dprintf(to, "%s", why);
	_exit(0);
}

START_TEST(without_privilege)
{
	int p[2], status;
	char text[1024] = { 0 };
	pid_t child;

	ck_assert_int_eq(pipe(p), 0);
	child = fork();
	if (!child)
		try_as_nobody(p[1]);
	close(p[1]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert_int_gt(read(p[0], text, sizeof(text) - 1), 0);
	close(p[0]);
	ck_assert_msg(strstr(text, "/zt cannot be made: Permission denied (needs root)|"), "%s", text);
	ck_assert_msg(strstr(text, "needs root: CAP_BPF"), "%s", text);
	ck_assert_ptr_null(strchr(text, '\n'));
}
END_TEST

START_TEST(an_open_pin_directory)
{
	ck_assert_int_eq(mkdir(ZT_PIN_DIR, 0755), 0);
	ck_assert_int_eq(chmod(ZT_PIN_DIR, 0755), 0);
	ck_assert_int_eq(refused(), -EPERM);
	must_say("mode 755");
	ck_assert_int_eq(chmod(ZT_PIN_DIR, 0700), 0);
	ck_assert_int_eq(chown(ZT_PIN_DIR, 65534, 0), 0);
	ck_assert_int_eq(refused(), -EPERM);
	must_say("owned by uid 65534");
	ck_assert_int_eq(chown(ZT_PIN_DIR, 0, 0), 0);
	ck_assert_int_eq(chmod("/sys/fs/bpf", 0777), 0);
	ck_assert_int_eq(refused(), -EPERM);
	must_say("can be changed by others");
	/* the kernel's own default: others may add, the sticky bit keeps ours ours */
	ck_assert_int_eq(chmod("/sys/fs/bpf", 01777), 0);
	open_live();
}
END_TEST

START_TEST(a_pin_directory_that_is_a_link)
{
	ck_assert_int_eq(mkdir("/sys/fs/bpf/other", 0700), 0);
	ck_assert_int_eq(symlink("other", ZT_PIN_DIR), 0);
	ck_assert_int_lt(refused(), 0);
	must_say("not a directory");
}
END_TEST

static void pin_strange_map(const char *path, enum bpf_map_type type, uint32_t key,
			    uint32_t value, uint32_t max)
{
	int fd = bpf_map_create(type, "strange", key, value, max, NULL);

	ck_assert_int_ge(fd, 0);
	unlink(path);
	ck_assert_int_eq(bpf_obj_pin(fd, path), 0);
	close(fd);
}

#define AMONG_OURS 2 /* the first rows are tried in a full directory as well */
#define FRAG_KEY sizeof(struct zt_flow_key)
#define FRAG sizeof(struct zt_frag)

static const struct {
	const char *pin;
	enum bpf_map_type type; /* 0: not a map but a program */
	uint32_t key, value;
	const char *says;
} foreign[] = {
	{ "maps/zt_frag", BPF_MAP_TYPE_LRU_HASH, FRAG_KEY, FRAG, "zt_frag is another map than ours" },
	{ "maps/zt_gen", 0, 0, 0, "maps/zt_gen is not a map but a prog" },
	{ "maps/zt_frag", BPF_MAP_TYPE_HASH, FRAG_KEY - 4, FRAG, "zt_frag is another map than ours" },
	{ "maps/zt_frag", BPF_MAP_TYPE_HASH, FRAG_KEY, FRAG + 8, "zt_frag is another map than ours" },
	{ "maps/zt_gen", BPF_MAP_TYPE_ARRAY, 4, 8, "zt_gen is another map than ours" }, /* no mmap */
	{ "maps/mine", BPF_MAP_TYPE_HASH, 4, 4, "maps/mine is not ours" },
	{ "progs/zt_in", 0, 0, 0, "progs/zt_in is not ours" },
	{ "progs/zt_out", BPF_MAP_TYPE_HASH, 4, 4, "progs/zt_out is not ours" },
	{ "links/lan0-xdp", 0, 0, 0, "links/lan0-xdp is not ours" },
	{ "links/hello", 0, 0, 0, "links/hello is not ours" },
};

START_TEST(foreign_pins)
{
	uint32_t row = _i < AMONG_OURS ? _i : _i - AMONG_OURS;
	char path[128];
	int fd;

	if (_i < AMONG_OURS) {
		open_live();
		close_live();
	} else {
		mkdir(ZT_PIN_DIR, 0700);
		mkdir(ZT_PIN_DIR "/maps", 0700);
		mkdir(ZT_PIN_DIR "/progs", 0700);
		mkdir(ZT_PIN_DIR "/links", 0700);
	}
	snprintf(path, sizeof(path), ZT_PIN_DIR "/%s", foreign[row].pin);
	if (!foreign[row].type) {
		fd = foreign_prog(BPF_PROG_TYPE_XDP, XDP_PASS);
		unlink(path);
		ck_assert_int_eq(bpf_obj_pin(fd, path), 0);
		close(fd);
	} else {
		pin_strange_map(path, foreign[row].type, foreign[row].key,
				foreign[row].value, 64);
	}
	ck_assert_int_eq(refused(), -EEXIST);
	must_say(foreign[row].says);
	ck_assert_int_eq(access(path, F_OK), 0); /* and it was left alone */
}
END_TEST

START_TEST(another_abi)
{
	uint32_t zero = 0;
	struct zt_cfg cfg;

	open_live();
	cfg = m->cfg;
	cfg.abi = ZT_ABI_VERSION + 1;
	ck_assert_int_eq(bpf_map_update_elem(m->map[ZT_MAP_CFG], &zero, &cfg, 0), 0);
	close_live();
	ck_assert_int_eq(refused(), -EEXIST);
	must_say("ABI version");
}
END_TEST

START_TEST(ports_that_cannot_be)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	int prog, link;

	open_live();
	ck_assert_int_eq(zt_live_attach(m, "lan7", false, &error), -ENODEV);
	must_say("lan7: no such interface");

	/* the loopback driver has no native XDP */
	ck_assert_int_lt(zt_live_attach(m, "lo", false, &error), 0);
	must_say("lo: the driver takes no native XDP");
	ck_assert_uint_eq(tc_count("lo", ZT_HOOK_OUT), 0);
	ck_assert_int_eq(zt_live_attach(m, "lo", true, &error), 0);
	ck_assert_uint_eq(look("lo", false).xdp_mode, ZT_XDP_GENERIC);
	must_enforce("lo");
	ck_assert_int_eq(zt_live_detach(m, "lo", &error), 0);

	/* a foreign program, by link and by netlink: named, and left as it is */
	prog = foreign_prog(BPF_PROG_TYPE_XDP, XDP_PASS);
	link = bpf_link_create(prog, if_nametoindex("lan0"), BPF_XDP, &opts);
	ck_assert_int_ge(link, 0);
	ck_assert_int_eq(zt_live_attach(m, "lan0", false, &error), -EBUSY);
	must_say("foreign");
	ck_assert_uint_eq(xdp_id("lan0"), zt_fd_id(prog));
	ck_assert_uint_eq(tc_count("lan0", ZT_HOOK_GUARD), 0);
	close(link);
	ck_assert_int_eq(bpf_xdp_attach(if_nametoindex("lan0"), prog, XDP_FLAGS_DRV_MODE, NULL), 0);
	ck_assert_int_eq(zt_live_attach(m, "lan0", false, &error), -EBUSY);
	must_say("foreign");
	ck_assert_int_eq(bpf_xdp_detach(if_nametoindex("lan0"), XDP_FLAGS_DRV_MODE, NULL), 0);
	close(prog);
	attach("lan0");
	must_enforce("lan0");
}
END_TEST

/* ---- what others do to a port ---- */

static uint32_t link_id(enum zt_hook hook)
{
	return zt_fd_id(zt_live_port(m, "lan0", false)->link[hook]);
}

START_TEST(detached_by_force)
{
	static const char *const says[] = { "no XDP program", "tc ingress", "tc egress" };
	int fd;

	open_live();
	attach("lan0");
	if (_i != ZT_HOOK_XDP && !has_tcx()) {
		MUST("tc filter del dev lan0 %s prio 1", _i == ZT_HOOK_OUT ? "egress" : "ingress");
		must_notice("lan0", says[_i]);
		MUST("tc qdisc del dev lan0 clsact");
	} else {
		fd = bpf_link_get_fd_by_id(link_id(_i));
		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(bpf_link_detach(fd), 0);
		close(fd);
	}
	must_notice("lan0", _i != ZT_HOOK_XDP && !has_tcx() ? "tc ingress" : says[_i]);
}
END_TEST

START_TEST(pins_removed)
{
	open_live();
	attach("lan0");
	MUST("rm " ZT_PIN_DIR "/links/lan0-xdp");
	must_notice("lan0", "links/lan0-xdp is missing");
	MUST("rm -r " ZT_PIN_DIR);
	must_notice("lan0", "pins are missing");
	ck_assert_int_eq(umount2("/sys/fs/bpf", MNT_DETACH), 0);
	ck_assert(!look("lan0", true).enforcing); /* nowhere to pin: said, not hidden */
	ck_assert_int_eq(mount("bpf", "/sys/fs/bpf", "bpf", 0, "mode=0700"), 0);
	must_notice("lan0", "pins are missing");
	close_live();
	ck_assert(open_live()); /* what was repaired can be adopted */
	must_enforce("lan0");
}
END_TEST

START_TEST(a_tcx_program_in_front)
{
	enum zt_hook hook = _i ? ZT_HOOK_OUT : ZT_HOOK_GUARD;
	int prog = foreign_prog(BPF_PROG_TYPE_SCHED_CLS, 0 /* OK: past all others */);
	int link;

	if (!has_tcx()) {
		puts("SKIP: this kernel has no tcx");
		close(prog);
		return;
	}
	open_live();
	attach("lan0");
	link = zt_tcx_first_link(prog, if_nametoindex("lan0"), hook);
	ck_assert_int_ge(link, 0);
	must_notice("lan0", "stands before ours");
	ck_assert_uint_eq(tc_count("lan0", hook), 2); /* theirs is not removed */
	close(link);
	close(prog);
}
END_TEST

START_TEST(vlan_offload_switched_on)
{
	open_live();
	attach("lan0");
	MUST("ethtool -K lan0 rx-vlan-offload on >/dev/null");
	must_notice("lan0", "VLAN offload");
	MUST("ethtool -K lan0 rx-vlan-stag-hw-parse on >/dev/null");
	must_notice("lan0", "VLAN offload");
}
END_TEST

START_TEST(the_interface_made_again)
{
	struct zt_port_state s;

	open_live();
	attach("lan0");
	MUST("ip link del lan0");
	s = look("lan0", true);
	ck_assert(!s.enforcing);
	ck_assert_str_eq(s.why, "no such interface");
	MUST("ip link add lan0 type veth peer name cam0");
	must_notice("lan0", "no XDP program");
	/* and a new process is not confused by the pins of the dead one */
	MUST("ip link del lan0");
	close_live();
	MUST("ip link add lan0 type veth peer name cam0");
	ck_assert(open_live());
	attach("lan0");
	must_enforce("lan0");
}
END_TEST

/* ---- what people attach by hand ---- */

START_TEST(attached_by_bpftool)
{
	struct zt_port_state s;
	uint32_t id;

	open_live();
	MUST("bpftool net attach xdpdrv pinned " ZT_PIN_DIR "/progs/zt_in dev lan0");
	attach("lan0");
	must_enforce("lan0");
	s = look("lan0", false);
	ck_assert_uint_eq(s.xdp_kind, ZT_ATTACH_NETLINK);
	id = xdp_id("lan0");
	close_live();
	ck_assert_uint_eq(xdp_id("lan0"), id);
	ck_assert(open_live());
	attach("lan0"); /* the program of this process, still a netlink attachment */
	ck_assert_uint_ne(xdp_id("lan0"), id);
	ck_assert_uint_eq(look("lan0", false).xdp_kind, ZT_ATTACH_NETLINK);
	must_enforce("lan0");
	MUST("ip link set dev lan0 xdp off");
	must_notice("lan0", "no XDP program");
	ck_assert_int_eq(zt_live_unload(m, &error), 0);
	ck_assert_uint_eq(xdp_id("lan0"), 0);
}
END_TEST

static const char *dir_of(enum zt_hook hook)
{
	return hook == ZT_HOOK_OUT ? "egress" : "ingress";
}

static void add_filter(enum zt_hook hook, const char *where)
{
	MUST("tc filter add dev lan0 %s %s protocol all bpf da object-pinned " ZT_PIN_DIR
	     "/progs/%s", dir_of(hook), where, hook == ZT_HOOK_OUT ? "zt_guard" : "zt_out");
}

static void must_see(enum zt_hook hook, bool is_ours, bool is_before, bool are_others)
{
	struct zt_clsact now;

	ck_assert_int_eq(zt_clsact_query(m, if_nametoindex("lan0"), hook, &now), 0);
	ck_assert_uint_eq(now.ours, is_ours ? zt_fd_id(m->prog[zt_hook_prog[hook]]) : 0);
	ck_assert_int_eq(now.before != 0, is_before);
	ck_assert_int_eq(now.others, are_others);
}

/* Asked of clsact.c itself: on kernels with tcx it is not what is in force. */
START_TEST(clsact_and_its_order)
{
	enum zt_hook hook = _i ? ZT_HOOK_OUT : ZT_HOOK_GUARD;
	uint32_t index = if_nametoindex("lan0");

	open_live();
	must_see(hook, false, false, false);
	ck_assert_int_eq(zt_clsact_attach(m, index, hook, &error), 0);
	ck_assert_int_eq(zt_clsact_attach(m, index, hook, &error), 0); /* replaced, not doubled */
	must_see(hook, true, false, false);
	add_filter(hook, "prio 2 handle 1"); /* behind us it may stand */
	must_see(hook, true, false, true);
	add_filter(hook, "prio 1 handle 2"); /* the newest of one priority is asked first */
	must_see(hook, true, true, true);
	ck_assert_int_eq(zt_clsact_attach(m, index, hook, &error), -EBUSY);
	must_say("must be first");
	MUST("tc filter del dev lan0 %s prio 1 handle 2 protocol all bpf", dir_of(hook));
	ck_assert_int_eq(zt_clsact_detach(m, index, hook), 0);
	must_see(hook, false, false, true);
	add_filter(hook, "prio 1 handle 1"); /* the right place, another program */
	must_see(hook, false, true, true);
}
END_TEST

/* At our place a program of our name that has other maps. */
static void leave_filter(enum zt_hook hook)
{
	LIBBPF_OPTS(bpf_tc_hook, at, .ifindex = (int)if_nametoindex("lan0"),
		    .attach_point = hook == ZT_HOOK_OUT ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = 1, .priority = 1,
		    .prog_fd = named_prog(BPF_PROG_TYPE_SCHED_CLS,
					  zt_prog_name(zt_hook_prog[hook]), 2 /* drop */));
	struct zt_clsact now;
	int rc = bpf_tc_hook_create(&at);

	ck_assert(!rc || rc == -EEXIST);
	ck_assert_int_eq(bpf_tc_attach(&at, &opts), 0);
	close(opts.prog_fd);
	must_see(hook, false, false, true);
	ck_assert_int_eq(zt_clsact_query(m, if_nametoindex("lan0"), hook, &now), 0);
	ck_assert(now.former);
}

/* An agent whose pins are gone leaves its filters: links go with their pins, filters do not. */
START_TEST(filters_of_a_former_agent)
{
	enum zt_hook hook = _i ? ZT_HOOK_OUT : ZT_HOOK_GUARD;
	uint32_t index = if_nametoindex("lan0");
	int prog;

	open_live();
	leave_filter(hook);
	ck_assert_int_eq(zt_clsact_attach(m, index, hook, &error), 0);
	must_see(hook, true, false, false);
	ck_assert_int_eq(zt_clsact_detach(m, index, hook), 0);
	leave_filter(hook);
	/* where attaching fails, it goes on dropping */
	prog = foreign_prog(BPF_PROG_TYPE_XDP, XDP_PASS);
	ck_assert_int_eq(bpf_xdp_attach((int)index, prog, 0, NULL), 0);
	ck_assert_int_eq(zt_live_attach(m, "lan0", false, &error), -EBUSY);
	must_say("another XDP program");
	must_see(hook, false, false, true);
	ck_assert_int_eq(bpf_xdp_detach((int)index, 0, NULL), 0);
	close(prog);
	attach("lan0");
	must_enforce("lan0");
	ck_assert_uint_eq(tc_count("lan0", hook), 1);
	ck_assert_int_eq(zt_live_detach(m, "lan0", &error), 0);
	must_see(hook, false, false, false);
}
END_TEST

START_TEST(filters_attached_by_hand)
{
	enum zt_hook hook = _i ? ZT_HOOK_OUT : ZT_HOOK_GUARD;

	open_live();
	attach("lan0");
	if (has_tcx()) { /* ours at clsact as well would count everything twice */
		ck_assert_int_eq(zt_clsact_attach(m, if_nametoindex("lan0"), hook, &error), 0);
		ck_assert_int_eq(zt_live_detach(m, "lan0", &error), 0);
		must_see(hook, false, false, false);
		ck_assert_int_eq(zt_clsact_attach(m, if_nametoindex("lan0"), hook, &error), 0);
		attach("lan0");
		must_see(hook, false, false, false);
		must_enforce("lan0");
	} else { /* a foreign filter in front is told until it is gone */
		add_filter(hook, "prio 1 handle 2");
		ck_assert(!look("lan0", false).enforcing);
		ck_assert(!look("lan0", true).enforcing);
		ck_assert(strstr(look("lan0", false).why, "stands before ours"));
		MUST("tc filter del dev lan0 %s prio 1 handle 2 protocol all bpf", dir_of(hook));
		must_enforce("lan0");
	}
}
END_TEST

START_TEST(names_of_links)
{
	static const char *const names[] = { "lan0", "a.b%c", "br-lan.100", "x-xdp", "123456789012345" };
	char name[64], back[16];
	enum zt_hook hook;
	size_t i;
	int h;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (h = 0; h < ZT_HOOK_NR; h++) {
			zt_link_name(names[i], h, name);
			ck_assert_ptr_null(strchr(name, '.'));
			ck_assert(zt_link_name_parse(name, back, &hook));
			ck_assert_str_eq(back, names[i]);
			ck_assert_int_eq(hook, h);
		}
	}
	ck_assert(!zt_link_name_parse("-xdp", back, &hook));
	ck_assert(!zt_link_name_parse("lan0", back, &hook));
	ck_assert(!zt_link_name_parse("lan%2-xdp", back, &hook));
	ck_assert(!zt_link_name_parse("1234567890123456-xdp", back, &hook));
}
END_TEST

/* ---- events ---- */

static uint32_t got_events;

static void on_event(void *arg, const struct zt_event *e, bool critical)
{
	ck_assert_ptr_eq(arg, &got_events);
	got_events++;
}

START_TEST(rings_have_one_fd)
{
	open_live();
	ck_assert_int_ge(zt_live_events_fd(m, on_event, &got_events), 0);
	ck_assert_int_eq(zt_live_events_fd(m, on_event, &got_events), -EBUSY);
	ck_assert_int_eq(zt_live_events_consume(m), 0);
	ck_assert_uint_eq(got_events, 0);
}
END_TEST

static int own_world(void)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWNET))
		return -1;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -1;
	return sh("ip link set lo up");
}

int main(void)
{
	Suite *s = suite_create("backend: live");
	TCase *t = tcase_create("live");
	SRunner *r;
	int failed;

	if (geteuid() || own_world()) {
		puts("SKIP: needs root and namespaces of its own");
		return 77;
	}
	tcase_set_timeout(t, 240);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, attach_look_detach);
	tcase_add_test(t, attaching_twice_is_once);
	tcase_add_test(t, the_agent_goes_and_comes_back);
	tcase_add_test(t, an_unfinished_set_of_pins_is_begun_anew);
	tcase_add_test(t, other_sizes_than_the_running_ones);
	tcase_add_test(t, loaded_by_bpftool);
	tcase_add_test(t, no_bpf_file_system);
	tcase_add_test(t, without_privilege);
	tcase_add_test(t, an_open_pin_directory);
	tcase_add_test(t, a_pin_directory_that_is_a_link);
	tcase_add_loop_test(t, foreign_pins, 0,
			    AMONG_OURS + sizeof(foreign) / sizeof(foreign[0]));
	tcase_add_test(t, another_abi);
	tcase_add_test(t, ports_that_cannot_be);
	tcase_add_loop_test(t, detached_by_force, 0, ZT_HOOK_NR);
	tcase_add_test(t, pins_removed);
	tcase_add_loop_test(t, a_tcx_program_in_front, 0, 2);
	tcase_add_test(t, vlan_offload_switched_on);
	tcase_add_test(t, the_interface_made_again);
	tcase_add_test(t, attached_by_bpftool);
	tcase_add_loop_test(t, clsact_and_its_order, 0, 2);
	tcase_add_loop_test(t, filters_of_a_former_agent, 0, 2);
	tcase_add_loop_test(t, filters_attached_by_hand, 0, 2);
	tcase_add_test(t, names_of_links);
	tcase_add_test(t, rings_have_one_fd);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
