#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ztctl policy simulate. First what it answers on captures whose devices a policy lists, then over
# captures of the shared set, every sixth one or, with ZT_CAPTURES=all (`make captures`), all: no
# crash, every packet in exactly one verdict or a counted "not simulated", totals equal to the
# file's (counted by another program), other link types refused.
# Needs root: packets run through the real programs, in a private instance.
set -u
passed=0 failed=0
ztctl=${ZTCTL:-build/ztctl}
captures=${ZT_SHARED:-../shared}/data/pcap
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ok() { passed=$((passed + 1)); }
fail() {
	failed=$((failed + 1))
	echo "FAIL: $*"
}
if [ "$(id -u)" -ne 0 ]; then
	echo "SKIP: needs root (BPF_PROG_TEST_RUN)"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi

# policy NAME DEVICES APPLICATIONS RULES [SEGMENT]: one segment, two device ports, an uplink.
policy() {
	local segment=${5:-}

	[ -n "$segment" ] || segment='{"mode": "enforce"}'
	cat >"$work/$1.json" <<-END
		{"version": 1, "interfaces": {"lan1": {"role": "device"}, "lan2": {"role": "device"}, "wan0": {"role": "uplink"}},
		 "segments": {"cell": $segment}, "devices": {$2}, "applications": {$3}, "rules": {$4}}
	END
}

# expect SENTENCE FLOW...: are these the flows of the last run? FLOW: device|opener|peer|service|
# verdict|reason|rule|packets; other flows may be there as well unless FLOW is "nothing else".
expect() {
	local what=$1
	shift
	if python3 - "$work/out" "$@" <<-'END'; then ok; else fail "$what"; fi
		import json, sys
		report = json.load(open(sys.argv[1]))
		want = sys.argv[2:]
		have = ["|".join([f.get("device", "?"), f["opener"], f.get("peer_device") or f.get("peer") or f.get("peer_mac", "?"),
		                  f["service"], f["verdict"], f["reason"], f.get("rule", "-"), str(f["packets"])]) for f in report["flows"]]
		missing = [w for w in want if w != "nothing else" and w not in have]
		extra = [h for h in have if h not in want] if "nothing else" in want else []
		for m in missing: print("  missing:", m)
		for e in extra or (have if missing else []): print("  there:  ", e)
		sys.exit(bool(missing or extra))
	END
}

# simulate POLICY CAPTURE [OPTION...]
simulate() {
	local policy=$1 capture=$2
	shift 2
	timeout 60 "$ztctl" policy simulate --policy "$work/$policy.json" --pcap "$capture" --json "$@" \
		>"$work/out" 2>"$work/err"
}

# pcap FILE HEX@MS...: a capture of these Ethernet frames at these times
pcap() {
	python3 - "$@" <<-'END'
		import struct, sys
		out = open(sys.argv[1], "wb")
		out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
		for arg in sys.argv[2:]:
		    text, ms = arg.split("@")
		    data = bytes.fromhex(text)
		    data += bytes(max(0, 60 - len(data)))
		    out.write(struct.pack("<IIII", 1000 + int(ms) // 1000, int(ms) % 1000 * 1000, len(data), len(data)) + data)
	END
}

# udp SMAC DMAC SRC SPORT DST DPORT: one datagram in hex
udp() {
	python3 - "$@" <<-'END'
		import socket, struct, sys
		smac, dmac, src, sport, dst, dport = sys.argv[1:]
		mac = lambda m: bytes.fromhex(m.replace(":", ""))
		ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 36, 0, 0, 64, 17, 0, socket.inet_aton(src), socket.inet_aton(dst))
		print((mac(dmac) + mac(smac) + b"\x08\x00" + ip + struct.pack(">HHHH", int(sport), int(dport), 16, 0) + bytes(8)).hex())
	END
}

a=02:00:00:00:00:0a b=02:00:00:00:00:0b router=02:00:00:00:00:01 rogue=02:00:00:00:00:99
policy two "\"a\": {\"segment\": \"cell\", \"mac\": \"$a\", \"ports\": \"lan1\", \"addresses\": [\"10.0.0.10\"]},
	\"b\": {\"segment\": \"cell\", \"mac\": \"$b\", \"ports\": \"lan2\", \"addresses\": [\"10.0.0.11\"]}" \
	'"dns": {"hosts": ["192.0.2.53"], "services": ["udp/53"]}' \
	'"dns": {"from": "a", "to": "dns", "action": "allow"}, "talk": {"from": "a", "to": "b", "services": ["udp/7"], "action": "allow"}'

# Capture time: an answer after 29 s belongs to its question, one after 31 s to nobody (30 s, one-way).
pcap "$work/time.pcap" "$(udp $a $router 10.0.0.10 4000 192.0.2.53 53)@0" "$(udp $router $a 192.0.2.53 53 10.0.0.10 4000)@29000" \
	"$(udp $a $router 10.0.0.10 4001 192.0.2.53 53)@30000" "$(udp $router $a 192.0.2.53 53 10.0.0.10 4001)@62000"
simulate two "$work/time.pcap" --router-mac $router
expect "the clock is the capture's" "a|device|192.0.2.53|udp/53|FORWARDED|allowed|dns|3" \
	"a|device|192.0.2.53|udp/53|DROPPED|no-rule|-|1" "nothing else"

# Two devices on one bridge, then the same by way of the router; the other direction has no rule.
pcap "$work/pair.pcap" "$(udp $a $b 10.0.0.10 4000 10.0.0.11 7)@0" "$(udp $b $a 10.0.0.11 7 10.0.0.10 4000)@1" \
	"$(udp $a $router 10.0.0.10 4001 10.0.0.11 7)@2" "$(udp $b $a 10.0.0.11 4002 10.0.0.10 7)@3"
simulate two "$work/pair.pcap" --router-mac $router
expect "device to device, both programs in order" "a|device|b|udp/7|FORWARDED|allowed|talk|3" \
	"b|device|a|udp/7|DROPPED|no-rule|-|1" "nothing else"

# A device's address from beyond the uplink; a stranger with a device's address; the router as opener.
pcap "$work/forged.pcap" "$(udp $rogue $a 10.0.0.11 4009 10.0.0.10 7)@0" "$(udp $rogue ff:ff:ff:ff:ff:ff 10.0.0.10 4009 255.255.255.255 7)@1" \
	"$(udp $a $router 10.0.0.77 4009 192.0.2.53 53)@2"
simulate two "$work/forged.pcap" --router-mac $router
expect "forged sources" "a|peer|10.0.0.11|udp/7|DROPPED|spoofed-uplink|-|1" "a|device|192.0.2.53|udp/53|DROPPED|spoofed|-|1"

# Two hosts nobody lists, beside a device: strangers, not the uplink.
pcap "$work/strangers.pcap" "$(udp $rogue 02:00:00:00:00:98 10.0.0.98 9 10.0.0.99 7)@0"
simulate two "$work/strangers.pcap"
expect "strangers are unknown devices" "?|device|10.0.0.99|udp/7|DROPPED|unknown-device|-|1" "nothing else"

# A capture cut inside a record: what came before counts, the damage is named, exit code 1.
head -c -10 "$work/pair.pcap" >"$work/cut.pcap"
simulate two "$work/cut.pcap" --router-mac $router
[ $? -eq 1 ] && grep -q 'at byte ' "$work/err" && ok || fail "a cut capture is not reported: $(cat "$work/err")"
expect "packets before the damage" "a|device|b|udp/7|FORWARDED|allowed|talk|3" "nothing else"

gzip -k "$work/pair.pcap"
simulate two "$work/pair.pcap.gz" --router-mac $router
expect "gzip" "a|device|b|udp/7|FORWARDED|allowed|talk|3" "b|device|a|udp/7|DROPPED|no-rule|-|1" "nothing else"

# Snap length 60 of a longer datagram: padded and told; 30 octets: not simulated and told.
python3 - "$work/pair.pcap" "$work/snap.pcap" <<'END'
import struct, sys
data = open(sys.argv[1], "rb").read()
out = open(sys.argv[2], "wb")
out.write(data[:24])
frame = data[40:100]
out.write(struct.pack("<IIII", 1000, 0, 60, 400) + frame)
out.write(struct.pack("<IIII", 1000, 0, 30, 400) + frame[:30])
END
simulate two "$work/snap.pcap" --router-mac $router
expect "cut frames" "a|device|b|udp/7|FORWARDED|allowed|talk|1" "nothing else"
python3 - "$work/out" <<'END' && ok || fail "cut frames are not counted"
import json, sys
r = json.load(open(sys.argv[1]))
sys.exit(not (r["packets"] == 2 and r["padded"] == 1 and
              r["not_simulated"] == [{"why": "cut short inside its headers by the capture", "packets": 1}]))
END

if [ ! -d "$captures" ]; then
	echo "SKIP: no captures in $captures (set ZT_SHARED)"
	echo "$passed passed, $failed failed, 1 skipped"
	exit $((failed > 0))
fi

# Real captures with a policy that knows their devices.
policy nest '"nest": {"segment": "cell", "mac": "18:b4:30:26:34:40", "ports": "lan1", "addresses": ["192.168.242.15"]}' \
	'"log": {"hosts": ["35.174.82.237"], "services": ["tcp/11095"]}' '"log": {"from": "nest", "to": "log", "action": "allow"}' \
	'{"mode": "enforce", "subnets": ["192.168.242.0/24"]}'
simulate nest "$captures/ndpi-nest_log_sink.pcap"
expect "a thermostat, its cloud, and a host no rule allows" "nest|device|35.174.82.237|tcp/11095|FORWARDED|allowed|log|457" \
	"nest|device|35.188.154.186|tcp/11095|DROPPED|no-rule|-|7" "nest|device|35.188.154.186|tcp/11095|DROPPED|no-flow|-|295" \
	"nest|device|192.168.242.1|udp/53|DROPPED|no-rule|-|15"

policy coffee '"coffee": {"segment": "cell", "mac": "5c:cf:7f:07:ae:fb", "ports": "lan1", "addresses": ["dynamic4"]}' \
	'' '"dns": {"from": "coffee", "to": "router-dns", "action": "allow"}' '{"mode": "enforce", "subnets": ["10.10.10.0/24"]}'
simulate coffee "$captures/smartercoffee-Setup-A-1-STA.pcap"
expect "a coffee machine gets its address" "coffee|device|10.10.10.1|udp/67|FORWARDED|infra-dhcp|-|2" \
	"coffee|device|224.0.0.1|proto/2|FORWARDED|infra-group|-|1" "coffee|device|28:b2:bd:c3:41:78|ethertype 0x888e|DROPPED|non-ip|-|2"
grep -q '"address": "10.10.10.146"' "$work/out" && ok || fail "the address in the DHCP ACK was not learned"

sed 's/"enforce"/"audit"/' "$work/coffee.json" >"$work/audit.json"
simulate audit "$captures/smartercoffee-Setup-A-1-STA.pcap"
expect "in audit nothing is dropped" "coffee|device|28:b2:bd:c3:41:78|ethertype 0x888e|AUDIT|non-ip|-|2"

policy modbus '"plc": {"segment": "cell", "mac": "00:1c:c0:5f:49:0a", "ports": "lan1", "addresses": ["192.168.110.138"]}' \
	'"scada": {"hosts": ["192.168.110.131"]}' '"poll": {"from": "scada", "to": "plc", "services": ["tcp/502"], "action": "allow"}'
simulate modbus "$captures/ndpi-modbus.pcap"
expect "a session that was already open is picked up" "plc|peer|192.168.110.131|tcp/502|FORWARDED|allowed|poll|102" "nothing else"

# Every capture: how many packets it has, and the link type it is refused for, if it is.
cat >"$work/one.sh" <<'END'
timeout 120 "$ZTCTL" policy simulate --policy "$work/two.json" --pcap "$captures/$1" --json >"$work/$1.json" 2>"$work/$1.err"
echo $? >"$work/$1.code"
END
# One line each: "ok", or what is wrong.
cat >"$work/judge.py" <<'END'
import json, os, sys
work, words = os.environ["work"], open(sys.argv[1]).read().split("\0")
def judge(name, want, link):
    code, err = (open(f"{work}/{name}.{x}", errors="replace").read() for x in ("code", "err"))
    if link:
        refused = int(code) == 1 and f"link type {link}" in err
        return "ok" if refused else f"{name}: not refused by name ({code.strip()})"
    if int(code):
        return f"{name}: exit code {code.strip()}: {err[:300]}"
    r = json.load(open(f"{work}/{name}.json"))
    verdicts, skipped = sum(r["verdicts"].values()), sum(s["packets"] for s in r["not_simulated"])
    reasons, flows = sum(x["packets"] for x in r["reasons"]), sum(f["packets"] for f in r["flows"])
    odd = [x["reason"] for x in r["reasons"] if x["reason"] in ("internal", "?", "no-policy")]
    if r["packets"] == int(want) == verdicts + skipped and reasons == flows == verdicts and not odd:
        return "ok"
    return (f"{name}: {r['packets']} packets, {verdicts} verdicts, {reasons} reasons, {flows} in flows, "
            f"{skipped} skipped, {odd}")
for i in range(0, len(words) - 2, 3):
    print(judge(*words[i:i + 3]))
END
export ZTCTL=$ztctl work captures
sed -n 's/^| \([^ |]*\.pcap[ng]*\) | [^|]* | \([0-9]*\|-\) | \(.*\) |$/\1\t\2\t\3/p' "$captures/README.md" |
	while IFS=$'\t' read -r name packets shows; do
		case $shows in
		*"link type 129"*) link="raw IPv4" ;;
		*"link type 7"*) link="raw IP" ;;
		*"link type 25"*) link="Linux cooked capture" ;;
		*"link type EDSA"*) link="Marvell EDSA" ;;
		*) link= ;;
		esac
		printf '%s\0%s\0%s\0' "$name" "$packets" "$link"
	done >"$work/every"
[ "${ZT_CAPTURES:-}" = all ] && step=1 || step=6 # most of the time is the verifier's, for each anew
awk -v RS='\0' -v ORS='\0' -v s=$step 'int((NR - 1) / 3) % s == 0' "$work/every" >"$work/list"
xargs -0 -n3 -P2 bash "$work/one.sh" <"$work/list"
python3 "$work/judge.py" "$work/list" >"$work/results"
while read -r line; do
	if [ "$line" = ok ]; then ok; else fail "$line"; fi
done <"$work/results"
[ "$(wc -l <"$work/results")" -ge $((150 / step)) ] && ok || fail "only $(wc -l <"$work/results") captures were run"
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
