/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interface facts behind ioctls: VLAN receive offload (tags it takes out are
 * invisible to XDP) and whether the port is up.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_bonding.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "bpf/attach.h"

#define FEATURES_MAX 256u

static int request(const char *ifname, unsigned long what, struct ifreq *ifr)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc = 0;

	if (fd < 0)
		return -errno;
	strncpy(ifr->ifr_name, ifname, IFNAMSIZ - 1);
	if (ioctl(fd, what, ifr))
		rc = -errno;
	close(fd);
	return rc;
}

static int ethtool(const char *ifname, void *cmd)
{
	struct ifreq ifr = { .ifr_data = cmd };

	return request(ifname, SIOCETHTOOL, &ifr);
}

int zt_if_up(const char *ifname)
{
	struct ifreq ifr = { 0 };
	int rc = request(ifname, SIOCGIFFLAGS, &ifr);

	return rc ? rc : (ifr.ifr_flags & IFF_UP) && (ifr.ifr_flags & IFF_RUNNING);
}

/* How many features this kernel knows. */
static int nr_features(const char *ifname)
{
	struct {
		struct ethtool_sset_info h;
		uint32_t nr;
	} info = { .h = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ull << ETH_SS_FEATURES } };
	int rc = ethtool(ifname, &info);

	if (rc)
		return rc;
	return info.h.sset_mask && info.nr <= FEATURES_MAX ? (int)info.nr : -EIO;
}

/* Number of a feature of this kernel by its name, -ENOENT when it has none such. */
static int feature_number(const char *ifname, const char *name)
{
	struct {
		struct ethtool_gstrings h;
		char names[FEATURES_MAX][ETH_GSTRING_LEN];
	} *s = calloc(1, sizeof(*s));
	int nr = nr_features(ifname), rc, i;

	if (!s || nr < 0) {
		free(s);
		return s ? nr : -ENOMEM;
	}
	s->h.cmd = ETHTOOL_GSTRINGS;
	s->h.string_set = ETH_SS_FEATURES;
	s->h.len = nr; /* another number than the kernel's own gives no names at all */
	rc = ethtool(ifname, s);
	if (!rc)
		rc = s->h.len ? -ENOENT : -EIO;
	for (i = 0; rc == -ENOENT && i < nr; i++) {
		if (!strncmp(s->names[i], name, ETH_GSTRING_LEN))
			rc = i;
	}
	free(s);
	return rc;
}

/* Is a feature on. off: switch it off first. */
static int feature(const char *ifname, const char *name, bool off)
{
	struct {
		struct ethtool_gfeatures h;
		struct ethtool_get_features_block b[FEATURES_MAX / 32];
	} get = { .h = { .cmd = ETHTOOL_GFEATURES, .size = FEATURES_MAX / 32 } };
	struct {
		struct ethtool_sfeatures h;
		struct ethtool_set_features_block b[FEATURES_MAX / 32];
	} set = { .h = { .cmd = ETHTOOL_SFEATURES } };
	int nr = feature_number(ifname, name), rc;

	if (nr < 0)
		return nr == -ENOENT ? 0 : nr;
	rc = ethtool(ifname, &get);
	if (rc)
		return rc;
	if (off && (get.b[nr / 32].active & (1u << (nr % 32)))) {
		set.h.size = get.h.size < FEATURES_MAX / 32 ? get.h.size : FEATURES_MAX / 32;
		set.b[nr / 32].valid = 1u << (nr % 32);
		ethtool(ifname, &set); /* what counts is what it is afterwards */
		get.h.size = FEATURES_MAX / 32;
		rc = ethtool(ifname, &get);
		if (rc)
			return rc;
	}
	return !!(get.b[nr / 32].active & (1u << (nr % 32)));
}

static int both_features(const char *ifname, bool off)
{
	int ctag = feature(ifname, "rx-vlan-hw-parse", off);
	int stag = feature(ifname, "rx-vlan-stag-hw-parse", off);

	if (ctag == -EOPNOTSUPP || stag == -EOPNOTSUPP)
		return 0; /* no ethtool interface: nothing is offloaded */
	if (ctag < 0 || stag < 0)
		return ctag < 0 ? ctag : stag;
	return ctag || stag;
}

/*
 * What a bond receives, its members do: what they do to tags counts, what it says of
 * itself does not. Their number, 0 when it is no bond.
 */
static int nr_members(const char *ifname)
{
	struct ifbond bond = { 0 };
	struct ifreq ifr = { .ifr_data = (void *)&bond };

	return request(ifname, SIOCBONDINFOQUERY, &ifr) ? 0 : bond.num_slaves;
}

static int offload(const char *ifname, bool off)
{
	int nr = nr_members(ifname), i, rc = both_features(ifname, off);

	for (i = 0; i < nr && !rc; i++) {
		struct ifslave member = { .slave_id = i };
		struct ifreq ifr = { .ifr_data = (void *)&member };

		rc = request(ifname, SIOCBONDSLAVEINFOQUERY, &ifr);
		if (!rc)
			rc = both_features(member.slave_name, off);
	}
	return rc;
}

int zt_vlan_offload(const char *ifname)
{
	return offload(ifname, false);
}

int zt_vlan_offload_off(const char *ifname)
{
	return offload(ifname, true);
}
