/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A change of one device, in place (design §5): its word, then the epoch of its bindings, so
 * that every record of its flows is judged again by what the word says now.
 */
#include "bpf/state.h"

void zt_maps_mode(struct zt_maps *m, uint32_t dev, uint8_t mode)
{
	uint32_t n;

	zt_image_mode(m->image, dev, mode);
	for (n = 0; n < 2; n++) /* a packet may still be judged by the generation before */
		__atomic_store_n(&m->dev[dev].w[n].mode, mode, __ATOMIC_RELEASE);
	for (n = 0; n < m->image->nr_binds; n++) {
		if (m->image->binds[n].dev == dev)
			__atomic_fetch_add(&m->bind[m->image->binds[n].index].epoch, 1, __ATOMIC_RELEASE);
	}
}
