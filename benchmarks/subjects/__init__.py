# SPDX-License-Identifier: Apache-2.0
"""What is timed; each module has a function ``run`` from a workbench to its outcome."""
