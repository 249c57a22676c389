#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module's text: checkpatch --strict, sparse, W=1 and coccinelle find nothing. The tools are
# those of the kernel's sources, which `make debug-kernel` unpacks.
set -u
kernels=${ZT_KERNELS:-build/kernels}
source=$(readlink -f "$kernels/source")
passed=0 failed=0
[ -x "$source/scripts/checkpatch.pl" ] || { echo "SKIP: no kernel sources: make debug-kernel"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }

quiet() { # what it printed is a finding
	local what=$1 found
	shift
	found=$("$@" 2>&1)
	if [ -z "$found" ]; then
		passed=$((passed + 1))
		echo "ok   $what"
	else
		failed=$((failed + 1))
		echo "FAIL $what"
		echo "$found" | head -40
	fi
}
patch() { perl "$source/scripts/checkpatch.pl" --strict --no-tree --terse --no-summary --max-line-length=100 "$@"; }
quiet "checkpatch --strict" patch -f kmod/*.c kmod/zt_flow.h include/zt_kfunc.h include/zt_genl.h
# compat.h is there for what these would not have.
quiet "checkpatch --strict of compat.h" patch \
	--ignore LINUX_VERSION_CODE,CONSTANT_COMPARISON,COMPLEX_MACRO,MULTISTATEMENT_MACRO_USE_DO_WHILE -f kmod/compat.h

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir "$copy"/{kmod,include}
cp Kbuild "$copy" && cp kmod/Kbuild kmod/*.[ch] "$copy/kmod" && cp include/*.h "$copy/include"
compile() { make -s -C "$(readlink -f "$kernels/$1/headers")" M="$copy" W=1 C=2 CF=-D__CHECK_ENDIAN__ modules 2>&1 | grep -v '^Skipping BTF'; }
for s in 6.12 6.1; do
	[ ! -e "$kernels/$s/headers" ] || quiet "W=1 and sparse, Linux $s" compile $s
done

# Those that need no OCaml compiler, and nothing but the module.
semantic() {
	local cocci
	for cocci in "$source"/scripts/coccinelle/*/*.cocci "$source"/scripts/coccinelle/*/*/*.cocci; do
		grep -q 'virtual report' "$cocci" && ! grep -qE '@ *(script|initialize|finalize):ocaml' "$cocci" || continue
		timeout 60 spatch -D report --no-show-diff --very-quiet --no-includes --cocci-file "$cocci" --dir "$copy/kmod" 2>&1
	done | grep -E '^/|kmod/.*:[0-9]+'
}
if command -v spatch >/dev/null; then
	quiet "coccinelle" semantic
else
	echo "SKIP: coccinelle is not installed"
fi
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
