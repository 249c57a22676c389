/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Publishing over real maps (needs root): whatever was live before, the maps hold
 * the new image afterwards and nothing else; whatever fails on the way, the old
 * image is what packets see. Images here are random tables, not compiled policies.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "bpf/state.h"
#include "compile/tables.h"
#include "zt_key.h"

#define PORTS 6u
#define DEVICES 12u

static struct zt_sizes small = { .flows = 64, .devices = 32, .hosts = 64, .learned = 16 };
static struct zt_maps *m;

static void open_maps(void)
{
	char *error = NULL;

	ck_assert_msg(!zt_maps_open_private(&small, &m, &error), "%s", error ? error : "?");
	ck_assert_int_eq(zt_maps_configure(m, 0), 0);
}

static void close_maps(void)
{
	zt_maps_close(m);
	m = NULL;
}

/* ---- random images ---- */

static void *rows(uint32_t nr, size_t size)
{
	void *p = calloc(nr + 1, size);

	ck_assert_ptr_nonnull(p);
	return p;
}

static void random_mac(uint8_t mac[6], uint32_t who)
{
	const uint8_t v[6] = { 2, 0, 0, 0, (uint8_t)(who >> 8), (uint8_t)who };

	memcpy(mac, v, 6);
}

static void add_device(struct zt_image *i, uint32_t dev, uint32_t serial)
{
	struct zt_image_bind *b = &i->binds[i->nr_binds++];
	struct zt_image_mac *mac = &i->macs[i->nr_macs];
	struct zt_image_host *h = &i->hosts[i->nr_hosts++];

	i->devs[i->nr_devs++] = (struct zt_image_dev){
		.index = dev, .serial = serial,
		.word = { .dclass = 1 + rand() % 5, .segment = dev % 3, .mode = ZT_MODE_ENFORCE,
			  .limits = { .flows = 1 + rand() % 65535, .new_flows_per_s = 1 + rand() % 10000,
				      .arp_per_s = 1 + rand() % 1000, .addresses4 = 1 + rand() % 64,
				      .addresses6 = 1 + rand() % 64 } },
	};
	*b = (struct zt_image_bind){ .index = dev + 1, .ifindex = 1 + rand() % PORTS, .dev = dev };
	random_mac(b->mac, 256 * serial + dev);
	mac[0] = (struct zt_image_mac){ .kind = ZT_MAC_DEVICE, .bind = b->index };
	mac[0].key.where = b->ifindex;
	memcpy(mac[0].key.mac, b->mac, 6);
	mac[1] = mac[0];
	mac[1].key.where = ZT_IN_ZONE | b->ifindex;
	i->nr_macs += 2;
	h->key.family = 4;
	h->key.addr.w[2] = 0xffff0000;
	h->key.addr.w[3] = 0x0a + (dev << 24);
	h->word = (struct zt_host_word){ .kind = ZT_KIND_DEVICE, .id = dev };
}

static int by_mac(const void *a, const void *b)
{
	return memcmp(&((const struct zt_image_mac *)a)->key,
		      &((const struct zt_image_mac *)b)->key, sizeof(struct zt_mac_key));
}

static struct zt_image *random_image(uint32_t odds)
{
	struct zt_image *i = rows(1, sizeof(*i));
	uint32_t n;

	i->ports = rows(PORTS, sizeof(*i->ports));
	i->vlans = rows(PORTS, sizeof(*i->vlans));
	i->macs = rows(2 * DEVICES, sizeof(*i->macs));
	i->binds = rows(DEVICES, sizeof(*i->binds));
	i->devs = rows(DEVICES, sizeof(*i->devs));
	i->hosts = rows(DEVICES + 1, sizeof(*i->hosts));
	i->nets = rows(DEVICES, sizeof(*i->nets));
	i->svc = rows(ZT_SVC_MAX, sizeof(*i->svc));
	i->rules = rows(DEVICES, sizeof(*i->rules));
	for (n = 1; n <= PORTS; n++) {
		if (rand() % 100 < (int)odds)
			i->ports[i->nr_ports++] = (struct zt_image_port){
				n, { ZT_ROLE_DEVICE, ZT_PORT_UNTAGGED, 0, 0 }, n, rand() % 3 + 1, 0,
				{ 2, 0, 0, 0, rand() % 2, n }, 0,
			};
		if (rand() % 100 < (int)odds)
			i->vlans[i->nr_vlans++].key = (struct zt_vlan_key){ n, 1 + rand() % 9 };
	}
	for (n = 1; n <= DEVICES; n++) {
		if (rand() % 100 < (int)odds)
			add_device(i, n, 1 + rand() % 2);
		if (rand() % 100 < (int)odds) {
			i->nets[i->nr_nets] = (struct zt_image_net){
				{ .plen = 32 + 96 + 24, .family = 4 << 24 },
				{ .kind = ZT_KIND_APP, .id = ZT_PCLASS_FIRST + rand() % 4 },
			};
			i->nets[i->nr_nets++].key.addr.w[3] = n << 8;
		}
		if (rand() % 100 < (int)odds)
			i->rules[i->nr_rules++] = (struct zt_image_rule){
				{ .dclass = n, .pclass = ZT_PCLASS_FIRST, .svc = rand() % 3 },
				{ .allow = 1 + rand() % 100 },
			};
		i->svc[rand() % ZT_SVC_MAX] = rand() % 4;
	}
	i->pol.nr_rules = i->nr_rules;
	qsort(i->macs, i->nr_macs, sizeof(*i->macs), by_mac);
	return i;
}

/* ---- do the maps hold the image, as packets of the live generation see it ---- */

static int live_fd(enum zt_map outer)
{
	uint32_t parity = zt_maps_gen(m) & 1, id;
	int fd;

	ck_assert_int_eq(bpf_map_lookup_elem(m->map[outer], &parity, &id), 0);
	fd = bpf_map_get_fd_by_id(id);
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* The lines of the live generation, and where its tables lie in them. */
static struct zt_line lines[4096];
static struct zt_pol live_pol;

static void read_lines(void)
{
	uint32_t parity = zt_maps_gen(m) & 1, n, nr;
	int fd = live_fd(ZT_MAP_LINE);

	ck_assert_int_eq(bpf_map_lookup_elem(m->map[ZT_MAP_POL], &parity, &live_pol), 0);
	nr = live_pol.span[ZT_TABLE_MAX - 1].first + live_pol.span[ZT_TABLE_MAX - 1].nr;
	ck_assert_uint_le(nr, 4096);
	for (n = 0; n < nr; n++)
		ck_assert_int_eq(bpf_map_lookup_elem(fd, &n, &lines[n]), 0);
	ck_assert_int_lt(bpf_map_lookup_elem(fd, &n, &lines[0]), 0);
	close(fd);
}

/* Entries of a table, and how often this one is among them. */
static uint32_t count(enum zt_table table, uint32_t words, const uint64_t *entry)
{
	const struct zt_line_span *s = &live_pol.span[table];
	uint32_t n, at, nr = 0;
	uint64_t e[4];

	for (n = s->first; n < s->first + s->nr; n++) {
		for (at = 0; at < 8; at += words) {
			memcpy(e, &lines[n].w[at], words * sizeof(*e));
			e[words - 1] &= ~ZT_LINE_MORE;
			nr += entry ? !memcmp(e, entry, words * sizeof(*e)) : e[words - 1] != 0;
		}
	}
	return nr;
}

static void check_rules(const struct zt_image *i)
{
	uint64_t e[2];
	uint32_t n;

	for (n = 0; n < i->nr_rules; n++) {
		e[0] = zt_rule_pack(&i->rules[n].key);
		memcpy(&e[1], &i->rules[n].value, sizeof(e[1]));
		ck_assert_uint_eq(count(ZT_TABLE_RULE, 2, e), 1);
	}
	ck_assert_uint_eq(count(ZT_TABLE_RULE, 2, NULL), i->nr_rules);
}

/* The blocks are those of this image; that these say what the prefixes say: unit tests. */
static void check_nets(const struct zt_image *i)
{
	int net = live_fd(ZT_MAP_NET);
	struct zt_block *want, is;
	uint32_t n, nr;

	ck_assert_int_eq(zt_blocks_make(i, &want, &nr), 0);
	for (n = 0; n < nr; n++) {
		ck_assert_int_eq(bpf_map_lookup_elem(net, &n, &is), 0);
		ck_assert(!memcmp(&want[n], &is, sizeof(is)));
	}
	ck_assert_int_lt(bpf_map_lookup_elem(net, &n, &is), 0);
	free(want);
	close(net);
}

static void check_svc(const struct zt_image *i)
{
	int svc = live_fd(ZT_MAP_SVC);
	uint32_t n, class;

	for (n = 0; n < ZT_SVC_MAX; n += i->svc[n] ? 1 : 97) {
		ck_assert_int_eq(bpf_map_lookup_elem(svc, &n, &class), 0);
		ck_assert_uint_eq(class, i->svc[n]);
	}
	close(svc);
}

static void check_identity(const struct zt_image *i)
{
	uint64_t e[4] = { 0 };
	uint32_t n;

	for (n = 0; n < i->nr_vlans; n++) {
		e[0] = zt_vlan_word(&i->vlans[n].key);
		e[1] = 1;
		ck_assert_uint_eq(count(ZT_TABLE_VLAN, 2, e), 1);
	}
	ck_assert_uint_eq(count(ZT_TABLE_VLAN, 2, NULL), i->nr_vlans);
	for (n = 0; n < i->nr_macs; n++) {
		const struct zt_image_mac *mac = &i->macs[n];

		e[0] = zt_mac_word(mac->key.mac, mac->key.vlan);
		e[1] = ZT_MAC_VALUE(mac->key.where, mac->kind, mac->bind);
		ck_assert_uint_eq(count(ZT_TABLE_MAC, 2, e), 1);
	}
	ck_assert_uint_eq(count(ZT_TABLE_MAC, 2, NULL), i->nr_macs);
}

static void check_hosts(const struct zt_image *i)
{
	uint32_t n, nr6 = 0;
	uint64_t e[4];

	for (n = 0; n < i->nr_hosts; n++) {
		const struct zt_image_host *h = &i->hosts[n];
		bool six = h->key.family == 6;

		e[0] = six ? zt_addr_word(&h->key.addr, 0) : h->key.addr.w[3];
		e[1] = zt_addr_word(&h->key.addr, 1);
		e[2] = h->key.scope;
		memcpy(&e[six ? 3 : 1], &h->word, sizeof(e[0]));
		ck_assert_uint_eq(count(six ? ZT_TABLE_HOST6 : ZT_TABLE_HOST4, six ? 4 : 2, e), 1);
		nr6 += six;
	}
	ck_assert_uint_eq(count(ZT_TABLE_HOST4, 2, NULL), i->nr_hosts - nr6);
	ck_assert_uint_eq(count(ZT_TABLE_HOST6, 4, NULL), nr6);
}

static void check_arrays(const struct zt_image *i)
{
	uint32_t n, k, p = zt_maps_gen(m) & 1;

	for (n = 0, k = 0; n < m->max[ZT_MAP_PORT]; n++) {
		if (k < i->nr_ports && i->ports[k].ifindex == n) {
			ck_assert_int_eq(memcmp(&m->port[n].w[p], &i->ports[k].word, 4), 0);
			ck_assert_mem_eq(m->port[n].mac, i->ports[k].mac, 6);
			ck_assert_uint_eq(m->port[n].zone, i->ports[k].zone);
			ck_assert_uint_eq(m->port[n].l3_ifindex, i->ports[k].l3_ifindex);
			k++;
		} else if (m->port[n].w[p].role) {
			ck_abort_msg("port %u is live and should not be", n);
		}
	}
	for (n = 0, k = 0; n < m->max[ZT_MAP_DEV]; n++) {
		if (k < i->nr_devs && i->devs[k].index == n) {
			ck_assert_uint_eq(m->dev[n].serial, i->devs[k].serial);
			ck_assert_int_eq(memcmp(&m->dev[n].w[p], &i->devs[k].word, 8), 0);
			ck_assert_uint_eq(m->dev[n].bind, n + 1); /* as add_device() numbers */
			k++;
		} else {
			ck_assert_uint_eq(m->dev[n].w[p].mode, 0);
		}
	}
	for (n = 0; n < i->nr_binds; n++) {
		const struct zt_bind *b = &m->bind[i->binds[n].index];

		ck_assert_int_eq(memcmp(b->mac, i->binds[n].mac, 6), 0);
		ck_assert_uint_eq(b->ifindex, i->binds[n].ifindex);
		ck_assert_uint_eq(b->dev, i->binds[n].dev);
	}
}

static void check_live(const struct zt_image *i)
{
	uint32_t parity = zt_maps_gen(m) & 1;

	check_arrays(i);
	check_nets(i);
	check_svc(i);
	read_lines();
	check_rules(i);
	check_identity(i);
	check_hosts(i);
	ck_assert_uint_eq(live_pol.gen, zt_maps_gen(m));
	ck_assert_uint_eq(live_pol.nr_rules, i->pol.nr_rules);
	ck_assert_uint_ne(m->cfg.nonce[parity], 0);
}

static void publish(struct zt_image *i)
{
	uint32_t gen = zt_maps_gen(m);
	char *error = NULL;
	int rc = zt_maps_publish(m, i, &error);

	ck_assert_msg(!rc, "publish: %s", error ? error : strerror(-rc));
	ck_assert_uint_eq(zt_maps_gen(m), gen + 1);
	check_live(i);
}

/* ---- cases ---- */

START_TEST(any_image_over_any_other)
{
	int n;

	srand(20 + _i);
	open_maps();
	for (n = 0; n < 30; n++)
		publish(random_image(n % 4 == 3 ? 0 : 20 + rand() % 80));
	close_maps();
}
END_TEST

START_TEST(a_new_process_finds_what_is_stale)
{
	srand(40);
	open_maps();
	publish(random_image(90));
	zt_image_free(m->image); /* what adoption starts with */
	m->image = NULL;
	m->slots_unsure = true;
	publish(random_image(40));
	close_maps();
}
END_TEST

START_TEST(an_equal_image_moves_nothing)
{
	struct zt_image *again;

	srand(41);
	open_maps();
	publish(random_image(60));
	srand(41);
	again = random_image(60);
	ck_assert_int_eq(zt_maps_publish(m, again, NULL), 1);
	ck_assert_uint_eq(zt_maps_gen(m), 1);
	ck_assert_ptr_eq(zt_maps_image(m), again);
	close_maps();
}
END_TEST

START_TEST(the_generation_goes_on_after_a_spell_of_none)
{
	srand(42);
	open_maps();
	publish(random_image(60));
	publish(random_image(60));
	zt_maps_no_policy(m);
	ck_assert_uint_eq(zt_maps_gen(m), 0);
	ck_assert_int_eq(zt_maps_publish(m, random_image(60), NULL), 0);
	ck_assert_uint_eq(zt_maps_gen(m), 3); /* 1 and 2 are in old flow records */
	close_maps();
}
END_TEST

/* Every map a publish writes by system call, made unwritable: nothing may move. */
static const enum zt_map frozen[] = { ZT_MAP_POL, ZT_MAP_CFG, ZT_MAP_NET, ZT_MAP_SVC,
				      ZT_MAP_LINE };

START_TEST(a_failing_publish_changes_nothing)
{
	struct zt_image *a, *b;
	char *error = NULL;

	srand(50 + _i);
	open_maps();
	publish(random_image(70));
	a = random_image(70);
	publish(a);
	b = random_image(70);
	ck_assert_int_eq(bpf_map_freeze(m->map[frozen[_i]]), 0);
	ck_assert_int_lt(zt_maps_publish(m, b, &error), 0);
	ck_assert_ptr_nonnull(error);
	ck_assert_msg(strstr(error, zt_map_name(frozen[_i])), "%s", error);
	ck_assert_uint_eq(zt_maps_gen(m), 2);
	ck_assert_ptr_eq(zt_maps_image(m), a);
	check_live(a);
	free(error);
	zt_image_free(b);
	close_maps();
}
END_TEST

START_TEST(no_file_descriptor_left)
{
	struct rlimit before, none;
	struct zt_image *a, *b;
	int probe, room;

	srand(60);
	open_maps();
	a = random_image(70);
	publish(a);
	b = random_image(70);
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	probe = dup(0);
	close(probe);
	for (room = 0; room < 3; room++) { /* for none, one or two of the three inner maps */
		char *error = NULL;

		none.rlim_cur = probe + room;
		setrlimit(RLIMIT_NOFILE, &none);
		ck_assert_int_eq(zt_maps_publish(m, b, &error), -EMFILE);
		setrlimit(RLIMIT_NOFILE, &before);
		ck_assert_ptr_nonnull(error);
		check_live(a);
		free(error);
	}
	publish(b); /* and the next one works */
	close_maps();
}
END_TEST

START_TEST(more_than_fits_is_refused_with_numbers)
{
	struct zt_image *a, *b;
	char *error = NULL;
	uint32_t n;

	srand(61);
	open_maps();
	a = random_image(70);
	publish(a);
	b = random_image(70);
	b->hosts = realloc(b->hosts, 80 * sizeof(*b->hosts));
	for (n = 0; n < 80; n++) {
		b->hosts[n] = (struct zt_image_host){ .key = { .family = 4 },
						      .word = { .kind = ZT_KIND_APP, .id = 16 } };
		b->hosts[n].key.addr.w[3] = 0x1000 + n;
	}
	b->nr_hosts = 80;
	ck_assert_int_eq(zt_maps_publish(m, b, &error), -E2BIG);
	ck_assert_msg(strstr(error, "hosts") && strstr(error, " 64;"), "%s", error);
	check_live(a);
	free(error);
	error = NULL;
	b->nr_hosts = 0;
	b->devs[b->nr_devs++] = (struct zt_image_dev){ .index = 32, .serial = 1 };
	ck_assert_int_eq(zt_maps_publish(m, b, &error), -E2BIG);
	ck_assert_msg(strstr(error, "zt_dev") && strstr(error, "33"), "%s", error);
	check_live(a);
	free(error);
	zt_image_free(b);
	close_maps();
}
END_TEST

/* ---- bindings: what the programs wrote stays, and changes are seen by flows ---- */

static struct zt_image *one_device(uint32_t serial, uint32_t port, const uint32_t *ports,
				   uint32_t nr_ports)
{
	struct zt_image *i = random_image(0);
	uint32_t n;

	add_device(i, 3, serial);
	i->binds[0].ifindex = port;
	i->nr_macs = 0;
	for (n = 0; n < nr_ports; n++) {
		i->macs[n] = (struct zt_image_mac){ .kind = ZT_MAC_DEVICE, .bind = 4 };
		memcpy(i->macs[n].key.mac, i->binds[0].mac, 6);
		i->macs[n].key.where = ports[n];
		i->nr_macs++;
	}
	return i;
}

START_TEST(bindings_keep_what_programs_write)
{
	static const uint32_t both[] = { 1, 2 };
	struct zt_bind b;
	uint32_t epoch;

	open_maps();
	ck_assert_int_eq(zt_maps_publish(m, one_device(1, 1, both, 2), NULL), 0);
	ck_assert_int_eq(zt_maps_bind(m, 4, &b), 0);
	ck_assert_uint_eq(b.ifindex, 1);
	epoch = b.epoch;
	m->bind[4].ifindex = 2; /* it moved, and was seen */
	m->bind[4].seen = 77;

	/* another policy, the same device: nothing of that is touched */
	ck_assert_int_eq(zt_maps_publish(m, one_device(1, 1, both, 2), NULL), 0);
	zt_maps_bind(m, 4, &b);
	ck_assert_uint_eq(b.ifindex, 2);
	ck_assert_uint_eq(b.seen, 77);
	ck_assert_uint_eq(b.epoch, epoch);

	/* its port goes down: free to appear on another; a port it is not on changes nothing */
	zt_maps_release_port(m, 1);
	zt_maps_bind(m, 4, &b);
	ck_assert_uint_eq(b.ifindex, 2);
	zt_maps_release_port(m, 2);
	zt_maps_bind(m, 4, &b);
	ck_assert_uint_eq(b.ifindex, 2 | ZT_BIND_RELEASED);
	ck_assert_int_eq(zt_maps_publish(m, one_device(1, 1, both, 2), NULL), 0);
	zt_maps_bind(m, 4, &b);
	ck_assert_uint_eq(b.ifindex, 2 | ZT_BIND_RELEASED); /* a publish does not bind it again */
	ck_assert_uint_eq(b.epoch, epoch);
	m->bind[4].ifindex = 2;

	/* its port is taken off the list: bound to the one that is left, flows judged again */
	ck_assert_int_eq(zt_maps_publish(m, one_device(1, 1, both, 1), NULL), 0);
	zt_maps_bind(m, 4, &b);
	ck_assert_uint_eq(b.ifindex, 1);
	ck_assert_uint_eq(b.seen, 0); /* and free to go to the other ports it has */
	ck_assert_uint_ne(b.epoch, epoch);
	epoch = b.epoch;

	/* the index is given to another device */
	ck_assert_int_eq(zt_maps_publish(m, one_device(2, 1, both, 2), NULL), 0);
	zt_maps_bind(m, 4, &b);
	ck_assert_uint_ne(b.epoch, epoch);
	ck_assert_uint_eq(b.seen, 0);
	epoch = b.epoch;

	/* freed: no record may find itself confirmed there, now or later */
	ck_assert_int_eq(zt_maps_publish(m, random_image(0), NULL), 0);
	zt_maps_bind(m, 4, &b);
	ck_assert_uint_eq(b.dev, 0);
	ck_assert_uint_eq(b.ifindex, 0);
	ck_assert_uint_gt(b.epoch, epoch);
	epoch = b.epoch;
	ck_assert_int_eq(zt_maps_publish(m, one_device(3, 1, both, 2), NULL), 0);
	zt_maps_bind(m, 4, &b);
	ck_assert_uint_gt(b.epoch, epoch);
	close_maps();
}
END_TEST

START_TEST(counters_do_not_pass_to_the_next_device)
{
	static const uint32_t port = 1;
	int cpus = libbpf_num_possible_cpus();
	struct zt_devcnt *v = rows(cpus, sizeof(*v)), sum;
	uint32_t dev = 3;

	open_maps();
	ck_assert_int_eq(zt_maps_publish(m, one_device(1, 1, &port, 1), NULL), 0);
	v[0].c[ZT_DROPPED][0].packets = 5;
	v[cpus - 1].c[ZT_DROPPED][0].packets += 6;
	ck_assert_int_eq(bpf_map_update_elem(m->map[ZT_MAP_DEVCNT], &dev, v, BPF_ANY), 0);
	ck_assert_int_eq(zt_maps_devcnt(m, dev, &sum), 0);
	ck_assert_uint_eq(sum.c[ZT_DROPPED][0].packets, 11);
	ck_assert_int_eq(zt_maps_publish(m, one_device(2, 1, &port, 1), NULL), 0);
	ck_assert_int_eq(zt_maps_devcnt(m, dev, &sum), 0);
	ck_assert_uint_eq(sum.c[ZT_DROPPED][0].packets, 0);
	free(v);
	close_maps();
}
END_TEST

/* ---- gateways: their MACs only the programs know ---- */

static void add_gateway(struct zt_image *i, uint32_t last)
{
	struct zt_image_host *h = &i->hosts[i->nr_hosts++];

	*h = (struct zt_image_host){ .key = { .family = 4 }, .word = { .flags = ZT_HOST_GATEWAY } };
	h->key.addr.w[2] = htobe32(0xffff);
	h->key.addr.w[3] = last << 24 | 0x0a;
}

START_TEST(gateways_live_as_long_as_they_are_listed)
{
	struct zt_mac_key key = { .mac = { 2, 9, 9, 9, 9, 9 }, .where = ZT_IN_ZONE | 5 };
	struct zt_image *i;
	uint32_t v = 1;

	open_maps();
	i = random_image(0);
	add_gateway(i, 1);
	ck_assert_int_eq(zt_maps_publish(m, i, NULL), 0);
	ck_assert_int_eq(bpf_map_update_elem(m->map[ZT_MAP_GATE], &key, &v, BPF_ANY), 0);

	i = random_image(0);
	add_gateway(i, 1);
	add_gateway(i, 2);
	ck_assert_int_eq(zt_maps_publish(m, i, NULL), 0);
	ck_assert_int_eq(bpf_map_lookup_elem(m->map[ZT_MAP_GATE], &key, &v), 0);

	zt_image_free(m->image); /* a new process */
	m->image = NULL;
	i = random_image(0);
	add_gateway(i, 1);
	add_gateway(i, 2);
	add_gateway(i, 3);
	ck_assert_int_eq(zt_maps_publish(m, i, NULL), 0);
	ck_assert_int_eq(bpf_map_lookup_elem(m->map[ZT_MAP_GATE], &key, &v), 0);

	i = random_image(0);
	add_gateway(i, 2);
	add_gateway(i, 3);
	ck_assert_int_eq(zt_maps_publish(m, i, NULL), 0);
	ck_assert_int_lt(bpf_map_lookup_elem(m->map[ZT_MAP_GATE], &key, &v), 0);

	/* What is a device's now is none any more, nor later. */
	ck_assert_int_eq(bpf_map_update_elem(m->map[ZT_MAP_GATE], &key, &v, BPF_ANY), 0);
	i = random_image(0);
	add_gateway(i, 2);
	add_gateway(i, 3);
	i->macs[i->nr_macs++] = (struct zt_image_mac){ key, ZT_MAC_ROUTER, 0 };
	ck_assert_int_eq(zt_maps_publish(m, i, NULL), 0);
	ck_assert_int_lt(bpf_map_lookup_elem(m->map[ZT_MAP_GATE], &key, &v), 0);
	close_maps();
}
END_TEST

/* ---- the rest of the instance ---- */

START_TEST(the_clock_is_plausible)
{
	struct zt_clock c;

	open_maps();
	ck_assert_int_eq(zt_maps_clock(m, &c), 0);
	ck_assert_uint_eq(c.hz, (uint32_t)sysconf(_SC_CLK_TCK) > c.hz ? 0 : c.hz);
	ck_assert_uint_ge(c.tick_ms, 250);
	ck_assert_uint_le(c.tick_ms, 1000);
	ck_assert_uint_eq(m->cfg.idle[ZT_IDLE_TCP], (7440000 + c.tick_ms - 1) / c.tick_ms);
	ck_assert_int_gt((int32_t)(m->cfg.pickup_until - c.now), 0);
	ck_assert_uint_ge(m->cfg.grace, 2);
	close_maps();
}
END_TEST

START_TEST(aggregates_are_taken_once)
{
	struct zt_agg_key key = { .dev = 3, .reason = ZT_REASON_NO_RULE };
	struct zt_agg_entry *got;
	uint32_t n, nr, sum = 0;

	open_maps();
	for (n = 0; n < 10000; n++) {
		key.rule = n;
		m->agg[n % ZT_AGG_SETS].place[n / ZT_AGG_SETS].agg.packets = n;
		m->agg[n % ZT_AGG_SETS].place[n / ZT_AGG_SETS].key = key;
	}
	m->agg[1].place[3].key.what = ZT_AGG_CLAIMED; /* just now, by a program */
	m->agg[2].place[3].key = key; /* of the other side, not drained yet */
	m->agg[2].place[3].key.side = 1;
	ck_assert_int_eq(zt_maps_drain(m, &got, &nr), 0);
	ck_assert_uint_eq(nr, 10000);
	for (n = 0; n < nr; n++) {
		ck_assert_uint_eq(got[n].agg.packets, got[n].key.rule);
		sum += got[n].key.rule;
	}
	ck_assert_uint_eq(sum, 9999 * 5000);
	free(got);
	ck_assert_uint_eq(m->agg[1].place[3].key.what, ZT_AGG_CLAIMED);
	ck_assert_int_eq(zt_maps_drain(m, &got, &nr), 0);
	ck_assert_uint_eq(nr, 1);
	free(got);
	ck_assert_int_eq(zt_maps_drain(m, &got, &nr), 0);
	ck_assert_uint_eq(nr, 0);
	free(got);
	close_maps();
}
END_TEST

START_TEST(learned_addresses_are_charged_and_queued)
{
	struct zt_learned_entry e = { .key = { .family = 4 },
				      .learned = { .dev = 3, .serial = 1, .bind = 4,
						   .expires = 1000, .how = ZT_HOW_DHCP } };
	static const uint32_t port = 1;
	struct zt_learned_entry *got;
	struct zt_devst st;
	uint32_t nr;

	open_maps();
	ck_assert_int_eq(zt_maps_publish(m, one_device(1, 1, &port, 1), NULL), 0);
	e.key.addr.w[3] = 5;
	ck_assert_int_eq(zt_maps_learn(m, &e), 0);
	ck_assert_int_eq(zt_maps_learn(m, &e), 0); /* again: no second charge */
	zt_maps_devst(m, 3, &st);
	ck_assert_uint_eq(st.addresses4, 1);
	ck_assert_int_eq(zt_maps_learned(m, 1000, &got, &nr), 0);
	ck_assert_uint_eq(nr, 1);
	free(got);
	ck_assert_int_eq(zt_maps_learned(m, 1001, &got, &nr), 0);
	ck_assert_uint_eq(nr, 0);
	free(got);
	/* once in the queue: it can be popped once */
	ck_assert_int_eq(bpf_map_lookup_and_delete_elem(m->map[ZT_MAP_LEARNQ], NULL, &e.key), 0);
	ck_assert_int_lt(bpf_map_lookup_and_delete_elem(m->map[ZT_MAP_LEARNQ], NULL, &e.key), 0);
	/* the device's index changes hands: the address is nobody's */
	ck_assert_int_eq(zt_maps_publish(m, one_device(2, 1, &port, 1), NULL), 0);
	ck_assert_int_eq(zt_maps_learned(m, 900, &got, &nr), 0);
	ck_assert_uint_eq(nr, 0);
	free(got);
	close_maps();
}
END_TEST

/* ---- hash flooding ---- */

static void check_seeded(int fd)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);

	ck_assert_int_eq(bpf_obj_get_info_by_fd(fd, &info, &len), 0);
	ck_assert_msg(!(info.map_flags & BPF_F_ZERO_SEED), "%s hashes without a seed", info.name);
}

/* Inner maps too: those of the object, and those a publish makes. */
START_TEST(no_map_hashes_without_a_seed)
{
	static const enum zt_map outer[] = { ZT_MAP_NET, ZT_MAP_SVC, ZT_MAP_LINE };
	static const uint32_t port = 1;
	struct bpf_map *map;
	uint32_t nr = 0, id, slot;
	size_t i;
	int fd;

	open_maps();
	ck_assert_int_eq(zt_maps_publish(m, one_device(1, 1, &port, 1), NULL), 0);
	bpf_object__for_each_map(map, m->obj) {
		check_seeded(bpf_map__fd(map));
		nr++;
	}
	ck_assert_uint_ge(nr, ZT_MAP_NR);
	for (i = 0; i < sizeof(outer) / sizeof(outer[0]); i++) {
		for (slot = 0; slot < 2; slot++) {
			ck_assert_int_eq(bpf_map_lookup_elem(m->map[outer[i]], &slot, &id), 0);
			fd = bpf_map_get_fd_by_id(id);
			ck_assert_int_ge(fd, 0);
			check_seeded(fd);
			close(fd);
		}
	}
	close_maps();
}
END_TEST

/* The key of zt_owner(): another for each set of maps, the same as long as they live. */
START_TEST(the_key_of_unknown_devices_is_random)
{
	uint32_t seed[3][2], zero = 0, i;
	struct zt_cfg cfg;

	for (i = 0; i < 3; i++) {
		open_maps();
		memcpy(seed[i], m->cfg.seed, sizeof(seed[i]));
		ck_assert(seed[i][0] && seed[i][1] && seed[i][0] != seed[i][1]);
		ck_assert_int_eq(zt_maps_configure(m, 0), 0);
		ck_assert_int_eq(bpf_map_lookup_elem(m->map[ZT_MAP_CFG], &zero, &cfg), 0);
		ck_assert(!memcmp(cfg.seed, seed[i], sizeof(cfg.seed)));
		close_maps();
	}
	ck_assert(seed[0][0] != seed[1][0] && seed[0][1] != seed[1][1]);
	ck_assert(seed[1][0] != seed[2][0] && seed[1][1] != seed[2][1]);
	ck_assert(seed[0][0] != seed[2][0] && seed[0][1] != seed[2][1]);
}
END_TEST

START_TEST(frame_lengths)
{
	static const struct {
		uint8_t dir;
		uint32_t len;
		int rc;
	} row[] = {
		{ ZT_FROM_DEVICE, 13, -EMSGSIZE }, { ZT_FROM_DEVICE, 14, 0 },
		{ ZT_FROM_DEVICE, 1514, 0 },	   { ZT_FROM_DEVICE, 9014, 0 },
		{ ZT_FROM_DEVICE, 65535, 0 },	   { ZT_FROM_DEVICE, 90000, -EMSGSIZE },
		{ ZT_TO_DEVICE, 13, -EMSGSIZE },   { ZT_TO_DEVICE, 14, 0 },
		{ ZT_TO_DEVICE, 3500, 0 },
	};
	static uint8_t frame[90000];
	struct zt_result result;
	size_t n;

	open_maps();
	for (n = 0; n < sizeof(row) / sizeof(row[0]); n++) {
		struct zt_run run = { .dir = row[n].dir, .frame = frame, .len = row[n].len,
				      .ifindex = 1 };
		int rc = zt_maps_run(m, &run, &result);

		ck_assert_msg(rc == row[n].rc, "%u bytes, direction %u: %d", row[n].len, row[n].dir,
			      rc);
	}
	close_maps();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("backend: publish");
	TCase *t = tcase_create("publish");
	SRunner *r;
	int failed;

	if (geteuid()) {
		puts("SKIP: needs root to load BPF programs");
		return 77;
	}
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, any_image_over_any_other, 0, 2);
	tcase_add_test(t, a_new_process_finds_what_is_stale);
	tcase_add_test(t, an_equal_image_moves_nothing);
	tcase_add_test(t, the_generation_goes_on_after_a_spell_of_none);
	tcase_add_loop_test(t, a_failing_publish_changes_nothing, 0,
			    sizeof(frozen) / sizeof(frozen[0]));
	tcase_add_test(t, no_file_descriptor_left);
	tcase_add_test(t, more_than_fits_is_refused_with_numbers);
	tcase_add_test(t, bindings_keep_what_programs_write);
	tcase_add_test(t, counters_do_not_pass_to_the_next_device);
	tcase_add_test(t, gateways_live_as_long_as_they_are_listed);
	tcase_add_test(t, the_clock_is_plausible);
	tcase_add_test(t, aggregates_are_taken_once);
	tcase_add_test(t, learned_addresses_are_charged_and_queued);
	tcase_add_test(t, no_map_hashes_without_a_seed);
	tcase_add_test(t, the_key_of_unknown_devices_is_random);
	tcase_add_test(t, frame_lengths);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
