from collections.abc import Callable
from typing import Any

import numpy as np

from dioptra.report.schema import Results
from dioptra.report.study import AttackStudy, studies
from dioptra.report.transfer import describe_transfer, draw_transfer


def test_rows_are_attacked_columns_evaluated_and_the_largest_eps_counts(study: AttackStudy) -> None:
    (axes,) = draw_transfer([study]).axes
    shown = axes.images[0].get_array()
    assert shown is not None
    np.testing.assert_allclose(shown, [[0.1, 0.6], [0.85, 0.0]])
    assert [text.get_text() for text in axes.texts] == ["10.0", "60.0", "85.0", "0.0"]
    assert axes.get_title(loc="left") == "accuracy in % at eps 0.2"


def test_numbers_are_dark_on_pale_and_white_on_dark(study: AttackStudy) -> None:
    (axes,) = draw_transfer([study]).axes
    assert [text.get_color() == "white" for text in axes.texts] == [False, False, True, False]


def test_the_attacked_model_itself_is_bold(study: AttackStudy) -> None:
    (axes,) = draw_transfer([study]).axes
    weights = [text.get_fontweight() for text in axes.texts]
    assert weights == ["bold", "normal", "normal", "bold"]


def test_a_pair_that_was_not_measured_has_a_dash(
    results: dict[str, Any], study_of: Callable[[dict[str, Any]], AttackStudy]
) -> None:
    del results["attacks"][-1]
    (axes,) = draw_transfer([study_of(results)]).axes
    assert [text.get_text() for text in axes.texts] == ["10.0", "60.0", "–", "0.0"]  # noqa: RUF001


def test_several_studies_have_titled_panels(
    results: dict[str, Any], entry: Callable[..., dict[str, Any]]
) -> None:
    results["attacks"].append(entry("a", "a", 2.0, 0.3, norm="2"))
    figure = draw_transfer(studies(Results.model_validate(results)))
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "fgm, l-2, true labels: accuracy in % at eps 2",
        "fgm, l-inf, true labels: accuracy in % at eps 0.2",
    ]


def test_the_description_names_every_cell(study: AttackStudy) -> None:
    assert describe_transfer(study) == (
        "Accuracy at eps 0.2. images made for a, shown to a: 10.0 %; images made for a, shown to "
        "b: 60.0 %; images made for b, shown to b: 0.0 %; images made for b, shown to a: 85.0 %."
    )


def test_the_description_leaves_out_what_was_not_measured(
    results: dict[str, Any], study_of: Callable[[dict[str, Any]], AttackStudy]
) -> None:
    del results["attacks"][-1]
    assert "made for b, shown to a" not in describe_transfer(study_of(results))
