/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A policy from its text, compiled, for tests of what comes after the parser.
 * Single quotes in the text stand for double ones.
 */
#ifndef ZT_TEST_MODEL_H
#define ZT_TEST_MODEL_H

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "net/net.h"

struct model {
	struct zt_policy *p;
	struct zt_env *env;
	struct zt_numbers *numbers;
	struct zt_image *i;
	struct zt_errors errors;
};

static inline struct zt_policy *model_policy(const char *text)
{
	struct zt_errors errors = { 0 }, infos = { 0 };
	struct zt_policy *p = NULL;
	char *copy = strdup(text);
	struct zt_source source = { "test.json", copy, strlen(text) };

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	if (zt_policy_parse(&source, 1, &errors, &infos, &p))
		ck_abort_msg("%s", errors.nr ? errors.v[0] : "no message");
	zt_errors_free(&errors);
	zt_errors_free(&infos);
	free(copy);
	return p;
}

static inline void model_free(struct model *m)
{
	zt_image_free(m->i);
	zt_numbers_free(m->numbers);
	zt_env_free(m->env);
	zt_policy_free(m->p);
	zt_errors_free(&m->errors);
	memset(m, 0, sizeof(*m));
}

/* The policy only, with a fake environment to change before model_compile(). */
static inline struct model model_parse(const char *text)
{
	struct model m = { .p = model_policy(text) };

	m.env = zt_env_fake(m.p);
	m.numbers = zt_numbers_new();
	return m;
}

static inline int model_compile(struct model *m)
{
	return zt_compile(m->p, m->env, m->numbers, &m->errors, &m->i);
}

static inline struct model model(const char *text)
{
	struct model m = model_parse(text);

	ck_assert_int_eq(model_compile(&m), 0);
	return m;
}

/* Another text over the same numbers. */
static inline void model_next(struct model *m, const char *text)
{
	struct zt_numbers *numbers = m->numbers;

	m->numbers = NULL;
	model_free(m);
	*m = model_parse(text);
	zt_numbers_free(m->numbers);
	m->numbers = numbers;
	ck_assert_int_eq(model_compile(m), 0);
}

static inline const struct zt_image_dev *model_dev(const struct model *m, const char *id)
{
	int device = zt_policy_device(m->p, id);

	ck_assert_msg(device >= 0, "no device %s", id);
	return zt_image_dev(m->i, zt_image_dev_of(m->i, device));
}

static inline struct zt_addr model_addr(const char *text, uint8_t *ret_family)
{
	struct zt_addr a;

	ck_assert_msg(!zt_addr_parse(text, ret_family, &a), "not an address: %s", text);
	return a;
}

static inline struct zt_host_word model_lookup(const struct model *m, const char *text)
{
	uint8_t family;
	struct zt_addr a = model_addr(text, &family);

	return zt_image_lookup(m->i, family, &a);
}

static inline int model_run(TCase *c, const char *name)
{
	Suite *s = suite_create(name);
	SRunner *runner;
	int failed;

	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
