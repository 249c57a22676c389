#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every program of the object passes this kernel's verifier; prints what it cost.
build/verifier-stats build/zt.bpf.o
