#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every program of the object passes this kernel's verifier, and needs less than half of what
# that allows; prints what each cost.
exec build/verifier-stats build/zt.bpf.o
