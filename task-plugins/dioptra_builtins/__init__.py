# SPDX-License-Identifier: Apache-2.0
"""The built-in task plugins of Dioptra."""
