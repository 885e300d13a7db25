"""The page of the reference results says what the file that the run has written says."""

import copy
import itertools
import re
from statistics import mean, stdev
from typing import Any

import pytest

from generation import reference_results
from generation.published import PUBLISHED, RANGE
from generation.reference_results import (
    DASH,
    NO_RUN,
    PARTS,
    RANGE_TEXT,
    WAYS,
    find_faults,
    read,
    seeds_of,
)

MODELS, SEEDS, EPS = ["le_net", "shallow_net"], [1, 2], [0.1, 0.3]
# The quantile of Student's t for a 95 % interval, by the number of seeds.
QUANTILES = {
    2: 12.70620474,
    3: 4.30265273,
    4: 3.18244631,
    5: 2.77644511,
    6: 2.57058184,
    8: 2.36462425,
    10: 2.26215716,
}


def attacked(attack: str, labels: str, model: str, eps: float, seed: int) -> dict[str, Any]:
    return {
        "attack": attack,
        "labels": labels,
        "attacked": model,
        "eps": eps,
        "seed": seed,
        "n": 360,
        "linf_max": eps,
        "unchanged_share": 0.0,
        "accuracy": {
            name: 0.9 - eps - seed / 100 + 0.05 * (name != model) - 0.02 * (attack == "pgd")
            for name in MODELS
        },
    }


def test_five_seeds_and_more_are_recorded_for_both_models() -> None:
    results = read()
    assert results is not None
    for model in ("le_net", "shallow_net"):
        seeds = {entry["seed"] for entry in results["trained"] if entry["model"] == model}
        assert len(seeds) >= 5
    assert set(results["attacks"]) == {"fgm", "pgd"}
    assert results["attacks"]["pgd"]["max_iter"] == 40
    assert max(results["eps"]) == 0.3


@pytest.fixture
def made_up() -> dict[str, Any]:
    """Two seeds, complete."""
    grid = itertools.product(("fgm", "pgd"), ("true", "predicted"), MODELS, EPS, SEEDS)
    return {
        "dataset": "digits",
        "seeds": SEEDS,
        "eps": EPS,
        "ways_eps": EPS,
        "sureness": 8.0,
        "attacks": {"fgm": {}, "pgd": {"max_iter": 3}},
        "labels": ["true", "predicted"],
        "training": {name: {"epochs": 2, "batch_size": 32} for name in MODELS},
        "versions": {"numpy": "2"},
        "manifest": {
            "seeds": {
                str(seed): {"revision": f"r{seed}", "environment": {"processor": "a CPU"}}
                for seed in SEEDS
            }
        },
        "trained": [
            {"model": name, "seed": seed, "clean_accuracy": 0.9 + seed / 100, "n_test": 360}
            for name, seed in itertools.product(MODELS, SEEDS)
        ],
        "attacked": [attacked(*point) for point in grid],
        "ways": [
            {
                "model": name,
                "eps": eps,
                "seed": seed,
                "n": 360,
                "accuracy": dict.fromkeys(WAYS, seed / 10),
                "zero_gradient": {"logits_true": 0.0},
            }
            for name, eps, seed in itertools.product(MODELS, EPS, SEEDS)
        ],
    }


@pytest.fixture(params=["made up", "recorded"])
def results(request: pytest.FixtureRequest, made_up: dict[str, Any]) -> dict[str, Any]:
    """Results that were made up, and those of the page."""
    if request.param == "made up":
        return made_up
    recorded = read()
    assert recorded is not None
    return recorded


def cells(part: str, results: dict[str, Any]) -> list[list[list[str]]]:
    """Gives the tables of a part, each as its rows of cells."""
    tables: list[list[list[str]]] = []
    for line in PARTS[part](results):
        if line.startswith(".. list-table::"):
            tables.append([])
        elif line.startswith("   * - "):
            tables[-1].append([line.removeprefix("   * - ")])
        elif line.startswith("     - "):
            tables[-1][-1].append(line.removeprefix("     - "))
    return tables


def expected(shares: list[float]) -> str:
    numbers = [100 * share for share in shares]
    if len(numbers) == 1:
        return f"{numbers[0]:.1f}"
    margin = QUANTILES[len(numbers)] * stdev(numbers) / len(numbers) ** 0.5
    return f"{mean(numbers):.1f} ± {margin:.1f} ({stdev(numbers):.1f})"


def test_what_is_recorded_is_complete(results: dict[str, Any]) -> None:
    assert list(find_faults(results)) == []
    assert set(results["manifest"]["seeds"]) == {str(seed) for seed in seeds_of(results)}


def test_every_cell_is_what_the_file_says(results: dict[str, Any]) -> None:
    grid = itertools.product(results["attacks"], results["labels"])
    for (attack, labels), rows in zip(grid, cells("tables", results), strict=True):
        pairs = list(itertools.product(results["training"], repeat=2))
        assert rows[0] == ["eps", *(f"``{one}`` → ``{other}``" for one, other in pairs)]
        assert [row[0] for row in rows[1:]] == ["0", *(f"{eps:g}" for eps in results["eps"])]
        for eps, row in zip(results["eps"], rows[2:], strict=True):
            for (model, evaluated), cell in zip(pairs, row[1:], strict=True):
                found = [
                    entry["accuracy"][evaluated]
                    for entry in results["attacked"]
                    if entry["attack"] == attack
                    and entry["labels"] == labels
                    and entry["attacked"] == model
                    and entry["eps"] == eps
                ]
                assert len(found) == len(seeds_of(results))
                assert cell == expected(found)


def test_the_row_at_eps_0_is_the_clean_accuracy_of_the_evaluated_model(
    results: dict[str, Any],
) -> None:
    for rows in cells("tables", results):
        for (_, evaluated), cell in zip(
            itertools.product(results["training"], repeat=2), rows[1][1:], strict=True
        ):
            clean = [e["clean_accuracy"] for e in results["trained"] if e["model"] == evaluated]
            assert cell == expected(clean)


def test_every_way_is_shown_for_every_model(results: dict[str, Any]) -> None:
    for model, rows in zip(results["training"], cells("ways", results), strict=True):
        assert [row[0] for row in rows[1:]] == list(WAYS.values())
        for way, row in zip(WAYS, rows[1:], strict=True):
            for place, eps in enumerate(results["ways_eps"]):
                entries = [e for e in results["ways"] if (e["model"], e["eps"]) == (model, eps)]
                assert row[1 + 2 * place] == expected([e["accuracy"][way] for e in entries])
                zero = [e["zero_gradient"][way] for e in entries if way in e["zero_gradient"]]
                assert row[2 + 2 * place] == (expected(zero) if zero else DASH)


def test_published_figures_stand_beside_those_of_the_run(results: dict[str, Any]) -> None:
    (rows,) = cells("published", results)
    tutorial = rows[0].index("the tutorial of PyTorch")
    figures = PUBLISHED["the tutorial of PyTorch"]
    shown = {float(row[0]): row[tutorial] for row in rows[1:]}
    assert shown[0.3] == "8.7"
    assert shown == {eps: f"{figures[eps]:.1f}" for eps in (0.0, *results["eps"])}
    (direct, *_) = cells("tables", results)
    assert [row[1] for row in rows[1:]] == [row[1] for row in direct[1:]]


def test_published_figures_lie_in_the_range_that_is_told() -> None:
    assert f"from {RANGE[0]} % to {RANGE[1]} %" in RANGE_TEXT
    at_0_3 = [figures[0.3] for figures in PUBLISHED.values() if 0.3 in figures]
    assert all(RANGE[0] <= figure <= RANGE[1] for figure in at_0_3)


def test_the_factor_of_the_surer_model_is_told(made_up: dict[str, Any]) -> None:
    assert "surer model are 8 times larger." in next(iter(PARTS["ways"](made_up)))


def test_the_page_names_its_seeds_and_those_that_are_missing(made_up: dict[str, Any]) -> None:
    text = " ".join(PARTS["state"](made_up))
    assert text.startswith("Seeds 1, 2; 360 test images of digits.")
    assert "Not all seeds" not in text
    assert "Seed 2 ran at revision ``r2``, processor a CPU." in text
    text = " ".join(PARTS["state"]({**made_up, "seeds": [1, 2, 3]}))
    assert "**Not all seeds have run:** 3 are missing." in text


def test_each_kind_of_labels_has_its_picture(results: dict[str, Any]) -> None:
    pictures = re.findall(r"image:: (\S+)", "\n".join(PARTS["curves"](results)))
    assert pictures == [f"reference-curves-{labels}.svg" for labels in results["labels"]]


def test_a_point_that_is_missing_or_there_twice_is_found(made_up: dict[str, Any]) -> None:
    for name in ("trained", "attacked", "ways"):
        short = {**made_up, name: made_up[name][:-1]}
        assert any(fault.startswith(f"{name} lacks") for fault in find_faults(short))
        double = {**made_up, name: [*made_up[name], made_up[name][0]]}
        assert any("more than once" in fault for fault in find_faults(double))


def test_an_entry_without_a_model_or_a_way_or_with_other_images_is_found(
    made_up: dict[str, Any],
) -> None:
    for change, fault in (
        (lambda r: r["attacked"][0]["accuracy"].pop("le_net"), "attacked lacks a model"),
        (lambda r: r["ways"][0]["accuracy"].pop("unclipped"), "ways lacks a way"),
        (lambda r: r["ways"][0].update(n=359), "numbers of images differ: [359, 360]"),
    ):
        wrong = copy.deepcopy(made_up)
        change(wrong)
        assert any(found.startswith(fault) for found in find_faults(wrong))


def test_without_a_run_the_page_says_so(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_results, "FILE", tmp_path / "none.json")
    assert read() is None
    assert "make reference" in NO_RUN


def test_the_pictures_of_a_recorded_run_are_small() -> None:
    pictures = list(reference_results.FOLDER.glob("reference-curves-*.svg"))
    assert len(pictures) == 2
    for picture in pictures:
        assert picture.stat().st_size < 100_000
