# SPDX-License-Identifier: Apache-2.0
"""Figures of others for FGM on undefended MNIST, in l-inf: accuracy in % over eps."""

# The lowest and the highest accuracy in % at eps 0.3 that were found in public.
RANGE = (1, 78)

PUBLISHED: dict[str, dict[float, float]] = {
    "the tutorial of PyTorch": {
        0.0: 98.1,
        0.05: 94.3,
        0.1: 85.1,
        0.15: 68.3,
        0.2: 43.0,
        0.25: 20.8,
        0.3: 8.7,
    },
    "Madry et al., natural network": {0.3: 6.4},
    "Goodfellow et al., shallow softmax": {0.25: 0.1},
    "Goodfellow et al., maxout": {0.25: 10.6},
}
