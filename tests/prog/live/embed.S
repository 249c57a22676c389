/* SPDX-License-Identifier: GPL-2.0 */
/* hop.bpf.o, carried inside the test: one binary runs anywhere. */
	.section .rodata
	.global live_object_start
	.global live_object_end
	.balign 16
live_object_start:
	.incbin LIVE_OBJECT
live_object_end:
	.section .note.GNU-stack,"",@progbits
