// SPDX-License-Identifier: GPL-2.0
/* /proc/net/zt_flow: the flows of the reader's own network namespace, for people. Root only. */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "zt_flow.h"

static struct zt_rec *rec_from(struct seq_file *m, loff_t pos)
{
	struct zt_ftable *t = zt_table_of(seq_file_net(m));

	return t && pos > 0 && pos <= t->nr ? &t->rec[pos - 1] : NULL;
}

static void *flow_seq_start(struct seq_file *m, loff_t *pos)
	__acquires(RCU)
{
	rcu_read_lock();
	return *pos ? rec_from(m, *pos) : SEQ_START_TOKEN;
}

static void *flow_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	return rec_from(m, ++*pos);
}

static void flow_seq_stop(struct seq_file *m, void *v)
	__releases(RCU)
{
	rcu_read_unlock();
}

static void show_addr(struct seq_file *m, const struct zt_flow_key *k, const struct zt_addr *a,
		      __be16 port)
{
	if (k->family == 4)
		seq_printf(m, " %pI4:%u", &a->w[3], ntohs(port));
	else
		seq_printf(m, " [%pI6c]:%u", a, ntohs(port));
}

static int flow_seq_show(struct seq_file *m, void *v)
{
	struct zt_copy c;
	int i;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "# proto device peer dev zone rule gen state seen packets/bytes from, to the device\n");
		return 0;
	}
	if (zt_rec_read(v, &c))
		return 0;
	seq_printf(m, "%u", c.key.proto);
	show_addr(m, &c.key, &c.key.dev, c.key.dev_port);
	show_addr(m, &c.key, &c.key.peer, c.key.peer_port);
	seq_printf(m, " %u %x %u %u %x %u", c.rest.dev, c.key.zone, (u32)ZT_WORD_RULE(c.flow.word),
		   ZT_WORD_GEN(c.flow.word), c.flow.state, c.flow.seen);
	for (i = 0; i < 2; i++)
		seq_printf(m, " %llu/%llu", c.rest.packets[i] + ZT_COUNT_PACKETS(c.flow.count[i]),
			   c.rest.bytes[i] + ZT_COUNT_BYTES(c.flow.count[i]));
	seq_putc(m, '\n');
	return 0;
}

static const struct seq_operations flow_seq_ops = {
	.start = flow_seq_start,
	.next = flow_seq_next,
	.stop = flow_seq_stop,
	.show = flow_seq_show,
};

int zt_proc_add(struct net *net)
{
	if (!proc_create_net("zt_flow", 0400, net->proc_net, &flow_seq_ops,
			     sizeof(struct seq_net_private)))
		return -ENOMEM;
	return 0;
}

void zt_proc_remove(struct net *net)
{
	remove_proc_entry("zt_flow", net->proc_net);
}
