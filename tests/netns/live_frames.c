/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames on real interfaces, and who hears them: what a live test needs that cannot
 * start a Python in a slow virtual machine. Reads from standard input
 *
 *	at NAME NETNS INTERFACE		a place, where frames are sent and heard
 *	SENTENCE | PLACE FRAME | control PLACES | enforced PLACES [verdict reason]
 *
 * FRAME is in the language of tests/prog/frame_text.h; a marker is put behind its last
 * octet, within the datagram's length, so that routers keep it. PLACES are names,
 * NAME.30 where the frame must arrive with that tag, or "-": nowhere. The argument
 * says which of the two is compared, "control" (no program is attached) or "enforced",
 * where also the counter of that verdict and reason must have moved.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "frame_text.h"

#define COUNTS "/sys/fs/bpf/zt/maps/zt_count"
#define WAIT_MS 5000 /* for what must come */
#define WORD 24
#define VXLAN 4789
#define QUIET_MS 60 /* for what must not */

static struct place {
	char name[16];
	int fd, ifindex;
	bool raw;
} places[16];
static int nr_places;
static uint32_t marker;

static struct place *place(const char *name)
{
	for (int i = 0; i < nr_places; i++) {
		if (!strcmp(places[i].name, name))
			return &places[i];
	}
	fprintf(stderr, "no place %s\n", name);
	exit(2);
}

static void enter(const char *netns)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET)) {
		perror(path);
		exit(2);
	}
	close(fd);
}

static void open_place(const char *name, const char *netns, const char *ifname)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct place *p = &places[nr_places++];
	socklen_t len = sizeof(at);
	int one = 1;

	snprintf(p->name, sizeof(p->name), "%s", name);
	enter(netns);
	at.sll_ifindex = p->ifindex = if_nametoindex(ifname);
	p->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
	if (p->fd < 0 || setsockopt(p->fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)) ||
	    bind(p->fd, (struct sockaddr *)&at, sizeof(at)) ||
	    getsockname(p->fd, (struct sockaddr *)&at, &len)) {
		fprintf(stderr, "%s in %s: %s\n", ifname, netns, strerror(errno));
		exit(2);
	}
	p->raw = at.sll_hatype != 1; /* ARPHRD_ETHER */
}

/* ---- sending ---------------------------------------------------------------- */

/*
 * The router forwards no IPv4 header with a wrong sum; the host at the end answers no UDP
 * with one (an ICMP error would quote the marker).
 */
static void sum_ip4(uint8_t *h)
{
	uint32_t sum = 0, n = (h[0] & 15) * 4u;

	if (h[9] == 17 && (h[n + 2] << 8 | h[n + 3]) != VXLAN)
		h[n + 6] = h[n + 7] = 0x5a;
	h[10] = h[11] = 0;
	for (uint32_t i = 0; i < n; i += 2)
		sum += h[i] << 8 | h[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	h[10] = ~sum >> 8;
	h[11] = ~sum;
}

/* The outermost IPv4 header, behind any tags; 0 when there is none. */
static uint32_t outer_ip4(const struct frame *f)
{
	uint32_t at = 12, type;

	do {
		type = f->data[at] << 8 | f->data[at + 1];
		at += 2 + 2 * (type == ETH_P_8021Q || type == ETH_P_8021AD);
	} while ((type == ETH_P_8021Q || type == ETH_P_8021AD) && at + 2 < f->len);
	return type == ETH_P_IP ? at : 0;
}

static void put(const struct place *p, const char *text)
{
	static struct frame f;
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = p->ifindex };
	char with[1024];
	bool behind;

	/* ARP and ND say exactly how long they are: behind the packet, as padding. */
	behind = strstr(text, "arp ") || strstr(text, "; ns ") || strstr(text, "; na ") || strstr(text, "; ra");
	marker++;
	if (behind)
		snprintf(with, sizeof(with), "%s", text);
	else
		snprintf(with, sizeof(with), "%s; hex 5a54%08x", text, marker);
	if (frame_make(&f, with, strstr(text, "ip6 ") ? 6 : 4, ZT_FROM_DEVICE, p->raw) ||
	    (behind && (frame_add_be16(&f, 0x5a54) || frame_add_be32(&f, marker)))) {
		fprintf(stderr, "cannot be written: %s\n", f.error);
		exit(2);
	}
	if (f.at_family == 4)
		sum_ip4(f.data + f.ip_at);
	if (!p->raw && outer_ip4(&f) && (f.at_family != 4 || outer_ip4(&f) != f.ip_at))
		sum_ip4(f.data + outer_ip4(&f));
	to.sll_protocol = htons(p->raw ? (f.data[0] >> 4 == 4 ? ETH_P_IP : ETH_P_IPV6) :
					 f.data[12] << 8 | f.data[13]);
	if (sendto(p->fd, f.data, f.len, 0, (struct sockaddr *)&to, sizeof(to)) != (ssize_t)f.len) {
		fprintf(stderr, "%s: %s\n", p->name, strerror(errno));
		exit(2);
	}
}

/* ---- hearing ---------------------------------------------------------------- */

/* VLAN of a received frame: taken off by the kernel, or still inside. */
static uint32_t tag_of(struct msghdr *m, const uint8_t *frame, bool raw)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct tpacket_auxdata *aux = (void *)CMSG_DATA(c);

		if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA &&
		    aux->tp_status & TP_STATUS_VLAN_VALID)
			return aux->tp_vlan_tci & 0xfff;
	}
	if (!raw && frame[12] == 0x81 && !frame[13])
		return (frame[14] & 15) << 8 | frame[15];
	return 0;
}

/* One frame off a socket: true and the place's word when it carries the marker. */
static bool hear(const struct place *p, char *ret)
{
	static uint8_t data[2048];
	char control[256];
	struct sockaddr_ll from;
	struct iovec v = { data, sizeof(data) };
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &v,
			    .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(p->fd, &m, 0);
	uint8_t want[6] = { 0x5a, 0x54, marker >> 24, marker >> 16, marker >> 8, marker };
	uint32_t vlan;

	if (n < 14 || from.sll_pkttype == PACKET_OUTGOING || !memmem(data, n, want, sizeof(want)))
		return false;
	vlan = tag_of(&m, data, p->raw);
	if (vlan)
		snprintf(ret, WORD, "%.15s.%u", p->name, vlan);
	else
		snprintf(ret, WORD, "%.15s", p->name);
	return true;
}

static void drain(void)
{
	uint8_t c;

	for (int i = 0; i < nr_places; i++)
		while (recv(places[i].fd, &c, 1, MSG_TRUNC) > 0)
			;
}

/* ---- counting ---------------------------------------------------------------- */

static uint64_t counted(const char *verdict, const char *reason)
{
	static const char *const verdicts[] = { "pass", "drop", "audit" };
	static struct zt_count v[256];
	static int fd = -1;
	uint64_t sum = 0;
	uint32_t nr = 0, k = 0;

	if (fd < 0 && (fd = bpf_obj_get(COUNTS)) < 0) {
		perror(COUNTS);
		exit(2);
	}
#define X(n, name, word, family, text)                                                             \
	if (!strcmp(word, reason))                                                                 \
		nr = n;
	ZT_REASONS(X)
#undef X
	while (k < 3 && strcmp(verdicts[k], verdict))
		k++;
	if (!nr || k == 3) {
		fprintf(stderr, "no such outcome: %s %s\n", verdict, reason);
		exit(2);
	}
	for (uint32_t dir = 0; dir < 2; dir++) {
		uint32_t index = ZT_COUNT_INDEX(nr, k, dir);

		bpf_map_lookup_elem(fd, &index, v);
		for (int i = 0; i < libbpf_num_possible_cpus(); i++)
			sum += v[i].packets;
	}
	return sum;
}

/* ---- cases -------------------------------------------------------------------- */

struct outcome {
	char where[128]; /* sorted as places are */
	char verdict[8], reason[24];
	bool judged;
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; (p = strstr(p, word)); p += n) {
		if ((p == list || p[-1] == ' ') && (!p[n] || p[n] == ' '))
			return true;
	}
	return false;
}

static int words(const char *list)
{
	int n = 0;

	for (const char *p = list; *p; p++)
		n += *p != ' ' && (p == list || p[-1] == ' ');
	return strcmp(list, "-") ? n : 0;
}

/* What is heard until all that was expected was, and it has been quiet for a while. */
static void listen_for(const struct outcome *want, char *heard, size_t len, bool *ret_counted,
		       uint64_t before)
{
	uint64_t start = now_ms(), complete = 0;
	struct pollfd fds[16];
	char word[WORD];

	heard[0] = 0;
	*ret_counted = !want->judged;
	while (now_ms() - start < WAIT_MS && (!complete || now_ms() - complete < QUIET_MS)) {
		for (int i = 0; i < nr_places; i++)
			fds[i] = (struct pollfd){ places[i].fd, POLLIN, 0 };
		poll(fds, nr_places, 20);
		for (int i = 0; i < nr_places; i++) {
			if (!(fds[i].revents & POLLIN) || !hear(&places[i], word) || has_word(heard, word))
				continue;
			snprintf(heard + strlen(heard), len - strlen(heard), "%s%s", *heard ? " " : "", word);
		}
		if (!*ret_counted)
			*ret_counted = counted(want->verdict, want->reason) > before;
		if (!complete && *ret_counted && words(heard) >= words(want->where))
			complete = now_ms();
	}
	if (!*heard)
		strcpy(heard, "-");
}

static bool same(const char *a, const char *b)
{
	char copy[128], *save = NULL;

	if (words(a) != words(b))
		return false;
	snprintf(copy, sizeof(copy), "%s", a);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (strcmp(w, "-") && !has_word(b, w))
			return false;
	}
	return true;
}

static bool run(const char *sentence, char *sender, const char *frame, const struct outcome *want)
{
	uint64_t before = want->judged ? counted(want->verdict, want->reason) : 0;
	bool moved, ok;
	char heard[128];

	drain();
	put(place(sender), frame);
	listen_for(want, heard, sizeof(heard), &moved, before);
	ok = same(heard, want->where) && moved;
	printf("%s %s\n", ok ? "ok  " : "FAIL", sentence);
	if (!ok)
		printf("     %s %s: heard at %s, expected %s%s%s %s\n", sender, frame, heard, want->where,
		       moved ? "" : "; not counted as ", moved ? "" : want->verdict, moved ? "" : want->reason);
	fflush(stdout);
	return ok;
}

static char *trim(char *s)
{
	char *e = s + strlen(s);

	while (e > s && strchr(" \t\n", e[-1]))
		*--e = 0;
	return s + strspn(s, " \t");
}

/* "PLACES [verdict reason]" */
static void read_outcome(char *text, struct outcome *ret)
{
	char *save = NULL;

	memset(ret, 0, sizeof(*ret));
	strtok_r(text, " ", &save); /* control, enforced */
	for (char *w = strtok_r(NULL, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (!strcmp(w, "pass") || !strcmp(w, "drop") || !strcmp(w, "audit")) {
			snprintf(ret->verdict, sizeof(ret->verdict), "%s", w);
			w = strtok_r(NULL, " ", &save);
			snprintf(ret->reason, sizeof(ret->reason), "%s", w ? w : "?");
			ret->judged = true;
			return;
		}
		snprintf(ret->where + strlen(ret->where), sizeof(ret->where) - strlen(ret->where), "%s%s",
			 *ret->where ? " " : "", w);
	}
}

int main(int argc, char **argv)
{
	bool enforced = argc > 1 && !strcmp(argv[1], "enforced");
	char line[1024], name[16], netns[64], ifname[32];
	int passed = 0, failed = 0;

	if (argc != 2 || (!enforced && strcmp(argv[1], "control"))) {
		fprintf(stderr, "usage: live-frames control|enforced <CASES\n");
		return 2;
	}
	while (fgets(line, sizeof(line), stdin)) {
		char *save = NULL, *sentence, *what, *control, *with, *frame;
		struct outcome want;

		if (sscanf(line, "at %15s %63s %31s", name, netns, ifname) == 3) {
			open_place(name, netns, ifname);
			continue;
		}
		sentence = trim(strtok_r(line, "|", &save));
		if (!*sentence || *sentence == '#')
			continue;
		what = strtok_r(NULL, "|", &save);
		control = strtok_r(NULL, "|", &save);
		with = strtok_r(NULL, "|", &save);
		if (!with) {
			fprintf(stderr, "not a case: %s\n", sentence);
			return 2;
		}
		what = trim(what);
		frame = what + strcspn(what, " ");
		*frame++ = 0;
		read_outcome(trim(enforced ? with : control), &want);
		if (run(sentence, what, frame, &want))
			passed++;
		else
			failed++;
	}
	printf("frames: %d passed, %d failed\n", passed, failed);
	return failed ? 1 : 0;
}
