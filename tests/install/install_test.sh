#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# make install and make uninstall in a DESTDIR: all parts arrive, usable; nothing stays; a
# configuration that was changed does.
set -u
passed=0 failed=0
check() {
	local what=$1
	shift
	if "$@" >/dev/null 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $what"
	fi
}
dest=$(mktemp -d)
run() { make -s --no-print-directory "$@" DESTDIR="$dest" PREFIX=/usr >"$dest.log" 2>&1; }
trap 'rm -rf "$dest" "$dest.log" "$dest.units"' EXIT
empty() { [ -z "$(find "$dest" -mindepth 1)" ]; }
said() { grep -q "$1" "$dest.log"; }

check "install" run install
for f in usr/sbin/ztagentd usr/sbin/ztctl usr/lib/zt/zt.bpf.o usr/share/man/man8/ztctl.8 \
	usr/share/man/man8/ztagentd.8 usr/share/man/man5/zt-policy.5 \
	usr/share/bash-completion/completions/ztctl etc/zt/policy.json etc/zt/ztagentd.json; do
	check "installs $f" test -s "$dest/$f"
done
check "installed ztctl runs" "$dest/usr/sbin/ztctl" version
check "example policy is accepted" "$dest/usr/sbin/ztctl" policy check "$dest/etc/zt/policy.json"
check "example policy's tests pass" "$dest/usr/sbin/ztctl" policy test "$dest/etc/zt/policy.json"
check "completion is valid bash" bash -n "$dest/usr/share/bash-completion/completions/ztctl"
check "a unit is installed" sh -c "ls $dest/usr/lib/systemd/system/*.service"
check "units name programs that are there" sh -c "
	sed -n 's/^ExecStart=[-+!@]*\([^ ]*\).*/\1/p' $dest/usr/lib/systemd/system/*.service |
	while read -r p; do test -x $dest\$p || exit 1; done"
if command -v systemd-analyze >/dev/null; then
	mkdir "$dest.units"
	for unit in "$dest"/usr/lib/systemd/system/*; do # the programs are in DESTDIR yet
		sed "s|/usr/sbin/|$dest/usr/sbin/|" "$unit" >"$dest.units/$(basename "$unit")"
	done
	check "units are valid" systemd-analyze verify --man=no "$dest".units/*
else
	echo "SKIP: systemd-analyze is not here, units are not verified by systemd"
fi
check "uninstall" run uninstall
check "nothing is left" empty
[ -z "$(find "$dest" -mindepth 1)" ] || find "$dest" ! -type d

check "install again" run install
echo '{"version": 1}' >"$dest/etc/zt/policy.json"
check "install over it" run install
check "says the policy was kept" said 'policy.json: kept'
check "the policy was kept" grep -qx '{"version": 1}' "$dest/etc/zt/policy.json"
check "uninstall with a changed policy" run uninstall
check "says it was left" said 'policy.json: left'
check "only the changed policy is left" test "$(find "$dest" -type f)" = "$dest/etc/zt/policy.json"
skipped=$(command -v systemd-analyze >/dev/null && echo 0 || echo 1)
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
