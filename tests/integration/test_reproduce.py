"""Results that are made again, and what is said where something has changed."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "tensorflow-mnist-classifier"
# All in one process, as each would take seconds to import TensorFlow; and on one core, where what
# is made again was made on all.
CALL_ALL = """
import contextlib, io, json, os, sys
os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
from dioptra.cli import main
outcomes = {}
for name, words in json.loads(sys.argv[1]).items():
    said = io.StringIO()
    status = 0
    with contextlib.redirect_stdout(said):
        try:
            main(words)
        except SystemExit as end:
            status = end.code
    outcomes[name] = [status, said.getvalue()]
json.dump(outcomes, open(sys.argv[2], "w"))
"""
CALL = "attack_model(data, model, attack, measures, seed)"


def copy_project(folder: Path, old: str, new: str) -> Path:
    """Copy the example with a change in the code of its attack."""
    ignored = shutil.ignore_patterns("__pycache__")
    project = Path(shutil.copytree(EXAMPLE, folder / EXAMPLE.name, ignore=ignored))
    path = project / "src" / "fgm.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return project


def copy_data(source: Path, target: Path) -> Path:
    """Copy a data set with one pixel of one test image one level lighter or darker."""
    shutil.copytree(source, target)
    path = min((target / "testing").glob("*/*.png"))
    image = Image.open(path)
    image.putpixel((0, 0), image.getpixel((0, 0)) ^ 1)  # type: ignore[operator]
    image.save(path)
    return target


@pytest.fixture(scope="module")
def verdicts(example: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The exit status and the words of ``dioptra reproduce`` for each of several changes."""
    folder = tmp_path_factory.mktemp("changed")
    data = copy_data(example.folder / "data" / "mnist", folder / "data")
    edited = copy_project(folder / "edited", CALL, CALL.replace("attack,", "FGM(eps=0.05),"))
    attacked = example.dioptra("fgm", {"eps": 0.1, "seed": 3, "model_version": 1})
    assert attacked.returncode == 0, attacked.stderr
    attack = re.findall(r"^run_id +(\w+)", attacked.stdout, re.MULTILINE)[0]
    trained = example.runs.get_model_version("le_net", "1").run_id
    calls = {
        "training": ["reproduce", trained],
        "attack": ["reproduce", attack],
        "parameter": ["reproduce", attack, "-P", "eps=0.2"],
        "data": ["reproduce", attack, "-P", f"data_dir={data}"],
        "code": ["reproduce", attack, "--project", str(edited)],
        "other": ["run", str(EXAMPLE), "train", "-P", "epochs=1", "-P", "seed=8"],
        "weights": ["reproduce", attack, "-P", "model_version=latest"],
    }
    target = folder / "outcomes.json"
    done = example.run("python", "-c", CALL_ALL, json.dumps(calls), target)
    assert (done.returncode, done.stderr) == (0, "")
    outcomes: dict[str, Any] = json.loads(target.read_text())
    return outcomes


@pytest.mark.parametrize("what", ["training", "attack"])
def test_what_was_made_on_all_cores_is_made_again_on_one_to_the_last_bit(
    verdicts: dict[str, Any], what: str
) -> None:
    status, said = verdicts[what]
    assert status == 0, said
    assert re.search(r"^PASS  \d{3} fields compared$", said, re.MULTILINE)
    cores = len(os.sched_getaffinity(0))
    assert (f"cores: recorded {cores}, now 1" in said) == (cores > 1)


# What is changed, what is named, and what is as it was.
CHANGES = [
    ("parameter", ["parameters.eps: recorded 0.1, now 0.2", "metrics.accuracy: "], "model_sha256"),
    ("data", ["hashes.data_sha256.testing: "], "model_sha256"),
    ("weights", ["hashes.model_sha256.weights: ", "metrics.accuracy: "], "data_sha256"),
    ("code", ["hashes.adversarial_images_sha256: ", "/src/fgm.py: "], "parameters.eps"),
]


@pytest.mark.parametrize(("what", "named", "kept"), CHANGES, ids=[case[0] for case in CHANGES])
def test_a_change_that_matters_is_named(
    verdicts: dict[str, Any], what: str, named: list[str], kept: str
) -> None:
    status, said = verdicts[what]
    assert status == 1
    assert re.search(r"^FAIL  \d+ of \d{3} fields differ$", said, re.MULTILINE)
    for field in named:
        assert field in said
    assert kept not in said
