#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The commands of ztctl that need no agent: what they answer, how they refuse, which exit code.
# policy test and why run packets through the real programs and need root.
set -u
passed=0 failed=0 skipped=0
ztctl=${ZTCTL:-build/ztctl}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ZT_SOCKET=$work/nobody.sock

ok() { passed=$((passed + 1)); }
fail() {
	failed=$((failed + 1))
	echo "FAIL: $*"
}

# try CODE TEXT ARGUMENT...: this exit code, and TEXT somewhere in what is said.
try() {
	local code=$1 text=$2 got
	shift 2
	timeout 60 "$ztctl" "$@" >"$work/out" 2>"$work/err"
	got=$?
	if [ $got -ne "$code" ]; then
		fail "ztctl $*: exit code $got, expected $code: $(head -c 200 "$work/err")"
	elif ! cat "$work/out" "$work/err" | grep -qF -- "$text"; then
		fail "ztctl $*: \"$text\" is not in: $(cat "$work/out" "$work/err" | head -c 300)"
	else
		ok
	fi
}

# json KEY VALUE: in the output of the last try, which must be JSON of schema 1.
json() {
	local got
	got=$(python3 -c 'import json, sys
o = json.load(open(sys.argv[1]))
assert o["schema"] == 1
for key in sys.argv[2].split("."):
    o = o[int(key)] if isinstance(o, list) else o[key]
print(json.dumps(o) if not isinstance(o, str) else o)' "$work/out" "$1" 2>&1)
	[ "$got" = "$2" ] && ok || fail "JSON $1 is $got, expected $2"
}

cat >"$work/old.json" <<'END'
{"version": 1, "name": "test",
 "interfaces": {"lan1": {"role": "device"}, "lan2": {"role": "device"}, "wan0": {"role": "uplink"}},
 "segments": {"cctv": {"mode": "audit", "subnets": ["10.20.0.0/24", "fd20::/64"]}},
 "devices": {"cam": {"segment": "cctv", "mac": "02:00:00:00:20:11", "ports": "lan1", "addresses": ["dynamic"]},
  "nvr": {"segment": "cctv", "mac": "02:00:00:00:20:02", "ports": "lan2", "addresses": ["10.20.0.2"]}},
 "groups": {"all": {"devices": ["cam", "nvr"]}},
 "applications": {"vms": {"hosts": ["10.9.0.5", "fd09::5"], "services": ["tcp/443"]}},
 "rules": {"cam-vms": {"from": "cam", "to": "vms", "action": "allow"},
  "pull": {"from": "vms", "to": "cam", "services": ["tcp/554"], "action": "allow"},
  "nvr": {"from": "nvr", "to": "cam", "services": ["tcp/554"], "action": "allow"},
  "dns": {"from": "cam", "to": "router-dns", "action": "allow"}},
 "tests": {"tls": {"allow": {"from": "cam", "to": "vms"}}, "pull": {"allow": {"from": "vms", "to": "cam", "services": ["tcp/554"]}},
  "nvr": {"allow": {"from": "nvr", "to": "cam", "services": ["tcp/554"]}}, "push": {"deny": {"from": "cam", "to": "nvr", "services": ["tcp/554"]}},
  "dns": {"allow": {"from": "cam", "to": "router-dns"}},
  "stranger": {"deny": {"from": "unknown-devices", "to": "vms", "services": ["tcp/443"]}}}}
END
sed 's/"from": "cam", "to": "vms", "action"/"from": "nvr", "to": "vms", "action"/; s/"tls": {[^}]*}}, / /; s/"tls": {"allow"[^}]*}}, //' \
	"$work/old.json" >"$work/new.json"
sed 's/"deny": {"from": "cam", "to": "nvr"/"allow": {"from": "cam", "to": "nvr"/' "$work/old.json" >"$work/failing.json"
printf '{"version": 1, "rules": {"x": {"from": "\033[2Jcam", "to": "y", "action": "allow"}}}' >"$work/hostile.json"
printf '{"version": 1, "rules": {"x": {"from": "\xe2\x80\xaecam", "to": "y", "services": ["tcp/1"], "action": "allow"}}}' >"$work/bidi.json"

# Usage
try 0 "usage: ztctl" --help
try 0 "usage: ztctl policy check PATH" policy check --help
try 0 "usage: ztctl policy COMMAND" policy --help
try 2 "usage: ztctl policy COMMAND" policy
try 2 'policy has no command "chekc"' policy chekc
try 2 'no command "stauts"' stauts
try 2 "unknown option --frobnicate" status --frobnicate
try 2 "write FORWARDED, DROPPED or AUDIT" observe --verdict dropped
try 2 "no such reason" observe --reason foo
try 2 "write FORWARDED, DROPPED or AUDIT" flows --verdict FOO
try 2 "an argument is missing" policy check
try 2 "one argument too many" policy check a b
try 2 '"zsh" is not supported' completion zsh
try 2 "--confirm \"5s\": write a time from 10s to 1h" policy apply "$work/old.json" --confirm 5s
try 2 "--pcap FILE is missing" policy simulate --policy "$work/old.json"
try 2 "--router-mac \"xx\"" policy simulate --pcap x --router-mac xx
try 0 "complete -o filenames -F _ztctl ztctl" completion bash

# No agent: exit code 3 and what to do about it; version answers all the same.
for command in status unload "policy show" "policy confirm" flows "flows dump" "device list" "device show x" "app list" \
	"segment list" observe "load $work/old.json" "policy apply $work/old.json" "policy diff $work/old.json" "why a b tcp/1"; do
	read -ra words <<<"$command"
	try 3 "no agent at $work/nobody.sock" "${words[@]}"
done
try 3 '"exit": 3' status --json
json ok false
try 0 "ztagentd does not answer" version
try 0 "" version --json
json abi 5

# check
try 0 "good; 2 devices, 1 segments, 1 groups, 1 applications, 4 rules; 6 tests passed" policy check "$work/old.json"
try 0 "" policy check "$work/old.json" --json
json ok true
json tests 6
try 5 "No such file or directory" policy check "$work/none.json"
try 1 'tests.push: cam > nvr' policy check "$work/failing.json"
try 1 "" policy check "$work/failing.json" --json
json ok false
json exit 1
try 1 "refused" policy check "$work/hostile.json"
grep -q $'\033' "$work/err" && fail "an escape sequence of the file reached the terminal" || ok
try 1 "refused" policy check "$work/bidi.json"
grep -q $'\xe2\x80\xae' "$work/err" && fail "a bidi override of the file reached the terminal" || ok
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	mkdir -m 755 "$work/bin" && cp "$ztctl" "$work/bin/" && chmod 755 "$work" && chmod 644 "$work/old.json"
	as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$work/bin/ztctl" "$@"; }
	as_nobody policy check "$work/old.json" >/dev/null 2>&1 && ok || fail "policy check needs privileges"
	as_nobody why cam vms tcp/443 --file "$work/old.json" >"$work/out" 2>&1
	[ $? -eq 4 ] && ok || fail "why without root: $(cat "$work/out")"
	chmod 600 "$work/old.json"
	as_nobody policy check "$work/old.json" >/dev/null 2>&1
	[ $? -eq 4 ] && ok || fail "an unreadable file is not exit code 4"
fi

# show --file prints valid input, and twice the same
try 0 '"cam-vms"' policy show --file "$work/old.json"
cp "$work/out" "$work/shown.json"
try 0 "6 tests passed" policy check "$work/shown.json"
try 0 "" policy show --file "$work/shown.json"
cmp -s "$work/out" "$work/shown.json" && ok || fail "the canonical form is not its own canonical form"
try 0 "no difference" policy diff "$work/old.json" "$work/shown.json"
try 2 "not both" policy show --file "$work/old.json" --previous

# diff
try 0 '~ rules.cam-vms.from: "cam" -> "nvr"' policy diff "$work/old.json" "$work/new.json"
grep -q 'cam  *vms.*tcp/443  *allowed by rule "cam-vms"  *denied' "$work/out" && ok || fail "diff does not tell the decision: $(cat "$work/out")"
try 0 "" policy diff "$work/old.json" "$work/new.json" --json
json objects.0.path rules.cam-vms.from
json decisions_cut false

if [ "$(id -u)" -ne 0 ]; then
	echo "SKIP: policy test and why need root (BPF_PROG_TEST_RUN)"
	echo "$passed passed, $failed failed, 1 skipped"
	exit $((failed > 0))
fi

# test: segments in audit are judged as in enforce
try 0 "6 tests passed, allow and deny as" policy test "$work/old.json"
try 0 "" policy test "$work/old.json" --json
json skipped 0
try 1 "tests.push: cam > nvr" policy test "$work/failing.json"
# what the rules say, however few flows a device may open
sed 's/"version": 1,/"version": 1, "defaults": {"limits": {"flows": 1, "new_flows_per_s": 1}},/' \
	"$work/old.json" >"$work/limited.json"
try 0 "6 tests passed, allow and deny as" policy test "$work/limited.json"

# why
try 0 "FORWARDED" why cam vms tcp/443 --file "$work/old.json"
try 0 "rule      cam-vms" why cam 10.9.0.5 tcp/443 --file "$work/old.json"
try 0 "AUDIT" why cam nvr tcp/554 --file "$work/old.json"
try 0 "rule      nvr" why nvr cam tcp/554 --file "$work/old.json"
try 0 "towards the device" why vms cam tcp/554 --file "$work/old.json"
try 0 "no-rule" why router nvr tcp/80 --file "$work/old.json"
try 0 "unknown-device" why unknown vms tcp/443 --file "$work/old.json"
try 0 "" why 10.20.0.2 8.8.8.8 icmp/echo --file "$work/old.json" --json
json answers.0.from nvr
json answers.0.verdict AUDIT
json answers.0.reason no-rule
try 2 "is no device, application or address" why camm vms tcp/443 --file "$work/old.json"
try 2 "is a set of devices" why cctv vms tcp/443 --file "$work/old.json"
try 2 "is no service" why cam vms https --file "$work/old.json"
try 2 "neither" why vms 8.8.8.8 tcp/443 --file "$work/old.json"
try 2 "write FROM TO SERVICE" why cam vms --file "$work/old.json"
try 1 "no address of one family" why nvr fd09::5 tcp/443 --file "$work/old.json"
try 0 "udp/53" why --all-from cam --file "$work/old.json"
try 2 "takes no other argument" why cam --all-from cam --file "$work/old.json"

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
