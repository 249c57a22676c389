/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The closed list of event classes: what a SIEM rule is written against. Signature
 * ids are stable; new ones are appended. Knows reasons, no packets and no text format.
 */
#ifndef ZT_EVENT_CLASS_H
#define ZT_EVENT_CLASS_H

#include <stdbool.h>
#include "event/cef.h"

/* X(NAME, "signature", severity, "name") */
#define ZT_CLASSES(X)                                                                          \
	X(DENY, "deny", 5, "Traffic denied")                                                   \
	X(AUDIT, "audit", 4, "Traffic would be denied")                                        \
	X(LEARN, "learn", 2, "Traffic recorded, no rule allows it")                            \
	X(SPOOF, "spoof", 8, "Identity forged")                                                \
	X(MALFORMED, "malformed", 6, "Unreadable packet dropped")                              \
	X(SPOOFED_UPLINK, "spoofed-uplink", 8, "Device address arrived from outside")          \
	X(UNJUDGED, "unjudged", 9, "Frame was not judged at its port")                         \
	X(QUOTA, "quota", 6, "Limit of a device reached")                                      \
	X(FLOW_LOG, "flow-log", 1, "Logged traffic allowed")                                   \
	X(LEARNED, "learned", 1, "Address learned")                                            \
	X(FORGOTTEN, "forgotten", 1, "Learned address expired")                                \
	X(MOVED, "moved", 4, "Device moved to another port")                                   \
	X(CONFLICT, "conflict", 7, "Address claimed that another device holds")                \
	X(DETACHED, "detached", 10, "Port is not enforcing")                                   \
	X(REATTACHED, "reattached", 5, "Port is enforcing again")                              \
	X(POLICY_APPLIED, "policy-applied", 3, "Policy applied")                               \
	X(POLICY_REFUSED, "policy-refused", 5, "Policy refused")                               \
	X(POLICY_REVERTED, "policy-reverted", 6, "Policy reverted, not confirmed in time")     \
	X(POLICY_CONFIRMED, "policy-confirmed", 3, "Policy confirmed")                         \
	X(UNLOADED, "unloaded", 8, "Enforcement switched off")                                 \
	X(LOST_EVENTS, "lost-events", 7, "Events were lost")                                   \
	X(FAST_ON, "fast-on", 2, "Fast forwarding is on")                                      \
	X(FAST_OFF, "fast-off", 3, "Fast forwarding is off")                                   \
	X(AGENT_START, "agent-start", 3, "Agent started")                                      \
	X(AGENT_STOP, "agent-stop", 5, "Agent stopped")                                        \
	X(AGENT_ERROR, "agent-error", 7, "Agent could not do its work")                        \
	X(FLOWS_MOVED, "flows-moved", 3, "Flow records moved to the kernel module")            \
	X(QUARANTINED, "quarantined", 6, "Device put in quarantine")                           \
	X(RELEASED, "released", 5, "Device released from quarantine")

enum zt_class {
#define X(name, signature, severity, text) ZT_CLASS_##name,
	ZT_CLASSES(X)
#undef X
		ZT_CLASS_MAX
};

/* An event of this class: signature, name and severity filled, all else empty. */
struct zt_cef zt_class_event(enum zt_class c);
/* Class of a packet that was not plainly allowed, or was and is logged. */
enum zt_class zt_class_of_packet(uint8_t reason, uint8_t verdict);
/* Is the packet a denied attempt: what `critical` applications raise by two. */
bool zt_class_is_denied(enum zt_class c);

/* The word of a reason, of a verdict, of enum zt_ended; the family of a reason (0 unknown). */
const char *zt_reason_word(uint8_t reason);
const char *zt_verdict_word(uint8_t verdict);
const char *zt_ended_word(uint8_t ended);
uint8_t zt_reason_family(uint8_t reason);
/* "TCP", "UDP", "ICMP", ... or a number, in buf. */
const char *zt_proto_word(uint8_t proto, char buf[8]);

#endif
