import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dioptra.sdk.exceptions import DatasetError, ParameterError, UnknownNameError
from dioptra_builtins import _image_reading
from dioptra_builtins.data.tensorflow import (
    _choose,
    compare_image_folders,
    create_image_dataset,
    get_n_classes,
    get_n_classes_from_directory_iterator,
)

pytestmark = pytest.mark.usefixtures("tensorflow")
SIZE = (8, 8, 1)
N = 25


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, write_images: Callable[..., Path]) -> Path:
    rng = np.random.default_rng(0)
    counts = {"cat": 5, "dog": 10, "owl": 10}
    names = [f"{name}/{number:02}.png" for name, n in counts.items() for number in range(n)]
    images = {name: rng.integers(0, 256, (8, 8), np.uint8) for name in names}
    return write_images(tmp_path_factory.mktemp("images"), images)


def whole(folder: Path, **options: Any) -> Any:
    options = {"validation_split": None, "seed": 0, **options}
    return create_image_dataset(folder, None, SIZE, **options)


def part(folder: Path, subset: Any, seed: int = 0, **options: Any) -> Any:
    return create_image_dataset(folder, subset, SIZE, seed, **options)


def read(dataset: Any) -> tuple[Any, Any]:
    images, labels = zip(*dataset.as_numpy_iterator(), strict=True)
    return np.concatenate(images), np.concatenate(labels)


def test_batches_have_the_shapes_and_types_that_are_documented(folder: Path) -> None:
    batches = list(whole(folder, batch_size=10).as_numpy_iterator())
    assert [images.shape for images, _ in batches] == [(10, 8, 8, 1), (10, 8, 8, 1), (5, 8, 8, 1)]
    assert [labels.shape for _, labels in batches] == [(10, 3), (10, 3), (5, 3)]
    assert {array.dtype for batch in batches for array in batch} == {np.dtype(np.float32)}


def test_the_element_spec_states_all_but_the_batch(folder: Path) -> None:
    images, labels = whole(folder).element_spec
    assert tuple(images.shape) == (None, 8, 8, 1)
    assert tuple(labels.shape) == (None, 3)


def test_pixels_are_the_bytes_that_pillow_decodes_times_the_factor(folder: Path) -> None:
    dataset = whole(folder)
    images, _ = read(dataset)
    decoded = [np.asarray(Image.open(path))[..., np.newaxis] for path in dataset.file_paths]
    expected = np.array(decoded).astype(np.float32) * np.float32(1 / 255)
    np.testing.assert_array_equal(images, expected)
    assert images.min() >= 0
    assert images.max() <= 1


def test_black_is_zero_and_white_is_one(tmp_path: Path, write_images: Callable[..., Path]) -> None:
    black, white = np.zeros((8, 8), np.uint8), np.full((8, 8), 255, np.uint8)
    images, _ = read(whole(write_images(tmp_path / "images", {"a/1.png": black, "b/1.png": white})))
    assert np.unique(images[0]) == [0]
    assert np.unique(images[1]) == [1]


def test_a_factor_of_one_keeps_the_bytes(folder: Path) -> None:
    dataset = whole(folder, rescale=1)
    images, _ = read(dataset)
    np.testing.assert_array_equal(images[0, ..., 0], np.asarray(Image.open(dataset.file_paths[0])))


@pytest.mark.parametrize("subset", [None, "training"])
def test_an_offset_is_the_pixel_of_a_black_byte(folder: Path, subset: str | None) -> None:
    split = None if subset is None else 0.2
    options: Any = {"subset": subset, "validation_split": split, "seed": 0, "image_size": SIZE}
    plain = create_image_dataset(folder, rescale=1, **options)
    shifted = create_image_dataset(folder, rescale=2 / 255, offset=-1, **options)
    expected = read(plain)[0] * np.float32(2 / 255) - 1
    np.testing.assert_allclose(read(shifted)[0], expected, atol=1e-6)


def test_the_whole_folder_keeps_the_order_of_its_files(folder: Path) -> None:
    dataset = whole(folder, label_mode="int", seed=3)
    assert dataset.file_paths == [str(path) for path in sorted(folder.glob("*/*"))]
    _, labels = read(dataset)
    np.testing.assert_array_equal(labels, [0] * 5 + [1] * 10 + [2] * 10)
    np.testing.assert_array_equal(dataset.labels, labels)


def test_rgb_images_are_read(tmp_path: Path, write_images: Callable[..., Path]) -> None:
    red = np.zeros((4, 6, 3), np.uint8)
    red[..., 0] = 255
    folder = write_images(tmp_path / "images", {"a/1.png": red, "b/1.png": red})
    dataset = create_image_dataset(folder, None, (4, 6, 3), 0, validation_split=None)
    images, _ = read(dataset)
    assert images.shape == (2, 4, 6, 3)
    np.testing.assert_array_equal(images[0, 0, 0], [1, 0, 0])


def test_training_and_validation_share_no_image_and_leave_none_out(folder: Path) -> None:
    training, validation = part(folder, "training"), part(folder, "validation")
    assert (len(training.file_paths), len(validation.file_paths)) == (20, 5)
    assert sorted(training.file_paths + validation.file_paths) == whole(folder).file_paths


def test_what_is_read_is_what_the_subset_lists(folder: Path) -> None:
    everything, _ = read(whole(folder))
    training, _ = read(part(folder, "training"))
    validation, _ = read(part(folder, "validation"))
    assert {image.tobytes() for image in everything} == {
        image.tobytes() for image in (*training, *validation)
    }
    assert len(training) + len(validation) == N


def test_labels_stay_with_their_images_when_shuffled(folder: Path) -> None:
    images, labels = read(whole(folder, label_mode="int"))
    truth = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    shuffled, encoded = read(part(folder, "training"))
    assert [truth[image.tobytes()] for image in shuffled] == encoded.argmax(axis=1).tolist()


def test_the_same_seed_gives_the_same_order(folder: Path) -> None:
    first, _ = read(part(folder, "training", 5))
    second, _ = read(part(folder, "training", 5))
    np.testing.assert_array_equal(first, second)


def test_another_seed_gives_another_order_and_another_split(folder: Path) -> None:
    first, second = part(folder, "training", 5), part(folder, "training", 6)
    assert first.file_paths != second.file_paths
    assert (read(first)[0] != read(second)[0]).any()


def test_training_images_are_shuffled_anew_in_every_epoch(folder: Path) -> None:
    dataset = part(folder, "training")
    first, second = read(dataset)[0], read(dataset)[0]
    assert (first != second).any()
    assert {image.tobytes() for image in first} == {image.tobytes() for image in second}


def test_validation_images_keep_their_order_in_every_epoch(folder: Path) -> None:
    dataset = part(folder, "validation")
    assert dataset.file_paths == sorted(dataset.file_paths)
    np.testing.assert_array_equal(read(dataset)[0], read(dataset)[0])


def epochs(folder: Path, subset: str) -> list[tuple[Any, Any]]:
    import tensorflow as tf

    # Shuffling depends on the global seed too, as training does.
    tf.random.set_seed(1)
    dataset = part(folder, subset, 5, batch_size=6)
    return [batch for _ in range(3) for batch in dataset.as_numpy_iterator()]


@pytest.mark.parametrize("subset", ["training", "validation"])
def test_kept_images_come_in_the_same_batches_as_images_that_are_read_anew(
    folder: Path, subset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = epochs(folder, subset)
    monkeypatch.setattr(_image_reading, "KEPT_BYTES", 0)
    for ours, theirs in zip(kept, epochs(folder, subset), strict=True):
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(one, other)


def test_no_pipeline_waits_at_its_end_for_a_thread_that_tunes_it(folder: Path) -> None:
    for dataset in (whole(folder), part(folder, "training"), part(folder, "validation")):
        assert dataset.options().autotune.enabled is False


@pytest.mark.parametrize("subset", ["training", "validation"])
def test_the_number_of_batches_is_known_before_the_first_is_read(folder: Path, subset: str) -> None:
    dataset = part(folder, subset, batch_size=6)
    assert int(dataset.cardinality()) == len(list(dataset))


@pytest.mark.parametrize(("limit", "is_kept"), [(20 * 64, True), (20 * 64 - 1, False)])
def test_later_epochs_read_no_file_where_all_images_may_stay_in_memory(
    tmp_path: Path, folder: Path, limit: int, is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tensorflow as tf

    monkeypatch.setattr(_image_reading, "KEPT_BYTES", limit)
    own = shutil.copytree(folder, tmp_path / "own")
    dataset = part(own, "training")
    read(dataset)
    for path in dataset.file_paths:
        Path(path).unlink()
    if is_kept:
        assert len(read(dataset)[0]) == len(dataset.file_paths)
    else:
        with pytest.raises(tf.errors.NotFoundError):
            read(dataset)


@pytest.mark.parametrize("validation_split", [0.2, 0.5, 0.8])
def test_the_share_of_the_validation_subset_is_rounded(
    folder: Path, validation_split: float
) -> None:
    dataset = part(folder, "validation", validation_split=validation_split)
    assert len(dataset.file_paths) == round(N * validation_split)


@given(
    n=st.integers(2, 300),
    seed=st.integers(0, 2**32),
    validation_split=st.floats(0, 1, exclude_min=True, exclude_max=True),
)
def test_every_split_is_disjoint_and_complete_or_refused(
    n: int, seed: int, validation_split: float
) -> None:
    try:
        training = _choose(n, "training", validation_split, seed)
    except ParameterError as error:
        assert "leaves one subset empty" in str(error)  # noqa: PT017 - one outcome of two
        assert round(n * validation_split) in (0, n)
        return
    validation = _choose(n, "validation", validation_split, seed)
    assert len(validation) == round(n * validation_split)
    np.testing.assert_array_equal(np.sort(np.concatenate([training, validation])), np.arange(n))


def test_categorical_labels_are_one_hot(folder: Path) -> None:
    _, labels = read(whole(folder))
    np.testing.assert_array_equal(labels[[0, 5, 15]], np.eye(3))


def test_int_labels_are_numbers(folder: Path) -> None:
    _, labels = read(whole(folder, label_mode="int"))
    assert labels.dtype == np.int32
    assert labels[[0, 5, 15]].tolist() == [0, 1, 2]


def test_binary_labels_are_one_column(tmp_path: Path, write_images: Callable[..., Path]) -> None:
    pixels = np.zeros((8, 8), np.uint8)
    folder = write_images(tmp_path / "two", {"a/1.png": pixels, "b/1.png": pixels})
    _, labels = read(whole(folder, label_mode="binary"))
    assert labels.dtype == np.float32
    assert labels.tolist() == [[0], [1]]


def test_binary_labels_of_three_classes_are_refused(folder: Path) -> None:
    with pytest.raises(ParameterError, match="label_mode='binary' is for two classes") as caught:
        whole(folder, label_mode="binary")
    assert str(caught.value).endswith("has 3")


def test_an_unknown_label_mode_is_refused_with_those_known(folder: Path) -> None:
    with pytest.raises(UnknownNameError, match="'one_hot'; known: binary, categorical, int"):
        whole(folder, label_mode="one_hot")


def test_an_unknown_subset_is_refused_with_those_known(folder: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"'testing'; known: .*training, validation"):
        part(folder, "testing")


@pytest.mark.parametrize("batch_size", [0, -1])
def test_a_batch_size_below_one_is_refused(folder: Path, batch_size: int) -> None:
    with pytest.raises(ParameterError, match=f"batch_size is at least 1, not {batch_size}"):
        whole(folder, batch_size=batch_size)


def test_a_split_of_the_whole_folder_is_refused(folder: Path) -> None:
    message = "subset=None and validation_split=0.2 do not go together"
    with pytest.raises(ParameterError, match=message):
        whole(folder, validation_split=0.2)


def test_a_subset_without_a_split_is_refused(folder: Path) -> None:
    message = "subset='training' and validation_split=None do not go together"
    with pytest.raises(ParameterError, match=message):
        part(folder, "training", validation_split=None)


@pytest.mark.parametrize("validation_split", [-0.1, 0, 1, 1.5, float("nan")])
def test_a_split_outside_its_range_is_refused(folder: Path, validation_split: float) -> None:
    with pytest.raises(ParameterError, match="validation_split is above 0 and below 1"):
        part(folder, "training", validation_split=validation_split)


@pytest.mark.parametrize("subset", ["training", "validation"])
@pytest.mark.parametrize("validation_split", [0.01, 0.99])
def test_a_split_that_leaves_a_subset_empty_is_refused(
    folder: Path, subset: str, validation_split: float
) -> None:
    with pytest.raises(ParameterError, match="of 25 images leaves one subset empty"):
        part(folder, subset, validation_split=validation_split)


@pytest.mark.parametrize("subset", ["training", "validation", None])
def test_a_negative_seed_is_refused(folder: Path, subset: str | None) -> None:
    split = None if subset is None else 0.2
    with pytest.raises(ParameterError, match="seed is at least 0, not -1"):
        part(folder, subset, -1, validation_split=split)


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nowhere"):
        whole(tmp_path / "nowhere")


def test_classes_are_counted(folder: Path) -> None:
    dataset = part(folder, "validation")
    assert dataset.class_names == ("cat", "dog", "owl")
    assert get_n_classes(dataset) == 3


def test_the_classic_name_counts_classes_too(folder: Path) -> None:
    assert get_n_classes_from_directory_iterator(whole(folder)) == 3


@pytest.fixture
def pair(tmp_path: Path, write_images: Callable[..., Path]) -> tuple[Path, Path]:
    clean = np.full((8, 8), 100, np.uint8)
    brighter, darker = clean.copy(), clean.copy()
    brighter[2, 3] = 110
    darker[0, 0] = 80
    names = ["a/1", "a/2", "b/1", "b/2"]
    before = {f"{name}.png": clean for name in names}
    after = dict(
        zip(
            ["a/adv_1.png", "a/adv_2.png", "b/adv_1.png", "b/adv_2.png"],
            [clean, brighter, darker, clean],
            strict=True,
        )
    )
    return write_images(tmp_path / "clean", before), write_images(tmp_path / "adv", after)


def test_folders_are_compared_by_their_largest_difference(pair: tuple[Path, Path]) -> None:
    compared = compare_image_folders(*pair, SIZE)
    assert compared == {"n": 4, "linf_max": 20 / 255, "unchanged_share": 0.5}


def test_differences_are_in_pixel_values(pair: tuple[Path, Path]) -> None:
    assert compare_image_folders(*pair, SIZE, rescale=1)["linf_max"] == 20


def test_black_and_white_differ_by_the_whole_range(
    tmp_path: Path, write_images: Callable[..., Path]
) -> None:
    black, white = np.zeros((8, 8), np.uint8), np.full((8, 8), 255, np.uint8)
    clean = write_images(tmp_path / "clean", {"a/1.png": black, "b/1.png": white})
    adversarial = write_images(tmp_path / "adv", {"a/adv_1.png": white, "b/adv_1.png": black})
    compared = compare_image_folders(clean, adversarial, SIZE)
    assert compared == {"n": 2, "linf_max": 1, "unchanged_share": 0}


def test_an_image_without_its_counterpart_is_refused(pair: tuple[Path, Path]) -> None:
    clean, adversarial = pair
    (adversarial / "b" / "adv_2.png").unlink()
    with pytest.raises(DatasetError, match="3 and 4 images, or other names"):
        compare_image_folders(clean, adversarial, SIZE)


def test_images_of_other_names_are_refused(pair: tuple[Path, Path]) -> None:
    clean, _ = pair
    with pytest.raises(DatasetError, match="or other names"):
        compare_image_folders(clean, clean, SIZE)
