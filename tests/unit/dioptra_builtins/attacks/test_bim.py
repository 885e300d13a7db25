from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dioptra.sdk.exceptions import ParameterError
from dioptra_builtins.attacks.bim import create_adversarial_bim_dataset

SIZE = (4, 4, 1)
LEVEL = 1 / 255


@pytest.mark.parametrize(
    ("eps", "steps", "expected"),
    [
        (20, 2, {"a": {152}, "b": {104}}),
        (20, 3, {"a": {148}, "b": {108}}),
        (20, 9, {"a": {148}, "b": {108}}),
        (0, 3, {"a": {168}, "b": {88}}),
    ],
)
def test_each_step_moves_every_pixel_until_the_budget_is_used_up(
    board: Path,
    tmp_path: Path,
    linear: Any,
    field_of: Callable[[Path], dict[str, set[int]]],
    eps: int,
    steps: int,
    expected: dict[str, set[int]],
) -> None:
    options = {"eps": eps * LEVEL, "eps_step": 8 * LEVEL, "max_iter": steps}
    table = create_adversarial_bim_dataset(board, tmp_path / "adv", linear, SIZE, **options)
    assert field_of(tmp_path / "adv") == expected
    assert table["label"].tolist() == ["a", "a", "a", "b", "b"]


def test_a_negative_budget_is_refused(board: Path, tmp_path: Path, linear: Any) -> None:
    with pytest.raises(ParameterError, match="eps is at least 0, not -1"):
        create_adversarial_bim_dataset(board, tmp_path / "adv", linear, SIZE, eps=-1)
