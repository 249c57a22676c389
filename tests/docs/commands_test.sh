#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The command itself is the source: every command and option its help prints stands in ztctl(8) and
# is offered by the completion, and what README.md tells people to type exists.
set -u
passed=0 failed=0
ztctl=build/ztctl
PATH=$PWD/build:$PATH
fail() {
	failed=$((failed + 1))
	echo "FAIL: $*"
}
ok() { passed=$((passed + 1)); }

page=$(MANWIDTH=200 man -E ascii -l tools/man/ztctl.8 2>/dev/null | col -bx)
in_page() { grep -qwF -e "$1" <<<"$page"; }

# "policy check": the lower-case words a help line begins with.
commands=$($ztctl --help | sed -n '/^  [a-z]/{s/^  \([a-z]\+\( [a-z]\+\)\?\) .*/\1/p}')
[ "$(wc -l <<<"$commands")" -ge 15 ] || fail "help lists too few commands: $commands"

# shellcheck disable=SC1090
source <($ztctl completion bash)
function=$(complete -p ztctl 2>/dev/null | sed -n 's/.*-F \([^ ]*\) .*/\1/p')
[ -n "$function" ] || fail "the completion defines nothing for ztctl"

# offered WORD BEFORE...: does the completion offer WORD after "ztctl BEFORE..."?
offered() {
	local word=$1
	shift
	COMP_WORDS=(ztctl "$@" "${word:0:2}")
	COMP_CWORD=$(($# + 1))
	COMP_LINE="${COMP_WORDS[*]}" COMP_POINT=${#COMP_LINE}
	COMPREPLY=()
	$function ztctl "${word:0:2}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
	[[ " ${COMPREPLY[*]} " = *" $word "* ]]
}

while read -r command; do
	read -ra words <<<"$command"
	in_page "$command" && ok || fail "ztctl(8) does not name \"$command\""
	offered "${words[-1]}" "${words[@]:0:${#words[@]}-1}" && ok || fail "completion does not offer \"$command\""
	help=$($ztctl "${words[@]}" --help) && ok || fail "ztctl $command --help fails"
	for option in $(grep -o '^  \(-., \)\?--[a-z-]*' <<<"$help" | grep -o -- '--[a-z-]*'); do
		in_page "$option" && ok || fail "ztctl(8) does not name $option of \"$command\""
		offered "$option" "${words[@]}" && ok || fail "completion does not offer $option of \"$command\""
	done
done <<<"$commands"

# Every "ztctl ..." in a code block or `code` of the README.
while read -r line; do
	read -ra words <<<"${line#ztctl}"
	command=
	for n in 2 1; do
		grep -qxF -- "${words[*]:0:$n}" <<<"$commands" && { command=${words[*]:0:$n}; break; }
	done
	[ -n "$command" ] && ok || { fail "README: no such command: $line"; continue; }
	read -ra words <<<"$command"
	help=$($ztctl "${words[@]}" --help)
	for option in $(grep -oE '(^| )--?[a-z][a-z-]*' <<<"$line"); do
		grep -qE -- "^  (-., )?$option( |$)|^  $option," <<<"$help" && ok || fail "README: $command has no $option"
	done
done < <(sed -n '/^```sh/,/^```/p' README.md | sed 's/ *#.*//' | grep -oE '(^|&& )ztctl [^&]*' | sed 's/^&& //; s/ *$//'
	grep -oE '`ztctl [^`]*`' README.md | tr -d '`')
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
