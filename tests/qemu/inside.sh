#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What runs inside each virtual machine: the object through this kernel's verifier, plain bpftool
# loading and attaching, the kernel module, network tests with flow records in maps and in the module,
# the devices only these kernels have, and the packet cases by BPF_PROG_TEST_RUN. Each has more time
# than it needs here, for machines that are busy.
set -u
echo "  kernel $(uname -r)"
read -ra programs </mnt/programs
export ZT_KMOD_SCALE=10 # of the packets: tests/qemu/run 6.12 tests/qemu/kmod_test.sh has all
ZT_TEST_TIMEOUT=400 tools/build/run-tests qemu tests/qemu/verifier_test.sh tests/qemu/load_test.sh \
	tests/qemu/kmod_test.sh tests/qemu/net_test.sh tests/netns/bpftool_test.sh tests/netns/live_test.sh "${programs[@]}"
