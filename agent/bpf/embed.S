/* SPDX-License-Identifier: GPL-2.0 */
/* The compiled BPF objects, carried inside the program: what is loaded is what was built. */
	.section .rodata
	.global zt_object_start
	.global zt_object_end
	.balign 16
zt_object_start:
	.incbin ZT_OBJECT
zt_object_end:
	.global zt_kmod_object_start
	.global zt_kmod_object_end
	.balign 16
zt_kmod_object_start:
	.incbin ZT_KMOD_OBJECT
zt_kmod_object_end:
	.section .note.GNU-stack,"",@progbits
