#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# live_test.sh [PART...]: device ports and uplinks of every kind, as real interfaces: VLANs,
# VLAN-aware bridges, bonds, tunnels, VRFs. Each part is a file live_PART.sh and draws its
# topology; attacks run without programs first. Where a kernel lacks the devices the part
# is skipped; Debian's have them all (tests/qemu).
set -u
PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "$0")" && pwd)
B=${B:-$here/../../build}
case $B in /*) ;; *) B=$(pwd)/$B ;; esac
if [ -z "${ZT_MOUNTED:-}" ]; then # a mount namespace with a bpffs of our own
	ZT_MOUNTED=1 exec unshare -m --propagation private "$0" "$@"
fi
source "$here/live.sh"
mount -t bpf bpf /sys/fs/bpf || { skip "everything: no bpffs"; finish; }

# What all parts share: a VMS behind an ordinary uplink.
router r
host vms
cable vms eth0 02:00:00:00:00:e1 r wan0
ip -n "$N-r" addr add 10.9.0.1/24 dev wan0
ip -n "$N-r" addr add fd09::1/64 dev wan0
ip -n "$N-r" neigh add 10.9.0.5 lladdr 02:00:00:00:00:e1 dev wan0 nud permanent
ip -n "$N-r" neigh add fd09::5 lladdr 02:00:00:00:00:e1 dev wan0 nud permanent
ip -n "$N-vms" addr add 10.9.0.5/24 dev eth0
ip -n "$N-vms" addr add fd09::5/64 dev eth0
ip -n "$N-vms" route add default via 10.9.0.1
ip -n "$N-vms" route add default via fd09::1

[ $# -gt 0 ] || set -- vlan bridge bond tunnel kinds route
for part in "$@"; do
	echo "-- $part"
	sed -n '3,/^[^#]/s/^# \{0,1\}//p' "$here/live_$part.sh"
	source "$here/live_$part.sh"
done
finish
