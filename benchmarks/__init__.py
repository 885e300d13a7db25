# SPDX-License-Identifier: Apache-2.0
"""The suite timed beside its peers, and against the bars that it has to clear."""
