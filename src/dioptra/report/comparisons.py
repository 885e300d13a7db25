# SPDX-License-Identifier: Apache-2.0
"""Which of two models keeps more of the same test images, and whether that is more than chance."""

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

from dioptra.report.text import norm_name, probability
from dioptra.sdk.comparisons import compare_by_mcnemar, correct_by_holm
from dioptra.sdk.exceptions import ResultsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from dioptra.report.schema import ModelComparison, Results
    from dioptra.report.study import AttackStudy

SIGNIFICANT = 0.05


class Outcome(NamedTuple):
    """A set of attacked images, as ``results.json`` names it, and the model that was shown it."""

    attack: str
    norm: str
    labels: str
    attacked: str
    eps: float
    evaluated: str


def compare_outcomes(outcomes: "Mapping[Outcome, ArrayLike]") -> list[dict[str, Any]]:
    """Compare all models on each set of attacked images, and each as it was attacked itself.

    Args:
        outcomes: For each set and model, bool [n]: which images the model classifies correctly.
            The images come in the same order in all of them.

    Returns:
        The list ``comparisons`` of ``results.json``, in the order of the names; see
        ``dioptra.report.schema.ModelComparison``. ``attacked`` is None where each model's images
        were made for itself.
        ``p_holm`` is corrected over the whole list.

    Raises:
        ResultsError: An array is not bool [n], or two that belong together are of different n.
        MissingRequirementError: SciPy is not installed.
    """
    correct = {Outcome(*key): _as_bool(key, array) for key, array in outcomes.items()}
    found = [_compare(correct, attacked, *pair) for attacked, *pair in _pair(sorted(correct))]
    corrected = correct_by_holm([entry["p_value"] for entry in found])
    return [{**entry, "p_holm": p} for entry, p in zip(found, corrected, strict=True)]


def list_comparisons(results: "Results", study: "AttackStudy") -> list["ModelComparison"]:
    """List the comparisons that belong to a study.

    Args:
        results: Checked results.
        study: One of its studies.

    Returns:
        Those of its attack, norm and labels.
    """
    key = study.attack, study.norm, study.labels
    every = results.comparisons or []
    return [one for one in every if (one.attack, one.norm, one.labels) == key]


def describe_comparison(one: "ModelComparison", n_comparisons: int) -> str:
    """Tell in a sentence what a comparison says.

    Args:
        one: A comparison of two models.
        n_comparisons: The number of comparisons over which its p-value was corrected.

    Returns:
        The sentence.
    """
    better, worse = one.first, one.second
    more, less = one.only_first, one.only_second
    if less > more:
        better, worse, more, less = worse, better, less, more
    whose = f"of the images made for {one.attacked}" if one.attacked else "each attacked itself"
    how = f"at eps {one.eps:g} ({one.attack}, {norm_name(one.norm)}, {one.labels} labels)"
    verdict = f"{better} keeps more than {worse}"
    if one.p_holm > SIGNIFICANT:
        verdict = f"neither {one.first} nor {one.second} is shown to keep more"
    sentence = (
        f"{whose} {how}, {verdict}: McNemar's test, {more:,} against {less:,} of {one.n:,} images, "
        f"p {probability(one.p_holm)} (Holm, {_count(n_comparisons)})"
    )
    return f"{sentence[0].upper()}{sentence[1:]}"


def describe_strongest(results: "Results", study: "AttackStudy") -> list[str]:
    """Tell what the comparisons at a study's largest eps say.

    Args:
        results: Checked results.
        study: One of its studies.

    Returns:
        A sentence for each; none where nothing was compared.
    """
    return [
        describe_comparison(one, len(results.comparisons or []))
        for one in list_comparisons(results, study)
        if one.eps == study.strengths[-1]
    ]


def _pair(keys: list[Outcome]) -> "Iterator[tuple[str | None, Outcome, Outcome]]":
    """Pair the outcomes that can be compared: on one set, or each on the set made for itself."""
    for first, second in itertools.combinations(keys, 2):
        if (*first[:3], first.eps) != (*second[:3], second.eps):
            continue
        if first.attacked == second.attacked:
            yield first.attacked, first, second
        elif all(key.attacked == key.evaluated for key in (first, second)):
            yield None, first, second


def _compare(
    correct: "Mapping[Outcome, NDArray[np.bool_]]",
    attacked: str | None,
    first: Outcome,
    second: Outcome,
) -> dict[str, Any]:
    one, other = correct[first], correct[second]
    if one.shape != other.shape:
        raise ResultsError(
            f"{_name(first)} has {len(one)} outcomes and {_name(second)} {len(other)}; give those "
            "of the same images, in the same order"
        )
    only_first, only_second = int((one & ~other).sum()), int((other & ~one).sum())
    return {
        **{name: getattr(first, name) for name in ("attack", "norm", "labels")},
        "attacked": attacked,
        "eps": first.eps,
        "first": first.evaluated,
        "second": second.evaluated,
        "n": len(one),
        "only_first": only_first,
        "only_second": only_second,
        "p_value": compare_by_mcnemar(only_first, only_second),
    }


def _as_bool(key: Outcome, array: "ArrayLike") -> "NDArray[np.bool_]":
    import numpy as np

    outcome = np.asarray(array)
    if outcome.dtype != np.bool_ or outcome.ndim != 1 or not outcome.size:
        raise ResultsError(
            f"{_name(Outcome(*key))}: which images are classified correctly is bool [n], not "
            f"{outcome.dtype} {list(outcome.shape)}"
        )
    return outcome


def _name(key: Outcome) -> str:
    return f"{key.attack} on {key.attacked} at eps {key.eps:g}, evaluated {key.evaluated}"


def _count(n: int) -> str:
    return "1 comparison" if n == 1 else f"{n:,} comparisons"
