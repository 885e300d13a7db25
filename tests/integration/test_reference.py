"""The reference results on the bundled digits, killed on the way and started again."""

import importlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dioptra.entrypoint import load_entry_point, parse_parameters
from dioptra.sdk.exceptions import ParameterError, ResultsError
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


@pytest.fixture
def recording(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The example's module with the files."""
    monkeypatch.syspath_prepend(EXAMPLE / "src")
    return importlib.import_module("recording")


SETTINGS = {"eps": [0.1], "seeds": [1, 2], "versions": {}, "trained": [], "attacked": []}
EMPTY = {**SETTINGS, "ways": [], "manifest": {"seeds": {}}}
ONE_SEED = {
    **EMPTY,
    "seeds": [1],
    "trained": [{"seed": 1, "clean_accuracy": 0.987}],
    "manifest": {"seeds": {"1": {"revision": "abc"}}},
}


def test_seeds_of_an_earlier_run_are_taken_up(recording: Any, tmp_path: Path) -> None:
    assert recording.take_up(tmp_path, EMPTY) == EMPTY
    (tmp_path / recording.FILE).write_text(recording.format_results(ONE_SEED))
    taken = recording.take_up(tmp_path, EMPTY)
    assert taken["seeds"] == [1, 2]
    assert taken["trained"] == ONE_SEED["trained"]
    assert taken["manifest"]["seeds"] == {"1": {"revision": "abc"}}
    # What is written again is sealed again.
    assert recording.format_results({**taken, "seeds": [1]}) == recording.format_results(ONE_SEED)


def test_seeds_are_added_once_and_in_order(recording: Any) -> None:
    def add(results: Any, seed: int, accuracy: float) -> Any:
        measured = {"trained": [{"seed": seed, "clean_accuracy": accuracy}]}
        return recording.add_seed(results, seed, measured, {"revision": f"of {seed}"})

    upwards = add(add(EMPTY, 2, 0.97), 10, 0.96)
    assert [entry["seed"] for entry in upwards["trained"]] == [2, 10]
    assert upwards["manifest"] == {
        "seeds": {"2": {"revision": "of 2"}, "10": {"revision": "of 10"}}
    }
    downwards = add(add(EMPTY, 10, 0.96), 2, 0.97)
    assert recording.format_results(downwards) == recording.format_results(upwards)
    assert add(upwards, 10, 0.96) == upwards
    assert EMPTY["trained"] == []


def test_seeds_of_a_run_beside_this_one_are_kept(recording: Any, tmp_path: Path) -> None:
    (tmp_path / recording.FILE).write_text(recording.format_results(ONE_SEED))
    assert recording.take_up(tmp_path, {**EMPTY, "seeds": [3]})["seeds"] == [1, 3]


def test_results_of_other_settings_are_not_written_over(recording: Any, tmp_path: Path) -> None:
    (tmp_path / recording.FILE).write_text(recording.format_results(ONE_SEED))
    with pytest.raises(ResultsError, match=r"other settings \(eps\); move it away"):
        recording.take_up(tmp_path, {**EMPTY, "eps": [0.2]})


def test_results_that_were_edited_are_not_taken_up(recording: Any, tmp_path: Path) -> None:
    text = recording.format_results(ONE_SEED).replace("0.987", "0.999")
    (tmp_path / recording.FILE).write_text(text)
    with pytest.raises(ResultsError, match="was edited"):
        recording.take_up(tmp_path, EMPTY)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [("seeds", "1,-1", r"seeds\.1: .* greater than or equal to 0"), ("eps", "0", "greater than 0")],
)
def test_a_drawn_seed_or_an_attack_without_strength_is_refused(
    name: str, text: str, message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        parse_parameters(load_entry_point(EXAMPLE, "reference"), {name: text})


@pytest.fixture
def measuring(tensorflow: None, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ARG001
    """The example's module with the formulas."""
    monkeypatch.syspath_prepend(EXAMPLE / "src")
    return importlib.import_module("measuring")


def as_images(*values: float) -> Any:
    return np.array(values, dtype=np.float32).reshape(1, 1, -1, 1)


def levels(images: Any) -> list[float]:
    return [float(level) for level in np.rint(images * 255).ravel()]


def test_storing_inward_never_exceeds_the_change(measuring: Any) -> None:
    clean, attacked = as_images(0, 1, 0.2), as_images(0.3, 0.7, 0.5)
    assert levels(measuring.store_inward(attacked, clean)) == [76, 179, 127]
    # 0.3 are 76.5 levels.
    assert levels(measuring.store_nearest(as_images(0.302, 0.298, 1))) == [77, 76, 255]


def test_stretching_uses_the_full_range_of_each_image(measuring: Any) -> None:
    assert levels(measuring.store_stretched(as_images(0.25, 0.5, 0.75))) == [0, 127, 255]
    assert levels(measuring.store_stretched(as_images(0.5, 0.5, 0.5))) == [0, 0, 0]


def test_a_step_goes_eps_along_the_sign(measuring: Any) -> None:
    moved = measuring.step(as_images(0.5, 0.5, 0.5), as_images(-7, 0, 1e-9), 0.1)
    np.testing.assert_allclose(moved, as_images(0.4, 0.5, 0.6), rtol=1e-6)


def test_a_clipped_softmax_that_is_sure_has_no_gradient_and_logits_have(measuring: Any) -> None:
    import keras

    assert keras.config.epsilon() == 1e-7
    # Class 0 has twenty times the first pixel as its logit, class 1 the second pixel.
    model = keras.Sequential(
        [keras.Input((1, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    model.layers[-1].set_weights([np.array([[20.0, 0.0], [0.0, 1.0]]), np.zeros(2)])
    images, classes = as_images(1.0, 0.5), np.array([0])
    gradients = {
        name: measuring.compute_gradient(model, getattr(measuring, name)(1), images, classes)
        for name in ("from_logits", "from_softmax", "from_clipped_softmax")
    }
    assert (gradients["from_clipped_softmax"] == 0).all()
    # The probability of class 1, which is far below 1e-7.
    for name in ("from_logits", "from_softmax"):
        assert gradients[name].ravel()[1] == pytest.approx(np.exp(0.5 - 20), rel=1e-3)
