# SPDX-License-Identifier: Apache-2.0
"""Measures of distance and performance."""
