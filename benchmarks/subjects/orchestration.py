# SPDX-License-Identifier: Apache-2.0
"""The entry point ``demo`` beside a plain script that does the same work."""

import json
import os
import subprocess
import sys
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.measuring import compare, summarize, take_turns
from benchmarks.results import Outcome, Row
from benchmarks.workbench import EXAMPLE, ROOT, Workbench, use_workspace

SUITE = "dioptra run ... demo"
PLAIN = "the plain script"
ROUNDS = 2
SEED = 3
STRENGTHS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3]
FOLDERS = count()


def run(bench: Workbench) -> Outcome:
    """Time the two commands from their start to their end, imports and servers included.

    Args:
        bench: The workbench.

    Raises:
        ValueError: They come to different images or accuracies.
    """
    found: dict[str, Any] = {}

    def note(name: str, outcome: Any) -> None:
        if found.setdefault("outcome", outcome) != outcome:
            raise ValueError(f"{name} comes to other images or accuracies: {outcome}")

    commands = {
        SUITE: lambda: note(SUITE, _run_demo(bench)),
        PLAIN: lambda: note(PLAIN, _run_script(bench)),
    }
    seconds = take_turns(commands, ROUNDS)
    rows = []
    for name, taken in seconds.items():
        whole = summarize(taken)
        ratio = compare(seconds[SUITE], taken).value
        rows.append(
            Row(
                "demo",
                name,
                whole.value,
                "s",
                whole.noise,
                ratio,
                "the same images and 24 accuracies",
            )
        )
    outcome = Outcome(rows)
    cost = compare(seconds[SUITE], seconds[PLAIN])
    outcome.add_bar("orchestration: demo beside a plain script", cost, 1.1, at_least=False)
    return outcome


@cache
def read_training() -> dict[str, Any]:
    """Read from the example how long the demo trains its models."""
    code = "import json, demo; print(json.dumps(demo.TRAINING))"
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=EXAMPLE / "src",
        check=True,
        capture_output=True,
        text=True,
    )
    training: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])["mnist"]
    return training


def _run_demo(bench: Workbench) -> list[tuple[str, float]]:
    workspace = bench.work / f"demo_{next(FOLDERS)}"
    (workspace / "data").mkdir(parents=True)
    (workspace / "data" / "mnist").symlink_to(bench.data, target_is_directory=True)
    before = dict(os.environ)
    try:
        use_workspace(workspace)
        command = [str(Path(sys.executable).with_name("dioptra")), "run", str(EXAMPLE), "demo"]
        options = ["-P", "dataset=mnist", "-P", f"seed={SEED}"]
        subprocess.run(command + options, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return _read_outcome(workspace / "results" / "demo")


def _run_script(bench: Workbench) -> list[tuple[str, float]]:
    results = bench.work / f"plain_{next(FOLDERS)}"
    settings = results.with_suffix(".json")
    content = {"data": str(bench.data), "results": str(results), "seed": SEED, "eps": STRENGTHS}
    settings.write_text(json.dumps({**content, "training": read_training()}), encoding="utf-8")
    script = ROOT / "benchmarks" / "plain_demo.py"
    command = [sys.executable, str(script), str(settings)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return _read_outcome(results)


def _read_outcome(results: Path) -> list[tuple[str, float]]:
    attacks = json.loads((results / "results.json").read_text(encoding="utf-8"))["attacks"]
    return [(attack["adversarial_images_sha256"], attack["accuracy"]) for attack in attacks]
