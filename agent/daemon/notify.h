/* SPDX-License-Identifier: GPL-2.0 */
/* Tell the service manager that the start is over (sd_notify(3), without its library). */
#ifndef ZTAGENTD_NOTIFY_H
#define ZTAGENTD_NOTIFY_H

void notify_ready(void); /* nothing where $NOTIFY_SOCKET is not set */

#endif
