/* SPDX-License-Identifier: GPL-2.0 */
/* Columns for people. Every cell is made harmless when it is added. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "output.h"

struct table {
	const char *const *headers;
	size_t nr_columns;
	char **cells;
	size_t nr_cells;
};

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

struct table *table_new(const char *const *headers)
{
	struct table *t = must(calloc(1, sizeof(*t)));

	t->headers = headers;
	while (headers[t->nr_columns])
		t->nr_columns++;
	return t;
}

void table_cell(struct table *t, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	t->cells = must(realloc(t->cells, (t->nr_cells + 1) * sizeof(*t->cells)));
	t->cells[t->nr_cells++] = safe_text(*text ? text : "-");
	free(text);
}

size_t table_rows(const struct table *t)
{
	return t->nr_cells / t->nr_columns;
}

const char *colour_of(const char *word)
{
	static const struct {
		const char *word, *sequence;
	} colours[] = {
		{"FORWARDED", "\033[32m"}, {"DROPPED", "\033[31m"},	  {"AUDIT", "\033[33m"},
		{"enforce", "\033[32m"},   {"audit", "\033[33m"},	  {"learn", "\033[36m"},
		{"enforcing", "\033[32m"}, {"NOT ENFORCING", "\033[31m"},
	};
	size_t i;

	for (i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
		if (!strcmp(colours[i].word, word))
			return colours[i].sequence;
	return "";
}

/* The last column is not padded: no line ends in blanks. */
static void print_cell(const char *text, const char *sequence, size_t width, bool last)
{
	size_t own = text_width(text);

	printf("%s%s%s", sequence, text, *sequence ? COLOUR_END : "");
	if (last)
		putchar('\n');
	else
		printf("%*s", (int)(width - own + 2), "");
}

void table_print(const struct table *t, bool colour)
{
	size_t i, column, *width = must(calloc(t->nr_columns, sizeof(*width)));

	for (column = 0; column < t->nr_columns; column++)
		width[column] = text_width(t->headers[column]);
	for (i = 0; i < t->nr_cells; i++) {
		size_t own = text_width(t->cells[i]);

		column = i % t->nr_columns;
		if (own > width[column])
			width[column] = own;
	}
	for (column = 0; column < t->nr_columns; column++)
		print_cell(t->headers[column], colour ? COLOUR_BOLD : "", width[column],
			   column + 1 == t->nr_columns);
	for (i = 0; i < t->nr_cells; i++) {
		column = i % t->nr_columns;
		print_cell(t->cells[i], colour ? colour_of(t->cells[i]) : "", width[column],
			   column + 1 == t->nr_columns);
	}
	free(width);
}

void table_free(struct table *t)
{
	size_t i;

	if (!t)
		return;
	for (i = 0; i < t->nr_cells; i++)
		free(t->cells[i]);
	free(t->cells);
	free(t);
}
