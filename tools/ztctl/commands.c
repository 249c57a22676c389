/* SPDX-License-Identifier: GPL-2.0 */
/* The table of commands: help, completion and dispatch all come from here. */
#include "cmd.h"

static const struct option_row load_options[] = {
	{"confirm", "TIME", "revert after TIME (120s, 5m) unless \"policy confirm\" follows"},
	{"force", NULL, "even if this very session would be dropped"},
	{"dry-run", NULL, "all checks, no change"},
	{"allow-generic", NULL, "accept generic XDP where the driver has no native one"},
	{},
};

static const struct option_row apply_options[] = {
	{"confirm", "TIME", "revert after TIME (120s, 5m) unless \"policy confirm\" follows"},
	{"force", NULL, "even if this very session would be dropped"},
	{"dry-run", NULL, "all checks, no change"},
	{},
};

static const struct option_row show_options[] = {
	{"file", "PATH", "the canonical form of a file or directory, without the agent"},
	{"previous", NULL, "the revision before the one in force"},
	{},
};

static const struct option_row simulate_options[] = {
	{"pcap", "FILE", "the capture: pcap or pcapng, also gzip; Ethernet"},
	{"policy", "PATH", "the policy; default: the one the agent runs"},
	{"router-mac", "MAC", "the router's address in the capture; default: found out"},
	{"dropped", NULL, "list only flows that were not plainly forwarded"},
	{},
};

static const struct option_row why_options[] = {
	{"file", "PATH", "judge by this policy; default: the one the agent runs"},
	{"all-from", "DEVICE", "everything this device may open"},
	{},
};

static const struct option_row observe_options[] = {
	{"f|follow", NULL, "go on until interrupted"},
	{"for", "TIME", "watch this long; default 10s"},
	{"device", "DEVICE", "only this device"},
	{"verdict", "VERDICT", "only FORWARDED, DROPPED or AUDIT"},
	{"reason", "REASON", "only this reason"},
	{},
};

static const struct option_row flows_options[] = {
	{"f|follow", NULL, "instead each flow that is over, and why, until interrupted"},
	{"device", "DEVICE", "only flows of this device"},
	{"app", "APPLICATION", "only to or from this application"},
	{"peer", "ADDRESS", "only with this peer"},
	{"verdict", "VERDICT", "only FORWARDED, DROPPED or AUDIT"},
	{"limit", "N", "at most N flows"},
	{},
};

static const struct option_row dump_options[] = {
	{"device", "DEVICE", "only flows of this device"},
	{"app", "APPLICATION", "only to or from this application"},
	{"peer", "ADDRESS", "only with this peer"},
	{"verdict", "VERDICT", "only FORWARDED, DROPPED or AUDIT"},
	{"limit", "N", "at most N flows"},
	{},
};

static const struct option_row device_options[] = {
	{"segment", "SEGMENT", "only this segment"},
	{},
};

const struct command commands[] = {
	{"status", "", 0, 0, "Is the policy enforced, on which ports, and what was decided so far",
	 "Exit code 1 when a policy is loaded but not enforced everywhere.", NULL, cmd_status},
	{"load", "[PATH]", 0, 1,
	 "Attach the programs to all device ports and put a policy in force",
	 "PATH is a policy file or directory; default /etc/zt/policy.json.", load_options,
	 cmd_load},
	{"unload", "", 0, 0, "Detach everything: devices are no longer separated", NULL, NULL,
	 cmd_unload},
	{"policy check", "PATH", 1, 1, "Parse, compile and test a policy; needs no root, no agent",
	 NULL, NULL, cmd_policy_check},
	{"policy test", "PATH", 1, 1,
	 "As check, and run its tests as packets through the real programs",
	 "Needs root: the programs are loaded once more, attached to nothing.", NULL,
	 cmd_policy_test},
	{"policy diff", "[OLD] NEW", 1, 2,
	 "What changes from OLD (default: the one in force) to NEW",
	 "Objects added, removed and changed, and the decisions that come out differently.", NULL,
	 cmd_policy_diff},
	{"policy apply", "PATH", 1, 1, "Put a new policy in force, at once and as a whole", NULL,
	 apply_options, cmd_policy_apply},
	{"policy confirm", "", 0, 0, "Keep what was loaded or applied with --confirm", NULL, NULL,
	 cmd_policy_confirm},
	{"policy show", "", 0, 0, "Print the policy in force; the output is valid input", NULL,
	 show_options, cmd_policy_show},
	{"policy simulate", "--pcap FILE", 0, 0,
	 "What a policy would have done to the packets of a capture",
	 "Needs root, but no agent, and touches no live map: the real programs run on every\n"
	 "packet, in capture time. See ztctl(8) for what is learned from the capture.",
	 simulate_options, cmd_policy_simulate},
	{"why", "FROM TO SERVICE", 0, 3, "What happens to a packet, and which rule decides",
	 "FROM and TO are devices, applications, addresses, \"router\" or \"unknown\"; one of "
	 "them\n"
	 "is a device. SERVICE is tcp/443, udp/53, icmp/echo, ... Needs root: a packet runs\n"
	 "through the real programs, attached to nothing.",
	 why_options, cmd_why},
	{"observe", "", 0, 0, "Events as they happen", NULL, observe_options, cmd_observe},
	{"flows", "", 0, 0, "Live flows", NULL, flows_options, cmd_flows},
	{"flows dump", "", 0, 0, "Live flows as tab-separated columns with a header line", NULL,
	 dump_options, cmd_flows_dump},
	{"device list", "", 0, 0, "The devices of the policy and where they are", NULL,
	 device_options, cmd_device_list},
	{"device show", "DEVICE", 1, 1, "One device: bindings, addresses, counters", NULL, NULL,
	 cmd_device_show},
	{"device quarantine", "DEVICE", 1, 1,
	 "Cut a device off at once: it reaches nothing, nothing reaches it",
	 "Open connections are cut at their next packet. It stays so, whatever policy comes and\n"
	 "after a restart, until it is released.",
	 NULL, cmd_device_quarantine},
	{"device release", "DEVICE", 1, 1, "Take a device out of quarantine: the policy holds again",
	 NULL, NULL, cmd_device_release},
	{"app list", "", 0, 0, "The applications of the policy", NULL, NULL, cmd_app_list},
	{"segment list", "", 0, 0, "The segments of the policy and their modes", NULL, NULL,
	 cmd_segment_list},
	{"version", "", 0, 0, "The version of ztctl, and of the agent if it answers", NULL, NULL,
	 cmd_version},
	{"completion", "SHELL", 1, 1, "Print the completion script for a shell (bash)", NULL, NULL,
	 cmd_completion},
	{},
};
