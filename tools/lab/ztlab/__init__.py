# SPDX-License-Identifier: GPL-2.0
"""The lab: a small plant behind one router, in network namespaces."""
