"""The page of ART's attacks says what became of each of them, and it still becomes of them."""

import copy
from pathlib import Path
from typing import Any

import pytest

from generation.attacks_of_art import PARTS, find_faults, read
from generation.try_attacks import TRIED, make_classifier, try_all, try_attack

QUICK = (
    "DPatch",
    "DeepFool",
    "FastGradientMethod",
    "SquareAttack",
    "UniversalPerturbation",
)


def entry(name: str) -> dict[str, Any]:
    (found,) = [entry for entry in read()["attacks"] if entry["attack"] == name]
    return found


def outline(entry: dict[str, Any]) -> tuple[Any, ...]:
    runs = [(run["norm"], run["eps"], run["stored"]) for run in entry.get("runs", ())]
    return entry["attack"], entry["status"], entry.get("reason"), runs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("attacks")


def test_the_file_holds_every_attack_of_the_installed_art_once() -> None:
    from dioptra_builtins.attacks._methods import list_attacks

    assert [entry["attack"] for entry in read()["attacks"]] == sorted(list_attacks())
    assert len(list_attacks()) == 58


def test_the_file_holds_the_reasons_of_the_suite() -> None:
    from dioptra_builtins.attacks._kinds import REFUSED

    refused = [entry for entry in read()["attacks"] if entry["status"] == "refused"]
    assert {entry["attack"]: entry["reason"] for entry in refused} == REFUSED
    assert {entry["attack"] for entry in read()["attacks"]} == {*REFUSED, *TRIED}


def test_every_attack_that_works_has_run_and_kept_its_budget() -> None:
    results = read()
    assert list(find_faults(results)) == []
    assert all(entry["runs"] for entry in results["attacks"] if entry["status"] == "works")


def test_every_attack_with_norms_has_run_with_each() -> None:
    assert [run["norm"] for run in entry("ProjectedGradientDescent")["runs"]] == ["inf", "2", "1"]
    assert [run["norm"] for run in entry("SquareAttack")["runs"]] == ["inf", "2"]


def test_a_budget_that_was_left_is_a_fault() -> None:
    results = copy.deepcopy(read())
    attacks = {entry["attack"]: entry for entry in results["attacks"]}
    attacks["SquareAttack"]["runs"][1]["largest"]["2"] = 13.6
    attacks["DeepFool"]["runs"][0]["changed"] = 0
    assert list(find_faults(results)) == [
        "DeepFool has changed no image",
        "SquareAttack has left eps 0.8 in l-2",
    ]


def test_the_page_names_every_attack_once_or_once_for_each_norm() -> None:
    results = read()
    text = "\n".join(line for part in PARTS.values() for line in part(results))
    for entry in results["attacks"]:
        assert text.count(f"``{entry['attack']}``") == len(entry.get("runs", [1]))


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.filterwarnings("ignore")
def test_some_attacks_still_do_what_the_file_says(folder: Path) -> None:
    classifier = make_classifier(folder / "clean")
    for name in QUICK:
        tried = try_attack(name, classifier, folder)
        assert outline(tried) == outline(entry(name))
        assert list(find_faults({"attacks": [tried]})) == []


@pytest.mark.long
@pytest.mark.usefixtures("tensorflow")
@pytest.mark.filterwarnings("ignore")
def test_all_attacks_still_do_what_the_file_says(tmp_path: Path) -> None:
    tried = try_all(tmp_path)
    assert list(map(outline, tried)) == list(map(outline, read()["attacks"]))
    assert list(find_faults({"attacks": tried})) == []
