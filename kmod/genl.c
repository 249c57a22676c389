// SPDX-License-Identifier: GPL-2.0
/*
 * Generic netlink: see include/zt_genl.h for the messages. What is asked is checked by the
 * policies here, then in one look at what policies cannot say, and only then done.
 */
#include <linux/module.h>
#include <linux/sched.h>
#include <net/sock.h>

#include "compat.h"
#include "zt_flow.h"

#define ZT_ENDED_ROOM 256 /* an end record takes 196: the less, the more wait for who listens */

static struct genl_family zt_genl_family;

/* ---- what may be said ---- */

/* Not const, as Linux 6.1 points to them. */
static struct netlink_range_validation range_flows = { .min = 1, .max = ZT_KFLOWS_MAX };
static struct netlink_range_validation range_devices = { .min = 1, .max = ZT_KDEVICES_MAX };
static struct netlink_range_validation range_rule = { .min = 0, .max = ZT_NO_RULE };

static const struct nla_policy table_policy[ZT_GENL_ATTR_IDLE + 1] = {
	[ZT_GENL_ATTR_ABI] = NLA_POLICY_RANGE(NLA_U32, ZT_ABI_VERSION, ZT_ABI_VERSION),
	[ZT_GENL_ATTR_MAX_FLOWS] = NLA_POLICY_FULL_RANGE(NLA_U32, &range_flows),
	[ZT_GENL_ATTR_DEVICES] = NLA_POLICY_FULL_RANGE(NLA_U32, &range_devices),
	[ZT_GENL_ATTR_TICK_SHIFT] = NLA_POLICY_RANGE(NLA_U32, 1, ZT_KTICK_SHIFT_MAX),
	[ZT_GENL_ATTR_IDLE] = NLA_POLICY_EXACT_LEN(sizeof(u32[ZT_IDLE_MAX])),
};

static const struct nla_policy get_policy[ZT_GENL_ATTR_GEN + 1] = {
	[ZT_GENL_ATTR_KEY] = NLA_POLICY_EXACT_LEN(sizeof(struct zt_flow_key)),
	[ZT_GENL_ATTR_DEV] = { .type = NLA_U32 },
	[ZT_GENL_ATTR_PEER] = NLA_POLICY_EXACT_LEN(sizeof(struct zt_addr)),
	[ZT_GENL_ATTR_RULE] = NLA_POLICY_FULL_RANGE(NLA_U32, &range_rule),
	[ZT_GENL_ATTR_SINCE] = { .type = NLA_U32 },
};

static const struct nla_policy flush_policy[ZT_GENL_ATTR_GEN + 1] = {
	[ZT_GENL_ATTR_DEV] = { .type = NLA_U32 },
	[ZT_GENL_ATTR_PEER] = NLA_POLICY_EXACT_LEN(sizeof(struct zt_addr)),
	[ZT_GENL_ATTR_RULE] = NLA_POLICY_FULL_RANGE(NLA_U32, &range_rule),
	[ZT_GENL_ATTR_SINCE] = { .type = NLA_U32 },
	[ZT_GENL_ATTR_GEN] = { .type = NLA_U32 },
};

static const struct nla_policy put_policy[ZT_GENL_ATTR_REST + 1] = {
	[ZT_GENL_ATTR_ABI] = NLA_POLICY_RANGE(NLA_U32, ZT_ABI_VERSION, ZT_ABI_VERSION),
	[ZT_GENL_ATTR_KEY] = NLA_POLICY_EXACT_LEN(sizeof(struct zt_flow_key)),
	[ZT_GENL_ATTR_FLOW] = NLA_POLICY_EXACT_LEN(sizeof(struct zt_flow)),
	[ZT_GENL_ATTR_REST] = NLA_POLICY_EXACT_LEN(sizeof(struct zt_flow_rest)),
};

static const struct nla_policy stats_policy[ZT_GENL_ATTR_DEV + 1] = {
	[ZT_GENL_ATTR_DEV] = { .type = NLA_U32 },
};

/* ---- what is said ---- */

static int put_u64(struct sk_buff *skb, int attr, u64 v)
{
	return nla_put_u64_64bit(skb, attr, v, ZT_GENL_ATTR_PAD);
}

static int put_flow(struct sk_buff *skb, const struct zt_copy *c)
{
	return nla_put_u32(skb, ZT_GENL_ATTR_ABI, ZT_ABI_VERSION) ?:
	       nla_put(skb, ZT_GENL_ATTR_KEY, sizeof(c->key), &c->key) ?:
	       nla_put_64bit(skb, ZT_GENL_ATTR_FLOW, sizeof(c->flow), &c->flow, ZT_GENL_ATTR_PAD) ?:
	       nla_put_64bit(skb, ZT_GENL_ATTR_REST, sizeof(c->rest), &c->rest, ZT_GENL_ATTR_PAD);
}

static int put_limits(struct sk_buff *skb, const struct zt_ftable *t)
{
	return nla_put_u32(skb, ZT_GENL_ATTR_ABI, ZT_ABI_VERSION) ?:
	       nla_put_u32(skb, ZT_GENL_ATTR_TABLE, t->id) ?:
	       nla_put_u32(skb, ZT_GENL_ATTR_MAX_FLOWS, READ_ONCE(t->opts.max_flows)) ?:
	       nla_put_u32(skb, ZT_GENL_ATTR_DEVICES, t->opts.devices) ?:
	       nla_put_u32(skb, ZT_GENL_ATTR_TICK_SHIFT, READ_ONCE(t->opts.tick_shift)) ?:
	       nla_put(skb, ZT_GENL_ATTR_IDLE, sizeof(t->opts.idle), t->opts.idle);
}

static int put_totals(struct sk_buff *skb, struct zt_ftable *t)
{
	u64 told[ZT_ENDED_MAX];
	int i;

	for (i = 0; i < ZT_ENDED_MAX; i++)
		told[i] = READ_ONCE(t->told[i]);
	return nla_put_u32(skb, ZT_GENL_ATTR_LIVE, atomic_read(&t->live)) ?:
	       put_u64(skb, ZT_GENL_ATTR_NEW, atomic64_read(&t->made)) ?:
	       put_u64(skb, ZT_GENL_ATTR_UNUSED, READ_ONCE(t->unused)) ?:
	       nla_put_64bit(skb, ZT_GENL_ATTR_ENDED, sizeof(told), told, ZT_GENL_ATTR_PAD) ?:
	       put_u64(skb, ZT_GENL_ATTR_LOST, READ_ONCE(t->lost)) ?:
	       put_u64(skb, ZT_GENL_ATTR_REFUSED_FULL, atomic64_read(&t->refused_full)) ?:
	       put_u64(skb, ZT_GENL_ATTR_REFUSED_QUOTA, atomic64_read(&t->refused_quota));
}

static int put_held(struct sk_buff *skb, struct zt_ftable *t, u32 dev)
{
	struct zt_device *d = &t->device[dev];

	return nla_put_u32(skb, ZT_GENL_ATTR_DEV, dev) ?:
	       nla_put(skb, ZT_GENL_ATTR_HELD, sizeof(d->held), &d->held) ?:
	       put_u64(skb, ZT_GENL_ATTR_DEV_REFUSED, atomic64_read(&d->refused));
}

/* ---- answering ---- */

static const char no_table[] = "this network namespace has no flow table yet";

/* text stays where it is. */
static int refuse(struct netlink_ext_ack *extack, int err, const char *text)
{
	if (extack)
		extack->_msg = text;
	return err;
}

/* An answer to a command, begun; *ret_hdr is for reply_send(). */
static struct sk_buff *reply_begin(struct genl_info *info, u8 cmd, void **ret_hdr)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	*ret_hdr = genlmsg_put_reply(skb, info, &zt_genl_family, 0, cmd);
	if (*ret_hdr)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

static int reply_send(struct genl_info *info, struct sk_buff *skb, void *hdr, int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

/* dev: which device's as well, NULL none. */
static int reply_stats(struct genl_info *info, struct zt_ftable *t, u8 cmd,
		       const struct nlattr *dev)
{
	void *hdr;
	struct sk_buff *skb = reply_begin(info, cmd, &hdr);
	int err;

	if (!skb)
		return -ENOMEM;
	err = put_limits(skb, t) ?: put_totals(skb, t);
	if (!err && dev)
		err = put_held(skb, t, nla_get_u32(dev));
	return reply_send(info, skb, hdr, err);
}

static int cmd_stats(struct sk_buff *in, struct genl_info *info)
{
	struct zt_ftable *t = zt_table_of(genl_info_net(info));
	struct nlattr *dev = info->attrs[ZT_GENL_ATTR_DEV];

	if (!t)
		return refuse(info->extack, -ENOENT, no_table);
	if (dev && nla_get_u32(dev) >= t->opts.devices)
		return refuse(info->extack, -ERANGE, "the table has no such device index");
	return reply_stats(info, t, ZT_GENL_CMD_STATS, dev);
}

/* ---- making a table and changing it ---- */

static void take(struct nlattr **a, int attr, void *ret, size_t len)
{
	if (a[attr])
		nla_memcpy(ret, a[attr], len);
}

/* What is given, over what there is or, of a table to be made, zeroes. */
static int opts_of(struct genl_info *info, struct zt_table_opts *o)
{
	struct nlattr **a = info->attrs;
	int i;

	if (!a[ZT_GENL_ATTR_ABI])
		return refuse(info->extack, -EINVAL, "ABI is missing");
	take(a, ZT_GENL_ATTR_MAX_FLOWS, &o->max_flows, sizeof(o->max_flows));
	take(a, ZT_GENL_ATTR_DEVICES, &o->devices, sizeof(o->devices));
	take(a, ZT_GENL_ATTR_TICK_SHIFT, &o->tick_shift, sizeof(o->tick_shift));
	take(a, ZT_GENL_ATTR_IDLE, o->idle, sizeof(o->idle));
	if (!o->max_flows || !o->devices || !o->tick_shift || !(a[ZT_GENL_ATTR_IDLE] || o->idle[0]))
		return refuse(info->extack, -EINVAL,
			      "a new table needs MAX_FLOWS, DEVICES, TICK_SHIFT and IDLE");
	for (i = 0; i < ZT_IDLE_MAX; i++)
		if (!o->idle[i] || o->idle[i] > ZT_KIDLE_TICKS_MAX)
			return refuse(info->extack, -ERANGE, "idle times are 1 - 2^30 ticks");
	return 0;
}

static int table_make(struct genl_info *info, const struct zt_table_opts *o)
{
	struct zt_ftable *t = zt_table_add(genl_info_net(info), o);

	if (!IS_ERR(t))
		return 0;
	if (PTR_ERR(t) == -ENOSPC)
		return refuse(info->extack, -ENOSPC, "all tables together would pass max_flows");
	return refuse(info->extack, PTR_ERR(t), "no memory for a table of this size");
}

static int table_change(struct genl_info *info, struct zt_ftable *t, const struct zt_table_opts *o)
{
	size_t i;

	if (o->devices != t->opts.devices)
		return refuse(info->extack, -EINVAL, "a table keeps its number of devices");
	if (o->max_flows > t->most)
		return refuse(info->extack, -ERANGE, "more flows than the table was made for");
	for (i = 0; i < sizeof(*o) / sizeof(u32); i++)
		WRITE_ONCE(((u32 *)&t->opts)[i], ((const u32 *)o)[i]);
	return 0;
}

static int cmd_table(struct sk_buff *in, struct genl_info *info)
{
	struct zt_table_opts opts = {};
	struct zt_ftable *t;
	int err;

	mutex_lock(&zt_tables_lock);
	t = zt_table_of(genl_info_net(info));
	if (t)
		opts = t->opts;
	err = opts_of(info, &opts);
	if (!err)
		err = t ? table_change(info, t, &opts) : table_make(info, &opts);
	mutex_unlock(&zt_tables_lock);
	t = zt_table_of(genl_info_net(info));
	return err ? err : reply_stats(info, t, ZT_GENL_CMD_TABLE, NULL);
}

/* ---- one flow, all flows ---- */

static void filter_of(struct nlattr **a, struct zt_filter *ret)
{
	int i;

	memset(ret, 0, sizeof(*ret));
	for (i = ZT_GENL_ATTR_DEV; i <= ZT_GENL_ATTR_GEN; i++)
		ret->by |= a[i] ? BIT(i) : 0;
	take(a, ZT_GENL_ATTR_DEV, &ret->dev, sizeof(ret->dev));
	take(a, ZT_GENL_ATTR_PEER, &ret->peer, sizeof(ret->peer));
	take(a, ZT_GENL_ATTR_RULE, &ret->rule, sizeof(ret->rule));
	take(a, ZT_GENL_ATTR_SINCE, &ret->since, sizeof(ret->since));
	take(a, ZT_GENL_ATTR_GEN, &ret->gen, sizeof(ret->gen));
}

static int cmd_get(struct sk_buff *in, struct genl_info *info)
{
	struct zt_ftable *t = zt_table_of(genl_info_net(info));
	struct zt_flow_key key;
	struct zt_filter f;
	struct zt_copy copy;
	struct sk_buff *skb;
	struct zt_rec *r;
	void *hdr;
	int err;

	if (!t)
		return refuse(info->extack, -ENOENT, no_table);
	filter_of(info->attrs, &f);
	if (!info->attrs[ZT_GENL_ATTR_KEY] || f.by)
		return refuse(info->extack, -EINVAL, "one flow is named by its KEY alone");
	nla_memcpy(&key, info->attrs[ZT_GENL_ATTR_KEY], sizeof(key));
	rcu_read_lock();
	r = zt_rec_find(t, &key);
	err = r ? zt_rec_read(r, &copy) : -ENOENT;
	rcu_read_unlock();
	if (err)
		return refuse(info->extack, err, err == -ENOENT ? "no flow has this key" :
			      "a program is writing this record, ask again");
	skb = reply_begin(info, ZT_GENL_CMD_GET, &hdr);
	return skb ? reply_send(info, skb, hdr, put_flow(skb, &copy)) : -ENOMEM;
}

/* In netlink_callback.ctx. */
struct dump {
	struct zt_filter filter;
	u32 ref; /* where it goes on; 0: not begun */
	u32 missed; /* records that could not be read */
};

/* Not in .start: what that says of an error is not passed on by Linux 6.1. */
static int dump_begin(struct netlink_callback *cb, struct zt_ftable *t, struct dump *d)
{
	struct nlattr **a = zt_dump_attrs(cb);

	if (!t)
		return refuse(cb->extack, -ENOENT, no_table);
	if (a[ZT_GENL_ATTR_KEY])
		return refuse(cb->extack, -EINVAL, "a KEY is for asking for one flow");
	filter_of(a, &d->filter);
	d->ref = 1;
	cb->prev_seq = 1 + atomic_read(&t->flushes);
	return 0;
}

static int dump_one(struct sk_buff *skb, struct netlink_callback *cb, const struct zt_copy *c)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				&zt_genl_family, NLM_F_MULTI, ZT_GENL_CMD_GET);

	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);
	if (put_flow(skb, c)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* A flow's record is at the same place all its life: none is missed or seen twice. */
static int dump_more(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct zt_ftable *t = zt_table_of(sock_net(cb->skb->sk));
	struct dump *d = (struct dump *)cb->ctx;
	struct zt_rec *r;
	struct zt_copy copy;
	int err;

	BUILD_BUG_ON(sizeof(*d) > sizeof(cb->ctx));
	err = d->ref ? 0 : dump_begin(cb, t, d);
	if (err)
		return err;
	cb->seq = 1 + atomic_read(&t->flushes) + d->missed;
	for (; (r = zt_rec_at(t, d->ref)); d->ref++) {
		rcu_read_lock();
		err = zt_rec_read(r, &copy);
		rcu_read_unlock();
		if (err == -EAGAIN) {
			d->missed++;
			cb->seq++;
		}
		if (!err && zt_filter_meets(&d->filter, &copy) && dump_one(skb, cb, &copy))
			break;
	}
	return skb->len;
}

/* ---- ending them, bringing them ---- */

struct flushed {
	u32 done;
	u32 busy;
};

static void flush_one(struct zt_ftable *t, struct zt_rec *r, const struct zt_filter *f,
		      struct flushed *n)
{
	struct zt_copy copy;
	int err = zt_rec_read(r, &copy);

	if (err == -EAGAIN)
		n->busy++;
	if (err || !zt_filter_meets(f, &copy))
		return;
	if (!zt_rec_take(r, copy.flow.word))
		n->busy++;
	else if (!zt_rec_end(t, r, copy.flow.word, ZT_ENDED_FLUSHED))
		n->done++;
}

static void flush(struct zt_ftable *t, const struct zt_filter *f, struct flushed *ret)
{
	u32 ref;

	for (ref = 1; ref <= t->nr; ref++) {
		rcu_read_lock();
		flush_one(t, zt_rec_at(t, ref), f, ret);
		rcu_read_unlock();
		cond_resched();
	}
	atomic_inc(&t->flushes);
}

static int cmd_flush(struct sk_buff *in, struct genl_info *info)
{
	struct zt_ftable *t = zt_table_of(genl_info_net(info));
	struct flushed n = {};
	struct zt_filter f;
	struct sk_buff *skb;
	void *hdr;

	if (!t)
		return refuse(info->extack, -ENOENT, no_table);
	skb = reply_begin(info, ZT_GENL_CMD_FLUSH, &hdr);
	if (!skb)
		return -ENOMEM;
	filter_of(info->attrs, &f);
	flush(t, &f, &n);
	return reply_send(info, skb, hdr,
			  nla_put_u32(skb, ZT_GENL_ATTR_FLUSHED, n.done) ?:
			  nla_put_u32(skb, ZT_GENL_ATTR_BUSY, n.busy));
}

/* What is wrong with a record that was elsewhere; NULL: nothing. */
static const char *put_fault(const struct zt_ftable *t, const struct zt_copy *c)
{
	u32 state = c->flow.state, now = zt_now(t);

	if ((c->key.family != 4 && c->key.family != 6) || c->key.kind != ZT_FLOW)
		return "the key is not of an IPv4 or IPv6 flow";
	if (ZT_HOP_PROTO(c->flow.hop) != c->key.proto || ZT_HOP_ICMP(c->flow.hop) != c->key.icmp)
		return "the record is of another protocol than the key";
	if (c->rest.zone != c->key.zone || c->rest.owner != c->key.owner)
		return "the record is of another zone or owner than the key";
	if (!ZT_WORD_GEN(c->flow.word) || ZT_WORD_VERDICT(c->flow.word) >= ZT_VERDICT_MAX ||
	    ZT_WORD_REASON(c->flow.word) >= ZT_REASON_MAX)
		return "the record's word is no verdict of a generation";
	if (state != (ZT_STATE(ZT_STATE_TCP(state), ZT_STATE_IDLE(state), ZT_STATE_OPENER(state), 0,
			       ZT_STATE_FLAGS(state)) | (state & ZT_STATE_HALF)))
		return "the record's state has bits that mean nothing";
	if (!c->rest.dev || c->rest.dev >= t->opts.devices)
		return "the table has no such device index";
	if ((s32)(now - c->flow.seen) < -ZT_GRACE || (s32)(c->flow.seen - c->rest.first) < 0)
		return "the record's times lie ahead";
	return NULL;
}

static int put_rec(struct zt_ftable *t, const struct zt_copy *c)
{
	struct zt_rec *r;
	int err = 0;

	rcu_read_lock();
	r = zt_rec_new(t, &c->key);
	if (r) {
		r->rest = c->rest;
		r->flow.who = c->flow.who;
		r->flow.hop = c->flow.hop;
		r->flow.seen = c->flow.seen;
		r->flow.state = c->flow.state;
		memcpy(r->flow.count, c->flow.count, sizeof(r->flow.count));
		zt_rec_charge(t, r);
		/* the word last: it makes the record a flow's */
		smp_store_release(&r->flow.word, c->flow.word);
	} else {
		err = zt_rec_find(t, &c->key) ? -EEXIST : -ENOSPC;
	}
	rcu_read_unlock();
	return err;
}

static int cmd_put(struct sk_buff *in, struct genl_info *info)
{
	struct zt_ftable *t = zt_table_of(genl_info_net(info));
	struct nlattr **a = info->attrs;
	const char *fault;
	struct zt_copy c;
	int err;

	if (!t)
		return refuse(info->extack, -ENOENT, no_table);
	if (!a[ZT_GENL_ATTR_ABI] || !a[ZT_GENL_ATTR_KEY] || !a[ZT_GENL_ATTR_FLOW] ||
	    !a[ZT_GENL_ATTR_REST])
		return refuse(info->extack, -EINVAL, "ABI, KEY, FLOW and REST are needed");
	nla_memcpy(&c.key, a[ZT_GENL_ATTR_KEY], sizeof(c.key));
	nla_memcpy(&c.flow, a[ZT_GENL_ATTR_FLOW], sizeof(c.flow));
	nla_memcpy(&c.rest, a[ZT_GENL_ATTR_REST], sizeof(c.rest));
	fault = put_fault(t, &c);
	if (fault)
		return refuse(info->extack, -EINVAL, fault);
	err = put_rec(t, &c);
	return !err ? 0 : refuse(info->extack, err, err == -EEXIST ?
				 "this key has a flow already" : "the table is full");
}

/* ---- telling of ends ---- */

static int ended_fill(struct sk_buff *skb, const struct zt_ftable *t, const struct zt_rec *r)
{
	void *hdr = genlmsg_put(skb, 0, 0, &zt_genl_family, 0, ZT_GENL_CMD_ENDED);
	struct zt_copy copy = { .key = r->key, .flow = r->flow, .rest = r->rest };
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = put_flow(skb, &copy) ?: nla_put_u32(skb, ZT_GENL_ATTR_REASON, r->reason) ?:
	      put_u64(skb, ZT_GENL_ATTR_SEQ, t->seq);
	if (!err)
		genlmsg_end(skb, hdr);
	return err;
}

int zt_genl_tell(struct zt_ftable *t, const struct zt_rec *r)
{
	struct sk_buff *skb;
	int err;

	if (!genl_has_listeners(&zt_genl_family, t->net, 0))
		return -ESRCH;
	skb = genlmsg_new(ZT_ENDED_ROOM, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	err = ended_fill(skb, t, r);
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	return genlmsg_multicast_netns(&zt_genl_family, t->net, skb, 0, 0, GFP_KERNEL);
}

/* ---- the family ---- */

/* All need CAP_NET_ADMIN in the first user namespace: see include/zt_genl.h. */
static const struct genl_ops genl_ops[] = {
	{
		.cmd = ZT_GENL_CMD_TABLE,
		.flags = GENL_ADMIN_PERM,
		.doit = cmd_table,
		.policy = table_policy,
		.maxattr = ARRAY_SIZE(table_policy) - 1,
	},
	{
		.cmd = ZT_GENL_CMD_GET,
		.flags = GENL_ADMIN_PERM,
		.doit = cmd_get,
		.dumpit = dump_more,
		.policy = get_policy,
		.maxattr = ARRAY_SIZE(get_policy) - 1,
	},
	{
		.cmd = ZT_GENL_CMD_FLUSH,
		.flags = GENL_ADMIN_PERM,
		.doit = cmd_flush,
		.policy = flush_policy,
		.maxattr = ARRAY_SIZE(flush_policy) - 1,
	},
	{
		.cmd = ZT_GENL_CMD_PUT,
		.flags = GENL_ADMIN_PERM,
		.doit = cmd_put,
		.policy = put_policy,
		.maxattr = ARRAY_SIZE(put_policy) - 1,
	},
	{
		.cmd = ZT_GENL_CMD_STATS,
		.flags = GENL_ADMIN_PERM,
		.doit = cmd_stats,
		.policy = stats_policy,
		.maxattr = ARRAY_SIZE(stats_policy) - 1,
	},
};

static const struct genl_multicast_group genl_groups[] = {
	{ .name = ZT_GENL_GROUP_ENDED, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

static struct genl_family zt_genl_family __ro_after_init = {
	.name = ZT_GENL_NAME,
	.version = ZT_GENL_VERSION,
	.maxattr = ZT_GENL_ATTR_MAX,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = genl_ops,
	.n_ops = ARRAY_SIZE(genl_ops),
	.mcgrps = genl_groups,
	.n_mcgrps = ARRAY_SIZE(genl_groups),
};

int __init zt_genl_init(void)
{
	return genl_register_family(&zt_genl_family);
}

void zt_genl_exit(void)
{
	genl_unregister_family(&zt_genl_family);
}
