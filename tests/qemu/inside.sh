#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What runs inside each virtual machine: the object through this kernel's verifier, plain bpftool
# loading and attaching, and the packet cases by BPF_PROG_TEST_RUN.
set -u
echo "  kernel $(uname -r)"
tests=(tests/qemu/verifier_test.sh tests/qemu/load_test.sh)
for t in build/prog/*_test; do
	[ ! -x "$t" ] || tests+=("$t")
done
ZT_TEST_TIMEOUT=120 tools/build/run-tests qemu "${tests[@]}"
rc=$?
cat "$ZT_LOGS/qemu/verifier_test.sh.log"
exit $rc
