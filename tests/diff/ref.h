/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference: what must become of a frame, computed the long way round. It is
 * written from the documents (design §4, the policy language §3, zt_reason.h), over
 * the policy model and octets, with lists that are walked from end to end. It shares
 * no code with bpf/ and none with the compiler: only the model, the naive evaluator of
 * rules and the list of reasons. Where the documents leave open which of two reasons
 * is given, the order is the data path's, and the place here says so.
 *
 * It is slow, knows one CPU and never forgets a limit to make something fast.
 */
#ifndef ZT_DIFF_REF_H
#define ZT_DIFF_REF_H

#include <stdbool.h>
#include <stdint.h>
#include "compile/image.h"
#include "zt_reason.h"

/* ---- the outside --------------------------------------------------------- */

enum ref_route { ROUTE_ONWARD, ROUTE_LOCAL, ROUTE_NONE };

/* One frame on its way: from a device (by its port), or towards one. */
struct ref_in {
	bool towards;
	uint32_t port; /* ifindex of the device port */
	uint32_t came_in; /* towards: ifindex, 0: made by this router */
	bool marked; /* towards: the guard's mark is on it */
	enum ref_route route; /* from a device: what the routing table says of its destination */
	uint32_t tag; /* towards: VLAN tag the kernel took off, or ZT_NONE */
	uint32_t now; /* tick */
	const uint8_t *octets;
	uint32_t len;
};

enum ref_effect { REF_NONE, REF_HIT, REF_NEW };

#define REF_NOBODY 0xffffffffu

struct ref_out {
	uint32_t verdict, reason;
	uint32_t effect; /* on the flow table */
	uint32_t rule; /* number of the policy's rule, ZT_NO_RULE */
	uint32_t device; /* whose it is, REF_NOBODY: not asked; as numbered below */
	bool device_opened; /* with a flow */
};

/* Limits in ticks and numbers, as the agent would configure them. */
struct ref_limits {
	uint32_t idle[8]; /* by enum zt_idle */
	uint32_t grace, learn, move, fragment;
	uint32_t tick_ms, pickup_until;
};

struct ref;
struct ref *ref_new(const struct zt_env *env, const struct ref_limits *limits);
void ref_free(struct ref *r);
/* As after loading: no state, no policy. */
void ref_reset(struct ref *r);
/* From now on by this policy; NULL: by none. The caller keeps it alive. */
void ref_publish(struct ref *r, const struct zt_policy *p);
void ref_judge(struct ref *r, const struct ref_in *in, struct ref_out *ret);
/* What the agent and the timer do. */
void ref_sweep(struct ref *r, uint32_t now);
void ref_bump(struct ref *r, uint32_t device); /* an index of the policy */
void ref_quarantine(struct ref *r, uint32_t device, bool on);
void ref_release(struct ref *r, uint32_t ifindex);
void ref_window(struct ref *r, uint32_t until);

/* ---- the inside: state ----------------------------------------------------- */

#define REF_DEVICES 64 /* listed ones, then one for the unknown devices of each interface */
#define REF_BINDS (REF_DEVICES * 4) /* device * 4 + number of its MAC */
/* A MAC of a device (or a device known by address), and where it is now. */
struct ref_bind {
	uint32_t port; /* ifindex, 0 none yet */
	bool released; /* that port lost its carrier */
	uint32_t seen, epoch;
};

struct ref_learned {
	uint8_t family;
	struct zt_addr addr;
	uint32_t zone, vlan; /* of a link-local one, else 0 */
	uint32_t device, expires;
	bool by_dhcp;
	uint32_t server; /* network order */
};

struct ref_gateway {
	uint8_t mac[6];
	uint16_t vlan;
	uint32_t zone;
};

/* What makes two packets one flow: device side first. */
struct ref_tuple {
	struct zt_addr dev, peer;
	uint16_t dev_port, peer_port; /* an ICMP id stands on the side of whoever asked */
	uint8_t family, proto, icmp; /* icmp: type of the request */
	uint16_t vlan;
	uint32_t zone;
	uint8_t stranger[6]; /* MAC of an unknown device, else 0 */
	bool is_stranger;
};

enum ref_peer { PEER_OTHER, PEER_DEVICE, PEER_ROUTER, PEER_STRANGER };

/* What a judgement fixed, of a flow or of a datagram in fragments. */
struct ref_judged {
	uint32_t revision, reason, verdict, rule;
	uint32_t bind, epoch;
	uint32_t peer_bind, peer_epoch;
	enum ref_peer peer;
	uint8_t to_mac[6]; /* where the device's frames of it go */
	bool to_nowhere; /* not known */
	bool device_opened;
};

struct ref_flow {
	struct ref_tuple tuple;
	struct ref_judged is;
	uint32_t device; /* charged */
	uint32_t seen;
	uint8_t idle; /* enum zt_idle */
	bool picked_up, dead;
	bool half_open; /* counts as such */
	/* seen of the device's side [0] and of the peer's [1] */
	bool syn[2], ack[2], fin[2], rst[2];
};

struct ref_datagram {
	bool from; /* sent by the device */
	struct ref_tuple tuple; /* ports and icmp unused */
	uint32_t id;
	struct ref_judged is;
	uint32_t device, seen, next;
	bool poisoned;
};

/* What a device did lately: thousandths, of which its rate leaks every millisecond. */
struct ref_bucket {
	uint32_t tick;
	uint64_t level;
};

struct ref {
	const struct zt_env *env;
	struct zt_env plain_env; /* without link-local addresses of the router: they have a zone */
	struct ref_limits limits;
	const struct zt_policy *policy;
	uint32_t revision;
	struct ref_bind bind[REF_BINDS];
	struct ref_bucket infra[REF_DEVICES][2]; /* sent by it, sent to it */
	struct ref_bucket opened[REF_DEVICES][2]; /* by it, towards it */
	bool quarantined[REF_DEVICES];
	struct zt_limits *device_limits; /* of the policy, by its devices */
	struct ref_learned *learned;
	uint32_t nr_learned;
	struct ref_gateway *gateways;
	uint32_t nr_gateways;
	struct ref_flow *flows;
	uint32_t nr_flows;
	struct ref_datagram *datagrams;
	uint32_t nr_datagrams;
};

/* ---- the inside: one packet -------------------------------------------------- */

enum ref_shape {
	PLAIN, IS_ARP, IS_ND, IS_RA, IS_REDIRECT, IS_REPORT, IS_QUERY, IS_DHCP_CLIENT,
	IS_DHCP_SERVER, IS_ERROR, IS_L2
};

/* What an address is to us. */
enum ref_what { WHAT_OTHER, WHAT_ROUTER, WHAT_DEVICE };
struct ref_who {
	enum ref_what what;
	uint32_t device;
	bool gateway; /* listed as one */
	int segment; /* whose subnets hold it, -1; single hosts of applications: -1 */
};

struct ref_pkt {
	struct ref *r;
	const struct ref_in *in;
	const struct zt_env_port *port;
	int interface; /* of the policy, -1 */

	/* read off the frame */
	uint32_t unreadable; /* a reason: dropped in every mode */
	uint32_t fault; /* a reason that follows the mode */
	uint8_t dmac[6], smac[6];
	uint16_t vlan, type;
	uint8_t family; /* 0: not IP */
	struct zt_addr src, dst;
	uint8_t proto, hops;
	uint32_t l3, l4, end; /* offsets; end: of the IP packet */
	bool options, alert_only, extension;
	bool first, later, more;
	uint32_t id, offset, part; /* fragments; octets */
	uint16_t sport, dport; /* host order; ICMP: the id in sport */
	uint8_t tcp, icmp;
	enum ref_shape shape;
	uint8_t op; /* ARP operation, ND type, ZT_L2_* */
	struct zt_addr claims; /* ARP sender, ND target, DHCP yiaddr */
	bool has_hw;
	uint8_t hw[6]; /* ARP sender, ND option, DHCP chaddr */
	bool lease; /* DHCP ACK with a lease */
	uint32_t lease_s, server;
	/* what an ICMP error quotes */
	struct zt_addr quoted_src, quoted_dst;
	uint8_t quoted_proto, quoted_type;
	uint16_t quoted_sport, quoted_dport, quoted_id;
	bool quoted_later; /* a later fragment */

	/* found out */
	uint32_t bind, device; /* the device side */
	bool is_stranger; /* an unknown device */
	uint8_t stranger[6];
	int mode; /* the strictest of all concerned */
	bool to_router_mac;
	struct ref_who other; /* the peer's address */
	enum ref_peer peer;
	uint32_t peer_bind, peer_epoch;
	bool outside; /* a DHCP server behind an uplink */
	uint32_t rule;
	bool device_opened;
	enum ref_effect effect;
};

/* ref_parse.c, ref_parse_l4.c: fills what is read off the frame */
void ref_read(struct ref_pkt *p);
void ref_read_l4(struct ref_pkt *p);
bool ref_has(const struct ref_pkt *p, uint32_t off, uint32_t n);
uint32_t ref_num(const struct ref_pkt *p, uint32_t off, uint32_t n); /* big end first */

/* ref_who.c */
uint32_t ref_stranger_of(const struct ref *r, int interface);
const struct zt_env_port *ref_port(const struct ref *r, uint32_t ifindex);
int ref_interface(const struct ref *r, const struct zt_env_port *port);
struct ref_who ref_who(const struct ref_pkt *p, uint8_t family, const struct zt_addr *a);
struct ref_who ref_who_static(const struct ref_pkt *p, uint8_t family, const struct zt_addr *a);
bool ref_is_link_local(uint8_t family, const struct zt_addr *a);
bool ref_is_group(uint8_t family, const struct zt_addr *a);
bool ref_is_unspecified(uint8_t family, const struct zt_addr *a);
bool ref_same(const struct zt_addr *a, const struct zt_addr *b);

/* ref_mac.c: whose MAC is it */
uint32_t ref_mac_on_port(const struct ref_pkt *p, const uint8_t mac[6]); /* bind, REF_NOBODY */
uint32_t ref_mac_in_zone(const struct ref_pkt *p, const uint8_t mac[6]); /* bind, REF_NOBODY */
bool ref_is_router_mac(const struct ref_pkt *p, const uint8_t mac[6]);
bool ref_is_gateway_mac(const struct ref_pkt *p, const uint8_t mac[6]);
bool ref_group_mac(const struct ref_pkt *p); /* dmac is that of the group dst */
uint32_t ref_sender(struct ref_pkt *p);
uint32_t ref_receiver(struct ref_pkt *p);
uint32_t ref_bound_source(struct ref_pkt *p);
uint32_t ref_l2_agrees(struct ref_pkt *p);
void ref_take(struct ref_pkt *p, uint32_t bind);

/* modes: ref_who.c */
int ref_mode_of(const struct ref *r, uint32_t device);
int ref_segment_mode(const struct ref *r, uint32_t device); /* in quarantine or not */
void ref_claimed(struct ref_pkt *p, uint32_t device); /* its mode counts too */

/* ref_origin.c */
enum ref_origin { FROM_ROUTER, FROM_DEVICES, FROM_OUTSIDE, FROM_UNLISTED };
enum ref_route ref_route(const struct ref_pkt *p);
enum ref_origin ref_origin(const struct ref_pkt *p);
void ref_find_destination(struct ref_pkt *p);
uint32_t ref_find_source(struct ref_pkt *p);

/* ref_learn.c */
struct ref_learned *ref_learned_entry(const struct ref_pkt *p, uint8_t family,
				      const struct zt_addr *a);
bool ref_learned_live(const struct ref_pkt *p, const struct ref_learned *l);
enum ref_how { BY_DHCP, BY_ARP, BY_ND };
bool ref_claim(struct ref_pkt *p, enum ref_how how);
void ref_refresh(struct ref_pkt *p);
void ref_learn_sweep(struct ref *r, uint32_t now);
void ref_learn_use(struct ref *r, const struct ref_flow *f, uint32_t now);

/* ref_infra_from.c, ref_infra_towards.c; 0: not infrastructure */
uint32_t ref_infra_from(struct ref_pkt *p);
uint32_t ref_infra_towards(struct ref_pkt *p);
bool ref_opted_in(const struct ref_pkt *p); /* of layer 2 */
bool ref_to_client(const struct ref_pkt *p);
void ref_dhcp_modes(struct ref_pkt *p);
bool ref_is_dhcp_server(const struct ref *r, uint32_t device);

/* ref_quota.c */
bool ref_infra_token(struct ref_pkt *p);
/* One more flow, opened by whom p says, or NULL: in the place of none. */
bool ref_flow_room(struct ref_pkt *p, const struct ref_flow *instead_of, bool half_open,
		   bool picked_up);
bool ref_datagram_room(const struct ref_pkt *p);
bool ref_address_room(const struct ref_pkt *p, uint8_t family);

/* ref_rules.c */
struct zt_decision ref_rules(struct ref_pkt *p, bool device_opens);
uint8_t ref_icmp_request(uint8_t family, uint8_t type);
bool ref_is_icmp(const struct ref_pkt *p);

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 }; /* of TCP */

/* ref_flow.c: records */
struct ref_flow *ref_flow_find(struct ref *r, const struct ref_tuple *t);
void ref_touch(const struct ref_pkt *p, struct ref_flow *f);
void ref_flow_begin(const struct ref_pkt *p, struct ref_flow *f, uint32_t reason, bool picked_up);
bool ref_is_syn(const struct ref_pkt *p);
bool ref_keeps_record(const struct ref_pkt *p, uint32_t reason);
void ref_tuple(const struct ref_pkt *p, struct ref_tuple *t);
bool ref_tuple_same(const struct ref_tuple *a, const struct ref_tuple *b);
bool ref_established(struct ref_pkt *p, struct ref_out *ret);
uint32_t ref_error(struct ref_pkt *p);
void ref_settle_judged(const struct ref_pkt *p, struct ref_judged *j, uint32_t reason);
bool ref_origin_fits(const struct ref_pkt *p, const struct ref_judged *j);
bool ref_flow_alive(const struct ref *r, const struct ref_flow *f, uint32_t now);
void ref_flow_sweep(struct ref *r, uint32_t now);
bool ref_bad_flags(const struct ref_pkt *p);

/* ref_open.c */
uint32_t ref_flow_part(struct ref_pkt *p);
bool ref_lacks_route(struct ref_pkt *p);

/* ref_frag.c */
uint32_t ref_frag_may_begin(struct ref_pkt *p);
uint32_t ref_frag_first(struct ref_pkt *p, uint32_t reason);
uint32_t ref_frag_later(struct ref_pkt *p);
void ref_frag_sweep(struct ref *r, uint32_t now);

/* §3.6, written out: what a reason does in a mode */
uint32_t ref_verdict(uint32_t reason, int mode);
bool ref_yields(uint32_t reason); /* to quarantine: a rule, the lack of one, or needing none decided */

static inline int32_t ref_age(uint32_t now, uint32_t then)
{
	return (int32_t)(now - then);
}

#endif
