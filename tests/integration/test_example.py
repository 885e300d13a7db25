"""The example's entry points, started as users start them."""

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dioptra.entrypoint import make_mlproject

EPS = 0.1
SOURCE = "examples/tensorflow-mnist-classifier/src"
ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "tensorflow-mnist-classifier"
FROM_PYTHON = f"""
import sys
sys.path.insert(0, {str(ROOT / SOURCE)!r})
from fgm import fgm
print("run_id", fgm(eps={EPS}, seed=3)["run_id"])
"""
WAYS = {
    "script": ["python", EXAMPLE / "src" / "fgm.py", "--eps", str(EPS), "--seed", "3"],
    "mlflow run": [
        *("mlflow", "run", EXAMPLE, "-e", "fgm", "--env-manager", "local"),
        *("-P", f"eps={EPS}", "-P", "seed=3"),
    ],
    "dioptra run": ["dioptra", "run", EXAMPLE, "fgm", "-P", f"eps={EPS}", "-P", "seed=3"],
    "Python": ["python", "-c", FROM_PYTHON],
}


@pytest.fixture(scope="module")
def outcomes(example: Any) -> dict[str, Any]:
    """Run the attack in every way; gives the MLflow run of each."""
    found = {}
    for way, words in WAYS.items():
        done = example.run(*words)
        assert done.returncode == 0, done.stderr
        run_id = re.search(r"^run_id +\"?(\w+)", done.stdout, re.MULTILINE)
        assert run_id, done.stdout
        found[way] = example.runs.get_run(run_id[1])
    return found


@pytest.fixture(scope="module")
def stored(example: Any, outcomes: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The adversarial images that a run has kept, unpacked; gives the run and their folder."""
    run = outcomes["dioptra run"]
    folder = tmp_path_factory.mktemp("stored")
    tarball = example.runs.download_artifacts(
        run.info.run_id, "adversarial_images.tar.gz", str(folder)
    )
    with tarfile.open(tarball) as archive:
        archive.extractall(folder, filter="data")
    return run, folder / "adversarial_images"


def read(folder: Path, names: list[str]) -> Any:
    return np.stack([np.asarray(Image.open(folder / name)) for name in names])


def clean_names(example: Any) -> list[str]:
    testing = example.folder / "data" / "mnist" / "testing"
    return [str(path.relative_to(testing)) for path in sorted(testing.glob("*/*.png"))]


def adversarial_names(example: Any) -> list[str]:
    return [re.sub(r"/(?=[^/]+$)", "/adv_", name) for name in clean_names(example)]


def test_every_way_gives_the_same_metrics(outcomes: dict[str, Any]) -> None:
    metrics = [run.data.metrics for run in outcomes.values()]
    assert metrics[0]["n"] == 360
    assert metrics == [metrics[0]] * len(WAYS)


def test_every_way_logs_the_same_parameters(outcomes: dict[str, Any]) -> None:
    parameters = [run.data.params for run in outcomes.values()]
    assert parameters[0]["eps"] == str(EPS)
    assert parameters == [parameters[0]] * len(WAYS)


def test_every_way_stores_the_same_bytes(example: Any, outcomes: dict[str, Any]) -> None:
    tarballs = [
        Path(example.runs.download_artifacts(run.info.run_id, "adversarial_images.tar.gz"))
        for run in outcomes.values()
    ]
    assert len({tarball.read_bytes() for tarball in tarballs}) == 1


def test_mlflow_run_fills_in_the_run_that_it_has_made(outcomes: dict[str, Any]) -> None:
    assert outcomes["mlflow run"].data.tags["mlflow.project.entryPoint"] == "fgm"


def test_every_run_is_finished(outcomes: dict[str, Any]) -> None:
    assert {run.info.status for run in outcomes.values()} == {"FINISHED"}


def test_no_image_is_left_out(example: Any, stored: Any) -> None:
    _, folder = stored
    found = sorted(str(path.relative_to(folder)) for path in folder.glob("*/*"))
    assert found == sorted(adversarial_names(example))


def test_no_stored_pixel_is_further_from_the_clean_one_than_eps(example: Any, stored: Any) -> None:
    run, folder = stored
    before = read(example.folder / "data" / "mnist" / "testing", clean_names(example))
    after = read(folder, adversarial_names(example))
    largest = np.abs(before.astype(int) - after.astype(int)).max() / 255
    assert largest <= EPS + 1e-6
    assert run.data.metrics["linf_max"] == pytest.approx(largest, abs=1e-12)


@pytest.fixture(scope="module")
def in_memory(example: Any, stored: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The same attack without files: the clean images, the attacked ones, and the model."""
    # Other tests may have trained a later one meanwhile.
    version = stored[0].data.params["used_model_version"]
    code = f"""
import numpy as np
import sys
from pathlib import Path
from PIL import Image
from dioptra import pyplugs
pyplugs.call("dioptra_builtins.backend_configs", "tensorflow", "init_tensorflow", seed=0)
load = "load_wrapped_tensorflow_keras_classifier"
wrapped = pyplugs.call("dioptra_builtins.registry", "art", load, name="le_net", version={version})
paths = sorted(Path("data/mnist/testing").glob("*/*.png"))
bytes_ = np.stack([np.asarray(Image.open(path)) for path in paths])[..., np.newaxis]
attacked = pyplugs.call(
    "dioptra_builtins.attacks", "fgm", "perturb_images", keras_classifier=wrapped,
    images=bytes_.astype(np.float32) * np.float32(1 / 255), eps={EPS},
)
from dioptra_builtins.attacks._storing import quantize
kept = quantize(bytes_, attacked, 1 / 255)
predicted = wrapped.predict(kept.astype(np.float32) * np.float32(1 / 255)).argmax(axis=1)
classes = sorted({{path.parent.name for path in paths}})
truth = np.array([classes.index(path.parent.name) for path in paths])
np.savez(sys.argv[1], kept=kept, accuracy=np.mean(predicted == truth))
"""
    target = tmp_path_factory.mktemp("memory") / "attacked.npz"
    done = example.run("python", "-c", code, target)
    assert done.returncode == 0, done.stderr
    return np.load(target)


def test_what_is_stored_is_what_was_attacked(example: Any, stored: Any, in_memory: Any) -> None:
    _, folder = stored
    np.testing.assert_array_equal(
        read(folder, adversarial_names(example)), in_memory["kept"].squeeze(-1)
    )


def test_accuracy_on_the_stored_images_is_that_in_memory(
    example: Any, stored: Any, in_memory: Any
) -> None:
    run, _ = stored
    done = example.dioptra(
        "infer",
        {"run_id": run.info.run_id, "model_version": run.data.params["used_model_version"]},
    )
    assert done.returncode == 0, done.stderr
    accuracy = re.search(r"^accuracy +(\S+)", done.stdout, re.MULTILINE)
    assert accuracy
    assert float(accuracy[1]) == float(in_memory["accuracy"])
    assert 0.1 < float(accuracy[1]) < 0.95


def test_images_that_were_made_in_a_folder_of_another_name_are_found(
    example: Any, tmp_path: Path
) -> None:
    code = """
from pathlib import Path
from dioptra import pyplugs
from dioptra.evasion import fetch_adversarial_images
made, unpacked = Path("made"), Path("unpacked")
(made / "7").mkdir(parents=True)
unpacked.mkdir()
upload = "upload_directory_as_tarball_artifact"
with pyplugs.call("dioptra_builtins.tracking", "mlflow", "start_run", "e", "fgm") as run:
    pyplugs.call("dioptra_builtins.artifacts", "mlflow", upload, made, "adversarial_images.tar.gz")
print(fetch_adversarial_images(run.info.run_id, unpacked))
"""
    done = example.run("python", "-c", f"import os; os.chdir({str(tmp_path)!r})\n{code}")
    assert (done.stdout, done.stderr) == ("unpacked/made\n", "")


def test_the_project_file_is_up_to_date() -> None:
    assert (EXAMPLE / "MLproject").read_text(encoding="utf-8") == make_mlproject(EXAMPLE)


# Entry point, parameters, exit status, and what the one line of the error says.
REFUSED = [
    ("fgm", {"eps": -0.1}, 2, r"eps: .*greater than or equal to 0 \(got eps='-0.1'\)"),
    ("fgm", {"norm": 3}, 2, r"norm: .*'inf', '1' or '2'"),
    ("fgm", {"ep": 0.1}, 2, r"no parameter 'ep'; did you mean 'eps'"),
    ("fgm", {"distance_metrics": "l_3_norm"}, 1, r"'l_3_norm'; known: l_1_norm, .*"),
    ("fgm", {"model_name": "lenet"}, 1, r"no registered model named 'lenet'; known: .*le_net"),
    ("fgm", {"model_version": 99}, 1, r"'le_net' has no version or alias '99'; versions: 1"),
    ("fgm", {"data_dir": "nowhere"}, 1, "no such folder: nowhere"),
    ("train", {"model_architecture": "res_net"}, 2, r"'shallow_net', 'le_net' or 'alex_net'"),
    ("infer", {"run_id": "0" * 32}, 1, r"no run '0{32}' in the tracking store"),
    ("infer", {"run_id": ""}, 1, "no run '' in the tracking store"),
    ("infr", {}, 2, r"no entry point 'infr' .* did you mean 'infer'"),
]
# All in one process, as each would take seconds to import TensorFlow.
CALL_ALL = """
import contextlib, io, json, sys
from dioptra.cli import main
outcomes = []
for words in json.loads(sys.argv[1]):
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        try:
            main(words)
        except SystemExit as end:
            outcomes.append([end.code, said.getvalue()])
json.dump(outcomes, open(sys.argv[2], "w"))
"""


def words_of(parameters: dict[str, Any]) -> list[str]:
    return [word for name, value in parameters.items() for word in ("-P", f"{name}={value}")]


@pytest.fixture(scope="module")
def refusals(example: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The exit status and the words of every call that is refused."""
    calls = [
        ["run", str(EXAMPLE), entry_point, *words_of(given)] for entry_point, given, _, _ in REFUSED
    ]
    target = tmp_path_factory.mktemp("refusals") / "outcomes.json"
    done = example.run("python", "-c", CALL_ALL, json.dumps(calls), target)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(target.read_text())


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=[case[3] for case in REFUSED])
def test_bad_input_is_one_line_and_a_status(refusals: Any, number: int) -> None:
    _, _, status, message = REFUSED[number]
    assert refusals[number][0] == status
    assert re.fullmatch(rf"error: .*{message}.*\n", refusals[number][1]), refusals[number][1]


def test_an_interrupted_run_ends_as_killed_and_a_second_start_works(example: Any) -> None:
    words = ["dioptra", "run", str(EXAMPLE), "train"]
    known = {run.info.run_id for run in list_runs(example)}
    process = subprocess.Popen(
        [*words, "-P", "epochs=1000", "-P", "patience=1000", "-P", "register_model_name=endless"],
        cwd=example.folder,
        env=example.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        while not (started := [run for run in list_runs(example) if run.info.run_id not in known]):
            assert process.poll() is None
            time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)
        _, words_of_farewell = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, words_of_farewell) == (130, "error: interrupted\n")
    assert example.runs.get_run(started[0].info.run_id).info.status == "KILLED"
    again = example.dioptra("train", {"epochs": 1, "register_model_name": "again"})
    assert again.returncode == 0, again.stderr


def list_runs(example: Any) -> list[Any]:
    experiment = example.runs.get_experiment_by_name(EXAMPLE.name)
    return list(example.runs.search_runs([experiment.experiment_id]))


def test_results_of_a_run_that_was_logged_are_json(outcomes: dict[str, Any]) -> None:
    settings = outcomes["script"].data.params
    assert json.loads(settings["seed"]) == 3


def test_a_package_of_a_peer_works_without_a_change(example: Any, tmp_path: Path) -> None:
    package = tmp_path / "plugins" / "acme"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "noise.py").write_text(
        "import numpy as np\n"
        "from dioptra import pyplugs\n\n"
        "@pyplugs.register\n"
        "def add_noise(images, level):\n"
        '    """Add noise to images."""\n'
        "    return images + level\n"
    )
    flow = tmp_path / "flow.py"
    flow.write_text(
        "from prefect import flow\n"
        "from dioptra import pyplugs\n"
        "from dioptra.entrypoint import main\n"
        "from dioptra.sdk.utilities.contexts import plugin_dirs\n\n"
        "@flow\n"
        "def shift(level: float = 1.0):\n"
        '    """Shift a number."""\n'
        f"    with plugin_dirs([{str(tmp_path / 'plugins')!r}]):\n"
        "        moved = pyplugs.call_task('acme', 'noise', 'add_noise', images=1, level=level)\n"
        "    return {'moved': moved}\n\n"
        "main(shift)\n"
    )
    done = example.run(sys.executable, flow, "--level", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["moved", "3.0"]


AFTER_KERAS = f"""
import os
# Below it, ART keeps settings.
os.environ["HOME"] = os.getcwd()
import keras, numpy as np, tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(2)
keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).predict(np.zeros((1, 4)), verbose=0)
import art.attacks.evasion, mlflow, sys
sys.path.insert(0, {str(ROOT / SOURCE)!r})
from train import train
name = "after_keras"
outcome = train(model_architecture="shallow_net", register_model_name=name, epochs=1, seed=3)
print("run_id", outcome["run_id"])
"""


def test_a_process_that_has_used_a_model_before_trains_and_records_the_threads_in_force(
    example: Any,
) -> None:
    done = example.run("python", "-c", AFTER_KERAS)
    assert done.returncode == 0, done.stderr
    assert "TensorFlow already runs in this process, with 2 threads instead of 4" in done.stderr
    run = example.runs.get_run(re.findall(r"^run_id (\w+)", done.stdout, re.MULTILINE)[0])
    settings = {"tensorflow_threads": "2", "tensorflow_bit_reproducible": "0"}
    assert settings.items() <= run.data.params.items()
