"""Attacks of one's own; an image of class a is light on the fields where ``SIGNS`` is 1."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dioptra.sdk.exceptions import NonFiniteError, ParameterError, UnknownNameError
from dioptra_builtins.attacks.custom import create_adversarial_custom_dataset

SIZE = (4, 4, 1)
EPS = 20 / 255


def attack(board: Path, target: Path, linear: Any, perturb: Any, **options: Any) -> Any:
    return create_adversarial_custom_dataset(
        board, target / "adversarial", linear, SIZE, perturb, attack_name="mine", **options
    )


def darken(images: Any, _labels: Any) -> Any:
    return images - np.float32(EPS)


def test_what_the_function_gives_is_what_is_stored(
    board: Path, tmp_path: Path, linear: Any
) -> None:
    table = attack(board, tmp_path, linear, darken, eps=EPS)
    assert list(table["image"]) == [
        *("a/adv_0.png", "a/adv_1.png", "a/adv_2.png", "b/adv_0.png", "b/adv_1.png")
    ]
    clean = np.asarray(Image.open(board / "a" / "0.png")).astype(int)
    stored = np.asarray(Image.open(tmp_path / "adversarial" / "a" / "adv_0.png")).astype(int)
    assert (clean - stored == 20).all()


@pytest.mark.parametrize(("labels", "wanted"), [("true", [0, 0, 0, 1, 1]), ("predicted", [0] * 5)])
def test_the_function_is_given_the_labels_that_are_asked_for(
    board: Path, tmp_path: Path, linear: Any, labels: Any, wanted: list[int]
) -> None:
    seen: list[int] = []

    class AlwaysFirst:
        """The same classifier, which takes every image for one of class a."""

        def __getattr__(self, name: str) -> Any:
            return getattr(linear, name)

        def predict(self, images: Any, **_options: Any) -> Any:
            return np.tile([1.0, 0.0], (len(images), 1))

    def look(images: Any, classes: Any) -> Any:
        seen.extend(classes.tolist())
        return images

    attack(board, tmp_path, AlwaysFirst(), look, eps=EPS, labels=labels)
    assert seen == wanted


def test_the_function_may_write_into_its_images(board: Path, tmp_path: Path, linear: Any) -> None:
    def zero(images: Any, _labels: Any) -> Any:
        images *= 0
        return images

    outcomes: list[Any] = []
    distance = [("largest", lambda a, b: np.abs(a - b).reshape(len(a), -1).max(axis=1))]
    table = attack(
        board, tmp_path, linear, zero, distance_metrics_list=distance, on_outcomes=outcomes.append
    )
    assert table["largest"].to_numpy() == pytest.approx(168 / 255)
    assert len(outcomes[0]) == 5


def test_without_a_budget_images_are_stored_without_loss(
    board: Path, tmp_path: Path, linear: Any
) -> None:
    table = attack(board, tmp_path, linear, lambda images, _: images - np.float32(1e-3))
    assert set(table["image"].str[-4:]) == {".npy"}


@pytest.mark.parametrize(
    ("perturb", "options", "message"),
    [
        (darken, {"eps": EPS / 2}, r"mine moves an image by 0\.0784314, and its eps is 0\.0392157"),
        (darken, {"eps": 3 * EPS, "norm": "2"}, r"mine moves an image by 0\.31.*norm 2"),
        (lambda x, _: x[:1], {}, r"mine gives float32 \[1, 4, 4, 1\] for images of float32 \[5"),
        (lambda x, _: (x * 255).astype(int), {}, r"mine gives int64 .*floating-point numbers"),
        (lambda x, _: x - 1, {}, r"mine gives pixels from -0\.65.* the model takes 0 to 1; clip"),
    ],
)
def test_what_the_function_must_not_give_is_refused(
    board: Path, tmp_path: Path, linear: Any, perturb: Any, options: Any, message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        attack(board, tmp_path, linear, perturb, **options)


def test_an_image_that_is_not_finite_is_named(board: Path, tmp_path: Path, linear: Any) -> None:
    def spoil(images: Any, _labels: Any) -> Any:
        images[-1, 0, 0, 0] = np.nan
        return images

    with pytest.raises(NonFiniteError, match=r"b/1\.png"):
        attack(board, tmp_path, linear, spoil, eps=EPS)


@pytest.mark.parametrize("option", [{"labels": "none"}, {"norm": "3"}, {"storage": "jpeg"}])
def test_an_unknown_name_is_refused(
    board: Path, tmp_path: Path, linear: Any, option: dict[str, Any]
) -> None:
    with pytest.raises(UnknownNameError):
        attack(board, tmp_path, linear, darken, eps=EPS, **option)
