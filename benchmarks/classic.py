# SPDX-License-Identifier: Apache-2.0
"""The classic algorithm, written anew as the yardstick.

It reads with a directory iterator, attacks batch by batch in eager mode, writes image by image, and
computes the Wasserstein distance pair by pair.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Distances = Mapping[str, NDArray[np.float64]]


def attack_folder(
    batches: "Iterable[tuple[Any, Any]]", names: list[str], target: Path, method: Any
) -> "pd.DataFrame":
    """Attack a folder of images, and store images, distances and a tarball.

    Args:
        batches: Images, float32 [n, height, width, channels] in [0, 1], and one-hot labels.
        names: Their names, as ``<class>/<file>``.
        target: Where to write ``<class>/adv_<file>``; a folder that is not there yet. The table and
            the tarball are put beside it.
        method: The attack of ART.

    Returns:
        One row for each image: its name and its distances.
    """
    import tarfile

    import keras
    import numpy as np
    import pandas as pd

    parts: list[pd.DataFrame] = []
    left = iter(names)
    for images, labels in batches:
        attacked = method.generate(images, labels)
        # Down to whole levels, as the suite stores them; the classic one stretched the contrast.
        stored = np.clip(np.trunc(np.round(attacked * 255, 3)), 0, 255)
        written = []
        for image in stored:
            folder, _, file = next(left).partition("/")
            (target / folder).mkdir(parents=True, exist_ok=True)
            keras.utils.save_img(target / folder / f"adv_{file}", image, scale=False)
            written.append(f"{folder}/adv_{file}")
        distances = measure_pairs(images, stored.astype(np.float32) / 255)
        parts.append(pd.DataFrame({"image": written, **distances}))
    table = pd.concat(parts)
    table.to_csv(target.with_name(f"{target.name}.csv.gz"), index=False)
    with tarfile.open(target.with_name(f"{target.name}.tar.gz"), "w:gz") as tarball:
        tarball.add(target, target.name)
    return table


def measure_accuracy(model: Any, batches: "Iterable[tuple[Any, Any]]") -> float:
    """Measure the share of images that a model classifies correctly, batch by batch.

    Args:
        model: The model of Keras.
        batches: Images, float32 [n, height, width, channels] in [0, 1], and one-hot labels.

    Returns:
        The share, in [0, 1].
    """
    import numpy as np

    hits = [
        model.predict_on_batch(images).argmax(axis=1) == labels.argmax(axis=1)
        for images, labels in batches
    ]
    return float(np.concatenate(hits).mean())


def measure_pairs(clean: Any, attacked: Any) -> "Distances":
    """Measure each pair of images by seven distances.

    Args:
        clean: float [n, ...].
        attacked: float [n, ...].

    Returns:
        The distances by the names that the suite has for them, float64 [n] each.
    """
    import numpy as np
    from scipy.stats import wasserstein_distance
    from sklearn.metrics import pairwise

    a, b = (batch.reshape(len(batch), -1).astype(np.float64) for batch in (clean, attacked))
    difference = a - b
    return {
        "l_inf_norm": np.linalg.norm(difference, np.inf, axis=1),
        "l_1_norm": np.linalg.norm(difference, 1, axis=1),
        "l_2_norm": np.linalg.norm(difference, 2, axis=1),
        "paired_cosine_similarities": 1 - pairwise.paired_cosine_distances(a, b),
        "paired_euclidean_distances": pairwise.paired_euclidean_distances(a, b),
        "paired_manhattan_distances": pairwise.paired_manhattan_distances(a, b),
        "paired_wasserstein_distances": np.array(
            [wasserstein_distance(x, y) for x, y in zip(a, b, strict=True)]
        ),
    }
