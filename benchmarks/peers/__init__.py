# SPDX-License-Identifier: Apache-2.0
"""Other libraries' ways to compute the fast gradient method, and the floor below all of them."""
