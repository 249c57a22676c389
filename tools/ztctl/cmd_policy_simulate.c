/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ztctl policy simulate: had this policy been in force where this capture was
 * taken, what would have been dropped, and why? Two passes over the file: who is
 * there, then every packet through the real programs, in capture time.
 */
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "agent.h"
#include "cmd.h"
#include "load.h"
#include "sim_report.h"

static int cannot_read(const struct call *c, const char *path, int error, char *text)
{
	int r = call_fail(c,
			  error == -EACCES    ? CODE_NO_PRIVILEGE
			  : error == -EBADMSG ? CODE_REFUSED
					      : CODE_BROKEN,
			  "%s: %s", path, text ? text : strerror(-error));

	free(text);
	return r;
}

/* The first pass. Damage later in the file is told by the second one. */
static int look(const struct call *c, const char *path, struct stations *s)
{
	struct zt_capture_packet p;
	struct zt_capture *capture;
	uint64_t ethernet = 0, others = 0;
	uint32_t linktype = 0;
	char *text = NULL, name[32];
	int r = zt_capture_open(path, &capture, &text);

	if (r < 0)
		return cannot_read(c, path, r, text);
	while ((r = zt_capture_next(capture, &p, &text)) > 0) {
		struct frame f;

		if (p.linktype != ZT_LINKTYPE_ETHERNET) {
			linktype = p.linktype;
			others++;
			continue;
		}
		ethernet++;
		if (!frame_parse(p.data, p.caplen, &f))
			stations_note(s, &f);
	}
	zt_capture_close(capture);
	free(text);
	if (others && !ethernet)
		return call_fail(c, CODE_REFUSED,
				 "%s: link type %s; only Ethernet captures can be simulated", path,
				 zt_linktype_name(linktype, name, sizeof(name)));
	return 0;
}

/* The second pass. *ret_text: what is wrong with the capture, if anything. */
static int walk(const struct call *c, const char *path, struct simulation *s, char **ret_text)
{
	struct zt_capture_packet p;
	struct zt_capture *capture;
	char *text = NULL;
	int r = zt_capture_open(path, &capture, &text), error = 0;

	if (r < 0)
		return cannot_read(c, path, r, text);
	while (!error && (r = zt_capture_next(capture, &p, &text)) > 0) {
		error = sim_packet(s, &p);
		if (error < 0)
			r = call_fail(c, CODE_BROKEN,
				      "%s: packet %llu: cannot run the programs: %s", path,
				      (unsigned long long)p.number, strerror(-error));
	}
	zt_capture_close(capture);
	*ret_text = text;
	return error ? r : 0;
}

static int simulate(const struct call *c, const char *path, struct simulation *s)
{
	struct json_object *report;
	char *text = NULL;
	int r = walk(c, path, s, &text);

	if (r)
		return r;
	report = sim_report(s, path, text);
	if (c->json) {
		output_json(report, true);
	} else {
		sim_report_print(c, report, call_option(c, "dropped"));
		json_object_put(report);
	}
	if (text) {
		fflush(stdout);
		fputs("ztctl: ", stderr);
		print_safe(stderr, path);
		fprintf(stderr, ": %s; what came before it was simulated\n", text);
		r = CODE_REFUSED;
	}
	free(text);
	return r;
}

static int check_policy(const struct call *c, const struct zt_policy *p)
{
	uint32_t i;

	for (i = 0; i < p->nr_interfaces; i++)
		if (p->interfaces[i].role == ZT_ROLE_DEVICE)
			return 0;
	return call_fail(c, CODE_REFUSED,
			 "the policy has no device port: nothing is decided there");
}

/* Everything between the policy and the report. */
static int run(const struct call *c, const char *path, const struct zt_policy *p,
	       const uint8_t *router)
{
	struct simulation s = {.keep_macs = router};
	int r;

	stations_init(&s.stations, p);
	r = look(c, path, &s.stations);
	if (!r) {
		stations_choose_router(&s.stations, router);
		stations_router_addresses(&s.stations, &s.router);
		r = world_open(c, p, sim_env(p, &s.stations, &s.router), WORLD_FOR_TRAFFIC,
			       &s.w);
	}
	if (!r) {
		s.buf = malloc(ZT_CAPTURE_FRAME_MAX);
		r = s.buf ? simulate(c, path, &s) : call_fail(c, CODE_BROKEN, "out of memory");
		free(s.buf);
		world_close(&s.w);
	}
	sim_flows_free(&s.flows);
	stations_free(&s.stations);
	return r;
}

int cmd_policy_simulate(struct call *c)
{
	const char *pcap = call_option(c, "pcap"), *path = call_option(c, "policy");
	const char *mac = call_option(c, "router-mac");
	uint8_t router[6];
	struct zt_policy *p;
	int64_t revision;
	int r;

	if (!pcap)
		return call_fail(c, CODE_USAGE, "policy simulate: --pcap FILE is missing");
	if (mac && mac_parse(mac, router) < 0)
		return call_fail(c, CODE_USAGE,
				 "--router-mac \"%s\": write it as 02:00:00:00:00:01", mac);
	r = path ? load_policy(c, path, NULL, &p) : agent_policy(c, &p, &revision);
	if (r)
		return r;
	r = check_policy(c, p);
	if (!r)
		r = run(c, pcap, p, mac ? router : NULL);
	zt_policy_free(p);
	return r;
}
