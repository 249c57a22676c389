/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The agent's own configuration: what belongs to this box and not to the policy. A
 * bad file stops the start, so that a misspelt syslog destination is not a silent one.
 */
#ifndef ZTAGENTD_CONFIG_H
#define ZTAGENTD_CONFIG_H

#include "event/sink.h"
#include "policy/policy.h"

#define CONFIG_SINKS_MAX 16

struct config {
	struct {
		enum zt_sink_type type;
		char address[108];
		uint16_t port;
		bool rfc5424;
	} sinks[CONFIG_SINKS_MAX];
	uint32_t nr_sinks;
	int facility; /* syslog number */
	char hostname[65];
	uint32_t max_flows, max_devices, max_hosts, max_learned; /* 0: default */
	bool allow_generic_xdp;
};

/* What holds without a file: local syslog, facility daemon, the kernel's host name. */
void config_default(struct config *ret);
/* -EINVAL with "FILE:LINE: PATH: MESSAGE" in errors. */
int config_parse(const struct zt_source *source, struct zt_errors *errors, struct config *ret);
/* is_default: the file may be missing. */
int config_load(const char *path, bool is_default, struct zt_errors *errors, struct config *ret);

#endif
