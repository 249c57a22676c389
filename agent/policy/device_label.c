/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device's labels, which groups match, and its inventory, which decides nothing.
 */
#include <stdlib.h>
#include <string.h>
#include "policy/device.h"

/* In the order of the language reference. */
static const struct zt_key inventory[] = {
	ZT_KEY("vendor"), ZT_KEY("model"), ZT_KEY("firmware"), ZT_KEY("serial"), ZT_KEY("iccid"),
	ZT_KEY("imsi"), ZT_KEY("imei"), ZT_KEY("end_of_support"), ZT_KEY("mud_url"), ZT_KEY("sbom"),
	ZT_KEY("location"), ZT_KEY("owner"), {}
};
#define INVENTORY_TEXT_MAX 256

const char *zt_read_label_value(const struct zt_at *at)
{
	const char *s = zt_text(at, ZT_SCAN_TEXT_MAX, NULL);
	size_t n = s ? strlen(s) : 0, good = 0;

	if (!s)
		return NULL;
	while (good < n && (zt_is_id(s + good, 1) || strchr("._:/@+-", s[good])))
		good++;
	if (good == n && n <= 63)
		return zt_word(at->ps, s);
	zt_complain(
		at,
		"%s is not a label value; use letters, digits, \".\", \"_\", \":\", \"/\", \"@\", "
		"\"+\", \"-\", at most 63",
		Q(s));
	return NULL;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct zt_label *)a)->key, ((const struct zt_label *)b)->key);
}

void zt_read_labels(const struct zt_at *at, struct zt_device *d)
{
	uint32_t nr;

	if (!json_object_is_type(at->v, json_type_object)) {
		zt_wrong_type(at, "an object", NULL);
		return;
	}
	nr = json_object_object_length(at->v);
	if (nr > ZT_LABELS_MAX) {
		zt_complain(at, "%u labels; the limit is %u", nr, ZT_LABELS_MAX);
		return;
	}
	d->labels = zt_arena_array(at->ps->arena, nr, sizeof(*d->labels));
	json_object_object_foreach(at->v, name, value) {
		struct zt_at child = zt_at_key(at->ps, at, name);
		const char *text;

		child.v = value;
		if (!zt_is_id(name, strlen(name)))
			zt_complain(
				&child,
				"not an id; use letters, digits, \".\", \"_\", \"-\", at most 63");
		text = zt_read_label_value(&child);
		if (text)
			d->labels[d->nr_labels++] =
				(struct zt_label){ zt_word(at->ps, name), text };
	}
	qsort(d->labels, d->nr_labels, sizeof(*d->labels), by_key);
}

static bool is_date(const char *s)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int v[3] = {0}, part = 0;
	bool leap;

	for (int i = 0; i < 10; i++) {
		if (i == 4 || i == 7) {
			if (s[i] != '-')
				return false;
			part++;
		} else if (s[i] >= '0' && s[i] <= '9') {
			v[part] = v[part] * 10 + s[i] - '0';
		} else {
			return false;
		}
	}
	if (s[10] || v[1] < 1 || v[1] > 12 || v[2] < 1)
		return false;
	leap = v[0] % 4 == 0 && (v[0] % 100 != 0 || v[0] % 400 == 0);
	return v[2] <= days[v[1] - 1] + (v[1] == 2 && leap);
}

static void check_inventory(const struct zt_at *at, const char *key, const char *text)
{
	if (!strcmp(key, "end_of_support") && !is_date(text))
		zt_complain(at, "%s is not a date; write \"YYYY-MM-DD\"", Q(text));
	if (!strcmp(key, "mud_url") &&
	    (strncmp(text, "https://", 8) || !text[8] || strchr(text, ' ')))
		zt_complain(at, "%s is not an https URL", Q(text));
}

void zt_read_inventory(const struct zt_at *at, struct zt_device *d)
{
	struct zt_at child;
	const char *text;

	if (!zt_object(at, inventory))
		return;
	d->inventory = zt_arena_array(at->ps->arena, json_object_object_length(at->v),
				      sizeof(*d->inventory));
	for (const struct zt_key *k = inventory; k->name; k++) {
		if (!zt_child(at, k->name, &child))
			continue;
		text = zt_text(&child, INVENTORY_TEXT_MAX, NULL);
		if (!text)
			continue;
		check_inventory(&child, k->name, text);
		d->inventory[d->nr_inventory++] =
			(struct zt_label){ k->name, zt_word(at->ps, text) };
	}
	zt_keep_text(at, "note", ZT_NOTE_MAX);
}
