import io
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from dioptra.sdk.exceptions import DatasetError, ParameterError
from dioptra_builtins import _image_reading
from dioptra_builtins.attacks._adversarial_set import attack_image_folder
from dioptra_builtins.attacks._storing import TOLERANCE, quantize
from dioptra_builtins.metrics.distance import METRICS, DistanceMetrics

pytestmark = pytest.mark.usefixtures("tensorflow")
SIZE = (8, 8, 1)
FACTOR = np.float32(1 / 255)
SHAPE = (3, 4, 4, 1)
BYTES = hnp.arrays(np.uint8, SHAPE)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "adv"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, write_images: Callable[..., Path]) -> Path:
    rng = np.random.default_rng(0)
    names = [*(f"cat/{number}.png" for number in range(3)), "dog/x.png", "owl/1.png", "owl/2.png"]
    images = {name: rng.integers(20, 236, (8, 8), np.uint8) for name in names}
    return write_images(tmp_path_factory.mktemp("images"), images)


def keep(images: Any, _labels: Any, _n_classes: int) -> Any:
    return images


def brighten(images: Any, _labels: Any, _n_classes: int) -> Any:
    return images + 10 * FACTOR


def run(
    folder: Path,
    target: Path,
    attack: Any = keep,
    *metrics: Any,
    size: Any = SIZE,
    threads: int = 1,
) -> Any:
    return attack_image_folder(folder, target, size, attack, metrics, 1 / 255, threads=threads)


def read(path: Path) -> NDArray[np.uint8]:
    return np.asarray(Image.open(path))


def differ(clean: Any, stored: Any) -> NDArray[np.float64]:
    distances: NDArray[np.float64] = np.abs(stored - clean).max(axis=(1, 2, 3)).astype(np.float64)
    return distances


def test_there_is_one_row_and_one_file_for_each_image(folder: Path, target: Path) -> None:
    table = run(folder, target)
    names = ["cat/adv_0", "cat/adv_1", "cat/adv_2", "dog/adv_x", "owl/adv_1", "owl/adv_2"]
    assert table["image"].tolist() == [f"{name}.png" for name in names]
    assert table["label"].tolist() == ["cat", "cat", "cat", "dog", "owl", "owl"]
    assert list(table.columns) == ["image", "label"]
    files = sorted(path for path in target.rglob("*") if path.is_file())
    assert files == [target / name for name in table["image"]]


def test_an_attack_that_changes_nothing_stores_the_bytes_of_the_clean_images(
    folder: Path, target: Path
) -> None:
    for name in run(folder, target)["image"]:
        clean = folder / name.replace("adv_", "")
        np.testing.assert_array_equal(read(target / name), read(clean))


def test_what_is_stored_is_what_was_attacked(folder: Path, target: Path) -> None:
    for name in run(folder, target, brighten)["image"]:
        clean = folder / name.replace("adv_", "")
        np.testing.assert_array_equal(read(target / name), read(clean) + 10)


def test_an_attack_is_given_pixel_values_labels_and_the_number_of_classes(
    folder: Path, target: Path
) -> None:
    given: list[Any] = []

    def attack(images: Any, labels: Any, n_classes: int) -> Any:
        given.append((images, labels, n_classes))
        return images

    table = run(folder, target, attack)
    ((images, labels, n_classes),) = given
    assert (images.shape, images.dtype) == ((6, 8, 8, 1), np.float32)
    clean = [read(folder / name.replace("adv_", "")) for name in table["image"]]
    np.testing.assert_array_equal(images[..., 0], np.array(clean, np.float32) * FACTOR)
    assert labels.tolist() == [0, 0, 0, 1, 2, 2]
    assert labels.dtype == np.int64
    assert n_classes == 3


def test_a_folder_is_attacked_a_chunk_at_a_time_and_the_last_one_is_smaller(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def attack(images: Any, labels: Any, n_classes: int) -> Any:
        sizes.append(len(images))
        return brighten(images, labels, n_classes)

    whole = run(folder, tmp_path / "whole", brighten, ("l_inf", differ))
    monkeypatch.setattr(_image_reading, "CHUNK", 4)
    parts = run(folder, tmp_path / "parts", attack, ("l_inf", differ))
    assert sizes == [4, 2]
    assert parts.equals(whole)
    for name in whole["image"]:
        np.testing.assert_array_equal(
            read(tmp_path / "parts" / name), read(tmp_path / "whole" / name)
        )


def test_distances_are_those_of_the_stored_images(folder: Path, target: Path) -> None:
    def nudge(images: Any, _labels: Any, _n_classes: int) -> Any:
        return images + np.float32(10.9 / 255)

    table = run(folder, target, nudge, ("first", differ), ("second", lambda a, b: 2 * differ(a, b)))
    assert list(table.columns) == ["image", "label", "first", "second"]
    np.testing.assert_allclose(table["first"], 10 / 255, rtol=1e-5)
    np.testing.assert_allclose(table["second"], 20 / 255, rtol=1e-5)


class Together(list[Any]):
    def measure(self, clean: Any, stored: Any) -> dict[str, Any]:
        return {name: metric(clean, stored) + 7 for name, metric in self}


def test_metrics_that_can_be_measured_together_are(folder: Path, target: Path) -> None:
    metrics = Together([("far", differ)])
    table = attack_image_folder(folder, target, SIZE, keep, metrics, 1 / 255)
    assert table["far"].tolist() == [7] * 6


def test_measured_together_the_distances_are_the_same(folder: Path, tmp_path: Path) -> None:
    metrics = DistanceMetrics(METRICS.items())
    tables = [
        attack_image_folder(folder, tmp_path / name, SIZE, brighten, each, 1 / 255)
        for name, each in (("together", metrics), ("one by one", list(metrics)))
    ]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


@pytest.mark.parametrize("names", [["far", "far"], ["image"], ["near", "label"]])
def test_every_metric_has_a_column_of_its_own(folder: Path, target: Path, names: list[str]) -> None:
    with pytest.raises(ParameterError, match=f"cannot be named '{names[-1]}'"):
        run(folder, target, keep, *((name, differ) for name in names))
    assert not target.exists()


def test_each_row_holds_the_distance_of_its_own_image(folder: Path, target: Path) -> None:
    def by_place(images: Any, _labels: Any, _n_classes: int) -> Any:
        return images + np.arange(6).reshape(6, 1, 1, 1) * FACTOR

    table = run(folder, target, by_place, ("levels", lambda a, b: 255 * differ(a, b)))
    np.testing.assert_allclose(table["levels"], range(6), atol=1e-4)


def test_rgb_images_are_stored_as_rgb(tmp_path: Path, write_images: Callable[..., Path]) -> None:
    rng = np.random.default_rng(1)
    images = {f"{name}/1.png": rng.integers(20, 236, (4, 6, 3), np.uint8) for name in "ab"}
    folder = write_images(tmp_path / "clean", images)
    run(folder, tmp_path / "adv", brighten, size=(4, 6, 3))
    for name, pixels in images.items():
        stored = tmp_path / "adv" / name.replace("/", "/adv_")
        np.testing.assert_array_equal(read(stored), pixels + 10)


def test_a_class_without_images_is_refused_before_anything_is_written(
    tmp_path: Path, write_images: Callable[..., Path]
) -> None:
    folder = write_images(tmp_path / "clean", {"b/1.png": np.zeros((8, 8), np.uint8)})
    (folder / "a").mkdir()
    with pytest.raises(DatasetError, match="clean/a' is empty"):
        run(folder, tmp_path / "adv")
    assert not (tmp_path / "adv").exists()


def test_the_target_is_made_with_the_folders_above_it(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "new" / "deep")
    assert (tmp_path / "new" / "deep" / "dog" / "adv_x.png").is_file()


def test_both_folders_may_be_text(folder: Path, target: Path) -> None:
    attack_image_folder(str(folder), str(target), SIZE, keep, (), 1 / 255)
    assert (target / "dog" / "adv_x.png").is_file()


def test_a_folder_that_is_not_empty_is_left_alone(folder: Path, target: Path) -> None:
    target.mkdir()
    (target / "note.txt").write_text("mine")
    with pytest.raises(DatasetError, match="is not an empty folder") as caught:
        run(folder, target)
    assert repr(str(target)) in str(caught.value)
    assert [path.name for path in target.iterdir()] == ["note.txt"]


def test_an_empty_folder_is_written_to(folder: Path, target: Path) -> None:
    target.mkdir()
    run(folder, target)
    assert (target / "dog" / "adv_x.png").is_file()


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((9, 8, 1), r"is 8 x 8 pixels .* asks for 9 x 8"),
        ((8, 8, 3), r"is grey, but .* asks for RGB"),
        ((8, 8, 2), r"images have 1 or 3 channels, not 2"),
    ],
)
def test_images_of_another_size_are_refused(
    folder: Path, target: Path, size: tuple[int, int, int], message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        run(folder, target, size=size)
    assert not target.exists()


def test_a_file_is_no_folder_to_write_to(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DatasetError, match="is not an empty folder"):
        run(folder, tmp_path / "file")


def test_the_clean_images_are_never_written_over(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.png")}
    with pytest.raises(DatasetError, match="is not an empty folder"):
        run(folder, folder)
    assert {path: path.read_bytes() for path in folder.rglob("*.png")} == before


def test_a_source_that_cannot_be_used_leaves_no_target(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nowhere"):
        run(tmp_path / "nowhere", tmp_path / "adv")
    assert not (tmp_path / "adv").exists()


def test_progress_is_shown_for_each_image(
    folder: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tqdm

    bars: list[Any] = []
    real, stream = tqdm.tqdm, io.StringIO()

    def make(**options: Any) -> Any:
        bars.append(real(**{**options, "disable": False, "delay": 0, "file": stream}))
        return bars[-1]

    monkeypatch.setattr(tqdm, "tqdm", make)
    monkeypatch.setattr(_image_reading, "CHUNK", 4)
    run(folder, target)
    (bar,) = bars
    assert (bar.n, bar.total, bar.unit) == (6, 6, "image")
    assert "attack" in stream.getvalue()


def test_nothing_is_printed_where_there_is_no_terminal(
    folder: Path, target: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run(folder, target)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("clean", "attacked", "stored"),
    [
        (100, 100, 100),
        (100, 110.5, 110),
        (100, 110.99, 110),
        (100, 89.5, 90),
        (100, 89.01, 90),
        (100, 110.99999, 111),
        (100, 89.00001, 89),
        (100, 100.9, 100),
        (100, 99.1, 100),
        (0, -3, 0),
        (0, 0.9, 0),
        (255, 258, 255),
        (255, 254.1, 255),
        (250, 300, 255),
        (5, -40, 0),
    ],
)
def test_pixels_are_rounded_towards_the_clean_ones(
    clean: int, attacked: float, stored: int
) -> None:
    before, after = np.array([[clean]], np.uint8), np.array([[attacked]], np.float64)
    result = quantize(before, after * np.float64(FACTOR), 1 / 255)
    assert result.dtype == np.uint8
    assert result.tolist() == [[stored]]


def test_chunks_that_are_attacked_at_once_keep_their_order(
    folder: Path, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_image_reading, "CHUNK", 2)
    together = threading.Barrier(2, timeout=20)

    def wait_and_brighten(images: Any, labels: Any, _n_classes: int) -> Any:
        # Of three chunks, the third has none beside it.
        if labels[-1] < 2:
            together.wait()
            # Now the second chunk ends before the first.
            time.sleep(0.2 if labels[-1] == 0 else 0)
        return brighten(images, labels, _n_classes)

    table = run(folder, target, wait_and_brighten, ("linf", differ), threads=2)
    pd.testing.assert_frame_equal(table, run(folder, tmp_path / "one", brighten, ("linf", differ)))
    for name in table["image"]:
        assert (target / name).read_bytes() == (tmp_path / "one" / name).read_bytes()


def test_an_attack_that_fails_beside_another_fails_as_a_whole(
    folder: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_image_reading, "CHUNK", 2)

    def fail(_images: Any, _labels: Any, _n_classes: int) -> Any:
        raise ValueError("no gradient")

    with pytest.raises(ValueError, match="no gradient"):
        run(folder, target, fail, threads=2)


def test_every_byte_survives_the_way_to_pixel_values_and_back() -> None:
    clean = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(quantize(clean, clean * FACTOR, 1 / 255), clean)
    np.testing.assert_array_equal(quantize(clean, clean.astype(np.float32), 1), clean)


@given(clean=BYTES, attacked=hnp.arrays(np.float32, SHAPE, elements=st.floats(0, 1, width=32)))
def test_a_stored_pixel_lies_between_the_clean_and_the_attacked_one(
    clean: NDArray[np.uint8], attacked: NDArray[np.float32]
) -> None:
    levels = attacked.astype(np.float64) / np.float64(FACTOR)
    stored = quantize(clean, attacked, 1 / 255).astype(np.float64)
    assert (stored >= np.minimum(clean, levels) - TOLERANCE).all()
    assert (stored <= np.maximum(clean, levels) + TOLERANCE).all()
    assert (np.abs(stored - levels) < 1).all()


@given(clean=BYTES, noise=hnp.arrays(np.float32, SHAPE, elements=st.floats(-1, 1, width=32)))
@pytest.mark.parametrize("order", [1, 2, np.inf])
def test_no_image_is_stored_further_away_than_it_was_attacked(
    order: float, clean: NDArray[np.uint8], noise: NDArray[np.float32]
) -> None:
    def measure(images: NDArray[np.float64]) -> NDArray[np.float64]:
        lengths: NDArray[np.float64] = np.linalg.norm(images.reshape(3, -1), order, axis=1)
        return lengths

    images = clean.astype(np.float32) * FACTOR
    attacked = np.clip(images + noise, 0, 1)
    stored = quantize(clean, attacked, 1 / 255).astype(np.float32) * FACTOR
    asked = measure(attacked.astype(np.float64) - images)
    # Sixteen pixels, each of which may be short of its level by the tolerance.
    assert (measure(stored.astype(np.float64) - images) <= asked + 16e-6).all()


def test_the_tolerance_is_below_a_millionth_of_the_range_of_a_pixel() -> None:
    assert TOLERANCE / 255 < 1e-6
