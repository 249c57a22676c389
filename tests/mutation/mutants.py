# SPDX-License-Identifier: GPL-2.0
"""The mutants of the data path: every place of the stage headers times every operator that
fits there. A mutant is one small change of one header. Nothing here runs anything.

What is left out, and why, is EXCLUDED and the functions beside it."""
import os
import re

import ctext

STOPS = {"&&", "||", ",", ";", "=", "return", "?", ":", "{", "}", "+=", "-=", "|=", "&="}
NEIGHBOUR = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"),
             "==": ("!=",), "!=": ("==",)}
SWAP = {"&&": "||", "||": "&&", "+": "-", "-": "+", "<<": ">>", ">>": "<<", "+=": "-=",
        "-=": "+=", "++": "--"}

# Bodies that are not mutated, by name.
EXCLUDED = {
    "zt_mix": "a sum that tells unknown devices apart; any other mix does as well",
    "zt_owner": "the same",
    "zt_agg_hash": "any other mix finds the same aggregates",
    "zt_nh": "any other mix finds the same flows (what is not found twice: collide_test)",
    "zt_hash4": "the same",
    "zt_hash6": "the same",
    "zt_spot": "any other place of a key does as well: who looks and who places ask the same",
    "zt_expect": "fetches, decides nothing",
    "zt_touch": "the same",
    "zt_mac_word": "the agent's alone; the programs have zt_mac_octets_word()",
    "ZT_RULE_CLASSES": "the agent's alone",
    "ZT_RULE_SERVICES": "the same",
    "zt_lock": "of one CPU no lock is needed; of two, interleave_test and limits_race_test ask",
    "zt_busy": "the same",
    "zt_free_slot": "which of several free slots a flow gets: any does as well",
    "zt_nr_lanes": "how many are free, for that choice only",
    "zt_free_way": "the same",
    "zt_agg_see": "remembers that a tuple was seen, which spares a look",
    "zt_agg_seen": "the same",
    "zt_seen_word": "any other bit remembers a tuple as well; one that two share costs a look more",
    "zt_service_class": "tells tests and tools the class; decides nothing",
    "zt_exact_now": "both tables are there: the test is the verifier's",
    "zt_apart": "says something to the compiler",
    "flow_path": "where a packet is forwarded to is not of the table, see EXCLUDED_FILES",
    "zt_path_forget": "the same",
}
# Words no mutant begins at, and operands that are nothing but a test of them: only zt.bpf.c
# gives them a meaning, which the host build does not have (guard_test, live_test, tests/netns).
KERNEL_ONLY = {"ZT_PKT_LOCAL", "ZT_PKT_TO_ROUTER_MAC", "ZT_REASON_NO_STAMP"}
# Functions whose result nobody looks at.
UNREAD = {"zt_tell", "zt_aggregate", "zt_slow", "zt_flow_over", "zt_sweep_slot"}
# Calls that no verdict, record or count depends on.
UNASKED = {"zt_apart", "zt_expect", "zt_touch", "zt_path_forget", "zt_flow_refused"}
# Headers that are left out, or stages that only the kernel has.
EXCLUDED_FILES = {
    "flow_kmod.h": "the module's side of the seam, which only a kernel with the module has",
    "flow_merge.h": "the same",
    "path.h": "forwarding in XDP is not of the table: path_test.c asks what it does to frames",
    "forward.h": "the kernel's part of it: tests/netns/fast_test.py does",
    "maps.h": "declarations: sizes and types the agent replaces when it loads them",
    "pkt.h": "bits that name something: any other distinct one does as well; what is done with "
             "them is mutated where it is done",
}
# Arrays whose index cannot miss: the program or the agent made it. Without the test for NULL
# the verifier refuses the program; no frame can make it fail.
SURE_MAPS = {"zt_gen", "zt_cfg", "zt_pol", "zt_dev", "zt_bind", "zt_devst", "zt_devcnt",
             "zt_count", "zt_lost", "zt_seen", "zt_agg", "zt_scratch", "zt_line", "zt_net", "zt_svc",
             "zt_tag4", "zt_tag6", "zt_flow4", "zt_flow6", "zt_rest4", "zt_rest6", "zt_path4", "zt_flow_lock"}
SURE_CALLS = {"zt_pkt_here", "zt_config", "zt_begin", "zt_limits_of", "zt_tags_at", "zt_slot4", "zt_slot6",
              "flow_rest", "zt_held_of"}
UNSURE = {("flow_at", "zt_slot4")}  # what ref 0 asks for
# Pointers of single functions: arguments of global functions, which the verifier takes for anything,
# and what a ref that is none would ask for, where the callers have one.
SURE_HERE = {
    "zt_identify_sender": {"port", "ask"}, "zt_identify_receiver": {"port", "ask"}, "zt_decide": {"port", "ask"},
    "zt_infra_from": {"port", "ask"}, "zt_infra_towards": {"port", "ask"}, "zt_address": {"a", "ret"},
    "zt_learned_is": {"a", "ret"}, "zt_mac_value": {"mac"}, "zt_find6": {"k"}, "zt_place": {"ret_word"},
    "zt_flow_over": {"f"}, "zt_sweep_slot": {"f"}, "zt_flow_begin": {"f"}, "zt_due_slot": {"f"},
}
# Arguments of stages that the verifier takes for anything at all; the callers pass constants
# of the same names and rates of the language, which ends at 10,000. As of NULL above: the test
# is the verifier's, and no frame makes it fail.
GUARDED = {"zt_token": {"which", "rate"}}
# What zt_mac_find() and zt_open() set, or nobody looks at: that it is 0 before is for the
# verifier and the compiler.
SET_BY_CALL = {"bind", "opener", "picked_up"}


class Mutant:
    def __init__(self, path, body, line, col, rel, what, start, end, text):
        self.path, self.line, self.is_macro, self.within = path, line, body.is_macro, body.text
        self.function, self.start, self.end, self.text = body.name, start, end, text
        self.id = "%s:%s+%d:%d:%s" % (os.path.basename(path), body.name, rel, col, what)

    def apply(self, source):
        return source[:self.start] + self.text + source[self.end:]


def families(root):
    """Named constants that stand beside each other: enums, reasons, flags of one word."""
    near = {}

    def ring(names):
        for n, name in enumerate(names):
            near.setdefault(name, names[(n + 1) % len(names)])

    text = "".join(open(os.path.join(root, p)).read() for p in (
        "include/zt_abi.h", "include/zt_reason.h", "bpf/pkt.h", "bpf/origin.h"))
    reasons = re.findall(r"^\tX\(\d+, (\w+), \"[^\"]*\", (\w+)", text, re.M)
    for family in sorted({f for _, f in reasons}):
        ring(["ZT_REASON_" + r for r, f in reasons if f == family])
    for inside in re.findall(r"\benum zt_\w+ \{(.*?)\}", text, re.S):
        ring([n for n in re.findall(r"^\t(ZT_\w+)", inside, re.M) if not n.endswith("_MAX")])
    every = text + open(os.path.join(root, "bpf/parse_l4.h")).read()
    flags = re.findall(r"^#define (ZT_(?:PKT|FLOW|PORT|DEV|SEEN|TCP|WILD|L2|POL)_\w+) ", every,
                       re.M)
    for prefix in sorted({f.split("_")[1] for f in flags}):
        names = [f for f in flags if f.split("_")[1] == prefix and f != "ZT_TCP_FLAGS"]
        ring(names)
    return near


def sure_pointers(body):
    """Pointers that cannot be NULL here; see SURE_MAPS. Arguments that are never NULL too."""
    here = SURE_HERE.get(body.name, set())
    sure = set()
    toks, other = body.toks, set()
    for i in range(1, len(toks) - 3):
        if toks[i].text != "=" or toks[i - 1].kind != "word" or toks[i + 2].text != "(":
            continue
        name, call = toks[i - 1].text, toks[i + 1].text
        if call == "bpf_map_lookup_elem":
            target = toks[i + 4].text if toks[i + 3].text == "&" else toks[i + 3].text
            if target in SURE_MAPS or target in ("svc", "rules", "net", "t"):  # an inner map
                sure.add(name)
            else:
                other.add(name)
        elif call in SURE_CALLS and (body.name, call) not in UNSURE:
            sure.add(name)
        else:
            other.add(name)
    return sure - other | here


def is_guard(toks, a, b, name):
    """Is it a test of such an argument, or of several."""
    return toks[a].text in GUARDED.get(name, ()) and not {"&&", "!"} & {t.text for t in toks[a:b]}


def is_null_test(toks, a, b, sure):
    """Is the operand toks[a:b] nothing but a test of such a pointer."""
    words = [t.text for t in toks[a:b]]
    return len(words) <= 2 and words[-1] in sure and words[:-1] in ([], ["!"])


def loop_bound(toks, i):
    """Of `for (n = 0; something && n < MANY; n++)` whose body does not know n: what makes it end for
    the verifier. Tokens of it."""
    end = toks[i + 1].pair
    first = ctext.ahead(toks, i + 1, {";"})
    second = ctext.ahead(toks, first, {";"})
    condition = range(first + 1, second)
    for k in condition:
        if toks[k].text == "<" and toks[k - 1].kind == "word" and "&&" in [toks[x].text for x in condition]:
            counter = toks[k - 1].text
            last = toks[end + 1].pair if toks[end + 1].text == "{" else ctext.ahead(toks, end, {";"})
            if counter in [toks[x].text for x in range(end + 1, last)]:
                return set()
            out = set(range(k - 1, k + 2)) | {x for x in condition if toks[x].text == "&&"}
            for a, b in ((i + 2, first), (second + 1, end)):
                out |= {x for x in range(a, b) for y in range(max(a, x - 2), min(b, x + 3))
                        if toks[y].text == counter}
            return out
    return set()


def skipped(body):
    """Token indices no mutant may begin in: verifier bounds, null tests and what they return."""
    toks, sure, out = body.toks, sure_pointers(body), set()
    for i, t in enumerate(toks):
        if t.text in ("zt_bound", "_Static_assert", "sizeof") and i + 1 < len(toks) and \
                toks[i + 1].text == "(":
            out |= set(range(i, toks[i + 1].pair + 1))
        if t.text in SET_BY_CALL and [x.text for x in toks[i + 1:i + 3]] == ["=", "0"]:
            out.add(i + 2)
        if t.text == "ZT_REASON_INTERNAL":  # the table demands that it never comes up
            out.add(i)
        if t.text == "for":
            out |= loop_bound(toks, i)
        if t.text.startswith("ZT_KNOWN_"):  # what was looked up is looked up once more
            out |= set(range(ctext.back(toks, i, STOPS - {"|=", "&="}), i + 2))
        if t.text in KERNEL_ONLY:
            out |= set(range(ctext.back(toks, i, STOPS), i + 1))
        if t.text in ("__builtin_memcpy", "__builtin_memset") and i + 1 < len(toks) and \
                toks[i + 1].text == "(":  # its length: an octet more is padding or set afterwards
            out.add(toks[i + 1].pair - 1)
        if t.text == "return" and body.name in UNREAD:
            out |= set(range(i, ctext.ahead(toks, i, {";"})))
        if t.text == "if":
            a, b = i + 2, toks[i + 1].pair
            if toks[b + 1].text in UNASKED:  # whether to fetch ahead
                out |= set(range(i, ctext.ahead(toks, b, {";"})))
            terms, at = [], a
            while at < b:
                end = min(ctext.ahead(toks, at - 1, {"||"}), b)
                terms.append(is_null_test(toks, at, end, sure) or
                             is_guard(toks, at, end, body.name))
                at = end + 1
            if all(terms):  # the test and what follows it: if (!p) return -1;
                out |= set(range(i, b + 1))
                if toks[a].text == "!" and toks[b + 1].text == "return":
                    out |= set(range(b + 1, ctext.ahead(toks, b, {";"})))
        if t.text in ("&&", "||", "?"):
            a = ctext.back(toks, i, STOPS)
            if is_null_test(toks, a, i, sure):
                out |= set(range(a, i + 1))
                if t.text == "?":  # and what would be if it were
                    b = ctext.ahead(toks, i, {":"})
                    out |= set(range(b, ctext.ahead(toks, b, {";", ","})))
            b = ctext.ahead(toks, i, STOPS)
            if t.text != "?" and is_null_test(toks, i + 1, b, sure):
                out |= set(range(i, b))
    return out


def truth(toks, i):
    """A number that is all a function returns: any other but 0 says the same."""
    return toks[i + 1].text == ";" and (toks[i - 1].text == "return" or (
        toks[i - 1].text == "-" and toks[i - 2].text == "return"))


# Functions one of whose arguments is a family.
OF_FAMILY = {"zt_is_unspecified", "zt_address", "zt_is_link_local", "zt_is_group", "zt_claim_towards",
             "zt_host_key", "zt_take_by_address", "zt_ref", "zt_tags_at"}


def is_family(toks, i):
    """A 4 or 6 that says IPv4 or IPv6: the one mistake to make is the other."""
    if toks[i].text not in ("4", "6"):
        return False
    before, after = toks[i - 1].text, toks[i + 1].text
    if before in ("==", "!=", "="):
        return toks[i - 2].text == "family"
    if before in ("?", ":"):
        other = toks[i + 2] if before == "?" and after == ":" else toks[i - 2]
        return other.text in ("4", "6") or (other.text == "family" and before == ":")
    if before == "," and after in (",", ")"):
        depth = 0
        for k in range(i - 1, 0, -1):
            depth += {")": 1, "(": -1}.get(toks[k].text, 0)
            if depth < 0:
                return toks[k - 1].text in OF_FAMILY
    return False


def is_size(toks, i):
    """Of an array that is declared here: TYPE name[3]."""
    return i > 2 and toks[i - 1].text == "[" and toks[i + 1].text == "]" and toks[i].text.isdigit() and \
        toks[i - 2].kind == "word" and toks[i - 3].kind == "word" and \
        toks[i - 3].text not in ctext.KEYWORDS


def constants(t, is_truth):
    digits = re.sub(r"[uUlL]+$", "", t.text)
    tail, value = t.text[len(digits):], int(digits, 0)
    form = "0x%x" if digits.lower().startswith("0x") else "%d"
    for v in (value + 1, value - 1):
        if v >= 0 and (not is_truth or not v or not value):
            yield (form % v) + tail


def in_body(body, near):
    """(what, first token, token behind the last, new text) of every mutant of one body."""
    toks, skip = body.toks, skipped(body)

    def spot(a, b, what, text):
        return None if any(k in skip for k in range(a, b)) else (what, a, b, text)

    for i, t in enumerate(toks):
        if t.kind == "number" and is_size(toks, i):  # an element more is nobody's
            yield spot(i, i + 1, "%s to %d" % (t.text, int(t.text) - 1), str(int(t.text) - 1))
            continue
        if t.kind == "number" and not body.is_macro and is_family(toks, i):
            other = "4" if t.text == "6" else "6"
            yield spot(i, i + 1, "%s to %s" % (t.text, other), other)
        elif t.kind == "number":
            for new in constants(t, not body.is_macro and truth(toks, i)):
                yield spot(i, i + 1, "%s to %s" % (t.text, new), new)
        if t.kind == "word" and t.text in near and not body.is_macro:
            yield spot(i, i + 1, "%s to %s" % (t.text, near[t.text]), near[t.text])
            if t.text.startswith("ZT_REASON_"):
                yield spot(i, i + 1, "%s to 0" % t.text, "0")
            if t.text in ("ZT_FORWARDED", "ZT_DROPPED", "ZT_AUDIT"):
                other = near[near[t.text]]
                yield spot(i, i + 1, "%s to %s" % (t.text, other), other)
        if t.text in NEIGHBOUR and ctext.is_binary(toks, i):
            for new in NEIGHBOUR[t.text]:
                yield spot(i, i + 1, "%s to %s" % (t.text, new), new)
        if t.text in SWAP and (t.text in ("++", "+=", "-=") or ctext.is_binary(toks, i)):
            yield spot(i, i + 1, "%s to %s" % (t.text, SWAP[t.text]), SWAP[t.text])
        if t.text in ("!", "~"):
            yield spot(i, i + 1, "drop %s" % t.text, "")
        if t.text in ("&&", "||"):
            neutral = "1" if t.text == "&&" else "0"
            a, b = ctext.back(toks, i, STOPS), ctext.ahead(toks, i, STOPS)
            if a and toks[a - 1].text not in ("&&", "||"):
                yield spot(a, i, "operand to %s" % neutral, neutral)
            yield spot(i + 1, b, "operand to %s" % neutral, neutral)
        if t.text == "?":
            a = ctext.back(toks, i, STOPS - {"&&", "||"})
            for new in "01":
                yield spot(a, i, "condition to %s" % new, new)
        if t.text in ("if", "while"):
            for new in "01" if t.text == "if" else "0":
                yield spot(i + 2, toks[i + 1].pair, "condition to %s" % new, new)
        if t.text == "for":
            a = ctext.ahead(toks, i + 1, {";"})
            yield spot(a + 1, ctext.ahead(toks, a, {";"}), "condition to 0", "0")
        if t.text == "return" and toks[i + 1].text != ";":
            b = ctext.ahead(toks, i, {";"})
            if b - i > 2:
                yield spot(i + 1, b, "return 0", "0")
        if t.text in ("break", "continue") and toks[i + 1].text == ";":
            yield spot(i, i + 1, "drop %s" % t.text, "")
    if not body.is_macro:
        for a, b in ctext.statements(toks):
            if toks[a].text not in ctext.KEYWORDS and toks[a].text not in UNASKED | {"ZT_NO_UNROLL", "zt_bound"}:
                yield spot(a, b, "drop statement", "")


def of_file(root, path, near):
    source = open(os.path.join(root, path)).read()
    lines = [0] + [m.end() for m in re.finditer("\n", source)]

    def place(at):
        n = max(k for k in range(len(lines)) if lines[k] <= at)
        return n + 1, at - lines[n] + 1

    for body in ctext.bodies(source):
        if body.name in EXCLUDED:
            continue
        first = place(body.start)[0]
        for found in in_body(body, near):
            if not found:
                continue
            what, a, b, text = found
            start, end = body.toks[a].start, body.toks[b - 1].end
            if source[start:end] == text:
                continue
            line, col = place(start)
            yield Mutant(path, body, line, col, line - first, what, start, end, text)


def files(root):
    names = sorted(n for n in os.listdir(os.path.join(root, "bpf"))
                   if n.endswith(".h") and n not in EXCLUDED_FILES)
    return ["bpf/" + n for n in names] + ["include/zt_key.h"]


def every(root):
    near = families(root)
    seen = set()
    for path in files(root):
        for m in of_file(root, path, near):
            if m.id not in seen:
                seen.add(m.id)
                yield m
