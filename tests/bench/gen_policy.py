#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Print a policy of a given size, the same one each time.

Sites hold roles of devices; groups are roles, sites and their crossings, as a
plant labels them. Rules go from groups to applications, between groups, and
inward; among them are one any/any deny (all-devices to all-devices)
and one all-devices rule.
"""
import argparse
import json
import random


def devices(n, sites, roles):
    out = {}
    for i in range(n):
        site, role = i % sites, (i // sites) % roles
        mac = f"02:{site:02x}:{i >> 24 & 255:02x}:{i >> 16 & 255:02x}:{i >> 8 & 255:02x}:{i & 255:02x}"
        out[f"d{i:06d}"] = {
            "segment": f"s{site % 8}", "mac": mac, "ports": f"lan{site % 4}",
            "addresses": [f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}"],
            "labels": {"site": f"site{site}", "role": f"role{role}"},
        }
    return out


def groups(n, sites, roles):
    out = {f"g-site{s}": {"match": {"site": f"site{s}"}} for s in range(sites)}
    out.update({f"g-role{r}": {"match": {"role": f"role{r}"}} for r in range(roles)})
    for s in range(sites):
        for r in range(roles):
            if len(out) < n:
                out[f"g-s{s}r{r}"] = {"match": {"site": f"site{s}", "role": f"role{r}"}}
    return out


def scattered(n, members, device_ids, rng):
    return {f"g-x{i}": {"devices": rng.sample(device_ids, members)} for i in range(n)}


def applications(n, rng):
    out = {}
    for i in range(n):
        hosts = [f"172.{16 + i // 4096}.{i // 16 % 256}.{i % 16 * 16 + k}" for k in range(1, 4)]
        if i % 10 == 0:
            hosts.append(f"192.168.{i // 10 % 256}.0/24")
        if i % 100 == 0:
            hosts.append(f"fd00:{i:x}::/64")
        out[f"a{i:04d}"] = {"hosts": hosts, "services": [f"tcp/{rng.randrange(1, 9999)}", "tcp/443"]}
    return out


def rules(n, group_ids, app_ids, rng):
    out = {
        "zz-any": {"from": "all-devices", "to": "all-devices", "services": ["any"],
                   "action": "deny", "note": "no device to device at all"},
        "zz-time": {"from": "all-devices", "to": "router-ntp", "action": "allow"},
    }
    for i in range(n - len(out)):
        group, app = rng.choice(group_ids), rng.choice(app_ids)
        if i % 10 == 0:
            rule = {"from": app, "to": group, "services": [f"tcp/{rng.randrange(1, 9999)}"],
                    "action": "allow"}
        elif i % 50 == 1:
            rule = {"from": group, "to": app, "services": ["tcp/443"], "action": "deny"}
        else:
            rule = {"from": group, "to": app, "action": "allow"}
        out[f"r{i:05d}"] = rule
    return out


def policy(args):
    rng = random.Random(args.seed)
    sites, roles = (50, 20) if args.devices >= 1000 else (2, 2)
    d = devices(args.devices, sites, roles)
    g = groups(args.groups, sites, roles)
    if args.scatter:
        g = scattered(args.groups, args.scatter, list(d), rng)
    a = applications(args.applications, rng)
    return {
        "version": 1, "name": f"bench-{args.devices}",
        "interfaces": {**{f"lan{i}": {"role": "device"} for i in range(4)},
                       "wan0": {"role": "uplink"}},
        "segments": {f"s{i}": {"mode": "enforce"} for i in range(8)},
        "devices": d,
        "groups": g, "applications": a,
        "rules": rules(args.rules, list(g), list(a), rng),
    }


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--devices", type=int, default=100000)
    p.add_argument("--groups", type=int, default=1000)
    p.add_argument("--applications", type=int, default=1000)
    p.add_argument("--rules", type=int, default=10000)
    p.add_argument("--scatter", type=int, default=0, metavar="N",
                   help="groups of N random devices: few devices share a class")
    p.add_argument("--seed", type=int, default=1)
    print(json.dumps(policy(p.parse_args()), indent=0))


if __name__ == "__main__":
    main()
