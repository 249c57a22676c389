# SPDX-License-Identifier: GPL-2.0
# ZT Edge. `make help` lists the targets; all outputs are under build/.
#
# Nothing here runs a compiler or pkg-config while the file is read: on a bare machine `make demo`
# and `make check` install what is missing first, then call make again.

B := build
VERSION := 0.1.0
ifeq ($(origin CC),default)
CC := gcc
endif
CLANG ?= clang
MULTIARCH = $(shell $(CC) -print-multiarch)
Q := $(if $(V),,@)
say = $(if $(V),@:,@printf '  %-7s %s\n')
export ZT_SHARED := $(abspath $(or $(ZT_SHARED),../shared))

PKGS := libbpf json-c libnl-3.0 libnl-genl-3.0 libnl-route-3.0
LIBS = $(shell pkg-config --libs $(PKGS)) -lelf -lz -lcrypto -lm
WARN := -Wall -Wextra -Werror -Wno-unused-parameter -Wshadow -Wstrict-prototypes -Wvla
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(CFLAGS) $(WARN) -Iagent -Iinclude -D_GNU_SOURCE -DZT_VERSION='"$(VERSION)"' -MMD -MP \
	$(PKG_CFLAGS)
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS))
SAN := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZ_SAN := -O1 -include tools/build/clang_endian.h -Wno-atomic-alignment -Wno-gnu-variable-sized-type-not-at-end -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
TEST_INC := -iquote bpf -iquote tests/prog
BPF_CFLAGS = -O2 -g -target bpf -mcpu=v3 -fno-strict-aliasing -Wall -Wextra -Werror -Wno-unused-parameter -Iinclude -Ibpf \
	-I/usr/include/$(MULTIARCH) -MMD -MP

LIB_SRC := $(filter-out agent/daemon/%,$(wildcard agent/*/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$B/%.o) $B/agent/bpf/embed.o
AGENT_OBJ := $(patsubst %.c,$B/%.o,$(wildcard agent/daemon/*.c))
CTL_OBJ := $(patsubst %.c,$B/%.o,$(wildcard tools/ztctl/*.c))
BPF_OBJ := $(patsubst bpf/%.c,$B/%.o,$(wildcard bpf/*.bpf.c)) $B/zt_kmod.bpf.o
PROGRAMS := $(if $(AGENT_OBJ),$B/ztagentd) $(if $(CTL_OBJ),$B/ztctl)

# Tests: every *_test.c (*_fuzz.c) is a program of its own; other .c files beside them are shared.
UNIT := $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/*_test.c))
PROG := $(patsubst tests/prog/%.c,$B/prog/%,$(wildcard tests/prog/*_test.c))
# What is of live_test alone.
LIVE := $(filter-out %.bpf.c,$(wildcard tests/prog/live/*.c))
LIVE_BPF := $(patsubst %.c,$B/%.o,$(wildcard tests/prog/live/*.bpf.c))
QEMU_PROG := $(patsubst %,$B/plain/prog/%,$(filter cases_test,$(PROG:$B/prog/%=%)))
KMOD_TEST := $B/kmod_test $B/tests/kmod/kmod.bpf.o
BENCH := $(patsubst tests/bench/%.c,$B/bench/%,$(wildcard tests/bench/*_bench.c))
FUZZ := $(patsubst tests/fuzz/%.c,$B/fuzz/%,$(wildcard tests/fuzz/*_fuzz.c))
BENCH_BPF := $(patsubst %.c,$B/%.o,$(wildcard tests/bench/*.bpf.c))
PROG_BPF := $(patsubst %.c,$B/%.o,$(wildcard tests/prog/*.bpf.c))
shared_objs = $(patsubst %.c,$B/$1/%.o,$(filter-out %_test.c %_fuzz.c %_bench.c %.bpf.c,$(wildcard tests/$2/*.c)))
LEVELS := unit prog fuzz netns qemu install docs

DIFF := $B/diff/diff_test
DIFF_SRC := $(wildcard tests/diff/*.c) $(filter-out %_test.c %.bpf.c,$(wildcard tests/prog/*.c))

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all help deps demo module module-source clean install uninstall bench mutation flood fuzz soak captures scan \
	differential check check-debug check-module check-backend check-arm64 bench-module debug-kernel \
	$(LEVELS:%=check-%) fuzz-targets FORCE

all: $(BPF_OBJ) $B/libzt.a $(PROGRAMS) module ## BPF objects, agent, ztctl (the default)

help: ## this list
	@awk -F ':[^#]*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile
	@echo "  V=1 shows commands; ZT_SHARED=DIR says where the test data is (default ../shared)"

deps: ## install what is missing, from Debian's signed repository only
	$(Q)tools/build/deps build demo check

# ---- BPF ------------------------------------------------------------------
$B/%.bpf.o: bpf/%.bpf.c
	$(say) CLANG $@
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c $< -o $@

# The same programs where zt_flow.ko keeps the flow records: see bpf/flow_seam.h.
$B/zt_kmod.bpf.o: bpf/zt.bpf.c
	$(say) CLANG $@
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -DZT_KMOD -c $< -o $@

$(BENCH_BPF) $(PROG_BPF) $(LIVE_BPF) $B/tests/kmod/kmod.bpf.o: $B/%.bpf.o: %.bpf.c
	$(say) CLANG $@
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c $< -o $@

$B/agent/bpf/embed.o: agent/bpf/embed.S $B/zt.bpf.o $B/zt_kmod.bpf.o
	@mkdir -p $(@D)
	$(Q)$(CC) -c -DZT_OBJECT='"$B/zt.bpf.o"' -DZT_KMOD_OBJECT='"$B/zt_kmod.bpf.o"' $< -o $@

# ---- agent and ztctl ------------------------------------------------------
$B/%.o: %.c
	$(say) CC $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c $< -o $@

$B/libzt.a: $(LIB_OBJ)
	$(Q)rm -f $@ && ar rcs $@ $^

$B/ztagentd: $(AGENT_OBJ) $B/libzt.a
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)
$B/ztctl: $(CTL_OBJ) $B/libzt.a
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

module: ## zt_flow.ko, where kernel headers are; KDIR=DIR: for those
	$(Q)tools/build/module $(KDIR)

module-source: ## build/dkms: the module's sources as DKMS wants them
	$(Q)tools/build/module --sources

# ---- the same sources under sanitizers, for tests ---------------------------
$B/san/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(TEST_INC) $(SAN) -c $< -o $@
$B/san/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(SAN) -c $< -o $@

$B/libzt-san.a: $(LIB_SRC:%.c=$B/san/%.o) $B/agent/bpf/embed.o
	$(Q)rm -f $@ && ar rcs $@ $^

$B/unit/%: $B/san/tests/unit/%.o $(call shared_objs,san,unit) $B/libzt-san.a
	$(say) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN) -o $@ $^ $(shell pkg-config --libs check) $(LIBS)

$B/prog/%: $B/san/tests/prog/%.o $(call shared_objs,san,prog) $B/libzt-san.a
	$(say) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN) -o $@ $^ $(shell pkg-config --libs check) $(LIBS)

$B/tests/prog/live/embed.o: tests/prog/live/embed.S $(LIVE_BPF)
	$(Q)$(CC) -c -DLIVE_OBJECT='"$(LIVE_BPF)"' $< -o $@
$B/prog/live_test: $(LIVE:%.c=$B/san/%.o) $B/tests/prog/live/embed.o
$B/plain/prog/live_test: $(LIVE:%.c=$B/%.o) $B/tests/prog/live/embed.o

# Without sanitizers: what is measured, and what runs in a slow virtual machine. (-O2 unrolls the
# host's map of any key size and then warns of bytes no small key has.)
$B/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-array-bounds $(TEST_INC) -c $< -o $@
$B/plain/prog/%: $B/tests/prog/%.o $(patsubst %.c,$B/%.o,$(filter-out %_test.c %.bpf.c,$(wildcard tests/prog/*.c))) $B/libzt.a
	$(say) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(shell pkg-config --libs check) $(LIBS)
$B/bench/%: $B/tests/bench/%.o $(patsubst %.c,$B/%.o,$(filter-out %_bench.c %.bpf.c,$(wildcard tests/bench/*.c))) $B/libzt.a
	$(say) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

# libFuzzer comes with clang, so the library is built once more by clang.
$B/fz/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(filter-out -Werror,$(ALL_CFLAGS)) $(TEST_INC) $(FUZZ_SAN) -fsanitize=fuzzer-no-link -c $< -o $@
$B/libzt-fuzz.a: $(LIB_SRC:%.c=$B/fz/%.o) $B/agent/bpf/embed.o
	$(Q)rm -f $@ && ar rcs $@ $^
$B/fuzz/%_fuzz: $B/fz/tests/fuzz/%_fuzz.o $(call shared_objs,fz,fuzz) $B/libzt-fuzz.a
	$(say) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(FUZZ_SAN) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# A reference that is naive and slow: without sanitizers. packet_fuzz has them over the same stages.
$(DIFF): $(DIFF_SRC:%.c=$B/%.o) $B/libzt.a
	$(say) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

# Frames on real interfaces, for tests/netns/live_test.sh.
$B/live-frames: $B/tests/netns/live_frames.o $B/libzt.a
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$B/kmod_test: $(patsubst %.c,$B/%.o,$(filter-out %.bpf.c,$(wildcard tests/kmod/*.c)))
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS) -lpthread

$B/verifier-stats: tools/build/verifier_stats.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $< $(LIBS)

# ---- demo and tests ---------------------------------------------------------
demo: ## the lab: real devices, real clients, one table of what passed and why
	$(Q)tools/build/deps build demo
	$(Q)$(MAKE) --no-print-directory all
	$(Q)tools/lab/demo

check: ## every test level, then a table of minutes and one closing line (root)
	$(Q)tools/build/deps build demo check
	$(Q)tools/build/check $(LEVELS)

# Each level builds what it can, runs all it has, and says how much passed. Network tests mostly wait.
run = tools/build/run-tests
# Several at once: what takes longest begins first.
long_first = $(filter $1,$2) $(filter-out $1,$2)
LONG_NETNS := $(patsubst %,tests/netns/%_test.py,fast modes learn tamper scan tools policy)
each = $(MAKE) -k -j2 --no-print-directory

check-unit: ## the agent's code alone: Check, ASan, UBSan; no root, no kernel
	-$(Q)$(each) $(UNIT)
	$(Q)ZT_JOBS=2 $(run) unit $(UNIT)

check-prog: ## the BPF programs, as host code and by BPF_PROG_TEST_RUN (root)
	-$(Q)$(each) all $(PROG) $(PROG_BPF) $(DIFF) $(BENCH) $(BENCH_BPF) $B/verifier-stats $B/plain/prog/cases_test
	$(Q)ZT_LIBS='$(LIBS)' ZT_JOBS=3 $(run) prog $(wildcard tests/prog/*_test.sh) tests/mutation/sample_test.sh $(PROG) $(DIFF) tests/qemu/verifier_test.sh

check-fuzz: ## each fuzzer for FUZZ_SECONDS (default 10)
	-$(Q)$(each) $(FUZZ)
	$(Q)tools/build/fuzz $(or $(FUZZ_SECONDS),10) $(FUZZ)

check-netns: ## agent, ztctl and real clients between network namespaces (root)
	-$(Q)$(each) all $B/live-frames
	$(Q)ZT_JOBS=3 $(run) netns $(call long_first,$(LONG_NETNS),$(wildcard tests/netns/*_test.sh tests/netns/*_test.py))

check-qemu: ## programs on Debian's 6.12 and 6.1 kernels, in a virtual machine
	-$(Q)$(each) all $B/verifier-stats $B/live-frames $(QEMU_PROG) $(KMOD_TEST)
	$(Q)tests/qemu/check $(QEMU_PROG)

check-install: ## install, uninstall: what stays, what goes
	-$(Q)$(each) all
	$(Q)$(run) install $(wildcard tests/install/*_test.sh)

check-docs: ## man pages render; documents and programs name the same commands
	-$(Q)$(each) all
	$(Q)$(run) docs $(wildcard tests/docs/*_test.sh)

check-debug: ## sanitizers once more, what the verifier had to do, the module in a debug kernel (root)
	$(Q)tools/build/check unit prog
	$(Q)$(MAKE) --no-print-directory $B/zt.bpf.o $B/verifier-stats check-module
	$(Q)$B/verifier-stats $B/zt.bpf.o

# ZT_KMOD_SCALE, _CYCLES, _NETNS, _FUZZ: more of it (tests/kmod/). ZT_DEBUG=kcsan: for data races.
check-module: debug-kernel $(KMOD_TEST) ## the module's suite in the kernel of debug-kernel, and static checks
	$(Q)tests/kmod/static_test.sh
	$(Q)tools/build/module $B/kernels/$(ZT_DEBUG)/headers
	$(Q)ZT_QEMU_TIMEOUT=$(or $(ZT_QEMU_TIMEOUT),7200) tests/qemu/run $(ZT_DEBUG) tests/qemu/kmod_debug.sh

# Too long for make check: half an hour and more, emulated.
check-backend: ## check-qemu with every network test on 6.12 and 6.1, flow records in maps and in the module
	$(Q)ZT_KMOD_NETNS=all ZT_QEMU_TIMEOUT=7200 $(MAKE) --no-print-directory check-qemu

bench-module: all $(BENCH) $(BENCH_BPF) ## what a packet costs with its record in zt_flow.ko and in maps, in a virtual machine
	$(Q)mkdir -p $B/bench/samples
	$(Q)tools/build/module "$$(tests/qemu/fetch 6.12 | cut -d' ' -f2)/headers"
	$(Q)ZT_QEMU_TIMEOUT=1200 tests/qemu/run 6.12 tests/qemu/bench_test.sh

check-arm64: $B/tests/kmod/kmod.bpf.o ## the module, cross-built, and its suite on arm64 in a virtual machine (root)
	$(Q)dpkg --print-foreign-architectures | grep -qx arm64 || { dpkg --add-architecture arm64 && apt-get -qq update; }
	$(Q)tools/build/deps build check arm64
	$(Q)tests/qemu/arm64

ZT_DEBUG ?= kasan
debug-kernel: ## a kernel with KASAN, lockdep, kmemleak... (ZT_DEBUG=kcsan: KCSAN), kept in build/kernels
	$(Q)tools/build/deps build check debug
	$(Q)ls $B/kernels/$(ZT_DEBUG)/root/boot/vmlinuz-* >/dev/null 2>&1 || tests/qemu/debug-kernel $(ZT_DEBUG)

fuzz: ## each fuzzer for FUZZ_SECONDS (default 600), corpus kept in build/fuzz
	-$(Q)$(each) $(FUZZ)
	$(Q)tools/build/fuzz $(or $(FUZZ_SECONDS),600) $(FUZZ)

differential: ## DIFF_FRAMES (default 10 million) random frames against a naive reference (root)
	-$(Q)$(each) $(DIFF)
	$(Q)nice -n 10 $(DIFF) -v -n $(or $(DIFF_FRAMES),10000000) $(if $(DIFF_SEED),-s $(DIFF_SEED))

captures: ## ztctl policy simulate over every capture of the test data (root)
	-$(Q)$(each) all
	$(Q)ZT_CAPTURES=all tests/prog/simulate_test.sh

scan: ## all 65,535 ports in a scanner's view, without and with a policy (root)
	-$(Q)$(each) all
	$(Q)tests/netns/scan_all.py

soak: ## the network tests over and over for SOAK_MINUTES (default 60; root)
	-$(Q)$(each) all
	$(Q)tools/build/soak $(or $(SOAK_MINUTES),60) $(wildcard tests/netns/*_test.sh tests/netns/*_test.py)

flood: ## a million tuples in a minute from one device, and what others lose (root)
	-$(Q)$(each) all
	$(Q)ZT_FLOOD_SECONDS=60 tests/netns/flood_test.py

mutation: $B/plain/prog/cases_test ## each operator of the stage headers (MUTATION_FIRST: so many by hash) changed once, the case table on each
	$(Q)ZT_LIBS='$(LIBS)' tests/mutation/run -j$(or $(MUTATION_JOBS),1) $(if $(MUTATION_FIRST),--first $(MUTATION_FIRST))

bench: ## what packets and policies cost, BENCH_ROUNDS (9) times, beside others: build/bench/report.txt (root)
	$(Q)tools/build/deps build bench
	$(Q)$(MAKE) -s --no-print-directory all $(BENCH) $(BENCH_BPF)
	$(Q)tests/bench/run

install: all ## to DESTDIR/PREFIX (/usr/local); an existing configuration is kept
	$(Q)DESTDIR='$(DESTDIR)' PREFIX='$(or $(PREFIX),/usr/local)' tools/build/install add

uninstall: ## take it away again; a configuration that was changed is left
	$(Q)DESTDIR='$(DESTDIR)' PREFIX='$(or $(PREFIX),/usr/local)' tools/build/install remove

clean: ## remove build/ (kernels and corpora cached there too)
	rm -rf $B

-include $(shell find $B -path $B/kernels -prune -o -name '*.d' -print 2>/dev/null)
