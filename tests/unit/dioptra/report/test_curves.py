from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np

from dioptra.report.curves import describe_curves, draw_curves, label
from dioptra.report.drawing import drawing_style, svg
from dioptra.report.schema import Results
from dioptra.report.study import AttackStudy, Pair, studies


def test_lines_are_the_curves_in_percent(study: AttackStudy) -> None:
    (axes,) = draw_curves([study]).axes
    lines = {line.get_label(): np.asarray(line.get_xydata()) for line in axes.lines}
    assert list(lines) == ["attack on a", "transfer a → b", "attack on b", "transfer b → a"]
    np.testing.assert_allclose(lines["transfer a → b"], [(0, 80), (0.1, 70), (0.2, 60)])


def test_each_accuracy_has_a_bar_over_its_interval(study: AttackStudy) -> None:
    (axes,) = draw_curves([study]).axes
    bars = axes.collections[0].get_segments()  # type: ignore[attr-defined]
    ends = [[(0, 82.56), (0, 94.48)], [(0.1, 40.38), (0.1, 59.62)], [(0.2, 5.52), (0.2, 17.44)]]
    np.testing.assert_allclose(bars, ends, atol=0.005)


def test_attacks_are_solid_and_transfers_dashed(study: AttackStudy) -> None:
    (axes,) = draw_curves([study]).axes
    assert [line.is_dashed() for line in axes.lines] == [False, True, False, True]


def test_colour_is_the_evaluated_model_and_the_marker_the_attacked_one(study: AttackStudy) -> None:
    (axes,) = draw_curves([study]).axes
    aa, ab, bb, ba = axes.lines
    assert aa.get_color() == ba.get_color() != ab.get_color() == bb.get_color()
    assert aa.get_marker() == ab.get_marker() != ba.get_marker() == bb.get_marker()


def test_every_line_has_a_place_in_the_legend(study: AttackStudy) -> None:
    (axes,) = draw_curves([study]).axes
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [label(p) for p in study.pairs]


def test_several_studies_have_titled_panels(
    results: dict[str, Any], entry: Callable[..., dict[str, Any]]
) -> None:
    long = "a" * 40
    results["models"][long] = {"clean_accuracy": 1.0}
    results["attacks"].append(entry(long, "a", 2.0, 0.3, norm="2"))
    figure = draw_curves(studies(Results.model_validate(results)))
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["fgm, l-2, true labels", "fgm, l-inf, true labels"]


def test_attacks_of_one_norm_are_drawn_in_one_panel(
    results: dict[str, Any], entry: Callable[..., dict[str, Any]]
) -> None:
    results["attacks"] = [
        {**entry(*("a", "a", 0.1, 0.3)), "attack": name} for name in ("fgm", "pgd")
    ] + [{**entry("a", "a", 2.0, 0.2, norm="2"), "attack": "fgm"}]
    figure = draw_curves(studies(Results.model_validate(results)))
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["all attacks, l-inf", "fgm, l-2, true labels"]
    legend = figure.axes[0].get_legend()
    assert legend is not None
    named = [text.get_text() for text in legend.get_texts()]
    assert named == ["fgm, true labels: a", "pgd, true labels: a"]


def test_the_description_names_both_ends_of_every_line(study: AttackStudy) -> None:
    assert describe_curves(study).startswith(
        "Accuracy over eps. attack on a: 90.0 % on clean images, 10.0 % at eps 0.2; transfer a"
    )


def test_dollars_and_brackets_in_a_name_are_just_characters(
    results: dict[str, Any], study_of: Callable[[dict[str, Any]], AttackStudy]
) -> None:
    results["models"]["$m$ <x>"] = {"clean_accuracy": 1.0}
    results["attacks"][0]["attacked"] = "$m$ <x>"
    with drawing_style():
        text = svg(draw_curves([study_of(results)]), "x")
    assert "transfer $m$ &lt;x&gt; → a" in text


def test_a_long_name_is_cut() -> None:
    assert label(Pair("x" * 30, "x" * 30)) == f"attack on {'x' * 23}…"


def test_pyplot_is_not_told_of_the_figure(study: AttackStudy) -> None:
    draw_curves([study])
    assert mpl._pylab_helpers.Gcf.get_all_fig_managers() == []
