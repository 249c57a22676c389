#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel module in this kernel: refuses what is absurd, serves, and goes.
set -u
passed=0 failed=0
check() {
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok   $what"
	else
		failed=$((failed + 1))
		echo "FAIL $what"
	fi
}
ko=
for f in build/module/*/kmod/zt_flow.ko; do
	[[ $(modinfo -F vermagic "$f") != "$(uname -r) "* ]] || ko=$f
done
[ -n "$ko" ] || { echo "FAIL no zt_flow.ko for $(uname -r): is it built?"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

refused() { ! insmod "$ko" "$1" 2>/dev/null && ! grep -q ^zt_flow /proc/modules; }
said() { dmesg | grep -q "$1"; }
for v in 0 4194305 4294967295; do
	check "max_flows=$v is refused" refused max_flows=$v
	check "with a message" said "zt_flow: max_flows=$v: 1-4194304 is possible"
done
for v in -1 4294967296 many; do check "max_flows=$v is refused" refused max_flows=$v; done
for field in license author description version alias parm; do
	check "modinfo has $field" [ -n "$(modinfo -F $field "$ko")" ]
done

insmod "$ko" || { echo "FAIL insmod"; dmesg | tail; echo "$passed passed, 1 failed, 0 skipped"; exit 1; }
ZT_KO=$ko build/kmod_test "$@" 2>&1 | tee "${TMPDIR:-/tmp}/kmod_test"
read -r p f _ <<<"$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2 0/p' "${TMPDIR:-/tmp}/kmod_test" | tail -1)"
passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
check "rmmod" rmmod zt_flow
# An allocation that was made to fail is told with a call trace, too; that alone is no report.
reports='KASAN|KCSAN|UBSAN|BUG:|WARNING:|Oops|general protection|suspicious RCU|possible .* (lock|dead)'
reports+='|INFO: (task|rcu)|ODEBUG|inconsistent lock|scheduling while'
# KCSAN also tells of races between other parts of the kernel: ours is one with an access, the first
# line below its heading, in the module or in a program.
log=${TMPDIR:-/tmp}/kmod_dmesg
dmesg | awk '
	/BUG: KCSAN/ { if (inside) printf "%s", text; inside = 1; text = ""; ours = 0 }
	!inside { print; next }
	{ text = text $0 "\n" }
	heading && /\[zt_flow\]|bpf_prog_/ { ours = 1 }
	{ heading = / to 0x[0-9a-f]+ of / }
	/Reported by Kernel Concurrency/ { inside = 0; if (ours) printf "%s", text; else others++ }
	END { if (inside) printf "%s", text # one that has no end is not set aside
		if (others) print "left out: " others " data races between other parts of the kernel" }' >"$log"
sed -n '/^left out/p' "$log"
check "the kernel has nothing to report" sh -c "! grep -E -A40 '$reports' '$log'"
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
