#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A sample of `make mutation`: the same mutants every run, and some by the date.
exec nice "$(dirname "$0")/run" --sample
