/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The policy of the test world and the machine under it:
 *
 *	br0:  lan1 lan2                 two device ports of one bridge
 *	lan3                            a routed port; its unknown devices may be guests
 *	lan4  (lan4.30, lan4.31)        a port that takes VLANs 30 and 31 only
 *	cell0, tun0                     identity by address: Ethernet, and raw IP
 *	br1:  lan5 wan1                 a bridge that an uplink is a member of
 *	bond0: lan6 lan7                a bond as device port, and its members
 *	wan0 uplink, ign0 ignored, eth9 not listed
 *
 * Segments enf, aud and lrn hold devices in enforce, audit and learn; lim is for rows
 * about limits. The variants are further files merged into the first one.
 */
#ifndef ZT_WORLD_POLICY_H
#define ZT_WORLD_POLICY_H

#include "net/net.h"
#include "world_names.h"

static const char world_base[] =
"{'version': 1, 'name': 'test world',"
" 'interfaces': {"
"  'lan1': {'role': 'device', 'l2': ['lldp', 'stp']}, 'lan2': {'role': 'device', 'l2': ['eapol']},"
"  'lan3': {'role': 'device', 'unknown_segment': 'guests'},"
"  'lan4': {'role': 'device', 'untagged': false, 'vlans': [30, 31], 'unknown_segment': 'wild'},"
"  'cell0': {'role': 'device', 'identity': 'ip'}, 'tun0': {'role': 'device', 'identity': 'ip'},"
"  'lan5': {'role': 'device'}, 'wan1': {'role': 'uplink'}, 'bond0': {'role': 'device'},"
"  'wan0': {'role': 'uplink'}, 'ign0': {'role': 'ignore'}},"
" 'segments': {"
"  'enf': {'mode': 'enforce', 'subnets': ['10.1.0.0/24', 'fd01::/64']},"
"  'aud': {'mode': 'audit', 'subnets': ['10.2.0.0/24', 'fd02::/64']},"
"  'lrn': {'mode': 'learn', 'subnets': ['10.3.0.0/24', 'fd03::/64']},"
"  'guests': {'mode': 'enforce', 'subnets': ['10.9.0.0/24', 'fd09::/64'], 'limits': {'flows': 6}},"
"  'lim': {'mode': 'enforce', 'subnets': ['10.4.0.0/24', 'fd04::/64'],"
"          'limits': {'flows': 8, 'new_flows_per_s': 4, 'arp_per_s': 5, 'addresses4': 2, 'addresses6': 3}},"
"  'wild': {'mode': 'learn'}},"
" 'devices': {"
"  'cam1': {'segment': 'enf', 'mac': '02:00:00:00:00:11', 'ports': 'lan1', 'addresses': ['10.1.0.11', 'fd01::11']},"
"  'cam2': {'segment': 'enf', 'mac': '02:00:00:00:00:12', 'ports': 'lan2', 'addresses': ['10.1.0.12', 'fd01::12']},"
"  'cam3': {'segment': 'enf', 'mac': '02:00:00:00:00:13', 'ports': 'lan1', 'addresses': ['10.1.0.13', 'fd01::13']},"
"  'roam': {'segment': 'enf', 'mac': '02:00:00:00:00:14', 'ports': ['lan1', 'lan2'], 'addresses': ['10.1.0.14', 'fd01::14']},"
"  'only4': {'segment': 'enf', 'mac': '02:00:00:00:00:15', 'ports': 'lan1', 'addresses': ['10.1.0.15']},"
"  'dyn1': {'segment': 'enf', 'mac': '02:00:00:00:00:16', 'ports': 'lan1', 'addresses': ['dynamic']},"
"  'dyn2': {'segment': 'enf', 'mac': '02:00:00:00:00:17', 'ports': 'lan2', 'addresses': ['dynamic']},"
"  'dyn3': {'segment': 'enf', 'mac': '02:00:00:00:00:19', 'ports': 'lan2', 'addresses': ['dynamic']},"
"  'dual': {'segment': 'enf', 'mac': ['02:00:00:00:00:1a', '02:00:00:00:00:1b'], 'ports': 'lan2', 'addresses': ['dynamic']},"
"  'dhcpd': {'segment': 'enf', 'mac': '02:00:00:00:00:18', 'ports': 'lan2', 'addresses': ['10.1.0.2', 'fd01::2']},"
"  'plc': {'segment': 'aud', 'mac': '02:00:00:00:00:21', 'ports': 'lan1', 'addresses': ['10.2.0.21', 'fd02::21']},"
"  'hmi': {'segment': 'aud', 'mac': '02:00:00:00:00:22', 'ports': 'lan2', 'addresses': ['10.2.0.22', 'fd02::22']},"
"  'probe': {'segment': 'lrn', 'mac': '02:00:00:00:00:31', 'ports': 'lan1', 'addresses': ['10.3.0.31', 'fd03::31']},"
"  'meter': {'segment': 'lrn', 'mac': '02:00:00:00:00:32', 'ports': 'lan2', 'addresses': ['10.3.0.32', 'fd03::32']},"
"  'pos': {'segment': 'enf', 'mac': '02:00:00:00:00:41', 'ports': 'lan3', 'addresses': ['10.1.0.41', 'fd01::41']},"
"  'cell': {'segment': 'enf', 'mac': '02:00:00:00:00:42', 'ports': 'lan3', 'addresses': ['10.1.0.42', 'fd01::42', '10.7.0.0/24', 'fd07::/64']},"
"  'v30': {'segment': 'enf', 'mac': '02:00:00:00:00:51', 'ports': 'lan4', 'vlan': 30, 'addresses': ['10.1.0.51', 'fd01::51']},"
"  'v31': {'segment': 'enf', 'mac': '02:00:00:00:00:52', 'ports': 'lan4', 'vlan': 31, 'addresses': ['10.1.0.52', 'fd01::52']},"
"  'sim1': {'segment': 'enf', 'interface': 'cell0', 'addresses': ['10.5.0.1', 'fd05::1']},"
"  'sim2': {'segment': 'enf', 'interface': 'cell0', 'addresses': ['10.5.0.2', 'fd05::2']},"
"  'tun1': {'segment': 'enf', 'interface': 'tun0', 'addresses': ['10.6.0.1', 'fd06::1']},"
"  'tun2': {'segment': 'enf', 'interface': 'tun0', 'addresses': ['10.6.0.2', 'fd06::2']},"
"  'lseg': {'segment': 'lim', 'mac': '02:00:00:00:00:81', 'ports': 'lan1', 'addresses': ['10.4.0.81', 'fd04::81']},"
"  'lgrp': {'segment': 'lim', 'mac': '02:00:00:00:00:82', 'ports': 'lan1', 'addresses': ['10.4.0.82', 'fd04::82']},"
"  'lown': {'segment': 'lim', 'mac': '02:00:00:00:00:83', 'ports': 'lan2', 'addresses': ['10.4.0.83', 'fd04::83'],"
"           'limits': {'flows': 12, 'new_flows_per_s': 1000}},"
"  'ldyn': {'segment': 'lim', 'mac': '02:00:00:00:00:84', 'ports': 'lan2', 'addresses': ['dynamic']},"
"  'laud': {'segment': 'aud', 'mac': '02:00:00:00:00:85', 'ports': 'lan1', 'addresses': ['10.2.0.85', 'fd02::85'],"
"           'limits': {'flows': 4, 'arp_per_s': 2}},"
"  'llrn': {'segment': 'lrn', 'mac': '02:00:00:00:00:86', 'ports': 'lan1', 'addresses': ['10.3.0.86', 'fd03::86'],"
"           'limits': {'flows': 8, 'new_flows_per_s': 4}},"
"  'twin': {'segment': 'enf', 'mac': '02:00:00:00:00:62', 'ports': 'bond0', 'addresses': ['10.1.0.62', 'fd01::62']},"
"  'mix': {'segment': 'enf', 'mac': '02:00:00:00:00:71', 'ports': 'lan5', 'addresses': ['10.1.0.71', 'fd01::71']},"
"  'mixa': {'segment': 'aud', 'mac': '02:00:00:00:00:72', 'ports': 'lan5', 'addresses': ['10.2.0.72', 'fd02::72']}},"
" 'groups': {'cams': {'devices': ['cam1', 'cam2', 'cam3', 'roam', 'only4', 'dyn1', 'dyn2', 'dyn3', 'dual', 'pos', 'cell', 'v30',"
"                                'v31', 'sim1', 'sim2', 'tun1', 'mix', 'twin', 'lseg', 'lgrp', 'lown', 'ldyn']},"
"  'tight': {'devices': ['lgrp', 'lown'], 'limits': {'flows': 6, 'new_flows_per_s': 1000}},"
"  'tighter': {'devices': ['lgrp', 'lown'], 'limits': {'flows': 5}},"
"  'plant': {'segment': 'aud'}},"
" 'applications': {"
"  'vms': {'hosts': ['10.20.0.5', 'fd20::5'], 'services': ['tcp/443', 'udp/5000-5010', 'icmp/echo', 'proto/47', 'proto/50']},"
"  'ntp': {'hosts': ['10.20.0.123', 'fd20::123'], 'services': ['udp/123']},"
"  'net': {'hosts': ['93.184.216.0/24', '2a00:1450::/64', '64:ff9b::/96', '2002::/16'], 'services': ['tcp/80', 'udp/53']},"
"  'bad': {'hosts': ['93.184.216.66', '10.20.9.0/24'], 'services': ['tcp/80']},"
"  'scada': {'hosts': ['10.20.0.0/26', 'fd20::/122'], 'services': ['tcp/502']}},"
" 'rules': {"
"  'cam-vms': {'from': 'cams', 'to': 'vms', 'action': 'allow'},"
"  'cam-net': {'from': 'cams', 'to': 'net', 'action': 'allow'},"
"  'cam-not-bad': {'from': 'cams', 'to': 'bad', 'action': 'deny'},"
"  'cam1-ntp': {'from': 'cam1', 'to': 'ntp', 'action': 'allow', 'log': true},"
"  'cam2-no-ntp': {'from': 'cam2', 'to': 'ntp', 'action': 'deny', 'log': false},"
"  'vms-rtsp': {'from': 'vms', 'to': 'cams', 'services': ['tcp/554', 'udp/554', 'icmp/echo'], 'action': 'allow'},"
"  'cam-dns': {'from': 'cams', 'to': ['router-dns', 'router-ping'], 'action': 'allow'},"
"  'rtr-ssh': {'from': 'router', 'to': 'cams', 'services': ['tcp/22', 'icmp/echo', 'udp/161'], 'action': 'allow'},"
"  'pair': {'from': 'cam1', 'to': ['cam2', 'pos', 'dyn2', 'dyn3'], 'services': ['tcp/8000', 'udp/8000'], 'action': 'allow'},"
"  'guest-ntp': {'from': 'unknown-devices', 'to': 'ntp', 'action': 'allow'},"
"  'guest-print': {'from': 'unknown-devices', 'to': 'cam2', 'services': ['tcp/9100', 'udp/9100', 'udp/40000-40100'], 'action': 'allow'},"
"  'plc-scada': {'from': 'scada', 'to': 'plant', 'services': ['tcp/502'], 'action': 'allow'},"
"  'plc-no-telnet': {'from': 'all-devices', 'to': 'plc', 'services': ['tcp/23'], 'action': 'deny'},"
"  'probe-ntp': {'from': 'probe', 'to': 'ntp', 'action': 'allow'}%s},"
" 'defaults': {'limits': {%s}},"
" 'infrastructure': {'dhcp': ['router', 'dhcpd'%s], 'gateways': ['10.1.0.254', 'fe80::f8', 'fd01::fe']}}";

/*
 * What a variant adds to the rules and to the DHCP servers, and its limits if they are
 * others: most rows send more in a second than a device opens. The first is what rows
 * begin with.
 */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers" /* a variant says what is other */
#define WORLD_LIMITS "'new_flows_per_s': 10000"
/* 10-99 in ten lines of ten, as decimals. */
#define WORLD_TEN(a, n, b) a #n "0" b ", " a #n "1" b ", " a #n "2" b ", " a #n "3" b ", " a #n "4" b ", " \
	a #n "5" b ", " a #n "6" b ", " a #n "7" b ", " a #n "8" b ", " a #n "9" b
#define WORLD_NINETY(a, b) WORLD_TEN(a, 1, b) ", " WORLD_TEN(a, 2, b) ", " WORLD_TEN(a, 3, b) ", " \
	WORLD_TEN(a, 4, b) ", " WORLD_TEN(a, 5, b) ", " WORLD_TEN(a, 6, b) ", " WORLD_TEN(a, 7, b) ", " \
	WORLD_TEN(a, 8, b) ", " WORLD_TEN(a, 9, b)
static const struct world_variant {
	const char *name, *rules, *dhcp, *limits;
	const char *swaps[16]; /* pairs: what stands in world_base, and what instead */
} world_variants[] = {
	{ "base", "", "" },
	{ "uplink-dhcp", "", ", 'uplink'" },
	{ "revoked", ", 'no-vms': {'from': ['cam1', 'cam3'], 'to': 'vms', 'action': 'deny'}", "" },
	{ "inbound-revoked", ", 'no-rtsp': {'from': 'vms', 'to': 'cam1', 'services': ['tcp/554', 'udp/554'],"
			     " 'action': 'deny'}", "" },
	{ "no-pair", ", 'no-pair': {'from': 'all-devices', 'to': 'cam2', 'services': ['tcp/8000', 'udp/8000'],"
		     " 'action': 'deny'}", "" },
	{ "more", ", 'more': {'from': 'cam3', 'to': 'ntp', 'action': 'allow'}", "" },
	{ "few-flows", "", "", WORLD_LIMITS ", 'flows': 4" },
	{ "slow", "", "", "'new_flows_per_s': 2" },
	/* Everything a word of the other parity can hold is another. */
	{ "turned", "", "", NULL, {
	    "'aud': {'mode': 'audit'", "'aud': {'mode': 'learn'", "'l2': ['lldp', 'stp']", "'l2': ['eapol']",
	    "'vlans': [30, 31]", "'vlans': [30, 31, 32]", "'10.20.0.123', 'fd20::123'", "'10.20.0.124', 'fd20::124'",
	    "'ign0': {'role': 'ignore'}", "'ign0': {'role': 'device'}",
	    "'10.20.0.0/26', 'fd20::/122'", "'10.21.0.0/26', 'fd21::/122'", "'dhcp': ['router', 'dhcpd']", "'dhcp': ['dhcpd']" } },
	/* Unknown devices of lan1 are learned from; all devices of lan5 are audited. */
	{ "lax", "", "", NULL, {
	    "'lan1': {'role': 'device',", "'lan1': {'role': 'device', 'unknown_segment': 'wild',",
	    "'mix': {'segment': 'enf'", "'mix': {'segment': 'aud'" } },
	/* More of what there is one of: gateways that are devices' or hosts' addresses, four MACs, classes. */
	{ "also", "", ", 'lseg', 'uplink'", NULL, {
	    "'proto/47', 'proto/50'", "'proto/47', 'proto/50', 'icmp4/13', 'icmp6/139'",
	    "'scada': {'hosts'", "'x1': {'hosts': ['10.30.0.1', 'fd30::1'], 'services': ['udp/1']}, 'x2': {'hosts': ['10.30.0.2', 'fd30::2'], 'services': ['udp/1']},"
	    " 'x3': {'hosts': ['10.30.0.3', 'fd30::3'], 'services': ['udp/1']}, 'scada': {'hosts'",
	    "'fe80::f8', 'fd01::fe'", "'fe80::f8', 'fd01::fe', '10.1.0.111', '10.20.0.33', 'fd20::33', '10.20.0.5', 'fd20::5', 'fd01::1'",
	    "['02:00:00:00:00:1a', '02:00:00:00:00:1b']", "['02:00:00:00:00:1a', '02:00:00:00:00:1b', '02:00:00:00:00:1c', '02:00:00:00:00:1d']",
	    "['10.1.0.13', 'fd01::13']", "['10.1.0.13', 'fd01::13', '10.1.0.110', 'fd01::110']" } },
	/* Less of it: one family, subnets of one address; dyn1 and a MAC of dual, then another device in their places. */
	{ "half", "", "", NULL, { "'10.1.0.0/24', 'fd01::/64'", "'10.1.0.0/24', 'fd01::/64', '10.8.0.1/32', 'fd08::1/128', '0.0.0.0/8'",
	    "'ports': 'lan1', 'addresses': ['dynamic']", "'ports': 'lan1', 'addresses': ['dynamic4']",
	    "'ports': 'lan2', 'addresses': ['dynamic']", "'ports': 'lan2', 'addresses': ['dynamic6']" } },
	{ "gone", "", "", NULL, { "['02:00:00:00:00:1a', '02:00:00:00:00:1b']", "'02:00:00:00:00:1b'",
	    "'dyn1': {'segment': 'enf', 'mac': '02:00:00:00:00:16', 'ports': 'lan1', 'addresses': ['dynamic']},", "",
	    "'dyn1', 'dyn2', 'dyn3', 'dual'", "'dyn2', 'dyn3', 'dual'" } },
	{ "heir", "", "", NULL, { "['02:00:00:00:00:1a', '02:00:00:00:00:1b']", "'02:00:00:00:00:1b'",
	    "'dyn1': {'segment': 'enf', 'mac': '02:00:00:00:00:16'", "'heir': {'segment': 'enf', 'mac': '02:00:00:00:00:75'",
	    "'dyn1', 'dyn2', 'dyn3', 'dual'", "'heir', 'dyn2', 'dyn3', 'dual'" } },
	/* A device on a port this machine does not have, and on two it has. */
	{ "late", "", "", NULL, { "'lan5': {'role': 'device'}", "'lan5': {'role': 'device'}, 'lan8': {'role': 'device'}",
	    "'mixa': {", "'late': {'segment': 'enf', 'mac': '02:00:00:00:00:74', 'ports': ['lan8'], 'addresses': ['10.1.0.74', 'fd01::74']}, 'mixa': {" } },
	{ "later", "", "", NULL, {
	    "'mixa': {", "'late': {'segment': 'enf', 'mac': '02:00:00:00:00:74', 'ports': ['lan1', 'lan2'], 'addresses': ['10.1.0.74', 'fd01::74']}, 'mixa': {" } },
	{ "shy", "", "", NULL, { "'mixa': {", "'shy': {'segment': 'enf', 'mac': '02:00:00:00:00:73',"
	    " 'ports': ['lan1', 'lan2'], 'addresses': ['10.1.0.73', 'fd01::73']}, 'mixa': {" } },
	/* A wildcard about this router, and none of that form about applications. */
	{ "routed", ", 'all-dns': {'from': 'all-devices', 'to': 'router-dns', 'action': 'allow'}", "" },
	/* Rules that meet: any service, any device, deny and log between them. */
	{ "broad",
	  ", 'aa-any': {'from': 'cam1', 'to': 'pos', 'services': ['any'], 'note': 'any', 'action': 'allow', 'log': true}"
	  ", 'zz-any': {'from': 'cam1', 'to': 'cam2', 'services': ['any'], 'note': 'any', 'action': 'allow'}"
	  ", 'z-all': {'from': 'all-devices', 'to': 'all-devices', 'services': ['tcp/7777'], 'action': 'allow'}"
	  ", 'a-not': {'from': 'cam2', 'to': 'plc', 'services': ['any'], 'note': 'any', 'action': 'deny'}"
	  ", 'a-net': {'from': 'cam3', 'to': 'net', 'action': 'allow', 'log': true}", "" },
	/* More than a line or a block of its tables holds: 90 addresses, prefixes, and prefixes within a /64. */
	{ "crowd", ", 'a-many': {'from': 'cams', 'to': 'many', 'action': 'deny'}, 'a-nets': {'from': 'cams', 'to': 'nets', 'action': 'deny'}"
	  ", 'a-odd': {'from': 'odd', 'to': 'ntp', 'action': 'allow'}", "", NULL, {
	    "'scada': {'hosts'", "'many': {'hosts': [" WORLD_NINETY("'10.40.0.", "'") ", " WORLD_NINETY("'fd40::", "'") "], 'services': ['tcp/7001']},"
	    " 'nets': {'hosts': [" WORLD_NINETY("'10.41.", ".0/25'") ", " WORLD_NINETY("'fd41:", "::/33'") ", "
	    WORLD_NINETY("'fd42:0:0:0:", "::/81'") ", " WORLD_NINETY("'fd42:0:0:0:8a", "::/81'") ", " WORLD_NINETY("'fd43:", "::5:0/112'") ", " WORLD_NINETY("'fd44:", ":0:0:8000::/112'") "],"
	    " 'services': ['tcp/7001']}, 'scada': {'hosts'",
	    "'mixa': {", "'odd': {'segment': 'enf', 'mac': '0a:9b:8c:7d:6f:5f', 'ports': 'lan1', 'addresses': ['10.1.0.77', 'fd01::77']}, 'mixa': {" } },
	/* Numbers and widths at their edges: neighbouring rules, every wildcard at once, small rates. */
	{ "narrow",
	  ", 'm1': {'from': 'cam1', 'to': 'cell', 'services': ['any'], 'note': 'any', 'action': 'allow'}"
	  ", 'm2': {'from': 'cam1', 'to': 'cell', 'services': ['tcp/7779'], 'action': 'allow'}"
	  ", 'm3': {'from': 'cam1', 'to': 'v30', 'services': ['tcp/7780'], 'action': 'allow'}"
	  ", 'm4': {'from': 'cam1', 'to': 'v31', 'services': ['any'], 'note': 'any', 'action': 'allow'}"
	  ", 'm5': {'from': 'cam1', 'to': 'v31', 'services': ['tcp/7779'], 'action': 'allow'}"
	  ", 'b-not': {'from': 'cam3', 'to': 'cam2', 'services': ['tcp/7777'], 'action': 'deny'}"
	  ", 'z-open': {'from': 'all-devices', 'to': 'all-devices', 'services': ['any'], 'note': 'any', 'action': 'allow'}"
	  ", 'cam-half': {'from': 'cams', 'to': 'half', 'action': 'allow'}"
	  ", 'a-worse': {'from': 'cams', 'to': 'worse', 'action': 'deny'}"
	  ", 'bad-in': {'from': 'bad', 'to': 'cams', 'services': ['tcp/554'], 'action': 'deny'}"
	  ", 'net-in': {'from': 'net', 'to': 'cams', 'services': ['tcp/554'], 'action': 'allow'}"
	  ", 'cam1-open': {'from': 'cam1', 'to': 'open', 'services': ['any'], 'note': 'any', 'action': 'allow'}"
	  ", 'cam1-free': {'from': 'cam1', 'to': 'free', 'action': 'allow'}"
	  ", 'free-cam2': {'from': 'free', 'to': 'cam2', 'services': ['tcp/9100'], 'action': 'allow'}"
	  ", 'open-cam1': {'from': 'open', 'to': 'cam1', 'services': ['udp/554'], 'action': 'allow'}"
	  ", 'plc-no-out': {'from': 'plc', 'to': 'plant-net', 'services': ['tcp/40001'], 'action': 'deny'}",
	  "", NULL, {
	    "'l2': ['lldp', 'stp']", "'l2': ['stp']", "'l2': ['eapol']", "'l2': ['lldp']",
	    "'limits': {'flows': 12, 'new_flows_per_s': 1000}", "'limits': {'flows': 12, 'new_flows_per_s': 1000, 'arp_per_s': 1}",
	    "'limits': {'flows': 6, 'new_flows_per_s': 1000}", "'limits': {'flows': 6, 'new_flows_per_s': 1000, 'arp_per_s': 1000}",
	    "'fd01::13']", "'fd01::13', '2002:a14:907::13']",
	    "'applications': {", "'applications': {'half': {'hosts': ['128.0.0.0/1', '64:ff9b::/96'], 'services': ['tcp/81']},"
	    " 'worse': {'hosts': ['64:ff9b::a14:900/120'], 'services': ['tcp/80']}, 'open': {'hosts': ['10.30.0.5', 'fd30::5']},"
	    " 'free': {'hosts': ['10.1.0.0/24', 'fd01::/64'], 'services': ['tcp/8000']},"
	    " 'plant-net': {'hosts': ['10.20.0.0/26', 'fd20::/122']}," } },
};

static inline struct zt_env *world_env(void)
{
	static const char *const own[] = { "rtr", "rtrwan" };
	struct zt_env *e = calloc(1, sizeof(*e));
	struct zt_prefix *p;
	uint32_t i;

	e->ports = calloc(WORLD_NR(world_interfaces), sizeof(*e->ports));
	e->router = calloc(8, sizeof(*e->router));
	e->router_scope = calloc(8, sizeof(*e->router_scope));
	for (i = 0; i < WORLD_NR(world_interfaces); i++) {
		const struct world_interface *w = &world_interfaces[i];
		struct zt_env_port *port = &e->ports[e->nr_ports];

		if (!strcmp(w->name, "eth9") || !strcmp(w->name, "nic9") || !strcmp(w->name, "far9"))
			continue;
		*port = (struct zt_env_port){ .ifindex = w->ifindex, .zone = w->zone,
					      .l3_ifindex = w->l3, .vlan = w->vlan,
					      .role = w->upper == 2 ? ZT_ROLE_PART :
						      w->upper ? ZT_ROLE_UPPER : 0,
					      .bond = !strcmp(w->name, "bond0"),
					      .mixed = w->mixed, .raw_ip = w->raw };
		strcpy(port->name, w->name);
		if (!w->raw)
			world_mac("rtr", port->mac);
		e->nr_ports++;
	}
	for (i = 0; i < 4; i++) {
		p = &e->router[e->nr_router++];
		p->family = i & 1 ? 6 : 4;
		p->plen = i & 1 ? 128 : 32;
		world_address(own[i / 2], p->family, &p->addr);
	}
	p = &e->router[e->nr_router++]; /* its 6to4 address: inside is 10.20.9.1, of `bad` */
	p->family = 6;
	p->plen = 128;
	world_address("2002:a14:901::1", 6, &p->addr);
	for (i = 20; i <= 21; i++) { /* its link-local address in both bridges */
		p = &e->router[e->nr_router];
		p->family = 6;
		p->plen = 128;
		world_address("ll:rtr", 6, &p->addr);
		e->router_scope[e->nr_router++] = ZT_ZONE(i, 0);
	}
	e->max_devices = 1000;
	e->max_binds = 2000;
	e->max_hosts = 10000;
	e->max_macs = 10000;
	return e;
}

/* Put `to` where `from` stands, which must be there. */
static inline char *world_swap(char *json, const char *from, const char *to)
{
	char *at = strstr(json, from), *text = malloc(strlen(json) + strlen(to) + 1);

	if (!at)
		abort();
	sprintf(text, "%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
	free(json);
	return text;
}

/* Quotes as JSON has them: ' stands for ". */
static inline char *world_json(const struct world_variant *v)
{
	const char *limits = v->limits ?: WORLD_LIMITS;
	size_t len = sizeof(world_base) + strlen(v->rules) + strlen(v->dhcp) + strlen(limits) + 1;
	char *text = malloc(len), *q;

	snprintf(text, len, world_base, v->rules, limits, v->dhcp);
	for (size_t i = 0; v->swaps[i]; i += 2)
		text = world_swap(text, v->swaps[i], v->swaps[i + 1]);
	for (q = text; (q = strchr(q, '\''));)
		*q = '"';
	return text;
}

static inline struct zt_policy *world_parse(const char *json)
{
	struct zt_source source = { "world", json, strlen(json) };
	struct zt_errors errors = { 0 }, infos = { 0 };
	struct zt_policy *p = NULL;

	if (zt_policy_parse(&source, 1, &errors, &infos, &p)) {
		zt_errors_print(&errors, stderr);
		abort();
	}
	zt_errors_free(&errors);
	zt_errors_free(&infos);
	return p;
}

/* The policy of a variant. Aborts on a mistake in this file. */
static inline struct zt_policy *world_policy(const char *variant)
{
	struct zt_policy *p;
	char *json;

	for (size_t i = 0; i < WORLD_NR(world_variants); i++) {
		if (strcmp(world_variants[i].name, variant))
			continue;
		json = world_json(&world_variants[i]);
		p = world_parse(json);
		free(json);
		return p;
	}
	return NULL;
}

static inline struct zt_image *world_compile(const struct zt_policy *p, const struct zt_env *env,
					     struct zt_numbers *numbers)
{
	struct zt_errors errors = { 0 };
	struct zt_image *i = NULL;

	if (zt_compile(p, env, numbers, &errors, &i)) {
		zt_errors_print(&errors, stderr);
		abort();
	}
	return i;
}

#endif
