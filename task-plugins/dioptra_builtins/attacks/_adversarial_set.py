# SPDX-License-Identifier: Apache-2.0
"""Attacking a folder of images and storing what was attacked; the part that all attacks share."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import DatasetError, NonFiniteError, ParameterError
from dioptra_builtins._finite import check_finite
from dioptra_builtins._image_folders import ImageFolder, scan_image_folder
from dioptra_builtins.attacks._checks import check_image_size, find_offset, match_outputs
from dioptra_builtins.attacks._storing import Storage, Store, make_store, to_pixels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    import pandas as pd
    from art.estimators.classification import TensorFlowV2Classifier
    from numpy.typing import NDArray

    Images = NDArray[np.float32]
    Attack = Callable[[Images, NDArray[np.int64], int], Images]
    # A place among all images, and the images there.
    Chunk = tuple[slice, NDArray[np.uint8]]
    DistanceMetric = tuple[str, Callable[[Any, Any], NDArray[np.float64]]]
    ReportOutcomes = Callable[[pd.DataFrame], object]

# What a network computes of more images no longer fits into the cache of a processor.
BATCH = 128


@dataclass(frozen=True)
class Attacked:
    """A chunk after the attack.

    Attributes:
        place: Its place among all images.
        clean: The clean images, float32 [k, height, width, channels], in pixel values.
        stored: What their files hold, [k, height, width, channels].
        pixels: The pixel values of what is stored, float32.
        predicted: The class that is predicted for each image, in memory and as stored, int64
            [2, k]; None where nobody asks.
    """

    place: slice
    clean: "Images"
    stored: "NDArray[Any]"
    pixels: "Images"
    predicted: "NDArray[np.int64] | None"


def attack_image_folder(
    data_dir: str | Path,
    adv_data_dir: str | Path,
    image_size: tuple[int, int, int],
    attack: "Attack",
    distance_metrics: "Sequence[DistanceMetric]",
    rescale: float,
    has_budget: bool = True,
    threads: int = 1,
    classifier: "TensorFlowV2Classifier | None" = None,
    attack_name: str = "the attack",
    storage: Storage = "png",
    on_outcomes: "ReportOutcomes | None" = None,
) -> "pd.DataFrame":
    """Attack every image of a folder, a chunk at a time, and store the result.

    Args:
        data_dir: A folder with one folder of PNG images for each class.
        adv_data_dir: Where to write ``<class folder>/adv_<name>``; empty, or not there yet.
        image_size: Height, width and channels of the images.
        attack: From images, float32 [k, height, width, channels], their labels, int64 [k], and the
            number of classes to adversarial images.
        distance_metrics: Names and functions over two batches, ``([k, ...], [k, ...]) -> [k]``;
            where they have a method ``measure``, it is called for all of them.
        rescale: The factor from a byte in [0, 255] to a pixel value.
        has_budget: Whether the attack keeps to a distance, which rounding must not exceed.
        threads: How many chunks are attacked at once.
        classifier: The ART classifier that is attacked, which must take such images. A byte 0 is
            its lower clip value, and labels are those of its outputs. None: a byte 0 is 0, and
            labels are those of the sorted class folders.
        attack_name: What messages call the attack.
        storage: ``"png"`` for files of 8 bits, ``"float32"`` for files without loss.
        on_outcomes: Is called at the end with one row for each image: ``image`` and ``label`` as
            below, and whether the classifier, which then is needed, predicts the true class for
            the attacked image in memory, ``correct_in_memory``, and as stored, ``correct``.

    Returns:
        One row for each image: ``image`` (the path below ``adv_data_dir``), ``label`` (the class
        name) and one column for each metric, between the clean and the stored pixel values.

    Raises:
        ContractError: The classifier takes other images, bytes or classes.
        DatasetError: ``data_dir`` cannot be used, or ``adv_data_dir`` is not empty.
        NonFiniteError: A number of the attack or of the classifier is not; an image is named.
        ParameterError: Two metrics have one name, or one is named ``image`` or ``label``.
    """
    import numpy as np
    import pandas as pd
    from tqdm import tqdm

    from dioptra_builtins._image_reading import iterate_images
    from dioptra_builtins._threads import map_ahead

    _check_names([name for name, _ in distance_metrics])
    offset = 0.0
    if classifier is not None:
        check_image_size(classifier, image_size)
        offset = find_offset(classifier, rescale)
    folder = scan_image_folder(data_dir, image_size)
    labels, n_classes = _number_classes(folder, classifier)
    store = make_store(storage, rescale, offset, keeps_distance=has_budget)
    names = _name_images(store, folder.names)
    target = _make_class_folders(Path(adv_data_dir), folder.class_names)
    distances: dict[str, list[NDArray[np.float64]]] = {name: [] for name, _ in distance_metrics}
    predictions: list[NDArray[np.int64]] = []
    paths = folder.paths
    progress = tqdm(
        total=len(names), desc="attack", unit="image", delay=2, disable=None, leave=False
    )

    def attack_chunk(chunk: "Chunk") -> Attacked:
        place, clean = chunk
        images = to_pixels(clean, rescale, offset)
        truth, files = labels[place], paths[place]
        attacked = _name_non_finite(
            lambda part: attack(images[part], truth[part], n_classes), attack_name, files
        )
        check_finite(attacked, f"what {attack_name} makes of an image", files)
        stored = store.encode(clean, attacked)
        pixels = store.decode(stored)
        predicted = None
        if classifier is not None and on_outcomes is not None:
            predicted = _name_non_finite(
                lambda part: _predict_both(classifier, attacked[part], pixels[part]),
                attack_name,
                files,
            )
        return Attacked(place, images, stored, pixels, predicted)

    chunks = iterate_images(folder, image_size)
    # An interrupt has to wait for what runs in other threads, so only quick attacks run in them.
    results = (
        map(attack_chunk, chunks) if threads == 1 else map_ahead(attack_chunk, chunks, threads)
    )
    # File systems take their time to make a file, in which the next chunk is attacked.
    with progress, ThreadPoolExecutor(max_workers=1) as writer:
        written = writer.submit(lambda: None)
        for chunk in results:
            written.result()
            written = writer.submit(store.write, target, names[chunk.place], chunk.stored)
            measured = _measure(distance_metrics, chunk.clean, chunk.pixels)
            for name, values in measured.items():
                distances[name].append(values)
            if chunk.predicted is not None:
                predictions.append(chunk.predicted)
            progress.update(len(chunk.clean))
        written.result()
    columns = {name: np.concatenate(parts) for name, parts in distances.items()}
    classes = [folder.class_names[label] for label in folder.labels]
    first = {"image": names, "label": classes}
    if on_outcomes is not None:
        in_memory, as_stored = np.concatenate(predictions, axis=1) == labels
        on_outcomes(pd.DataFrame({**first, "correct_in_memory": in_memory, "correct": as_stored}))
    return pd.DataFrame({**first, **columns})


def _number_classes(
    folder: ImageFolder, classifier: "TensorFlowV2Classifier | None"
) -> "tuple[NDArray[np.int64], int]":
    import numpy as np

    labels = np.array(folder.labels, dtype=np.int64)
    if classifier is None:
        return labels, len(folder.class_names)
    outputs = match_outputs(classifier, folder.class_names, folder.root)
    return np.array(outputs, dtype=np.int64)[labels], classifier.nb_classes


def _name_images(store: Store, clean: "Iterable[str]") -> list[str]:
    first: dict[str, str] = {}
    for name in clean:
        attacked = store.name(name)
        if attacked in first:
            raise DatasetError(
                f"the adversarial images of {first[attacked]!r} and {name!r} would both be "
                f"{attacked!r}; rename one"
            )
        first[attacked] = name
    return list(first)


def _name_non_finite(
    work: "Callable[[slice], NDArray[Any]]", attack_name: str, paths: Sequence[str]
) -> "NDArray[Any]":
    try:
        return work(slice(0, len(paths)))
    except NonFiniteError as error:
        # The classifier counts the images of its own batches, which may be any in an attack.
        for place, path in enumerate(paths):
            try:
                work(slice(place, place + 1))
            except NonFiniteError as single:
                raise NonFiniteError(f"{attack_name}, image {path!r}: {single}") from error
        span = f"an image from {paths[0]!r} to {paths[-1]!r}"
        raise NonFiniteError(f"{attack_name}, {span}: {error}") from error


def _predict_both(
    classifier: "TensorFlowV2Classifier", attacked: "Images", stored: "Images"
) -> "NDArray[np.int64]":
    import numpy as np

    in_memory = classifier.predict(attacked, batch_size=BATCH).argmax(axis=1)
    if np.array_equal(attacked, stored):
        return np.stack([in_memory, in_memory])
    return np.stack([in_memory, classifier.predict(stored, batch_size=BATCH).argmax(axis=1)])


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
