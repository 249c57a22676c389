/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of one device's parser. */
#ifndef ZT_POLICY_DEVICE_H
#define ZT_POLICY_DEVICE_H

#include "policy/parse.h"

#define ZT_LABELS_MAX 32
void zt_read_macs(const struct zt_at *at, struct zt_device *d);
/* Needs the segment and the ports. */
void zt_read_addresses(const struct zt_at *at, struct zt_device *d);
void zt_read_labels(const struct zt_at *at, struct zt_device *d);
void zt_read_inventory(const struct zt_at *at, struct zt_device *d);
/* `[A-Za-z0-9._:/@+-]{1,63}`, interned; NULL after a message. */
const char *zt_read_label_value(const struct zt_at *at);

#endif
