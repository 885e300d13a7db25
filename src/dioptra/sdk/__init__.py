# SPDX-License-Identifier: Apache-2.0
"""What plugins, entry points and the command share; imports no machine-learning library."""
