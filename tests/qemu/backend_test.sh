#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# backend_test.sh [TEST...]: the agent with its flow records in the module, inside a virtual machine:
# how it gets there and away, then the tests of tests/netns that ask for verdicts, flows and counts
# (or those named), as they are, with the module loaded. What measures time stays outside.
set -u
[ $# -gt 0 ] || set -- policy flows flush mixed routed path nat fast
export ZT_TEST_TIMEOUT=1200
rc=0
tools/build/run-tests moved tests/netns/kmod_flows.py || rc=1
insmod "build/module/$(uname -r)/kmod/zt_flow.ko" || exit 1
ZT_BACKEND=kmod tools/build/run-tests backend $(printf "tests/netns/%s_test.py " "$@") || rc=1
exit $rc
