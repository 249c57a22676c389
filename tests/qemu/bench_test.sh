#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Flow records in maps and in the module, in one kernel: what a packet costs. A virtual machine
# without hardware support says ratios, no nanoseconds that hold elsewhere.
set -eu
mount -t tmpfs samples build/bench/samples
insmod "build/module/$(uname -r)/kmod/zt_flow.ko"
BENCH_ROUNDS=${ZT_KMOD_ROUNDS:-5} build/bench/packet_bench module
PYTHONPATH=tests/bench python3 -B - <<'EOF'
from report import cells_text
from samples import read, rows
table = rows(read("build/bench/samples")[0])
print("\n".join(cells_text(table)))
net = {(r["cell"], r["x"]): r["net"]["median"] for r in table if "net" in r}
for (cell, x), ns in sorted(net.items()):
    if cell.startswith("module-"):
        print(f"TOTAL: {cell[7:]}, {x} flows: module / map = {ns / net[(cell.replace('module', 'map'), x)]:.2f}")
EOF
