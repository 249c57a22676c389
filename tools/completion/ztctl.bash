# SPDX-License-Identifier: GPL-2.0
# bash completion for ztctl. The command prints it from its own table of commands, so this file
# cannot lag behind it.
eval "$(ztctl completion bash 2>/dev/null)"
