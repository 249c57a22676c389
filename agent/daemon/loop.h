/* SPDX-License-Identifier: GPL-2.0 */
/* The agent's one epoll loop: descriptors and what to call when they are readable. */
#ifndef ZTAGENTD_LOOP_H
#define ZTAGENTD_LOOP_H

#include <stdbool.h>
#include <stdint.h>

typedef void (*loop_fn)(void *arg);

struct loop;
int loop_new(struct loop **ret);
void loop_free(struct loop *l);
int loop_add(struct loop *l, int fd, loop_fn fn, void *arg);
void loop_remove(struct loop *l, int fd);
int loop_run(struct loop *l); /* until loop_stop(); -errno when epoll fails */
void loop_stop(struct loop *l);

uint64_t clock_ms(void); /* CLOCK_MONOTONIC */
uint64_t clock_us(void); /* CLOCK_REALTIME */
int64_t clock_boot_s(void); /* CLOCK_BOOTTIME */

#endif
