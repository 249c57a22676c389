/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Wrong inputs beside the 64 of the language reference: each refused with exactly
 * one line. In the table ` stands for ".
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "policy/policy.h"

#define IFS                                                                                    \
	"`interfaces`: {`lan1`: {`role`: `device`, `vlans`: [10, 20]}, `lan2`: {`role`: `device`}, " \
	"`apn`: {`role`: `device`, `identity`: `ip`}, `wan`: {`role`: `uplink`}, `off`: {`role`: `ignore`}},\n"
#define SEG                                                                                    \
	"`segments`: {`s`: {`mode`: `enforce`, `subnets`: [`10.20.0.0/24`]}, `empty`: {`mode`: `learn`}, " \
	"`six`: {`mode`: `audit`, `subnets`: [`fd20::/64`]}},\n"
#define A                                                                                      \
	"`a`: {`segment`: `s`, `mac`: `02:00:00:00:00:0a`, `ports`: `lan1`, `addresses`: [`10.20.0.10`], `labels`: {`role`: `cam`}}"
#define DEV(rest) "{`version`: 1,\n" IFS SEG "`devices`: {\n" A ",\n`x`: {" rest "}}}"
#define MAC "`segment`: `s`, `mac`: `02:00:00:00:00:0b`, `ports`: `lan1`, "
#define ADDR(list) DEV(MAC "`addresses`: [" list "]")
#define BASE(rest)                                                                             \
	"{`version`: 1,\n" IFS SEG "`devices`: {\n" A "},\n"                                    \
	"`applications`: {`web`: {`hosts`: [`192.0.2.1`], `services`: [`tcp/443`]}, `bare`: {`hosts`: [`192.0.2.9`]}},\n" rest "}"
#define RULE(rest) BASE("`rules`: {`r`: {" rest "}}")
#define TEST(rest) BASE("`tests`: {`t`: {" rest "}}")
#define GROUP(rest) BASE("`groups`: {" rest "}")
#define APP(rest) "{`version`: 1,\n`applications`: {`x`: {" rest "}}}"
#define IF(rest) "{`version`: 1,\n`interfaces`: {`x`: {" rest "}}}"
#define INFRA(rest) BASE("`infrastructure`: {" rest "}")
#define LIMITS(rest) "{`version`: 1, `segments`: {`s`: {`mode`: `learn`, `limits`: {" rest "}}}}"
#define LATER "known, but not in this release; remove it or upgrade"

static const struct {
	const char *text, *line;
} rows[] = {
	/* the top */
	{ "{`version`: `1`}", "1: version: expected a number, found the text `1`" },
	{ "{`version`: 1.0}", "1: version: 1.0 is not a plain whole number" },
	{ "{`version`: 1e0}", "1: version: 1e0 is not a plain whole number" },
	{ "{`version`: 18446744073709551617}", "1: version: 18446744073709551617 is not supported; this program reads version 1" },
	{ "{`version`: null}", "1: version: null is not a value; remove it" },
	{ "{`version`: 1, `name`: ``}", "1: name: empty text; leave it out, or write something" },
	{ "{`version`: 1, `name`: 7}", "1: name: expected text, found the number 7" },
	{ "{`version`: 1, `name`: `a\\u0007`}", "1: name: control character 0x07; use one line, or a comment" },
	{ "{`version`: 1, `name`: `a\\u0085`}", "1: name: control character 0x85; use one line, or a comment" },
	{ "{`version`: 1, `xyz`: {}}", "1: xyz: unknown section; remove it, or write text into `note`" },
	{ "{`version`: 1, `devices`: []}", "1: devices: expected an object, found a list; each object stands under its id" },
	{ "{`version`: 1, `devices`: null}", "1: devices: null is not a value; remove it" },
	{ "{`version`: 1, `rules`: {`r`: 7}}", "1: rules.r: expected an object, found the number 7" },
	{ "{`version`: 1, `alerts`: {}}", "1: alerts: " LATER },
	{ "{`version`: 1, `grant_limits`: {}}", "1: grant_limits: " LATER },
	{ "{`version`: 1, `defaults`: 7}", "1: defaults: expected an object, found the number 7" },
	{ "{`version`: 1, `defaults`: {`flows`: 7}}", "1: defaults.flows: unknown key; use `limits`" },
	{ "{`version`: 1, `defaults`: {`limits`: {`flows`: 0}}}", "1: defaults.limits.flows: 0 is not in 1-65535" },
	{ "{`version`: 1, `pools`: {}}", "1: pools: " LATER },
	/* ids */
	{ "{`version`: 1, `segments`: {``: {`mode`: `learn`}}}", "1: segments.``: not an id; use letters, digits, `.`, `_`, `-`, at most 63; readable text goes into `name`" },
	{ "{`version`: 1, `segments`: {`-a`: {`mode`: `learn`}}}", "1: segments.`-a`: not an id; use letters, digits, `.`, `_`, `-`, at most 63; readable text goes into `name`" },
	{ "{`version`: 1, `segments`: {`r\xd0\xbeuter`: {`mode`: `learn`}}}", "1: segments.`r\xd0\xbeuter`: not an id; use letters, digits, `.`, `_`, `-`, at most 63; readable text goes into `name`" },
	{ "{`version`: 1, `interfaces`: {`sixteen-letters-`: {`role`: `ignore`}}}", "1: interfaces.sixteen-letters-: longer than 15 characters; the kernel has no such interface" },
	{ GROUP("`web`: {`segment`: `s`}"), "6: applications.web: `web` is already a group (line 7); segments, devices, pools, groups and applications share their ids" },
	/* interfaces */
	{ IF("`identity`: `mac`"), "2: interfaces.x.role: missing; write `device`, `uplink` or `ignore`" },
	{ IF("`role`: `uplink`, `vlans`: [1]"), "2: interfaces.x.vlans: only for role `device`, this is `uplink`; remove it" },
	{ IF("`role`: `device`, `vlans`: []"), "2: interfaces.x.vlans: empty list; leave the key out, or list something" },
	{ IF("`role`: `device`, `vlans`: [0]"), "2: interfaces.x.vlans[0]: 0 is not in 1-4094" },
	{ IF("`role`: `device`, `vlans`: [4095]"), "2: interfaces.x.vlans[0]: 4095 is not in 1-4094" },
	{ IF("`role`: `device`, `vlans`: [18446744073709551620]"), "2: interfaces.x.vlans[0]: 18446744073709551620 is not in 1-4094" },
	{ IF("`role`: `device`, `vlans`: [5, 7, 5]"), "2: interfaces.x.vlans: 5 is listed twice; remove one" },
	{ IF("`role`: `device`, `vlans`: 5"), "2: interfaces.x.vlans: expected a list, found the number 5" },
	{ IF("`role`: `device`, `untagged`: false"), "2: interfaces.x: accepts no frame at all; list `vlans`, or leave `untagged` out" },
	{ IF("`role`: `device`, `untagged`: 1"), "2: interfaces.x.untagged: expected true or false, found the number 1" },
	{ IF("`role`: `device`, `l2`: [`arp`]"), "2: interfaces.x.l2[0]: `arp` is not a non-IP protocol; use `eapol`, `lldp` or `stp`" },
	{ IF("`role`: `device`, `l2`: [`stp`, `stp`]"), "2: interfaces.x.l2[1]: `stp` is listed twice; remove one" },
	{ IF("`role`: `device`, `unknown_segment`: `nope`"), "2: interfaces.x.unknown_segment: `nope` is not defined; define it, or correct the name" },
	{ IF("`role`: `device`, `mtu`: 9000"), "2: interfaces.x.mtu: unknown key; use `role`, `identity`, `untagged`, `vlans`, `l2`, `unknown_segment`, `fast_forward`" },
	{ IF("`role`: `ignore`, `fast_forward`: true"), "2: interfaces.x.fast_forward: only for role `device` and `uplink`, this is `ignore`; remove it" },
	{ IF("`role`: `uplink`, `fast_forward`: `yes`"), "2: interfaces.x.fast_forward: expected true or false, found the text `yes`" },
	{ IF("`role`: `device`, `identity`: `ip`, `fast_forward`: true"), "2: interfaces.x.fast_forward: needs `identity`: `mac`; remove it" },
	/* segments */
	{ "{`version`: 1, `segments`: {`s`: {}}}", "1: segments.s.mode: missing; write `learn`, `audit` or `enforce`" },
	{ "{`version`: 1, `segments`: {`s`: {`mode`: `learn`, `subnets`: [`10.0.0.1`]}}}", "1: segments.s.subnets[0]: `10.0.0.1` is not a prefix; write `ADDRESS/LENGTH`" },
	{ "{`version`: 1, `segments`: {`s`: {`mode`: `learn`, `subnets`: [`224.0.0.0/8`]}}}", "1: segments.s.subnets[0]: `224.0.0.0/8` is a multicast address; nothing has it as its own" },
	{ "{`version`: 1, `segments`: {`s`: {`mode`: `learn`, `subnets`: [`10.0.0.0/8`, `10.1.0.0/16`]}}}", "1: segments.s.subnets[1]: 10.1.0.0/16 is inside 10.0.0.0/8 of the same list; remove it" },
	{ LIMITS(""), "1: segments.s.limits: empty; leave the key out, or write `flows`, `new_flows_per_s`, `arp_per_s`, `addresses4` or `addresses6`" },
	{ LIMITS("`flows`: 0"), "1: segments.s.limits.flows: 0 is not in 1-65535" },
	{ LIMITS("`flows`: 65536"), "1: segments.s.limits.flows: 65536 is not in 1-65535" },
	{ LIMITS("`flows`: -1"), "1: segments.s.limits.flows: -1 is not in 1-65535" },
	{ LIMITS("`flows`: 4294967552"), "1: segments.s.limits.flows: 4294967552 is not in 1-65535" },
	{ LIMITS("`flows`: 2.5"), "1: segments.s.limits.flows: 2.5 is not a plain whole number" },
	{ LIMITS("`flows`: `many`"), "1: segments.s.limits.flows: expected a number, found the text `many`" },
	{ LIMITS("`flows`: null"), "1: segments.s.limits.flows: null is not a value; leave the key out for its default" },
	{ LIMITS("`new_flows_per_s`: 10001"), "1: segments.s.limits.new_flows_per_s: 10001 is not in 1-10000" },
	{ LIMITS("`arp_per_s`: 1001"), "1: segments.s.limits.arp_per_s: 1001 is not in 1-1000" },
	{ LIMITS("`addresses4`: 65"), "1: segments.s.limits.addresses4: 65 is not in 1-64" },
	{ LIMITS("`addresses6`: 0"), "1: segments.s.limits.addresses6: 0 is not in 1-64" },
	{ LIMITS("`new_flows`: 5"), "1: segments.s.limits.new_flows: unknown key; use `flows`, `new_flows_per_s`, `arp_per_s`, `addresses4`, `addresses6`" },
	{ LIMITS("`bandwidth`: 5"), "1: segments.s.limits.bandwidth: unknown key; use `flows`, `new_flows_per_s`, `arp_per_s`, `addresses4`, `addresses6`" },
	{ "{`version`: 1, `segments`: {`s`: {`mode`: `learn`, `limits`: [5]}}}", "1: segments.s.limits: expected an object, found a list" },
	{ "{`version`: 1, `segments`: {`s`: {`mode`: `learn`, `enforce_services`: []}}}", "1: segments.s.enforce_services: " LATER },
	{ "{`version`: 1, `segments`: {`s`: {`mode`: `learn`, `deny_with`: `reset`}}}", "1: segments.s.deny_with: " LATER },
	/* devices */
	{ DEV("`mac`: `02:00:00:00:00:0b`, `ports`: `lan1`, `addresses`: [`10.20.0.11`]"), "6: devices.x.segment: missing; every device is in one segment" },
	{ DEV("`segment`: `a`, `mac`: `02:00:00:00:00:0b`, `ports`: `lan1`, `addresses`: [`10.20.0.11`]"), "6: devices.x.segment: `a` is a device; name a segment" },
	{ DEV("`segment`: `unknown`, `mac`: `02:00:00:00:00:0b`, `ports`: `lan1`, `addresses`: [`10.20.0.11`]"), "6: devices.x.segment: `unknown` is not defined; define it, or correct the name" },
	{ DEV("`segment`: `s`, `addresses`: [`10.20.0.11`]"), "6: devices.x: has no identity; write `mac` and `ports`, or `interface`" },
	{ DEV("`segment`: `s`, `ports`: `lan1`, `addresses`: [`10.20.0.11`]"), "6: devices.x.mac: missing; a device behind `ports` is known by its MAC" },
	{ DEV("`segment`: `s`, `mac`: `02:00:00:00:00:0b`, `addresses`: [`10.20.0.11`]"), "6: devices.x.ports: missing; name the interface it is behind" },
	{ DEV("`segment`: `s`, `mac`: `02:00:00:00:00:0b`, `ports`: [`lan1`, `off`], `addresses`: [`10.20.0.11`]"), "6: devices.x.ports[1]: `off` is ignored; name an interface with role `device`" },
	{ DEV("`segment`: `s`, `mac`: `02:00:00:00:00:0b`, `ports`: `lan3`, `addresses`: [`10.20.0.11`]"), "6: devices.x.ports: `lan3` is not defined; did you mean the interface `lan1`?" },
	{ DEV("`segment`: `s`, `mac`: `02:00:00:00:00:0b`, `ports`: `apn`, `addresses`: [`10.20.0.11`]"), "6: devices.x.mac: `apn` identifies by address; use `interface` and `addresses`" },
	{ DEV("`segment`: `s`, `interface`: `lan1`, `addresses`: [`10.20.0.11`]"), "6: devices.x.interface: `lan1` identifies by MAC; use `mac` and `ports`" },
	{ DEV("`segment`: `s`, `interface`: `apn`, `ports`: `lan1`, `addresses`: [`10.20.0.11`]"), "6: devices.x.ports: `apn` identifies by address; use `interface` and `addresses`" },
	{ DEV("`segment`: `s`, `interface`: `apn`, `addresses`: [`dynamic4`]"), "6: devices.x.addresses[0]: `dynamic4` needs identity `mac`; here the address is the identity" },
	{ DEV("`pool`: `p`, `addresses`: [`10.20.0.11`]"), "6: devices.x.pool: " LATER },
	{ DEV("`segment`: `s`, `mac`: `02-00-00-00-00-0b`, `ports`: `lan1`, `addresses`: [`10.20.0.11`]"), "6: devices.x.mac: `02-00-00-00-00-0b` is not a MAC address; write six pairs like `02:00:00:00:20:11`" },
	{ DEV("`segment`: `s`, `mac`: `00:00:00:00:00:00`, `ports`: `lan1`, `addresses`: [`10.20.0.11`]"), "6: devices.x.mac: `00:00:00:00:00:00` is no device's address" },
	{ DEV("`segment`: `s`, `mac`: [`02:00:00:00:00:0b`, `02:00:00:00:00:0B`], `ports`: `lan1`, `addresses`: [`10.20.0.11`]"), "6: devices.x.mac[1]: `02:00:00:00:00:0B` is listed twice; remove one" },
	{ DEV("`segment`: `s`, `mac`: [`02:00:00:00:00:01`, `02:00:00:00:00:02`, `02:00:00:00:00:03`, `02:00:00:00:00:04`, `02:00:00:00:00:05`], `ports`: `lan1`, `addresses`: [`10.20.0.11`]"), "6: devices.x.mac: 5 entries; the limit is 4" },
	{ DEV("`segment`: `s`, `mac`: [`02:00:00:00:00:0b`, `02:00:00:00:00:0a`], `ports`: [`lan2`, `lan1`], `addresses`: [`10.20.0.11`]"), "6: devices.x.mac: 02:00:00:00:00:0a is already `a` (line 5) on lan1 untagged; a device is one entry" },
	{ DEV(MAC "`vlan`: 30, `addresses`: [`10.20.0.11`]"), "6: devices.x.vlan: 30 is not in interfaces.lan1.vlans (10, 20); add it there or correct it" },
	{ DEV("`segment`: `s`, `mac`: `02:00:00:00:00:0b`, `ports`: `lan2`, `vlan`: 30, `addresses`: [`10.20.0.11`]"), "6: devices.x.vlan: 30: interfaces.lan2 takes no tags; add `vlans` there or leave it out" },
	{ DEV(MAC "`vlan`: 1.5, `addresses`: [`10.20.0.11`]"), "6: devices.x.vlan: 1.5 is not a plain whole number" },
	{ DEV("`segment`: `s`, `mac`: `02:00:00:00:00:0b`, `ports`: `lan1`"), "6: devices.x.addresses: missing; list addresses, prefixes or `dynamic`" },
	{ DEV(MAC "`addresses`: `10.20.0.11`"), "6: devices.x.addresses: expected a list, found the text `10.20.0.11`" },
	{ ADDR("null"), "6: devices.x.addresses[0]: null is not a value; remove it" },
	{ ADDR("`10.0.0.0/15`"), "6: devices.x.addresses[0]: `10.0.0.0/15`: prefixes behind a device are /16-/32" },
	{ ADDR("`fd00::/47`"), "6: devices.x.addresses[0]: `fd00::/47`: prefixes behind a device are /48-/128" },
	{ ADDR("`127.0.0.1`"), "6: devices.x.addresses[0]: `127.0.0.1` is a loopback address; it never is on a wire" },
	{ ADDR("`0.0.0.0`"), "6: devices.x.addresses[0]: `0.0.0.0` is the unspecified address; nothing has it as its own" },
	{ ADDR("`::`"), "6: devices.x.addresses[0]: `::` is the unspecified address; nothing has it as its own" },
	{ ADDR("`::1`"), "6: devices.x.addresses[0]: `::1` is a loopback address; it never is on a wire" },
	{ ADDR("`255.255.255.255`"), "6: devices.x.addresses[0]: `255.255.255.255` is the broadcast address; nothing has it as its own" },
	{ ADDR("`ff02::1`"), "6: devices.x.addresses[0]: `ff02::1` is a multicast address; nothing has it as its own" },
	{ ADDR("`dynamic6`"), "6: devices.x.addresses[0]: `dynamic6` needs IPv6 `subnets` in segment `s`; otherwise it could claim any address" },
	{ ADDR("`dynamic`, `dynamic4`"), "6: devices.x.addresses[1]: `dynamic4` says what the entry before it says; remove one" },
	/* the index counts the word before it */
	{ ADDR("`dynamic4`, `10.20.0.10`"), "6: devices.x.addresses[1]: 10.20.0.10 is already `a` (line 5)" },
	{ ADDR("`10.20.0.0/28`"), "6: devices.x.addresses[0]: 10.20.0.0/28 holds 10.20.0.10, already `a` (line 5)" },
	{ ADDR("`10.20.0.5`, `10.20.0.5/32`"), "6: devices.x.addresses[1]: 10.20.0.5 is listed twice; remove one" },
	{ DEV(MAC "`addresses`: [`10.20.0.11`], `limits`: {`flows`: 70000}"), "6: devices.x.limits.flows: 70000 is not in 1-65535" },
	{ DEV(MAC "`addresses`: [`10.20.0.11`], `labels`: {`role`: `a b`}"), "6: devices.x.labels.role: `a b` is not a label value; use letters, digits, `.`, `_`, `:`, `/`, `@`, `+`, `-`, at most 63" },
	{ DEV(MAC "`addresses`: [`10.20.0.11`], `labels`: {`a b`: `x`}"), "6: devices.x.labels.`a b`: not an id; use letters, digits, `.`, `_`, `-`, at most 63" },
	{ DEV(MAC "`addresses`: [`10.20.0.11`], `labels`: {`role`: [`x`]}"), "6: devices.x.labels.role: expected text, found a list" },
	{ DEV(MAC "`addresses`: [`10.20.0.11`], `inventory`: {`end_of_support`: `2027-02-29`}"), "6: devices.x.inventory.end_of_support: `2027-02-29` is not a date; write `YYYY-MM-DD`" },
	{ DEV(MAC "`addresses`: [`10.20.0.11`], `inventory`: {`mud_url`: `http://x`}"), "6: devices.x.inventory.mud_url: `http://x` is not an https URL" },
	{ DEV(MAC "`addresses`: [`10.20.0.11`], `inventory`: {`colour`: `red`}"), "6: devices.x.inventory.colour: unknown key; use `vendor`, `model`, `firmware`, `serial`, `iccid`, `imsi`, `imei`, `end_of_support`, `mud_url`, `sbom`, `location`, `owner`" },
	/* groups */
	{ GROUP("`g`: {}"), "7: groups.g: selects nobody; write `match`, `segment`, `devices` or `groups`" },
	{ GROUP("`g`: {`match`: {}}"), "7: groups.g.match: 0 labels; at least one, at most 32" },
	{ GROUP("`g`: {`match`: {`role`: []}}"), "7: groups.g.match.role: empty list; leave the key out, or list something" },
	{ GROUP("`g`: {`match`: {`role`: [`x`, `y`], `site`: `z`}}"), "7: groups.g: no device has role=x|y, site=z; add one, fix the label, or set `may_be_empty`: true" },
	{ GROUP("`g`: {`match`: {`role`: `cam`}, `segment`: `empty`}"), "7: groups.g: no device has role=cam in its segments; add one, fix the label, or set `may_be_empty`: true" },
	{ GROUP("`g`: {`devices`: `a`, `except`: `a`}"), "7: groups.g: no device is a member; add one, or set `may_be_empty`: true" },
	{ GROUP("`g`: {`devices`: `a`, `except`: `s`}"), "7: groups.g.except: `s` is neither a device nor a group; only those can be taken out" },
	{ GROUP("`g`: {`devices`: [`a`, `web`]}"), "7: groups.g.devices[1]: `web` is an application; name a device" },
	{ GROUP("`g`: {`devices`: [`a`, `a`]}"), "7: groups.g.devices[1]: `a` is listed twice; remove one" },
	{ GROUP("`g`: {`groups`: `g`}"), "7: groups.g.groups[0]: g > g contains itself; remove one step" },
	{ GROUP("`g`: {`devices`: `a`, `except`: `h`},\n`h`: {`devices`: `a`, `except`: [`g`]}"), "7: groups.g.except: g > h > g contains itself; remove one step" },
	{ GROUP("`g1`: {`groups`: `g2`}, `g2`: {`groups`: `g3`}, `g3`: {`groups`: `g4`}, `g4`: {`groups`: `g5`}, `g5`: {`groups`: `g6`}, `g6`: {`devices`: `a`}"), "7: groups.g5.groups[0]: nested more than 4 deep; name the groups further down directly" },
	{ GROUP("`g6`: {`groups`: `g5`}, `g5`: {`groups`: `g4`}, `g4`: {`groups`: `g3`}, `g3`: {`groups`: `g2`}, `g2`: {`groups`: `g1`}, `g1`: {`devices`: `a`}"), "7: groups.g6.groups[0]: nested more than 4 deep; name the groups further down directly" },
	{ GROUP("`g`: {`devices`: `a`, `limits`: {`arp_per_s`: 0}}"), "7: groups.g.limits.arp_per_s: 0 is not in 1-1000" },
	/* applications */
	{ APP("`services`: [`tcp/1`]"), "2: applications.x.hosts: missing; list addresses or prefixes" },
	{ APP("`hosts`: [`10.0.0.1`], `services`: []"), "2: applications.x.services: empty list; leave the key out, or list something" },
	{ APP("`hosts`: [`10.0.0.1`], `services`: [`any`]"), "2: applications.x.services[0]: `any` opens every protocol and port; say why in `note`, or list services" },
	{ APP("`hosts`: [`10.0.0.1`, `10.0.0.1`]"), "2: applications.x.hosts[1]: `10.0.0.1` is listed twice; remove one" },
	{ APP("`hosts`: [`239.1.2.3`]"), "2: applications.x.hosts[0]: `239.1.2.3` is a multicast address; nothing has it as its own" },
	{ APP("`hosts`: [`vms`]"), "2: applications.x.hosts[0]: `vms` is not an address" },
	{ APP("`hosts`: [`1.2.3.400`]"), "2: applications.x.hosts[0]: `1.2.3.400` is not an address" },
	{ APP("`hosts`: [`xn--caf-dma.example`]"), "2: applications.x.hosts[0]: `xn--caf-dma.example` is a name: " LATER },
	{ APP("`hosts`: [`10.0.0.1`], `flags`: [`red`]"), "2: applications.x.flags[0]: `red` is not a flag; use `cleartext`, `critical` or `remote-access`" },
	{ APP("`hosts`: [`10.0.0.1`], `idle_s`: 10"), "2: applications.x.idle_s: " LATER },
	{ APP("`hosts`: [`10.0.0.1`], `private_ok`: true"), "2: applications.x.private_ok: " LATER },
	/* infrastructure */
	{ INFRA("`dhcp`: []"), "7: infrastructure.dhcp: empty list; leave the key out, or list something" },
	{ INFRA("`dhcp`: `router`"), "7: infrastructure.dhcp: `router` is neither `off` nor a list of `router`, `uplink` or devices" },
	{ INFRA("`dhcp`: [`off`]"), "7: infrastructure.dhcp[0]: `off` stands alone, not in a list; write `dhcp`: `off`" },
	{ INFRA("`dhcp`: [`web`]"), "7: infrastructure.dhcp[0]: `web` is an application; name a device" },
	{ INFRA("`gateways`: [`10.0.0.0/24`]"), "7: infrastructure.gateways[0]: `10.0.0.0/24` is a prefix; write one address" },
	{ INFRA("`resolvers`: [`router`]"), "7: infrastructure.resolvers: " LATER },
	/* rules */
	{ RULE("`to`: `web`, `action`: `allow`"), "7: rules.r.from: missing; say who opens" },
	{ RULE("`from`: `a`, `services`: [`tcp/1`], `action`: `allow`"), "7: rules.r.to: missing; say who is opened to" },
	{ RULE("`from`: [], `to`: `web`, `action`: `allow`"), "7: rules.r.from: empty list; leave the key out, or list something" },
	{ RULE("`from`: null, `to`: `web`, `action`: `allow`"), "7: rules.r.from: null is not a value; leave the key out for its default" },
	{ RULE("`from`: [`a`, null], `to`: `web`, `action`: `allow`"), "7: rules.r.from[1]: null is not a value; remove it" },
	{ RULE("`from`: `a`, `to`: `web`, `action`: `permit`"), "7: rules.r.action: `permit` is not an action; use `allow` or `deny`" },
	{ RULE("`from`: `empty`, `to`: `web`, `action`: `allow`"), "7: rules.r.from: segment `empty` has no device; add one, or remove this" },
	{ RULE("`from`: `a`, `to`: `a`, `services`: [`tcp/1`], `action`: `allow`"), "7: rules.r: can never apply, both sides are only `a`; remove it" },
	{ RULE("`from`: `a`, `to`: `s`, `action`: `allow`"), "7: rules.r.services: missing; list what may be opened" },
	{ RULE("`from`: `a`, `to`: [`web`, `router`], `action`: `allow`"), "7: rules.r.services: missing, and `router` has none of its own; list what may be opened" },
	{ RULE("`from`: `web`, `to`: `a`, `action`: `allow`"), "7: rules.r.services: missing; list what may be opened" },
	{ RULE("`from`: `a`, `to`: `unknown-devices`, `services`: [`tcp/1`], `action`: `allow`"), "7: rules.r.to: `unknown-devices` only opens; it cannot stand here" },
	{ RULE("`from`: `a`, `to`: `10.0.0.1`, `services`: [`tcp/1`], `action`: `allow`"), "7: rules.r.to: `10.0.0.1` is not defined; define it, or correct the name" },
	{ RULE("`from`: `all-device`, `to`: `web`, `action`: `allow`"), "7: rules.r.from: `all-device` is not defined; did you mean the word `all-devices`?" },
	{ RULE("`from`: `internet`, `to`: `a`, `services`: [`tcp/1`], `action`: `allow`"), "7: rules.r.note: missing; the internet may open here, say why" },
	{ RULE("`from`: `a`, `to`: `web`, `action`: `allow`, `log`: `yes`"), "7: rules.r.log: expected true or false, found the text `yes`" },
	{ RULE("`from`: `a`, `to`: `web`, `action`: `allow`, `until`: `2027-01-01T00:00:00Z`"), "7: rules.r.until: " LATER },
	{ RULE("`from`: `a`, `to`: `web`, `action`: `deny`, `always`: true"), "7: rules.r.always: " LATER },
	{ RULE("`from`: `a`, `to`: `web`, `action`: `deny`, `deny_with`: `reset`"), "7: rules.r.deny_with: " LATER },
	{ RULE("`from`: `a`, `to`: `web`, `action`: `allow`, `multicast`: [`mdns`]"), "7: rules.r.multicast: " LATER },
	{ RULE("`from`: `a`, `to`: [`web`, `router-dns`], `services`: [`tcp/443`], `action`: `allow`"), "7: rules.r.services[0]: `tcp/443` is not among the services of `router-dns` (udp/53, tcp/53); add it there or remove it here" },
	/* tests */
	{ TEST("`note`: `x`"), "7: tests.t: needs exactly one of `allow`, `deny`, `never` or `only`" },
	{ TEST("`never`: {`from`: `a`, `to`: `web`}, `allow`: {`from`: `a`, `to`: `web`}"), "7: tests.t: needs exactly one of `allow`, `deny`, `never` or `only`" },
	{ TEST("`allow`: {`from`: `a`, `to`: `bare`}"), "7: tests.t.allow.services: missing, and `bare` has none of its own; list what may be opened" },
	{ TEST("`deny`: {`from`: `a`, `to`: `8.8.8.8`}"), "7: tests.t.deny.services: missing; list what may be opened" },
	{ TEST("`never`: {`from`: `a`, `to`: `8.8.8.0/24`}"), "7: tests.t.never.to: `8.8.8.0/24` is a prefix; write one address" },
	{ TEST("`never`: {`from`: `a`, `to`: `dns.example`}"), "7: tests.t.never.to: `dns.example` is a name: " LATER },
	{ TEST("`never`: {`from`: `8.8.8.8`, `to`: `web`}"), "7: tests.t.never: neither side is a device; traffic between others is not decided here" },
	{ TEST("`never`: {`from`: `a`, `to`: [`a`, `8.8.8.8`]}"), "7: tests.t.never.to: `a` is a device and `8.8.8.8` an address; make two tests" },
	{ TEST("`allow`: {`from`: `a`, `to`: `web`, `rule`: `r`}"), "7: tests.t.allow.rule: only `deny` has it; remove it" },
	{ TEST("`deny`: {`from`: `a`, `to`: `web`, `rule`: `r`}"), "7: tests.t.deny.rule: `r` is not defined; define it, or correct the name" },
	{ TEST("`deny`: {`from`: `a`, `to`: `web`, `reason`: `allowed`}"), "7: tests.t.deny.reason: `allowed` is not a reason that stops anything; usually `no-rule` or `denied`" },
	{ TEST("`never`: {`from`: `a`, `to`: `web`}, `at`: `2027-01-01T00:00:00Z`"), "7: tests.t.at: " LATER },
	{ BASE("`rules`: {`r`: {`from`: `a`, `to`: `web`, `action`: `allow`}},\n`tests`: {`t`: {`deny`: {`from`: `a`, `to`: `bare`, `services`: [`tcp/1`], `rule`: `r`}}}"), "8: tests.t.deny.rule: `r` allows; name the deny that must stop it" },
	/* across objects */
	{ BASE("`rules`: {`r`: {`from`: `a`, `to`: `web`, `action`: `allow`},\n`z`: {`from`: `all-devices`, `to`: `web`, `services`: [`any`], `action`: `deny`, `note`: `x`}}"),
	  "8: rules.z.services[0]: `any` is not among the services of `web` (tcp/443); add it there or remove it here" },
	{ BASE("`rules`: {`r`: {`from`: `a`, `to`: `bare`, `services`: [`tcp/80`], `action`: `allow`},\n`z`: {`from`: `all-devices`, `to`: `bare`, `services`: [`any`], `action`: `deny`, `note`: `x`}}"),
	  "7: rules.r: can never apply, deny `z` covers all of it; remove one of the two" },
	{ BASE("`rules`: {`r`: {`from`: `s`, `to`: `router-dns`, `action`: `allow`},\n`z`: {`from`: `s`, `to`: `router`, `services`: [`any`], `action`: `deny`, `note`: `x`}}"),
	  "7: rules.r: can never apply, deny `z` covers all of it; remove one of the two" },
};

static char *quoted(const char *s)
{
	char *copy = strdup(s);

	ck_assert_ptr_nonnull(copy);
	for (char *p = copy; *p; p++)
		*p = *p == '`' ? '"' : *p;
	return copy;
}

START_TEST(refused)
{
	char *text = quoted(rows[_i].text), *line = quoted(rows[_i].line);
	struct zt_source source = { "p.json", text, strlen(text) };
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;

	ck_assert_int_eq(zt_policy_parse(&source, 1, &errors, NULL, &p), -EINVAL);
	ck_assert_uint_ge(errors.nr, 1);
	ck_assert_str_eq(errors.v[0] + strlen("p.json:"), line);
	if (errors.total > 1)
		ck_abort_msg("also: %s", errors.v[1]);
	zt_errors_free(&errors);
	free(text);
	free(line);
}
END_TEST

/* Every limit on a number of entries, by one too many. */
static const struct {
	const char *begin, *entry, *end; /* entry: %u is its number */
	int nr;
	const char *line;
} limits[] = {
	{ "{`version`: 1, `interfaces`: {", "`i%u`: {`role`: `ignore`}", "}}", 257,
	  "p.json:1: interfaces: 257 entries; the limit is 256" },
	{ "{`version`: 1, `segments`: {", "`s%u`: {`mode`: `learn`}", "}}", 257,
	  "p.json:1: segments: 257 entries; the limit is 256" },
	{ "{`version`: 1, `groups`: {", "`g%u`: {`may_be_empty`: true}", "}}", 4097,
	  "p.json:1: groups: 4097 entries; the limit is 4096" },
	{ "{`version`: 1, `applications`: {", "`a%u`: {`hosts`: [`internet`]}", "}}", 4097,
	  "p.json:1: applications: 4097 entries; the limit is 4096" },
	{ "{`version`: 1, `applications`: {`a`: {`hosts`: [", "`192.0.2.1/%u`", "]}}}", 4097,
	  "p.json:1: applications.a.hosts: 4097 entries; the limit is 4096" },
	{ "{`version`: 1, `applications`: {`a`: {`hosts`: [`internet`], `services`: [", "`tcp/%u`", "]}}}", 65,
	  "p.json:1: applications.a.services: 65 entries; the limit is 64" },
};

START_TEST(one_too_many)
{
	char entry[100], *text, *line = quoted(limits[_i].line);
	struct zt_errors errors = {0};
	struct zt_source source = { .name = "p.json" };
	struct zt_policy *p = NULL;
	FILE *f = open_memstream(&text, &source.len);

	fputs(limits[_i].begin, f);
	for (int i = 0; i < limits[_i].nr; i++) {
		snprintf(entry, sizeof(entry), limits[_i].entry, i + 1);
		fprintf(f, "%s%s", i ? "," : "", entry);
	}
	fputs(limits[_i].end, f);
	fclose(f);
	for (char *c = text; *c; c++)
		*c = *c == '`' ? '"' : *c;
	source.text = text;
	ck_assert_int_eq(zt_policy_parse(&source, 1, &errors, NULL, &p), -EINVAL);
	ck_assert_str_eq(errors.v[0], line);
	zt_errors_free(&errors);
	free(text);
	free(line);
}
END_TEST

/* At most 20 are shown, all are counted. */
START_TEST(many_errors)
{
	char *text, *shown;
	size_t shown_len;
	struct zt_errors errors = {0};
	struct zt_source source = { .name = "p.json" };
	struct zt_policy *p = NULL;
	FILE *f = open_memstream(&text, &source.len);

	fputs("{\"version\": 1, \"segments\": {", f);
	for (int i = 0; i < 50; i++)
		fprintf(f, "%s\"s%d\": {}", i ? "," : "", i);
	fputs("}}", f);
	fclose(f);
	source.text = text;
	ck_assert_int_eq(zt_policy_parse(&source, 1, &errors, NULL, &p), -EINVAL);
	ck_assert_uint_eq(errors.nr, ZT_ERRORS_SHOWN);
	ck_assert_uint_eq(errors.total, 50);
	f = open_memstream(&shown, &shown_len);
	zt_errors_print(&errors, f);
	fclose(f);
	ck_assert_ptr_nonnull(strstr(shown, "\n30 more errors\n"));
	zt_errors_free(&errors);
	free(shown);
	free(text);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof(*(table)))

int main(void)
{
	Suite *s = suite_create("policy_refused");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_loop_test(c, refused, 0, ROWS(rows));
	tcase_add_loop_test(c, one_too_many, 0, ROWS(limits));
	tcase_add_test(c, many_errors);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
