import io
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from dioptra.contracts import ModelContract
from dioptra.sdk.exceptions import DatasetError, ParameterError, UnknownNameError
from dioptra_builtins import _image_reading, _side_by_side
from dioptra_builtins._quiet_art import quiet_art
from dioptra_builtins.attacks import _running, fgm
from dioptra_builtins.attacks._methods import make_method
from dioptra_builtins.attacks._storing import quantize
from dioptra_builtins.attacks.fgm import create_adversarial_fgm_dataset, perturb_images
from dioptra_builtins.data.tensorflow import compare_image_folders, create_image_dataset
from dioptra_builtins.estimators.keras_classifiers import init_classifier
from dioptra_builtins.estimators.tensorflow import evaluate, fit
from dioptra_builtins.metrics.distance import get_distance_metric_list

pytestmark = pytest.mark.usefixtures("tensorflow")
SIZE = (8, 8, 1)
N = 37
FACTOR = np.float32(1 / 255)
METRICS = get_distance_metric_list(
    [{"name": name, "func": name} for name in ("l_inf_norm", "l_1_norm", "l_2_norm")]
)


def draw(n: int, size: tuple[int, ...]) -> dict[str, NDArray[np.uint8]]:
    """Images of three classes that are told apart by where they are bright."""
    rng = np.random.default_rng(4)
    images = {}
    for number in range(n):
        pixels = rng.integers(0, 200, size, np.uint8)
        pixels[2 * (number % 3) : 2 * (number % 3) + 3] += 55
        images[f"{'abc'[number % 3]}/{number:03}.png"] = pixels
    return images


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "adv"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, write_images: Callable[..., Path]) -> Path:
    return write_images(tmp_path_factory.mktemp("images"), draw(N, (8, 8)))


def train(folder: Path, size: tuple[int, int, int]) -> Any:
    import keras

    keras.utils.set_random_seed(0)
    dataset = create_image_dataset(folder, None, size, 0, validation_split=None)
    model = init_classifier("shallow_net", keras.optimizers.Adam(0.03), ["accuracy"], size, 3)
    fit(model, dataset, fit_kwargs={"epochs": 20})
    return model


def wrap(model: Any, contract: ModelContract | None = None) -> Any:
    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    return wrap_model(model, contract)


@pytest.fixture(scope="module")
def model(folder: Path, tensorflow: None) -> Any:  # noqa: ARG001 - it comes first
    return train(folder, SIZE)


@pytest.fixture(scope="module")
def classifier(model: Any) -> Any:
    return wrap(model)


@pytest.fixture(scope="module")
def clean(folder: Path) -> NDArray[np.uint8]:
    return read(folder)[0]


@pytest.fixture(scope="module")
def labels(folder: Path) -> NDArray[np.int64]:
    return read(folder)[1]


def read(folder: Path, prefix: str = "") -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    paths = sorted(folder.glob(f"*/{prefix}*.png"))
    images = np.array([np.asarray(Image.open(path)) for path in paths])
    labels = np.array(["abc".index(path.parent.name) for path in paths])
    return images.reshape(*images.shape[:3], -1), labels


def attack(folder: Path, target: Path, classifier: Any, **options: Any) -> Any:
    options = {"image_size": SIZE, **options}
    return create_adversarial_fgm_dataset(folder, target, classifier, **options)


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(b"IDAT") + 10] ^= 0xFF
    path.write_bytes(content)


def test_every_image_gets_a_row_and_a_file_in_the_order_of_the_names(
    folder: Path, target: Path, classifier: Any
) -> None:
    table = attack(folder, target, classifier)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*.png"))
    assert table["image"].tolist() == [name.replace("/", "/adv_") for name in names]
    assert table["label"].tolist() == [name[0] for name in names]
    assert list(table.columns) == ["image", "label"]
    files = sorted(path.relative_to(target).as_posix() for path in target.glob("*/*"))
    assert files == table["image"].tolist()


@pytest.mark.parametrize("batch_size", [1, 10, 36, 37, 1000])
def test_no_image_is_left_out_or_changed_by_the_batch_size(
    folder: Path, tmp_path: Path, classifier: Any, batch_size: int
) -> None:
    assert len(attack(folder, tmp_path / "a", classifier)) == N
    assert len(attack(folder, tmp_path / "b", classifier, batch_size=batch_size)) == N
    first, second = read(tmp_path / "a", "adv_")[0], read(tmp_path / "b", "adv_")[0]
    assert len(second) == N
    # A sum of floating-point numbers may be another by its last bit, and so its sign.
    assert np.mean(first != second) < 1e-3


@pytest.mark.parametrize("norm", [inf, 1, 2])
def test_chunks_attacked_beside_each_other_give_the_same_images(
    folder: Path, tmp_path: Path, classifier: Any, norm: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_image_reading, "CHUNK", 4)
    for threads in (3, 1):
        monkeypatch.setattr(_side_by_side, "THREADS", threads)
        attack(folder, tmp_path / str(threads), classifier, norm=norm)
    first, second = (read(tmp_path / str(threads), "adv_")[0] for threads in (3, 1))
    np.testing.assert_array_equal(first, second)


def test_three_chunks_are_attacked_at_once_where_nothing_forbids_it(classifier: Any) -> None:
    small, large = (28, 28, 1), (224, 224, 3)
    assert fgm._count_threads(classifier, small, minimal=False) == 3
    assert fgm._count_threads(classifier, small, minimal=True) == 1
    assert fgm._count_threads(classifier, large, minimal=False) == 1
    stock: Any = object()
    assert fgm._count_threads(stock, small, minimal=False) == 1


def test_batches_and_chunks_that_do_not_divide_the_folder_leave_none_out(
    folder: Path, target: Path, classifier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_image_reading, "CHUNK", 16)
    table = attack(folder, target, classifier, batch_size=7, distance_metrics_list=METRICS)
    assert len(table) == N
    assert not table.isna().any(axis=None)
    assert len(read(target, "adv_")[0]) == N


@pytest.mark.parametrize("eps", [0.001, 1 / 255, 0.01, 0.1, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("labels", ["true", "predicted"])
def test_stored_images_keep_to_the_budget_and_to_the_range_of_pixels(
    folder: Path, target: Path, classifier: Any, eps: float, labels: Any
) -> None:
    table = attack(
        folder, target, classifier, eps=eps, labels=labels, distance_metrics_list=METRICS
    )
    clean, stored = (images / 255 for images in (read(folder)[0], read(target, "adv_")[0]))
    assert np.abs(stored - clean).max() <= eps + 1e-6
    assert table["l_inf_norm"].max() <= eps + 1e-6
    # Rounding takes less than a level of it away, but not from every pixel.
    assert np.abs(stored - clean).max() > eps - 1 / 255


@given(
    eps=st.floats(0, 1, exclude_min=True), minimal=st.booleans(), norm=st.sampled_from([inf, 1, 2])
)
@settings(max_examples=60, deadline=None)
def test_bytes_rounded_after_an_attack_keep_every_budget(
    classifier: Any,
    clean: NDArray[np.uint8],
    labels: NDArray[np.int64],
    eps: float,
    minimal: bool,
    norm: float,
) -> None:
    images = clean.astype(np.float32) * FACTOR
    attacked = perturb_images(
        classifier, images, labels, eps=eps, eps_step=0.15, minimal=minimal, norm=norm
    )
    moved = (quantize(clean, attacked, 1 / 255) / 255 - clean / 255).reshape(N, -1)
    assert np.linalg.norm(moved, norm, axis=1).max() <= eps + 1e-5


@pytest.mark.parametrize(("norm", "name"), [(1, "l_1_norm"), (2, "l_2_norm")])
def test_stored_images_keep_to_the_budget_of_other_norms(
    folder: Path, target: Path, classifier: Any, norm: float, name: str
) -> None:
    table = attack(folder, target, classifier, eps=0.7, norm=norm, distance_metrics_list=METRICS)
    assert 0 < table[name].max() <= 0.7 + 1e-6


def test_distances_are_those_of_the_stored_files(
    folder: Path, target: Path, classifier: Any
) -> None:
    table = attack(folder, target, classifier, eps=0.11, distance_metrics_list=METRICS)
    clean, stored = (images / 255 for images in (read(folder)[0], read(target, "adv_")[0]))
    moved = (stored - clean).reshape(N, -1)
    for name, order in (("l_inf_norm", inf), ("l_1_norm", 1), ("l_2_norm", 2)):
        np.testing.assert_allclose(table[name], np.linalg.norm(moved, order, axis=1), rtol=1e-5)


@pytest.mark.parametrize("labels_name", ["true", "predicted"])
@pytest.mark.parametrize("norm", [inf, "inf", 1, "1", 2, "2", 2.0])
def test_what_is_stored_is_what_the_attack_in_memory_gives(
    folder: Path,
    target: Path,
    classifier: Any,
    clean: NDArray[np.uint8],
    labels: NDArray[np.int64],
    norm: Any,
    labels_name: Any,
) -> None:
    attack(folder, target, classifier, eps=0.4, norm=norm, labels=labels_name)
    images = clean.astype(np.float32) * FACTOR
    given = labels if labels_name == "true" else None
    attacked = perturb_images(classifier, images, given, eps=0.4, norm=norm)
    np.testing.assert_array_equal(read(target, "adv_")[0], quantize(clean, attacked, 1 / 255))


@pytest.mark.parametrize("minimal", [False, True])
def test_the_accuracy_on_the_stored_set_is_that_on_the_arrays_in_memory(
    folder: Path,
    target: Path,
    model: Any,
    classifier: Any,
    clean: NDArray[np.uint8],
    labels: NDArray[np.int64],
    minimal: bool,
) -> None:
    attack(folder, target, classifier, eps=0.25, minimal=minimal)
    dataset = create_image_dataset(target, None, SIZE, 0, validation_split=None)
    images = clean.astype(np.float32) * FACTOR
    attacked = perturb_images(classifier, images, labels, eps=0.25, minimal=minimal)
    if not minimal:
        attacked = quantize(clean, attacked, 1 / 255).astype(np.float32) * FACTOR
    expected = evaluate(model, attacked, np.eye(3)[labels])
    assert evaluate(model, dataset) == pytest.approx(expected, rel=1e-6)


def test_the_attack_lowers_the_accuracy(
    folder: Path, target: Path, model: Any, classifier: Any
) -> None:
    attack(folder, target, classifier, eps=0.3)
    options: dict[str, Any] = {"seed": 0, "validation_split": None}
    before = evaluate(model, create_image_dataset(folder, None, SIZE, **options))
    after = evaluate(model, create_image_dataset(target, None, SIZE, **options))
    assert before["accuracy"] > 0.9
    assert after["accuracy"] < 0.5


@pytest.mark.parametrize("eps", [0, 0.0, 0.002])
def test_a_budget_below_a_level_leaves_the_images_unchanged(
    folder: Path, target: Path, classifier: Any, eps: float
) -> None:
    table = attack(folder, target, classifier, eps=eps, distance_metrics_list=METRICS)
    np.testing.assert_array_equal(read(target, "adv_")[0], read(folder)[0])
    assert table["l_1_norm"].tolist() == [0] * N


def test_the_labels_of_both_modes_give_the_same_images(
    folder: Path, tmp_path: Path, classifier: Any
) -> None:
    for mode in ("categorical", "int"):
        attack(folder, tmp_path / mode, classifier, label_mode=mode)
    np.testing.assert_array_equal(
        read(tmp_path / "categorical", "adv_")[0], read(tmp_path / "int", "adv_")[0]
    )


def test_each_label_mode_gives_art_what_it_names(
    folder: Path, tmp_path: Path, classifier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from art.attacks.evasion import FastGradientMethod

    given: list[Any] = []

    def record(_self: Any, images: Any, labels: Any = None) -> Any:
        given.append(labels)
        return images

    monkeypatch.setattr(FastGradientMethod, "generate", record)
    truth = read(folder)[1]
    attack(folder, tmp_path / "a", classifier, label_mode="categorical")
    attack(folder, tmp_path / "b", classifier, label_mode="int")
    attack(folder, tmp_path / "c", classifier, labels="predicted")
    np.testing.assert_array_equal(given[0], np.eye(3)[truth])
    np.testing.assert_array_equal(given[1], truth)
    # Of any class: the loss is that of what is predicted on the way.
    np.testing.assert_array_equal(given[2], np.eye(3)[np.zeros(len(truth), int)])


def test_labels_that_are_predicted_on_the_way_are_those_that_are_predicted_before(
    folder: Path, classifier: Any
) -> None:
    images = read(folder)[0].astype(np.float32) * FACTOR
    predicted = classifier.predict(images).argmax(axis=1)
    np.testing.assert_array_equal(
        perturb_images(classifier, images, eps=0.1),
        perturb_images(classifier, images, predicted, eps=0.1),
    )


def test_the_search_changes_no_image_more_than_the_full_step_and_some_less(
    folder: Path, tmp_path: Path, classifier: Any
) -> None:
    full, smallest = (
        attack(
            folder,
            tmp_path / str(minimal),
            classifier,
            eps=0.5,
            eps_step=0.05,
            minimal=minimal,
            distance_metrics_list=METRICS,
        )["l_inf_norm"]
        for minimal in (False, True)
    )
    assert (smallest <= full + 1e-6).all()
    assert smallest.mean() < full.mean()


def test_rgb_images_are_attacked(tmp_path: Path, write_images: Callable[..., Path]) -> None:
    folder, size = write_images(tmp_path / "clean", draw(12, (8, 8, 3))), (8, 8, 3)
    classifier = wrap(train(folder, size))
    attack(folder, tmp_path / "adv", classifier, image_size=size, eps=0.1)
    compared = compare_image_folders(folder, tmp_path / "adv", size)
    assert compared["n"] == 12
    assert 0.1 - 1 / 255 < compared["linf_max"] <= 0.1 + 1e-6
    assert read(tmp_path / "adv", "adv_")[0].shape == (12, 8, 8, 3)


def test_bytes_are_attacked_in_units_of_bytes(folder: Path, target: Path, model: Any) -> None:
    import keras

    layers = [
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        keras.layers.Dense(32, activation="sigmoid"),
        keras.layers.Dense(3, activation="softmax"),
    ]
    rescaled = keras.Sequential([keras.Input(SIZE), *layers])
    rescaled.set_weights(model.get_weights())
    rescaled.compile("adam", "categorical_crossentropy")
    contract = ModelContract(
        class_names=("a", "b", "c"),
        image_size=SIZE,
        pixel_interval=(0, 255),
        output="probabilities",
        outputs=3,
        loss="categorical_crossentropy",
    )
    attacked = wrap(rescaled, contract)
    table = attack(folder, target, attacked, rescale=1, eps=8, distance_metrics_list=METRICS)
    moved = np.abs(read(target, "adv_")[0].astype(int) - read(folder)[0])
    assert moved.max() == 8
    assert table["l_inf_norm"].tolist() == [8] * N


@pytest.mark.parametrize("eps", [-0.1, -1, float("nan")])
def test_a_budget_below_zero_is_refused(
    folder: Path, target: Path, classifier: Any, eps: float
) -> None:
    with pytest.raises(ParameterError, match=f"eps is at least 0, not {eps}"):
        attack(folder, target, classifier, eps=eps)
    assert not target.exists()


@pytest.mark.parametrize("eps_step", [0, -0.1, float("nan")])
def test_a_step_that_is_not_above_zero_is_refused(
    folder: Path, target: Path, classifier: Any, eps_step: float
) -> None:
    with pytest.raises(ParameterError, match=f"eps_step is above 0, not {eps_step}"):
        attack(folder, target, classifier, eps_step=eps_step)


@pytest.mark.parametrize("batch_size", [0, -5])
def test_a_batch_size_below_one_is_refused(
    folder: Path, target: Path, classifier: Any, batch_size: int
) -> None:
    with pytest.raises(ParameterError, match=f"batch_size is at least 1, not {batch_size}"):
        attack(folder, target, classifier, batch_size=batch_size)


@pytest.mark.parametrize("norm", [3, "3", "l2", "", 0, 1.5, -inf, float("nan"), None])
def test_an_unknown_norm_is_refused_with_those_known(
    folder: Path, target: Path, classifier: Any, norm: Any
) -> None:
    with pytest.raises(UnknownNameError) as caught:
        attack(folder, target, classifier, norm=norm)
    assert str(caught.value) == f"no norm named {norm!r}; known: 1, 2, inf"


@pytest.mark.parametrize("labels", ["both", "True", "", None])
def test_an_unknown_kind_of_labels_is_refused_with_those_known(
    folder: Path, target: Path, classifier: Any, labels: Any
) -> None:
    with pytest.raises(UnknownNameError) as caught:
        attack(folder, target, classifier, labels=labels)
    assert str(caught.value) == f"no kind of labels named {labels!r}; known: predicted, true"


def test_an_unknown_label_mode_is_refused_with_those_known(
    folder: Path, target: Path, classifier: Any
) -> None:
    message = "no label mode named 'binary'; known: categorical, int"
    with pytest.raises(UnknownNameError, match=message):
        attack(folder, target, classifier, label_mode="binary")


def test_the_images_of_two_attacks_do_not_mix(folder: Path, target: Path, classifier: Any) -> None:
    attack(folder, target, classifier)
    before = {path: path.read_bytes() for path in target.rglob("*.png")}
    with pytest.raises(DatasetError, match="is not an empty folder"):
        attack(folder, target, classifier, eps=0.5)
    assert {path: path.read_bytes() for path in target.rglob("*.png")} == before


@pytest.mark.parametrize(
    ("size", "message"),
    [((9, 8), r"is 9 x 8 pixels .* asks for 8 x 8"), ((8, 8, 3), r"is RGB, but .* asks for grey")],
)
def test_images_of_another_size_are_refused(
    tmp_path: Path,
    target: Path,
    classifier: Any,
    write_images: Callable[..., Path],
    size: tuple[int, ...],
    message: str,
) -> None:
    with pytest.raises(DatasetError, match=message):
        attack(write_images(tmp_path / "clean", draw(6, size)), target, classifier)
    assert not target.exists()


def test_a_damaged_image_is_named_by_its_path(
    tmp_path: Path, write_images: Callable[..., Path], classifier: Any
) -> None:
    folder = write_images(tmp_path / "clean", draw(6, (8, 8)))
    damage(folder / "b" / "004.png")
    with pytest.raises(DatasetError) as caught:
        attack(folder, tmp_path / "adv", classifier)
    assert f"the image {str(folder / 'b' / '004.png')!r} is damaged" in str(caught.value)


def test_a_file_that_is_no_image_is_named_by_its_path(
    tmp_path: Path, write_images: Callable[..., Path], classifier: Any
) -> None:
    folder = write_images(tmp_path / "clean", draw(6, (8, 8)))
    (folder / "c" / "notes.txt").write_text("no image")
    with pytest.raises(DatasetError) as caught:
        attack(folder, tmp_path / "adv", classifier)
    assert f"{str(folder / 'c' / 'notes.txt')!r} is not a PNG image" in str(caught.value)
    assert not (tmp_path / "adv").exists()


def test_progress_is_shown_for_each_image(
    folder: Path, target: Path, classifier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tqdm

    bars: list[Any] = []
    real = tqdm.tqdm

    def make(**options: Any) -> Any:
        bars.append(real(**{**options, "disable": False, "file": io.StringIO()}))
        return bars[-1]

    monkeypatch.setattr(tqdm, "tqdm", make)
    attack(folder, target, classifier)
    assert [(bar.n, bar.total) for bar in bars] == [(N, N)]


def test_an_attack_says_nothing_where_there_is_no_terminal(
    folder: Path, target: Path, classifier: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    attack(folder, target, classifier)
    assert capfd.readouterr() == ("", "")


def test_images_in_memory_move_by_the_budget_along_the_sign_of_the_gradient(
    classifier: Any, clean: NDArray[np.uint8], labels: NDArray[np.int64]
) -> None:
    images = clean.astype(np.float32) * FACTOR
    adversarial = perturb_images(classifier, images, labels, eps=0.05, batch_size=N)
    gradient = classifier.loss_gradient(images, np.eye(3, dtype=np.float32)[labels])
    expected = np.clip(images + np.float32(0.05) * np.sign(gradient), 0, 1)
    assert adversarial.dtype == np.float32
    np.testing.assert_allclose(adversarial, expected, rtol=0, atol=1e-6)


def test_under_the_first_norm_one_pixel_moves(
    classifier: Any, clean: NDArray[np.uint8], labels: NDArray[np.int64]
) -> None:
    images = clean.astype(np.float32) * FACTOR
    adversarial = perturb_images(classifier, images, labels, eps=0.05, norm=1)
    assert ((adversarial != images).reshape(N, -1).sum(axis=1) <= 1).all()


def test_images_in_memory_may_have_labels_as_numbers_one_hot_or_none(
    classifier: Any, clean: NDArray[np.uint8], labels: NDArray[np.int64]
) -> None:
    images = clean.astype(np.float32) * FACTOR
    numbers = perturb_images(classifier, images, labels)
    np.testing.assert_array_equal(perturb_images(classifier, images, np.eye(3)[labels]), numbers)
    predicted = classifier.predict(images).argmax(axis=1)
    np.testing.assert_array_equal(
        perturb_images(classifier, images), perturb_images(classifier, images, predicted)
    )


@pytest.mark.parametrize("kind", ["numbers", "one-hot", "predicted"])
@pytest.mark.parametrize("norm", [inf, 2])
def test_images_in_memory_attacked_side_by_side_are_those_of_a_single_call(
    classifier: Any,
    clean: NDArray[np.uint8],
    labels: NDArray[np.int64],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    norm: float,
) -> None:
    monkeypatch.setattr(_running, "CHUNK", 9)
    images = clean.astype(np.float32) * FACTOR
    given = {"numbers": labels, "one-hot": np.eye(3)[labels], "predicted": None}[kind]
    sizes: list[int] = []
    method = make_method("FastGradientMethod", classifier, {"batch_size": 4, "norm": norm})
    generate = method.generate

    def count(x: NDArray[np.float32], y: Any) -> NDArray[np.float32]:
        sizes.append(len(x))
        attacked: NDArray[np.float32] = generate(x, y)
        return attacked

    monkeypatch.setattr(method, "generate", count)
    apart = _running.generate_side_by_side(method, images, given, 3)
    # Whole batches; the last chunk has what is left.
    assert sorted(sizes) == sorted([*[8] * (N // 8), *[N % 8] * (N % 8 > 0)])
    np.testing.assert_array_equal(apart, generate(images, given))
    assert len(_running.generate_side_by_side(method, images, given, 1)) == N
    assert sizes[-1] == N


@pytest.mark.parametrize("minimal", [False, True])
def test_images_in_memory_are_attacked_side_by_side_where_nothing_forbids_it(
    classifier: Any, clean: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch, minimal: bool
) -> None:
    threads: list[int] = []

    def note(method: Any, images: Any, _labels: Any, count: int) -> Any:
        assert method.batch_size == 4
        threads.append(count)
        return images

    monkeypatch.setattr(fgm, "generate_side_by_side", note)
    images = clean.astype(np.float32) * FACTOR
    perturb_images(classifier, images, batch_size=4, minimal=minimal)
    assert threads == [1 if minimal else 3]


def test_no_budget_leaves_images_in_memory_as_they_are(
    classifier: Any, clean: NDArray[np.uint8]
) -> None:
    images = clean.astype(np.float32) * FACTOR
    np.testing.assert_array_equal(perturb_images(classifier, images, eps=0), images)


def test_no_image_in_memory_gives_none(classifier: Any) -> None:
    assert perturb_images(classifier, np.zeros((0, *SIZE), np.float32)).shape == (0, *SIZE)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"eps": -1}, ParameterError),
        ({"eps_step": 0}, ParameterError),
        ({"batch_size": 0}, ParameterError),
        ({"norm": "l2"}, UnknownNameError),
    ],
)
def test_images_in_memory_are_attacked_within_the_same_limits(
    classifier: Any, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        perturb_images(classifier, np.zeros((1, *SIZE), np.float32), **options)
