/* SPDX-License-Identifier: GPL-2.0 */
/*
 * "Did you mean": the nearest of some words by insertions, deletions, changes and
 * swaps of neighbours. Must never decide anything, only suggest.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "policy/text.h"

#define LONGEST 63

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	return a < b ? (a < c ? a : c) : (b < c ? b : c);
}

/* Optimal string alignment; three rows are enough. */
static unsigned int distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned int rows[3][LONGEST + 1], *before = rows[0], *last = rows[1], *now = rows[2], *t;

	for (size_t j = 0; j <= m; j++)
		last[j] = j;
	for (size_t i = 1; i <= n; i++) {
		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			int x = tolower((unsigned char)a[i - 1]),
			    y = tolower((unsigned char)b[j - 1]);

			now[j] = min3(last[j] + 1, now[j - 1] + 1, last[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
			    y == tolower((unsigned char)a[i - 2]) && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
		t = before;
		before = last;
		last = now;
		now = t;
	}
	return last[m];
}

bool zt_near_offer(struct zt_near *n, const char *candidate)
{
	size_t a = strlen(n->word), b = strlen(candidate);
	unsigned int limit = a <= 3 ? 1 : 2, d;

	if (a > LONGEST || b > LONGEST || (a > b ? a - b : b - a) > limit)
		return false;
	d = distance(n->word, a, candidate, b);
	if (d > limit || (n->best && d >= n->distance))
		return false;
	n->best = candidate;
	n->distance = d;
	return true;
}
