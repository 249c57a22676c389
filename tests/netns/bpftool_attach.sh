#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The programs on ports with nothing but bpftool and tc, as the README shows it:
#   bpftool_attach.sh attach PORT...     load and pin (once), then attach
#   bpftool_attach.sh detach PORT...     take off; the pins stay
#   bpftool_attach.sh unload             remove the pins
# ZT_OBJECT: the object (default build/zt.bpf.o); ZT_PINS: the pin directory.
# VLAN tags must reach XDP in the frame, so rx VLAN offload is switched off.
set -eu
here=$(dirname "$0")
object=${ZT_OBJECT:-${B:-$here/../../build}/zt.bpf.o}
pins=${ZT_PINS:-/sys/fs/bpf/zt}
PATH=$PATH:/usr/sbin:/sbin

load() {
	[ -e "$pins/progs/zt_in" ] && return
	mkdir -p "$pins/links"
	chmod 0700 "$pins" "$pins/links"
	bpftool prog loadall "$object" "$pins/progs" pinmaps "$pins/maps"
	chmod 0700 "$pins/progs" "$pins/maps"
}

attach() {
	ethtool -K "$1" rxvlan off 2>/dev/null || true # fixed off on many devices
	bpftool net attach xdp pinned "$pins/progs/zt_in" dev "$1"
	tc qdisc replace dev "$1" clsact # an agent may have left one
	tc filter add dev "$1" ingress prio 1 handle 1 protocol all bpf da pinned "$pins/progs/zt_guard"
	tc filter add dev "$1" egress prio 1 handle 1 protocol all bpf da pinned "$pins/progs/zt_out"
}

detach() {
	bpftool net detach xdp dev "$1"
	tc qdisc del dev "$1" clsact
}

what=${1:-}
[ $# -gt 0 ] && shift
case $what in
attach)
	load
	for port; do attach "$port"; done
	;;
detach)
	for port; do detach "$port"; done
	;;
unload)
	rm -rf "$pins"
	;;
*)
	sed -n '3,8s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
