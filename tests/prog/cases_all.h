/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one case table, put together: a file of rows for each theme. A program that
 * plays the rows in a way of its own includes this.
 */
#ifndef ZT_CASES_ALL_H
#define ZT_CASES_ALL_H

#include "cases_attack_also.h"
#include "cases_attack_flow.h"
#include "cases_attack_frag.h"
#include "cases_attack_infra.h"
#include "cases_attack_ip.h"
#include "cases_attack_l2.h"
#include "cases_dhcp.h"
#include "cases_edges_claims.h"
#include "cases_edges_crowd.h"
#include "cases_edges_dhcp.h"
#include "cases_edges.h"
#include "cases_edges_fast.h"
#include "cases_edges_headers.h"
#include "cases_edges_infra.h"
#include "cases_edges_plain.h"
#include "cases_edges_quoted.h"
#include "cases_edges_races.h"
#include "cases_edges_rules.h"
#include "cases_edges_sweep.h"
#include "cases_edges_table.h"
#include "cases_differential.h"
#include "cases_flow.h"
#include "cases_frag.h"
#include "cases_gateway.h"
#include "cases_icmp.h"
#include "cases_identity.h"
#include "cases_infra.h"
#include "cases_ip.h"
#include "cases_jumbo.h"
#include "cases_l2.h"
#include "cases_limits.h"
#include "cases_neighbours.h"
#include "cases_policy.h"
#include "cases_quarantine.h"
#include "cases_time.h"

static const struct {
	const char *theme;
	const struct row *rows;
	size_t nr;
} tables[] = {
	{ "time", cases_time, WORLD_NR(cases_time) }, /* first: see there */
	{ "flows", cases_flow, WORLD_NR(cases_flow) },
	{ "Ethernet", cases_l2, WORLD_NR(cases_l2) },
	{ "headers", cases_ip, WORLD_NR(cases_ip) },
	{ "jumbo frames", cases_jumbo, WORLD_NR(cases_jumbo) },
	{ "identity", cases_identity, WORLD_NR(cases_identity) },
	{ "ICMP", cases_icmp, WORLD_NR(cases_icmp) },
	{ "infrastructure", cases_infra, WORLD_NR(cases_infra) },
	{ "limits", cases_limits, WORLD_NR(cases_limits) },
	{ "hostile neighbours", cases_neighbours, WORLD_NR(cases_neighbours) },
	{ "DHCP", cases_dhcp, WORLD_NR(cases_dhcp) },
	{ "policy", cases_policy, WORLD_NR(cases_policy) },
	{ "quarantine", cases_quarantine, WORLD_NR(cases_quarantine) },
	{ "attacks at layer 2", cases_attack_l2, WORLD_NR(cases_attack_l2) },
	{ "attacks in IP headers", cases_attack_ip, WORLD_NR(cases_attack_ip) },
	{ "attacks in fragments", cases_attack_frag, WORLD_NR(cases_attack_frag) },
	{ "attacks on flows and ICMP", cases_attack_flow, WORLD_NR(cases_attack_flow) },
	{ "further attacks", cases_attack_also, WORLD_NR(cases_attack_also) },
	{ "exceptions as tunnels", cases_attack_infra, WORLD_NR(cases_attack_infra) },
	{ "fragments", cases_frag, WORLD_NR(cases_frag) },
	{ "edges of claims", cases_edges_claims, WORLD_NR(cases_edges_claims) },
	{ "edges of DHCP", cases_edges_dhcp, WORLD_NR(cases_edges_dhcp) },
	{ "edges", cases_edges, WORLD_NR(cases_edges) },
	{ "edges of infrastructure", cases_edges_infra, WORLD_NR(cases_edges_infra) },
	{ "what an established flow costs", cases_edges_fast, WORLD_NR(cases_edges_fast) },
	{ "edges of headers", cases_edges_headers, WORLD_NR(cases_edges_headers) },
	{ "edges of quoted packets", cases_edges_quoted, WORLD_NR(cases_edges_quoted) },
	{ "edges of tables of many", cases_edges_crowd, WORLD_NR(cases_edges_crowd) },
	{ "edges of plain packets", cases_edges_plain, WORLD_NR(cases_edges_plain) },
	{ "edges of races", cases_edges_races, WORLD_NR(cases_edges_races) },
	{ "edges of rules", cases_edges_rules, WORLD_NR(cases_edges_rules) },
	{ "edges of the flow table", cases_edges_table, WORLD_NR(cases_edges_table) },
	{ "edges of what ends", cases_edges_sweep, WORLD_NR(cases_edges_sweep) },
	{ "found by the differential", cases_differential, WORLD_NR(cases_differential) },
	{ "gateways", cases_gateway, WORLD_NR(cases_gateway) }, /* last: see there */
};

#endif
