/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about flows: who opens, what comes back, when a record is over.
 */
#ifndef ZT_CASES_FLOW_H
#define ZT_CASES_FLOW_H

#include "prove.h"

static const struct row cases_flow[] = {
	{ "a SYN that a rule allows opens a flow, and its answers come back", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new rule:cam-vms dev:cam1 opener:dev",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit rule:cam-vms opener:dev",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"is flows cam1 1", "is table 1" } },
	{ "a SYN that no rule allows is dropped and leaves nothing", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 22 S => drop no-rule none",
		"is flows cam1 0" } },
	{ "a SYN-ACK from inside opens nothing", BOTH, 0, {
		"lan1> ip cam1 host; tcp 443 40000 SA => drop no-flow none",
		"lan1> ip cam1 vms; tcp 40000 443 SA => drop no-flow none" } },
};

#endif
