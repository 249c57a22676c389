#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What runs inside each virtual machine: the object through this kernel's verifier, plain bpftool
# loading and attaching, the packet cases by BPF_PROG_TEST_RUN, the devices only these kernels have,
# the kernel module, and the network tests, with flow records in maps and in the module.
#
# All network tests twice take half an hour and are `make check-backend` (ZT_KMOD_NETNS=all). In
# `make check`, which has 20 minutes for everything, those that are not long run once, half of them
# on either kernel.
# Each test has more time than it needs here, for machines that are busy.
set -u
export ZT_KMOD_SCALE=10 # of the packets: tests/qemu/run 6.12 tests/qemu/kmod_test.sh has all
export ZT_JOBS=3
half=" quarantine nat spoof path jumbo routed flush mixed " # on 6.12
in_both=" flows "
in_maps=" learn flip " # the rest in the module
long=" fast flood infra_flood kill modes refuse rogue scan tools tools_control "
first=(tests/netns/{tamper,policy,quarantine}_test.py) # they take longest
passed=0 failed=0 skipped=0

# NAME TEST...: as run-tests does; what it counted is added up.
part() {
	local line
	while IFS= read -r line; do
		if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
			passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
			skipped=$((skipped + BASH_REMATCH[3]))
		else
			echo "$line"
		fi
	done < <(ZT_TEST_TIMEOUT=600 tools/build/run-tests "$@")
}

# Name the tests of each part in maps and module.
choose() {
	local t name on
	for t in "${first[@]}" tests/netns/*_test.py; do
		[[ " ${maps[*]} ${module[*]} " != *" $t "* ]] || continue
		name=$(basename "$t" _test.py)
		on=$([[ $half == *" $name "* ]] && echo 6.12 || echo 6.1)
		if [[ ${ZT_KMOD_NETNS:-} = all || $in_both == *" $name "* ]]; then
			maps+=("$t")
			[ "$name" = flood ] || module+=("$t") # it watches the map fill up
		elif [[ $(uname -r) == "$on."* && $long != *" $name "* ]]; then
			if [[ $in_maps == *" $name "* ]]; then maps+=("$t"); else module+=("$t"); fi
		fi
	done
}

maps=() module=()
choose
read -ra programs </mnt/programs
echo "  kernel $(uname -r)"
part module tests/qemu/kmod_test.sh
part moved tests/netns/kmod_flows.py
ZT_BACKEND=map part maps "${maps[@]}" tests/netns/live_test.sh "${programs[@]}" \
	tests/netns/bpftool_test.sh tests/qemu/load_test.sh tests/qemu/verifier_test.sh
insmod "build/module/$(uname -r)/kmod/zt_flow.ko" || failed=$((failed + 1))
ZT_BACKEND=kmod part kmod "${module[@]}"
for _ in {1..20}; do # programs that were just closed hold it for a grace period more
	rmmod zt_flow 2>/dev/null && break
	sleep 0.5
done
grep -q ^zt_flow /proc/modules && { echo "FAIL zt_flow stays"; failed=$((failed + 1)); }
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
