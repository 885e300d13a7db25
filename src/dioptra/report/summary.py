# SPDX-License-Identifier: Apache-2.0
"""What the numbers say, in plain sentences."""

from typing import TYPE_CHECKING

from dioptra.report.text import enumerate_words, norm_name, percent

if TYPE_CHECKING:
    from dioptra.report.study import AttackStudy, Pair

ATTACKS = {"fgm": "the fast gradient method"}


def summarise(study: "AttackStudy") -> str:
    """Tell what the largest eps does to the accuracy, directly and by transfer.

    Args:
        study: What was measured with one attack.

    Returns:
        One or two sentences.
    """
    pairs = [pair for pair in study.pairs if (pair, study.strengths[-1]) in study.accuracy]
    direct = [pair for pair in pairs if pair.direct]
    transfers = [pair for pair in pairs if not pair.direct]
    attack = ATTACKS.get(study.attack, study.attack)
    opening = f"With {attack} at eps {study.strengths[-1]:g} ({norm_name(study.norm)}), "
    sentences = []
    if direct:
        sentences.append(_direct(study, direct))
    if transfers:
        sentences.append(_transferred(study, transfers))
    sentences[0] = f"{opening}{sentences[0]}"
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def _direct(study: "AttackStudy", pairs: list["Pair"]) -> str:
    verb = "falls" if all(_fall(study, pair) > 0 for pair in pairs) else "goes"
    first, *others = pairs
    parts = [f"the accuracy of {first.evaluated} {verb} {_change(study, first)}"]
    parts += [f"that of {pair.evaluated} {_change(study, pair)}" for pair in others]
    return enumerate_words(parts)


def _transferred(study: "AttackStudy", pairs: list["Pair"]) -> str:
    weakest, strongest = (
        choose(pairs, key=lambda pair: _fall(study, pair)) for choose in (min, max)
    )
    if len(pairs) == 1:
        return (
            f"images made for {strongest.attacked} and shown to {strongest.evaluated} "
            f"take its accuracy {_change(study, strongest)}"
        )
    return (
        f"transfer to another model is strongest from {strongest.attacked} to "
        f"{strongest.evaluated} ({_change(study, strongest)}) and weakest from "
        f"{weakest.attacked} to {weakest.evaluated} ({_change(study, weakest)})"
    )


def _fall(study: "AttackStudy", pair: "Pair") -> float:
    return study.clean[pair.evaluated] - study.accuracy[pair, study.strengths[-1]]


def _change(study: "AttackStudy", pair: "Pair") -> str:
    attacked = study.accuracy[pair, study.strengths[-1]]
    return f"from {percent(study.clean[pair.evaluated])} to {percent(attacked)}"
