/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel module's flow table as the home of the records: is it there, made to fit these
 * maps, read. What the programs do with it is in bpf/flow_kmod.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bpf/live.h"
#include "bpf/state.h"

#define MODULE "/sys/module/" ZT_GENL_NAME
#define MODULE_BTF "/sys/kernel/btf/" ZT_GENL_NAME
#define DEFAULT_FLOWS 65536u /* of each family, as the maps have it */
#define EMPTY_TRIES 10

int zt_kmod_find(struct zt_kflow **ret, char why[256])
{
	int rc;

	if (access(MODULE, F_OK)) {
		snprintf(why, 256, "zt_flow.ko is not loaded");
		return -ENOENT;
	}
	if (access(MODULE_BTF, F_OK)) {
		snprintf(why, 256, "zt_flow.ko was built without BTF, so programs cannot call it");
		return -ENOENT;
	}
	rc = zt_kflow_open(ret);
	if (rc)
		snprintf(why, 256, "zt_flow.ko cannot be asked: %s", strerror(-rc));
	return rc;
}

uint32_t zt_kmod_max_flows(uint32_t flows)
{
	uint64_t both = 2 * (uint64_t)(flows ? flows : DEFAULT_FLOWS);

	return both < ZT_KFLOWS_MAX ? (uint32_t)both : ZT_KFLOWS_MAX;
}

int zt_kmod_table(struct zt_maps *m, const struct zt_cfg *cfg, uint32_t *ret_table, char **ret_error)
{
	struct zt_kflow_limits l = {
		.max_flows = zt_kmod_max_flows(m->flows),
		.devices = m->max[ZT_MAP_DEV],
		.tick_shift = cfg->tick_shift,
	};
	struct zt_kflow_stats s;
	char *text = NULL;
	int rc, i;

	for (i = 0; i < ZT_IDLE_MAX; i++) /* those nobody uses are 0 */
		l.idle[i] = cfg->idle[i] ? cfg->idle[i] : 1;
	rc = zt_kflow_table(m->kflow, &l, &s, &text);
	if (rc)
		zt_fail(ret_error, rc, "zt_flow.ko gives no table of %u flows and %u devices: %s%s",
			l.max_flows, l.devices, text ? text : strerror(-rc),
			rc == -EPROTO ? " (it is of another version)" : "");
	else
		*ret_table = s.table;
	free(text);
	return rc;
}

/* A record is in nobody's hands longer than a program runs. */
int zt_kmod_empty(struct zt_maps *m)
{
	int rc, n;

	for (n = 0; n < EMPTY_TRIES; n++) {
		rc = zt_kflow_flush(m->kflow);
		if (rc != -EBUSY)
			return rc;
		usleep(1000);
	}
	return rc;
}

struct flows {
	const struct zt_maps *m;
	struct zt_entries e;
	uint32_t now;
};

static void add(void *arg, const struct zt_kflow_record *r)
{
	struct flows *f = arg;

	zt_entries_add(&f->e, f->m, r, f->now);
}

int zt_kmod_flows(struct zt_maps *m, uint32_t now, struct zt_flow_entry **ret, uint32_t *ret_nr)
{
	struct flows f = { .m = m, .now = now };
	int rc = zt_kflow_dump(m->kflow, add, &f);

	if (!rc)
		return zt_entries_done(&f.e, ret, ret_nr);
	free(f.e.v);
	return rc;
}

int zt_kmod_held(struct zt_maps *m, uint32_t dev, struct zt_held *ret)
{
	struct zt_kflow_stats s;
	int rc = zt_kflow_stats(m->kflow, dev, &s);

	if (!rc)
		*ret = s.held;
	return rc;
}

/* ---- what the agent asks -------------------------------------------------------------- */

bool zt_live_in_module(const struct zt_maps *m, const char **ret_why)
{
	*ret_why = m->flow4 ? m->why_map : "";
	return !m->flow4;
}

int zt_live_table(struct zt_maps *m, struct zt_kflow_stats *ret)
{
	return m->flow4 ? -ENOENT : zt_kflow_stats(m->kflow, ZT_NONE, ret);
}

int zt_live_ended_fd(struct zt_maps *m)
{
	int rc;

	if (m->flow4)
		return -ENOENT;
	if (!m->ended) {
		rc = zt_kflow_open(&m->ended);
		if (!rc)
			rc = zt_kflow_follow(m->ended);
		if (rc) {
			zt_kflow_close(m->ended);
			m->ended = NULL;
			return rc;
		}
	}
	return zt_kflow_fd(m->ended);
}

struct ends {
	zt_ended_fn fn;
	void *arg;
};

static void on_end(void *arg, const struct zt_kflow_record *r)
{
	struct ends *e = arg;
	struct zt_flow_entry entry;

	zt_record_entry(r, &entry);
	e->fn(e->arg, &entry, r->reason < ZT_ENDED_MAX ? (uint8_t)r->reason : 0);
}

int zt_live_ended_read(struct zt_maps *m, zt_ended_fn fn, void *arg, uint64_t *ret_missed)
{
	struct ends e = { fn, arg };

	return m->ended ? zt_kflow_read(m->ended, on_end, &e, ret_missed) : 0;
}
