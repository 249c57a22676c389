/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control protocol between ztctl and ztagentd, and its client. Knows JSON and
 * one unix socket; never maps, policies or netlink.
 *
 * TRANSPORT. A unix stream socket, ZT_CONTROL_SOCKET. A request is one line of
 * JSON of at most ZT_CONTROL_LINE_MAX octets with the newline:
 *   {"schema":1,"cmd":"status"}
 * A command that carries files adds
 *   "sources":[{"name":"10-site.json","bytes":N},...]
 * and the raw octets of all of them follow the line, in that order, nothing
 * between them, at most ZT_CONTROL_FILES_MAX together. Replies are one line each:
 *   {"schema":1,"ok":true,"result":{...}}
 *   {"schema":1,"ok":false,"code":"invalid","error":"text",
 *    "errors":["FILE:LINE: PATH: MSG",...],"more":N}     errors, more: where there are any
 * A connection may carry several requests, one after the other. Unknown keys of a
 * request are refused by name. Keys without a value are left out, never null.
 *
 * WHO. Judged per connection by SO_PEERCRED and the peer's groups: root and group
 * "zt" may do all but unload, which needs root; group "zt-view" may read; anyone
 * may ask for the version. Error codes ("code"):
 *   denied    the caller may not
 *   request   malformed request, unknown command or key, too large
 *   invalid   the policy was refused ("errors" holds the messages)
 *   session   the caller's own session would be dropped ("error" names the rule
 *             to add; "force": true overrides)
 *   missing   nothing loaded, nothing pending, no such device...
 *   failed    the machine refused: no bpffs, a foreign XDP program, no memory...
 *   busy      too many connections or too much data in flight; try again
 *
 * COMMANDS (argument keys -> result keys; [x] = may be absent)
 *
 * version -> "version" "abi" "schema" "pid"
 *
 * status -> "version" "pid" "uptime_s"
 *   "enforcing" bool, [why] text: the first thing that is wrong
 *   [policy] POLICY: absent when none is in force
 *   [pending] {"seconds_left" "revision" [previous]}: what is in force reverts to
 *     revision `previous` (absent: to nothing loaded) unless policy-confirm comes
 *   "ports" [PORT]  "segments" [{"id" "mode" "devices"}]
 *   [quarantine] [ids of the devices there]
 *   "devices" n listed, "flows" n live, "learned" n addresses
 *   [flow_table] {"backend" kmod|map [why], of kmod "table" "max_flows" "live" "new"
 *     "refused_full" "refused_quota" "ends_lost"}: who keeps the flow records; absent when
 *     nothing is loaded. why: why not zt_flow.ko
 *   "verdicts" {"FORWARDED" "DROPPED" "AUDIT"} packets
 *   "reasons" [REASON]: those not zero   "lost" LOST
 *   "syslog" [{"type" [address] [port] "sent" "failed" [error]}]
 *   "events" {"sequence" n}: the last number given out
 *   POLICY = [name] [note] "revision" n, "hash" hex, "generation" n, "loaded_at" RFC
 *     3339, "loaded_s" n ago, "by" text, "devices" "segments" "groups" "applications"
 *     "rules" "tests" "interfaces" numbers of each
 *   PORT = "name" "ifindex" "up" "enforcing" [why] "xdp" native|generic|none
 *     "xdp_kind" link|netlink|none "tc_kind" same "guard" "egress" "pinned"
 *     "vlan_offload" bools
 *   REASON = "reason" "verdict" "direction" from-device|to-device "packets" "bytes"
 *   LOST = "events" "critical" "aggregates" "flows" "sweeps" "learned" "uncounted" (zt_lost), "log"
 *     lines syslog did not take, "observe" lines slow observers missed, "ends" of flows that
 *     zt_flow.ko told and the agent had no room for
 *
 * load, policy-apply: with sources. [confirm_s] 10-3600, [force] bool, [dry_run] bool,
 *     [allow_generic] bool (load only), [session] {"client" "client_port" "server"
 *     "server_port" "proto"}: addresses as in SSH_CONNECTION, "%if" accepted
 *   -> "revision" "hash" "generation" "changed" bool, "dry_run" bool, "ports" [PORT],
 *   [warnings] [text], [infos] [text], [confirm_s], "ms" time it took
 *   load attaches; policy-apply needs a loaded policy ("missing" otherwise).
 *   All or nothing: a refusal leaves what was in force. dry_run does all but the
 *   change, the session check included.
 * policy-confirm -> "revision"            what is pending stays
 * unload -> "ports" [names detached]      everything detached, all pins removed
 *
 * policy-show [revision: "current" (default) or "previous"] -> "revision" "hash"
 *   "policy" text: canonical JSON, valid input
 * policy-info -> POLICY keys, [pending], [previous] revision, [quarantine] as in status
 *
 * flows [device] [app] [peer address] [verdict] [limit] -> "total" matching, "flows" [
 *   {FLOW, "timeout_s"}]
 *   FLOW = "device" id, "address" its address, "peer" address, [peer_device] id, "apps" [ids]
 *    "proto" text, "device_port" "peer_port" (ICMP: id and 0), "opener" device|peer,
 *    "verdict" "reason" [rule] id, "current" bool: judged by the revision in force and
 *    neither device in quarantine,
 *    "picked_up" bool, "interface", "vlan",
 *    "packets" {"from_device" "to_device"} "bytes" same, "age_s" "idle_s"
 * flows-follow [device] [app] [peer] [verdict] -> {"stream":true}, then a line for each flow
 *   that is over, until the client closes:
 *   {"schema":1,"time" RFC 3339 us,"ended" idle|fin|rst|flushed|policy|evicted|unload, FLOW}
 *   or {"schema":1,"missed" n}: the client was too slow for so many
 *
 * devices [segment] -> "devices" [DEVICE]       device id -> DEVICE
 *   DEVICE = "id" [name] "segment" "mode" (its segment's, or quarantine, and then [quarantine]
 *     {"by" text, "since" RFC 3339}) "unknown" bool (stands for a port's unknown
 *     devices; id "unknown@PORT") "macs" [text] "vlan" "ports" [names allowed]
 *     "bound" [{"mac" "port" "vlan" [last_seen_s]}]
 *     "static" [prefixes] "dynamic" [dynamic4|dynamic6]
 *     "learned" [{"address" "how" dhcp|arp|nd "expires_s"}]
 *     "counters" {"FORWARDED" {"from_device" {"packets" "bytes"} "to_device" {..}} ...}
 *     "flows" n [last_seen_s] "labels" {} "inventory" {}
 *
 * device-quarantine id, device-release id -> "id" "changed" bool: false, it was there already.
 *   Cut off, or not any more, at its next packet; "missing": not in the policy in force, or
 *   not in quarantine.
 *
 * apps -> "apps" [{"id" "builtin" "hosts" [text] "except" [] "services" [] "flags" []
 *   "rules" [ids] [note]}]
 * segments -> "segments" [{"id" "builtin" "mode" "subnets" [] "devices" [ids] [note]}]
 * counters -> "reasons" [REASON] "lost" LOST "verdicts"
 *
 * observe [device] [class] [verdict] [reason] -> {"stream":true}, then one line per
 *   event until the client closes (anything more it sends ends it):
 *   {"schema":1,"time" RFC 3339 us,"sequence" n,"class" (signature id) "name"
 *    "severity" [verdict] [reason] [device] [segment] [src] [dst] [sport] [dport]
 *    [proto] [apps] [direction] from-device|to-device [rule] [revision] "N-HASH8"
 *    [interface] [smac] [dmac] [count] packets [message]}
 */
#ifndef ZT_CONTROL_H
#define ZT_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZT_CONTROL_SOCKET "/run/zt/ztagentd.sock"
#define ZT_CONTROL_SCHEMA 1
#define ZT_CONTROL_LINE_MAX 65536u
#define ZT_CONTROL_FILES_MAX 67108864u
#define ZT_CONTROL_SOURCES_MAX 256u
#define ZT_CONTROL_REPLY_MAX 268435456u

struct json_object;
struct zt_source; /* policy/policy.h: name, text, len */

struct zt_control_request {
	const char *socket; /* NULL: ZT_CONTROL_SOCKET */
	const char *cmd;
	struct json_object *args; /* object with the argument keys, or NULL; borrowed */
	const struct zt_source *sources;
	size_t nr_sources;
	uint32_t timeout_ms; /* whole call; for observe until its first line; 0: 30 s */
};

/* Strings and objects live in `json`. */
struct zt_control_reply {
	struct json_object *json; /* the whole line; owned, free with zt_control_reply_free() */
	bool ok;
	struct json_object *result; /* when ok */
	const char *code, *error; /* when not */
	struct json_object *errors; /* array of text, or NULL */
	uint32_t more;
};
void zt_control_reply_free(struct zt_control_reply *r);

/*
 * One request, one reply. 0: a reply came, *ret says ok or not. -ENOENT or
 * -ECONNREFUSED: no agent; -EACCES; -ETIMEDOUT; -E2BIG: the request is over the
 * limits; -EPROTO: what came is no reply. An agent that refuses a request before
 * having read all its files is heard.
 */
int zt_control_call(const struct zt_control_request *request, struct zt_control_reply *ret);

/*
 * The streaming form. fn gets each line after the first reply, as JSON object
 * (borrowed) and as text without newline; it returns 0 to go on, else the call ends
 * with that number. Ends with 0 when the agent closes. *ret as above: when !ret->ok
 * there was no stream.
 */
typedef int (*zt_control_line_fn)(void *arg, struct json_object *line, const char *text);
int zt_control_stream(const struct zt_control_request *request, zt_control_line_fn fn, void *arg,
		      struct zt_control_reply *ret);

#endif
