from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dioptra.sdk.exceptions import ParameterError
from dioptra_builtins.attacks.pgd import create_adversarial_pgd_dataset
from dioptra_builtins.data.tensorflow import compare_image_folders
from dioptra_builtins.metrics.distance import l_2_norm

SIZE = (4, 4, 1)
LEVEL = 1 / 255


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "adv"


def attack(board: Path, target: Path, classifier: Any, **options: Any) -> Any:
    return create_adversarial_pgd_dataset(board, target, classifier, SIZE, **options)


@pytest.mark.parametrize("labels", ["true", "predicted"])
def test_steps_go_on_until_the_budget_is_used_up(
    board: Path,
    target: Path,
    linear: Any,
    field_of: Callable[[Path], dict[str, set[int]]],
    labels: Any,
) -> None:
    # 3 steps of 8 levels, of which the budget leaves 20.
    options: dict[str, Any] = {"eps": 20 * LEVEL, "eps_step": 8 * LEVEL, "max_iter": 3}
    table = attack(board, target, linear, num_random_init=0, labels=labels, **options)
    assert field_of(target) == {"a": {148}, "b": {108}}
    assert table["image"].tolist()[0] == "a/adv_0.png"
    assert len(table) == 5


def test_few_steps_do_not_reach_the_budget(
    board: Path, target: Path, linear: Any, field_of: Callable[[Path], dict[str, set[int]]]
) -> None:
    options: dict[str, Any] = {"eps": 60 * LEVEL, "eps_step": 8 * LEVEL, "max_iter": 3}
    attack(board, target, linear, num_random_init=0, **options)
    assert field_of(target) == {"a": {144}, "b": {112}}


def test_a_random_start_ends_at_the_budget_too(
    board: Path, target: Path, linear: Any, field_of: Callable[[Path], dict[str, set[int]]]
) -> None:
    # From the other side of the ball there are 40 levels to go.
    attack(board, target, linear, eps=20 * LEVEL, eps_step=10 * LEVEL, max_iter=5)
    assert field_of(target) == {"a": {148}, "b": {108}}


@pytest.mark.parametrize(("norm", "eps"), [("1", 2.0), (2, 0.5)])
def test_other_norms_keep_their_budget(
    board: Path, target: Path, linear: Any, norm: Any, eps: float
) -> None:
    attack(board, target, linear, norm=norm, eps=eps, eps_step=eps / 4, max_iter=8)
    compared = compare_image_folders(board, target, SIZE)
    assert compared["unchanged_share"] == 0
    moved = read(target, "adv_") - read(board)
    assert np.linalg.norm(moved, float(norm), axis=1).max() <= eps + 1e-6


def test_the_generator_of_numpy_decides_where_it_starts(
    board: Path, tmp_path: Path, linear: Any
) -> None:
    made = []
    for number, seed in enumerate((1, 1, 2)):
        np.random.seed(seed)  # noqa: NPY002 - ART draws from this one
        attack(board, tmp_path / str(number), linear, eps=0.3, eps_step=0.001, max_iter=1)
        made.append(read(tmp_path / str(number), "adv_"))
    np.testing.assert_array_equal(made[0], made[1])
    assert (made[0] != made[2]).any()


def test_distances_are_those_of_the_stored_images(board: Path, target: Path, linear: Any) -> None:
    options: dict[str, Any] = {"eps": 20 * LEVEL, "num_random_init": 0}
    table = attack(board, target, linear, distance_metrics_list=[("far", l_2_norm)], **options)
    # 16 pixels moved by 20 levels.
    assert table["far"].to_numpy() == pytest.approx(80 * LEVEL)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"eps": -0.1}, "eps is at least 0, not -0.1"),
        ({"eps_step": 0}, "eps_step is above 0, not 0"),
        ({"max_iter": 0}, "max_iter is at least 1, not 0"),
        ({"max_iter": 1.5}, "max_iter is a whole number, not 1.5"),
        ({"num_random_init": -1}, "random initialisations"),
    ],
)
def test_values_outside_their_range_are_refused(
    board: Path, target: Path, linear: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        attack(board, target, linear, **options)
    assert not target.exists()


def read(folder: Path, prefix: str = "") -> Any:
    from PIL import Image

    paths = sorted(folder.glob(f"*/{prefix}*.png"))
    return np.array([np.asarray(Image.open(path)).ravel() / 255 for path in paths])
