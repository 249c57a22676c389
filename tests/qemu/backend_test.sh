#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The agent with its flow records in the module, inside a virtual machine.
exec tests/netns/kmod_flows.py
