"""The reference results on the bundled digits, killed on the way and started again."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dioptra.entrypoint import load_entry_point, parse_parameters
from dioptra.sdk.exceptions import ParameterError
from generation.reference_results import find_faults

EXAMPLE = Path(__file__).parents[2] / "examples" / "tensorflow-mnist-classifier"
WORDS = [
    *("dioptra", "run", str(EXAMPLE), "reference", "-P", "dataset=digits", "-P", "seeds=1"),
    *("-P", "eps=0.1", "-P", "max_iter=3"),
]
# It runs the entry point twice, the first time until it is killed: minutes, so make test-long.
long = pytest.mark.long
SWEEPS = Path("results", "sweeps", "reference")


def count_points(workspace: Any) -> int:
    files = (workspace.folder / SWEEPS).glob("*/*/points.jsonl")
    return sum(file.read_bytes().count(b"\n") for file in files)


@pytest.fixture(scope="module")
def outcome(make_workspace: Callable[[str], Any]) -> tuple[Any, str, int]:
    """The workspace, what the second start printed, and the points that the first had finished."""
    workspace = make_workspace("reference")
    process = subprocess.Popen(
        WORDS,
        cwd=workspace.folder,
        env=workspace.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while count_points(workspace) < 3:
            assert process.poll() is None
            time.sleep(0.1)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    finished = count_points(workspace)
    done = workspace.run(*WORDS)
    assert done.returncode == 0, done.stderr
    return workspace, done.stdout, finished


@pytest.fixture
def results(outcome: tuple[Any, str, int]) -> dict[str, Any]:
    file = outcome[0].folder / "results" / "reference" / "reference-results.json"
    content: dict[str, Any] = json.loads(file.read_text())
    return content


@long
def test_what_was_done_before_the_kill_is_not_done_again(
    outcome: tuple[Any, str, int],
) -> None:
    workspace, words, finished = outcome
    assert "points have finished before" in words
    # Two models are trained, each is attacked 4 times, and measured at 2 strengths.
    assert count_points(workspace) == 2 + 8 + 4
    lines = [line for line in words.splitlines() if " of " in line and ": " in line]
    assert len(lines) == count_points(workspace) - finished


@long
def test_every_seed_and_point_is_there_once(results: dict[str, Any]) -> None:
    assert list(find_faults(results)) == []
    assert [entry["seed"] for entry in results["trained"]] == [1, 1]
    assert results["dataset"] == "digits"
    assert list(results["manifest"]["seeds"]) == ["1"]


@long
def test_every_entry_names_what_it_was_made_from_and_what_came_out(results: dict[str, Any]) -> None:
    hashes = {"data_sha256.testing", "model_sha256.weights", "adversarial_images_sha256"}
    weights = {entry["model"]: entry["weights_sha256"] for entry in results["trained"]}
    assert all("data_sha256.training" in entry for entry in results["trained"])
    for entry in results["attacked"]:
        assert hashes <= set(entry)
        assert entry["model_sha256.weights"] == weights[entry["attacked"]]
    # One formula gives FGM's images; those of PGD are others.
    images = [entry["adversarial_images_sha256"] for entry in results["attacked"]]
    assert len(set(images)) > len(images) / 2


@long
def test_the_file_is_made_again(outcome: tuple[Any, str, int]) -> None:
    workspace = outcome[0]
    file = Path("results", "reference", "reference-results.json")
    again = workspace.run("dioptra", "reproduce", str(file), "-P", "seeds=1")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "PASS" in again.stdout


@long
def test_the_pictures_are_small(outcome: tuple[Any, str, int]) -> None:
    pictures = list((outcome[0].folder / "results" / "reference").glob("*.svg"))
    assert len(pictures) == 2
    assert all(picture.stat().st_size < 100_000 for picture in pictures)


@long
def test_one_formula_gives_what_the_attack_has_stored(results: dict[str, Any]) -> None:
    attacked = {entry["eps"] for entry in results["attacked"]}
    for entry in (each for each in results["ways"] if each["eps"] in attacked):
        (attack,) = [
            each
            for each in results["attacked"]
            if (each["attack"], each["labels"], each["attacked"]) == ("fgm", "true", entry["model"])
            and (each["eps"], each["seed"]) == (entry["eps"], entry["seed"])
        ]
        kept = attack["accuracy"][entry["model"]]
        assert entry["accuracy"]["stored_inward"] == pytest.approx(kept, abs=0.01)


@long
def test_a_surer_model_seems_robust_through_its_softmax(results: dict[str, Any]) -> None:
    for entry in results["ways"]:
        kept, zero = entry["accuracy"], entry["zero_gradient"]
        assert zero["logits_true"] == 0
        assert zero["sure_clipped_softmax_true"] > zero["sure_logits_true"] + 0.3
        assert kept["sure_clipped_softmax_true"] > kept["sure_logits_true"] + 0.1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [("seeds", "1,-1", r"seeds\.1: .* greater than or equal to 0"), ("eps", "0", "greater than 0")],
)
def test_a_drawn_seed_or_an_attack_without_strength_is_refused(
    name: str, text: str, message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        parse_parameters(load_entry_point(EXAMPLE, "reference"), {name: text})
