# SPDX-License-Identifier: Apache-2.0
"""Attacking a folder of images and storing what was attacked; the part that all attacks share."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import DatasetError, ParameterError
from dioptra_builtins._image_folders import adversarial_name, scan_image_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Images = NDArray[np.float32]
    Attack = Callable[[Images, NDArray[np.int64], int], Images]
    # A place among all images, and the images there; attacked, also those as they are stored.
    Chunk = tuple[slice, NDArray[np.uint8]]
    Attacked = tuple[slice, Images, NDArray[np.uint8]]
    DistanceMetric = tuple[str, Callable[[Any, Any], NDArray[np.float64]]]

# How far, in levels of 255, floating-point noise may carry an attacked pixel short of the level
# that it stands for. It is smaller than 1e-6 of the range of a pixel.
TOLERANCE = 1e-4
# Attacked images hardly compress: the highest level takes twice as long to save 8 % of the bytes.
PNG_LEVEL = 1


def attack_image_folder(
    data_dir: str | Path,
    adv_data_dir: str | Path,
    image_size: tuple[int, int, int],
    attack: "Attack",
    distance_metrics: "Sequence[DistanceMetric]",
    rescale: float,
    has_budget: bool = True,
    threads: int = 1,
) -> "pd.DataFrame":
    """Attack every image of a folder, a chunk at a time, and store the result.

    Args:
        data_dir: A folder with one folder of PNG images for each class.
        adv_data_dir: Where to write ``<class folder>/adv_<name>.png``; empty, or not there yet.
        image_size: Height, width and channels of the images.
        attack: From images, float32 [k, height, width, channels], their labels, int64 [k], and the
            number of classes to adversarial images.
        distance_metrics: Names and functions over two batches, ``([k, ...], [k, ...]) -> [k]``;
            where they have a method ``measure``, it is called for all of them.
        rescale: The factor from a byte in [0, 255] to a pixel value.
        has_budget: Whether the attack keeps to a distance, which rounding must not exceed.
        threads: How many chunks are attacked at once.

    Returns:
        One row for each image: ``image`` (the path below ``adv_data_dir``), ``label`` (the class
        name) and one column for each metric, between the clean and the stored pixel values.

    Raises:
        DatasetError: ``data_dir`` cannot be used, or ``adv_data_dir`` is not empty.
        ParameterError: Two metrics have one name, or one is named ``image`` or ``label``.
    """
    import numpy as np
    import pandas as pd
    from tqdm import tqdm

    from dioptra_builtins._image_reading import iterate_images
    from dioptra_builtins._threads import map_ahead

    _check_names([name for name, _ in distance_metrics])
    folder = scan_image_folder(data_dir, image_size)
    target = _make_class_folders(Path(adv_data_dir), folder.class_names)
    labels = np.array(folder.labels, dtype=np.int64)
    names = [adversarial_name(name) for name in folder.names]
    distances: dict[str, list[NDArray[np.float64]]] = {name: [] for name, _ in distance_metrics}
    scale = np.float32(rescale)
    progress = tqdm(
        total=len(names), desc="attack", unit="image", delay=2, disable=None, leave=False
    )

    def attack_chunk(chunk: "Chunk") -> "Attacked":
        place, clean = chunk
        images = clean.astype(np.float32) * scale
        attacked = attack(images, labels[place], len(folder.class_names))
        return place, images, quantize(clean, attacked, rescale, has_budget)

    chunks = iterate_images(folder, image_size)
    # An interrupt has to wait for what runs in other threads, so only quick attacks run in them.
    results = (
        map(attack_chunk, chunks) if threads == 1 else map_ahead(attack_chunk, chunks, threads)
    )
    # File systems take their time to make a file, in which the next chunk is attacked.
    with progress, ThreadPoolExecutor(max_workers=1) as writer:
        written = writer.submit(lambda: None)
        for place, images, stored in results:
            written.result()
            written = writer.submit(_write_images, target, names[place], stored)
            measured = _measure(distance_metrics, images, stored.astype(np.float32) * scale)
            for name, values in measured.items():
                distances[name].append(values)
            progress.update(len(images))
        written.result()
    columns = {name: np.concatenate(parts) for name, parts in distances.items()}
    classes = [folder.class_names[label] for label in folder.labels]
    return pd.DataFrame({"image": names, "label": classes, **columns})


def quantize(
    clean: "NDArray[np.uint8]", attacked: "Images", rescale: float, has_budget: bool = True
) -> "NDArray[np.uint8]":
    """Round attacked images to bytes.

    Rounding towards the clean image keeps every budget, whatever its norm; rounding to the nearest
    byte would exceed it. An attack without a budget looks for the smallest change that misleads,
    and rounding towards the clean image would undo it.

    Args:
        clean: The clean images, uint8 [n, ...].
        attacked: Their attacked pixel values, float [n, ...].
        rescale: The factor from a byte in [0, 255] to a pixel value.
        has_budget: Whether to round towards the clean image, or to the nearest byte.

    Returns:
        uint8 [n, ...].
    """
    import numpy as np

    base = clean.astype(np.float64)
    step = attacked.astype(np.float64) / np.float64(np.float32(rescale)) - base
    levels = np.sign(step) * np.floor(np.abs(step) + (TOLERANCE if has_budget else 0.5))
    stored: NDArray[np.uint8] = np.clip(base + levels, 0, 255).astype(np.uint8)
    return stored


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if name in ("image", "label") or names.count(name) > 1:
            raise ParameterError(
                f"a distance metric cannot be named {name!r}: each has a column of its own in the "
                "table of distances, beside image and label"
            )


def _measure(
    metrics: "Sequence[DistanceMetric]", clean: "Images", stored: "Images"
) -> "dict[str, NDArray[np.float64]]":
    if hasattr(metrics, "measure"):
        measured: dict[str, NDArray[np.float64]] = metrics.measure(clean, stored)
        return measured
    return {name: metric(clean, stored) for name, metric in metrics}


def _make_class_folders(target: Path, class_names: Sequence[str]) -> Path:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise DatasetError(
            f"{str(target)!r} is not an empty folder; adversarial images of two attacks must not "
            "mix: name a new folder"
        )
    for name in class_names:
        (target / name).mkdir(parents=True, exist_ok=True)
    return target


def _write_images(target: Path, names: Sequence[str], images: "NDArray[np.uint8]") -> None:
    import tensorflow as tf

    # All at once and outside of Python's lock, which the attack beside it needs: several times as
    # fast as image by image with Pillow.
    for name, png in zip(names, tf.io.encode_png(images, PNG_LEVEL).numpy(), strict=True):
        # A plain call: pathlib takes as long as the file system, and holds Python's lock.
        with open(f"{target}/{name}", "wb") as file:  # noqa: PTH123
            file.write(png)
