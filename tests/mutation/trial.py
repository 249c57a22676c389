# SPDX-License-Identifier: GPL-2.0
"""Mutants on trial: copies of the stage headers, the host build of the stages compiled from
them, and the case table run on that. Knows no list and no score.

Most mutants share one program: every function that has mutants is there once as it is and
once for each of them, and a number in the environment says which one is called. What a
macro says cannot be chosen at run time; those mutants are compiled one by one. Each is tried
as plain code first, because most fail there, then under ASan and UBSan, as `make check` runs
the table. What passes is compared with the original as the object that is loaded: a mutant
that gives the same BPF code is none."""
import hashlib
import os
import re
import resource
import shutil
import subprocess
import threading

import ctext

HOST = ["-std=gnu11", "-w", "-D_GNU_SOURCE", "-ftrivial-auto-var-init=pattern",
        "-Dalways_inline=unused", "-ferror-limit=0", "-fno-pie"]
SANITIZE = ["-fsanitize=address,undefined"]
BPF = ["-O2", "-w", "-target", "bpf", "-mcpu=v3", "-fno-strict-aliasing"]
CPU_SECONDS = 4  # the table takes 1.2, under sanitizers 7, on a machine with other work more
CHOICE = """#include <stdlib.h>
static unsigned zt_mutant;
__attribute__((constructor)) static void zt_mutant_read(void)
{
	zt_mutant = getenv("ZT_MUTANT") ? atoi(getenv("ZT_MUTANT")) : 0;
}
"""


def call(args, cwd, seconds=1200, **env):
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return subprocess.run(args, cwd=cwd, preexec_fn=limit, text=True, capture_output=True,
                          errors="replace", env=dict(os.environ, **env))


def names_of(parameters):
    """The words that stand for the arguments: the last of each, none for (void)."""
    out, depth, word = [], 0, None
    for t in parameters + [ctext.Token("op", ",", 0)]:
        if t.text == ",":
            if word and word != "void":
                out.append(word)
        elif t.kind == "word":
            word = t.text
    return out


def one_of_many(source, body, number, chosen):
    """The text of a function with its mutants: a copy for each, and who calls which.
    Yields (text, mutant or None)."""
    head = source[body.head:body.start]
    rest = source[body.start + len(body.name):body.toks[-1].end]  # parameters and body
    shift = body.start + len(body.name)
    args = ", ".join(names_of(body.parameters))
    nothing = re.search(r"\bvoid\s*$", head)
    yield "%s%s__0%s\n" % (head, body.name, rest), None
    for m in chosen:
        text = rest[:m.start - shift] + m.text + rest[m.end - shift:]
        yield "%s%s__%d%s\n" % (head, body.name, number[m.id], text), m
    lines = [head + body.name + source[shift:body.toks[0].start] + "{", "\tswitch (zt_mutant) {"]
    for n in [number[m.id] for m in chosen]:
        lines.append("\tcase %d: %s%s__%d(%s);%s" % (n, "" if nothing else "return ", body.name,
                                                    n, args, " return;" if nothing else ""))
    lines += ["\tdefault: %s%s__0(%s);" % ("" if nothing else "return ", body.name, args),
              "\t}", "}\n"]
    yield "\n".join(lines), None


class Bench:
    """A directory to work in, and how to compile here."""

    def __init__(self, root, build, place, libs, cc="clang"):
        self.root, self.dir, self.cc, self.libs = root, place, cc, libs
        self.seconds = CPU_SECONDS
        tests = os.path.join(build, "tests/prog")
        self.objs = [os.path.join(tests, n) for n in sorted(os.listdir(tests))
                     if n.endswith(".o") and not n.endswith(".bpf.o") and n != "host_side.o"
                     and (not n.endswith("_test.o") or n == "cases_test.o")]
        self.objs.append(os.path.join(build, "libzt.a"))
        arch = subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True)
        self.arch = "/usr/include/" + arch.stdout.strip()
        shutil.rmtree(place, ignore_errors=True)
        self.restore()
        self.put("choice.h", CHOICE)
        self.same = self.bpf_code(place)
        if not self.same:
            raise SystemExit("mutation: the BPF object does not build")

    def restore(self, place=None):
        for part in ("bpf", "include"):
            shutil.rmtree(os.path.join(place or self.dir, part), ignore_errors=True)
            shutil.copytree(os.path.join(self.root, part), os.path.join(place or self.dir, part))

    def source(self, path):
        return open(os.path.join(self.root, path)).read()

    def put(self, path, text, place=None):
        with open(os.path.join(place or self.dir, path), "w") as f:
            f.write(text)

    def includes(self):
        return ["-I%s/bpf" % self.dir, "-I%s/include" % self.dir]

    def compile(self, name, sanitize):
        """(program or None, what the compiler says)."""
        obj, prog = (os.path.join(self.dir, name + x) for x in (".o", ""))
        extra = SANITIZE + ["-fno-sanitize-recover=all"] if sanitize else []
        made = call([self.cc, "-O1" if name == "many" else "-O0"] + HOST + extra + self.includes() +
                    ["-include", os.path.join(self.dir, "choice.h"), "-Iagent", "-Itests/prog",
                     "-c", "tests/prog/host_side.c", "-o", obj], self.root)
        if made.returncode:
            return None, made.stderr
        made = call([self.cc, "-fuse-ld=lld", "-no-pie"] + (SANITIZE if sanitize else []) +
                    ["-o", prog, obj] + self.objs + self.libs, self.root)
        if made.returncode:
            raise SystemExit("mutation: cannot link:\n" + made.stderr)
        return prog, ""

    def write_many(self, some, number):
        """Headers with all of them; where each mutant's text stands, for the compiler's errors."""
        where = []
        for path in sorted({m.path for m in some}):
            source, out, at, line = self.source(path), [], 0, 1

            def add(text, m):
                nonlocal line
                out.append(text)
                if m:
                    where.append((os.path.join(self.dir, path), line, line + text.count("\n"), m))
                line += text.count("\n")
            for body in ctext.bodies(source):
                here = [m for m in some if m.path == path and
                        body.start <= m.start < body.toks[-1].end]
                if here:
                    add(source[at:body.head], None)
                    for text, m in one_of_many(source, body, number, here):
                        add(text, m)
                    at = body.toks[-1].end
            out.append(source[at:])
            self.put(path, "".join(out))
        return where

    def many(self, some, sanitize):
        """One program for some mutants. (program, id -> number, those that are not C)."""
        bad, some = [], list(some)
        while True:
            number = {m.id: n + 1 for n, m in enumerate(some)}
            where = self.write_many(some, number)
            prog, said = self.compile("many", sanitize)
            self.restore()
            if prog:
                return prog, number, bad
            lines = {(f, int(n)) for f, n in re.findall(r"^([^\s:]+):(\d+):\d+: error", said, re.M)}
            wrong = {m.id for path, a, b, m in where
                     if any(f == path and a <= n <= b for f, n in lines)}
            if not wrong:
                raise SystemExit("mutation: cannot compile:\n" + said[:3000])
            bad += [m for m in some if m.id in wrong]
            some = [m for m in some if m.id not in wrong]

    def healthy(self, prog):
        """The table without a mutant, as run() has it; several times as long as that is the limit."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        status = self.run(prog, seconds=50 * CPU_SECONDS)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.seconds = max(CPU_SECONDS, int(4 * took + 1))
        return status

    def run(self, prog, number=0, seconds=None, only=""):
        """(killed, timeout or survived; by what). only: of the rows that say this."""
        ran = call([prog, "-h", "-x", only], self.root, seconds or self.seconds,
                   ZT_MUTANT=str(number), ASAN_OPTIONS="detect_leaks=0")
        if not ran.returncode:
            return "survived", ""
        for line in ran.stdout.splitlines():
            if line.startswith("FAIL: "):
                return "killed", line[6:]
        if ran.returncode in (-24, -9):
            return "timeout", ""
        for line in ran.stderr.splitlines():
            if "runtime error" in line or "ERROR: AddressSanitizer" in line:
                return "killed", "sanitizer: " + re.split("error: ", line, maxsplit=1, flags=re.I)[1][:90]
        return "killed", "died: %d %s" % (ran.returncode, ran.stderr[-90:].replace("\n", " "))

    def bpf_code(self, place):
        obj = os.path.join(place, "zt.bpf.o")
        made = call([self.cc] + BPF + ["-I%s/bpf" % place, "-I%s/include" % place, "-I" + self.arch,
                    "-c", os.path.join(place, "bpf/zt.bpf.c"), "-o", obj], self.root)
        return None if made.returncode else hashlib.sha256(open(obj, "rb").read()).hexdigest()

    def is_same(self, mutant):
        """Does the object that is loaded come out the same."""
        place = os.path.join(self.dir, "same-%d" % threading.get_ident())
        self.restore(place)
        self.put(mutant.path, mutant.apply(self.source(mutant.path)), place)
        return self.bpf_code(place) == self.same

    def alone(self, mutant):
        """(status, by what) of a mutant that is compiled alone."""
        for sanitize in (False, True):
            self.put(mutant.path, mutant.apply(self.source(mutant.path)))
            prog, _ = self.compile("one", sanitize)
            self.restore()
            if not prog:
                return "nocompile", ""
            status, by = self.run(prog)
            if status != "survived":
                break
        return status, by
