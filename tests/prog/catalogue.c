/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which rows prove which recipe of the catalogue, and how many there are.
 */
#include "cases_all.h"
#include "catalogue.h"

static struct catalogue_id ids[] = {
	/* ---- 2a Ethernet ---- */
	{ "E1a", "one priority tag: the same verdict as untagged" },
	{ "E1b", "a stack of 2, 3, 5, 9, 32, 300 priority tags" },
	{ "E1c", "stacks of mixed tag types, 0x8100 and 0x88a8" },
	{ "E2a", "a tag the kernel has taken off already, towards a device" },
	{ "E2b", "a tag pushed as metadata, which XDP does not see",
	  "tests/prog/backend_live_test.c (rx VLAN offload), guard_test.c (a hidden tag)" },
	{ "E3a", "a VLAN the port does not own" },
	{ "E3b", "QinQ 100/200, 0x9100" },
	{ "E3c", "the same address in two VLANs" },
	{ "E4a", "LLC/SNAP around IP, its length right" },
	{ "E4b", "LLC/SNAP, length 0" },
	{ "E4c", "LLC/SNAP, length beyond the frame" },
	{ "E5a", "PPPoE, MPLS, 0x22f0, MACsec, and IP inside them" },
	{ "E5b", "a tag cut short" },
	{ "E6a", "runts of 14 and 13 octets" },
	{ "E6b", "padding with trailing secrets" },
	{ "E7a", "a group or broadcast MAC over a unicast address" },
	{ "E7b", "a source MAC with the group bit" },
	{ "E8a", "another device's MAC as source" },
	{ "E8b", "one MAC on two ports" },
	{ "E9a", "ARP for the gateway, the router, another device" },
	{ "E9b", "ARP with another MAC inside than outside" },
	{ "E9c", "ARP of another shape, truncated" },
	{ "E9d", "ARP in its own name, untagged and behind a priority tag" },
	{ "E9e", "an ARP flood" },
	{ "E10a", "a device answers as a DHCPv4 server" },
	{ "E10b", "a device answers as a DHCPv6 server" },
	{ "E10c", "a client's DHCP passes" },
	/* ---- 2b IPv4 ---- */
	{ "I1a", "IPv4 options: NOP, router alert, record route, LSRR, SSRR" },
	{ "I1b", "IGMP reports with router alert alone" },
	{ "I1c", "ports behind options are read at ihl*4" },
	{ "I2a", "ihl 4 and 15, versions 5 and 6, the other family's type" },
	{ "I2b", "total length 0, below the header, beyond the frame" },
	{ "I2c", "trailing octets beyond the total length" },
	{ "I2d", "TTL 0 and 1" },
	{ "I2e", "a bad IP checksum",
	  "every frame of the table has checksum 0: it decides nothing here, the kernel drops it" },
	{ "I3a", "a tiny first fragment" },
	{ "I3b", "offset 1 over the flags" },
	{ "I3c", "a later fragment without its first" },
	{ "I3d", "a fragment beyond 64 KB" },
	{ "I3e", "DF with MF, the evil bit" },
	{ "I4a", "overlaps: dropold, dropnew, cutold, cutnew, in both orders" },
	{ "I4b", "duplicates" },
	{ "I4c", "the same number, another protocol" },
	{ "I4d", "the same number, another sender" },
	{ "I5a", "a free address of the subnet as source" },
	{ "I5b", "an outside address as source" },
	{ "I5c", "loopback, zero, group and router addresses as source" },
	{ "I6a", "tunnels and unknown protocols: 4, 41, 47, 50, 132, 136, 0, 255" },
	{ "I6b", "tunnels in UDP: GTP-U, VXLAN, Teredo, WireGuard and more" },
	/* ---- 2c IPv6 ---- */
	{ "V1a", "destination options x1, x7, x20, x100" },
	{ "V1b", "hop-by-hop, first or not" },
	{ "V1c", "routing headers: RH0, SRH" },
	{ "V1d", "AH and ESP before the transport" },
	{ "V1e", "no next header" },
	{ "V1f", "IPv6 in IPv6" },
	{ "V1g", "two fragment headers" },
	{ "V2a", "an atomic fragment" },
	{ "V2b", "a first fragment without the whole chain" },
	{ "V2c", "a later fragment without its first, IPv6" },
	{ "V3a", "payload length 0, jumbograms" },
	{ "V3b", "payload length beyond the frame" },
	{ "V3c", "payload length below the frame" },
	{ "V3d", "sources ::1, ::, ff02::, fe80::, mapped, free, global" },
	{ "V4a", "a device advertises itself as a router" },
	{ "V4b", "that behind options, a fragment, a priority tag" },
	{ "V4c", "neighbour advertisements for the gateway and others" },
	{ "V4d", "redirects" },
	{ "V4e", "ND with a hop limit other than 255" },
	{ "V4f", "a flood of neighbour solicitations" },
	{ "V5", "IPv6 simply unhandled", "every row runs in both families or says why not" },
	/* ---- 2d layer 4, state, ICMP ---- */
	{ "S1a", "SYN-ACK or ACK from inside opens nothing" },
	{ "S1b", "every combination of TCP flags without a flow" },
	{ "S2a", "null, SYN-FIN, SYN-RST, Xmas, all flags" },
	{ "S2b", "data offset 2, and 15 past the end" },
	{ "S2c", "SYN with data" },
	{ "S2d", "simultaneous open" },
	{ "S3a", "a reused tuple after a change of policy" },
	{ "S3b", "a removed rule cuts what is established" },
	{ "S4a", "forged RST and FIN" },
	{ "S4b", "half-open flows have their own short timeout" },
	{ "S5a", "port 0" },
	{ "S5b", "UDP length 4, and beyond the payload" },
	{ "S5c", "a reply from elsewhere, or to elsewhere" },
	{ "S5d", "a DNS reply without a query" },
	{ "S6a", "ICMP errors of every type about a live flow" },
	{ "S6b", "ICMP errors with a forged inside" },
	{ "S6c", "ICMP redirect" },
	{ "S6d", "ICMP errors with a truncated inside" },
	{ "S6e", "a fake fragmentation-needed with a tiny MTU" },
	{ "S7a", "echo, its id matched both ways" },
	{ "S7b", "echo with payload only where a rule allows echo" },
	{ "S8a", "a device opens more than its quota" },
	{ "S8b", "denied packets take nothing" },
	{ "S8c", "a full table" },
	{ "S9", "colliding keys", "tests/prog/collide_test.c" },
	{ "S10", "both directions on different CPUs",
	  "tests/prog/limits_race_test.c, flip_test.c: two CPUs at once; the two directions of one flow not by name" },
	/* ---- 2f ---- */
	{ "L9a", "MTU 9000" },
	{ "L9b", "a header across the end of the linear part",
	  "tests/prog/straddle_test.c: every row at every seam" },
	{ "G", "the golden rule: every parser exit drops", "the sweeps of exits.c, which run with this table" },
	/* ---- families issue 3 adds ---- */
	{ "A1", "a spoofer on the uplink, routed and bridged, as every other device" },
	{ "A2", "a spoofer on the uplink, as the router, as fe80::" },
	{ "A3", "one device's MAC under another's address, or an allowed server's" },
	{ "A4", "ARP, ND, RA and DHCP forged towards devices" },
	{ "A5", "the built-in exceptions used as tunnels" },
	{ "A6", "what is masqueraded inward poses as the router" },
	{ "A7", "NAT64, 6to4 and mapped addresses towards private space, router, devices" },
	{ "A8", "a new bridge member nobody listed" },
	{ "A9", "time stamps across the wrap of jiffies" },
	{ "A10", "flooded frames leave by their receiver's port only" },
	{ "A11", "what every mode drops, in audit and learn" },
	{ "A12", "super-packets" },
};

static struct {
	uint32_t rows, cited, runs, runs6;
	struct prove_tally tally, tally6; /* all rows' runs */
	uint32_t refused, refused6, passed, passed6; /* of rows of the catalogue */
} total;

static struct catalogue_id *find(const char *id, size_t n)
{
	for (size_t i = 0; i < WORLD_NR(ids); i++) {
		if (strlen(ids[i].id) == n && !strncmp(ids[i].id, id, n))
			return &ids[i];
	}
	return NULL;
}

/* A recipe's id without its letter: the row proves something of it, and no part by name. */
static int is_whole(const char *id, size_t n)
{
	for (size_t i = 0; i < WORLD_NR(ids); i++) {
		if (strlen(ids[i].id) == n + 1 && !strncmp(ids[i].id, id, n))
			return 1;
	}
	return 0;
}

/* The next id of a row's ref, or NULL; *at moves behind it. */
static struct catalogue_id *next(const char **at, int *ret_unknown)
{
	struct catalogue_id *id = NULL;
	size_t n;

	while (!id) {
		*at += strspn(*at, " ");
		n = strcspn(*at, " ");
		if (!n)
			return NULL;
		id = find(*at, n);
		if (!id && !is_whole(*at, n)) {
			*ret_unknown = 1;
			return NULL;
		}
		*at += n;
	}
	return id;
}

static int has_row(const char *says, uint8_t family)
{
	for (size_t t = 0; t < WORLD_NR(tables); t++) {
		for (size_t i = 0; i < tables[t].nr; i++) {
			if (!strcmp(tables[t].rows[i].says, says) && tables[t].rows[i].family == family)
				return 1;
		}
	}
	return 0;
}

/* A row of one family has a twin, by its sentence after "row: ", or says why it has none. */
static uint32_t check_twin(const struct row *row)
{
	if (!row->family)
		return 0;
	if (!row->twin) {
		printf("FAIL: %s: IPv%u only, and no word of a twin\n", row->says, row->family);
		return 1;
	}
	if (strncmp(row->twin, "row: ", 5) || has_row(row->twin + 5, row->family ^ V4 ^ V6))
		return 0;
	printf("FAIL: %s: its twin is no row of the other family: %s\n", row->says, row->twin + 5);
	return 1;
}

static uint32_t check_row(const struct row *row)
{
	const char *at = row->ref ? row->ref : "";
	struct catalogue_id *id;
	uint32_t wrong = check_twin(row);
	int unknown = 0;

	total.rows++;
	total.cited += !!row->ref;
	while ((id = next(&at, &unknown)))
		id->rows++;
	if (unknown) {
		printf("FAIL: %s: the catalogue has no %s\n", row->says, row->ref);
		wrong++;
	}
	return wrong;
}

uint32_t catalogue_check(void)
{
	uint32_t wrong = 0;

	for (size_t t = 0; t < WORLD_NR(tables); t++) {
		for (size_t i = 0; i < tables[t].nr; i++)
			wrong += check_row(&tables[t].rows[i]);
	}
	return wrong;
}

static void add(struct prove_tally *to, const struct prove_tally *t)
{
	to->frames += t->frames;
	to->refused += t->refused;
	to->passed += t->passed;
}

void catalogue_count(const struct row *row, uint8_t family, const struct prove_tally *t)
{
	const char *at = row->ref ? row->ref : "";
	struct catalogue_id *id;
	int unknown = 0;

	total.runs++;
	total.runs6 += family == V6;
	add(&total.tally, t);
	if (family == V6)
		add(&total.tally6, t);
	if (row->ref) {
		total.refused += t->refused;
		total.refused6 += family == V6 ? t->refused : 0;
		total.passed += t->passed;
		total.passed6 += family == V6 ? t->passed : 0;
	}
	while ((id = next(&at, &unknown))) {
		id->runs++;
		id->runs6 += family == V6;
		add(&id->tally, t);
	}
}

uint32_t catalogue_report(void)
{
	uint32_t missing = 0;

	printf("  id   rows runs IPv6 refused passed  recipe\n");
	for (size_t i = 0; i < WORLD_NR(ids); i++) {
		const struct catalogue_id *id = &ids[i];

		if (id->rows)
			printf("  %-4s %4u %4u %4u %7u %6u  %s\n", id->id, id->rows, id->runs,
			       id->runs6, id->tally.refused, id->tally.passed, id->recipe);
		else
			printf("  %-4s %s  %s: %s\n", id->id, id->elsewhere ? "   -    -    -       -      -" :
			       "NO ROW", id->recipe, id->elsewhere ? id->elsewhere : "nothing proves it");
		missing += !id->rows && !id->elsewhere;
	}
	printf("TOTAL: rows: %u, of the catalogue %u; runs (a row in one family): %u, of them IPv6 %u; "
	       "frames judged: %u\n", total.rows, total.cited, total.runs, total.runs6,
	       total.tally.frames);
	printf("TOTAL: cases of the catalogue (a frame, in one family, with the verdict, reason and "
	       "flow-table effect it must have; a loop's frame once): %u, of them IPv6 %u: %u refused "
	       "(IPv6 %u), %u that must pass (IPv6 %u)\n",
	       total.refused + total.passed, total.refused6 + total.passed6, total.refused,
	       total.refused6, total.passed, total.passed6);
	return missing;
}
