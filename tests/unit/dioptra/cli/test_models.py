"""The command ``dioptra models``; what the suite does behind it is replaced."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dioptra.contracts import ModelContract
from dioptra.experiment import importing
from dioptra.sdk.exceptions import ContractError

RunCommand = Callable[..., tuple[object, str, str]]
CONTRACT = ModelContract(
    class_names=("cat", "dog"),
    image_size=(8, 6, 1),
    pixel_interval=(0.0, 255.0),
    output="probabilities",
    outputs=2,
    loss="categorical_crossentropy",
)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What was called by name, with its arguments."""
    made: dict[str, Any] = {}

    def get(name: str, version: str) -> ModelContract:
        if name == "old":
            raise ContractError(f"{name} {version} has no contract")
        return CONTRACT

    class Images(SimpleNamespace):
        def as_numpy_iterator(self) -> Any:
            return iter([(np.zeros((3, 8, 6, 1), np.float32), None)])

    answers: dict[str, Callable[..., Any]] = {
        "list_model_versions": lambda: [("net", "1"), ("old", "3")],
        "get_model_contract": get,
        "find_model_version": lambda _name, version: "7" if version == "latest" else version,
        "init_tensorflow": lambda **_options: None,
        "load_tensorflow_keras_classifier": lambda *_names: "model",
        "make_model_contract": lambda *_args, **_options: CONTRACT,
        "set_model_contract": lambda *_args: None,
        "wrap_tensorflow_keras_classifier": lambda *_args: "wrapped",
        "create_image_dataset": lambda **_options: Images(
            class_names=("dog", "cat"), labels=np.array([0, 0, 1])
        ),
        "check_model_name": lambda _name: None,
        "read_keras_model": lambda _source, **_options: "model",
        "start_run": lambda *_names: nullcontext("run"),
        "hash_weights": lambda _estimator: "0" * 64,
        "set_tags": lambda _tags: None,
        "log_tensorflow_keras_estimator": lambda *_args: None,
        "add_model_to_registry": lambda *_args: SimpleNamespace(version=2),
        "trust_model": lambda *_names: None,
        "try_classifier": lambda *_args: {"accuracy": 0.5, "n": 3, "warnings": ["it guesses"]},
    }

    def checked(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            made[function.__name__] = (*args, options) if options else args
            return answers[function.__name__](*args, **options)

        return call

    monkeypatch.setattr("dioptra.pyplugs.checked", checked)
    for module in ("importing", "models"):
        monkeypatch.setattr(f"dioptra.experiment.{module}.checked", checked)
    return made


@pytest.mark.usefixtures("calls")
def test_models_are_listed_with_what_is_known_of_them(run_command: RunCommand) -> None:
    status, out, _ = run_command("models", "list")
    assert status == 0
    assert out.splitlines() == [
        "net  1  8 x 6 x 1 (height x width x channels); 0..255 (a byte 0 to a byte 255); cat, dog",
        "old  3  no contract (see dioptra models describe)",
    ]


@pytest.mark.usefixtures("calls")
def test_a_contract_is_shown(run_command: RunCommand) -> None:
    _, out, _ = run_command("models", "show", "net")
    assert out.splitlines()[:4] == [
        "model       net, version 7",
        "classes     cat, dog",
        "image size  8 x 6 x 1 (height x width x channels)",
        "pixels      0..255 (a byte 0 to a byte 255)",
    ]


@pytest.mark.usefixtures("calls")
def test_a_contract_is_shown_as_json(run_command: RunCommand) -> None:
    _, out, _ = run_command("models", "show", "net", "1", "--json")
    shown = json.loads(out)
    assert (shown["model"], shown["version"]) == ("net", "1")
    assert shown["pixel_interval"] == [0, 255]


@pytest.mark.usefixtures("calls")
def test_a_model_without_a_contract_is_an_error(run_command: RunCommand) -> None:
    assert run_command("models", "show", "old", "3") == (1, "", "error: old 3 has no contract\n")


def test_a_contract_is_made_of_what_is_said(run_command: RunCommand, calls: Any) -> None:
    status, out, _ = run_command(
        "models", "describe", "net", "--pixels", "0..255", "--classes", "cat, dog"
    )
    assert status == 0
    *_, options = calls["make_model_contract"]
    assert options["class_names"] == ["cat", "dog"]
    assert options["pixel_interval"] == (0, 255)
    assert calls["set_model_contract"] == ("net", "7", CONTRACT)
    assert "pixels      0..255" in out


def test_what_is_known_of_the_training_data_stays(
    run_command: RunCommand, calls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = CONTRACT.model_copy(update={"data_name": "pets", "data_sha256": {"testing": "ab"}})
    call = importing.checked

    def checked(function: Callable[..., Any]) -> Callable[..., Any]:
        asks = function.__name__ == "get_model_contract"
        return (lambda *_names: known) if asks else call(function)

    monkeypatch.setattr(importing, "checked", checked)
    run_command("models", "describe", "net", "--pixels", "0..255", "--classes", "cat,dog")
    *_, options = calls["make_model_contract"]
    assert (options["data_name"], options["data_sha256"]) == ("pets", {"testing": "ab"})


def test_a_negative_pixel_is_taken_too(run_command: RunCommand, calls: Any) -> None:
    run_command("models", "describe", "net", "1", "--pixels=-1..1", "--classes", "a,b")
    *_, options = calls["make_model_contract"]
    assert options["pixel_interval"] == (-1, 1)


def test_classes_are_those_of_a_folder(run_command: RunCommand, calls: Any, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("owl", "ape"):
        (data / name).mkdir(parents=True)
        Image.fromarray(np.zeros((8, 6), np.uint8)).save(data / name / "1.png")
    run_command("models", "describe", "net", "--pixels", "0..1", "--classes-from", str(data))
    *_, options = calls["make_model_contract"]
    assert options["class_names"] == ["ape", "owl"]


def test_a_model_is_tried_on_images_before_its_contract_is_kept(
    run_command: RunCommand, calls: Any, tmp_path: Path
) -> None:
    words = ["--pixels", "0..255", "--classes", "cat,dog", "--data", str(tmp_path)]
    _, out, err = run_command("models", "describe", "net", *words)
    (options,) = calls["create_image_dataset"]
    assert (options["rescale"], options["offset"]) == (1.0, 0.0)
    wrapped, images, labels = calls["try_classifier"]
    assert (wrapped, images.shape) == ("wrapped", (3, 8, 6, 1))
    assert labels.tolist() == [1, 1, 0]
    assert err == "warning: it guesses\n"
    assert out.splitlines()[-1] == "tried       50.0% of 3 images correct"
    assert list(calls).index("try_classifier") < list(calls).index("set_model_contract")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--pixels", "255", "--classes", "a,b"], "error: '255' is no pixel interval; write"),
        (["--pixels", "0..1"], "error: name the classes either by --classes or by --classes-from"),
        (["--classes", "a,b"], "error: .*--pixels"),
    ],
)
def test_what_is_not_said_is_asked_for_before_the_model_is_loaded(
    run_command: RunCommand, calls: Any, words: list[str], message: str
) -> None:
    import re

    status, _, err = run_command("models", "describe", "net", *words)
    assert status == 2
    assert re.match(message, err), err
    assert not calls


IMPORT = ["models", "import", "nets/mine.keras", "--pixels", "0..255", "--classes", "cat,dog"]


def test_a_model_is_imported_under_the_name_of_its_file(
    run_command: RunCommand, calls: dict[str, Any]
) -> None:
    status, out, err = run_command(*IMPORT)
    assert (status, err) == (0, "")
    assert out.splitlines()[:2] == ["model       mine, version 2", "classes     cat, dog"]
    assert calls["read_keras_model"] == ("nets/mine.keras", {"trust": False})
    assert calls["log_tensorflow_keras_estimator"] == ("model", "model", CONTRACT)
    assert calls["add_model_to_registry"] == ("run", "mine", "model")
    assert "trust_model" not in calls


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["nets/mine.h5", "other"], "other"),
        (["models:/theirs/3"], "theirs"),
        (["runs:/0123456789abcdef/net"], "net"),
    ],
)
def test_an_imported_model_is_named_by_its_source_or_by_the_user(
    run_command: RunCommand, calls: dict[str, Any], words: list[str], name: str
) -> None:
    run_command("models", "import", *words, *IMPORT[3:])
    assert calls["check_model_name"] == (name,)


def test_a_model_to_trust_is_registered_as_one(
    run_command: RunCommand, calls: dict[str, Any]
) -> None:
    assert run_command(*IMPORT, "--trust")[0] == 0
    assert calls["read_keras_model"] == ("nets/mine.keras", {"trust": True})
    assert calls["trust_model"] == ("mine", "2")


def test_a_model_is_tried_before_it_is_registered(
    run_command: RunCommand, calls: dict[str, Any], tmp_path: Path
) -> None:
    for label in ("cat", "dog"):
        (tmp_path / label).mkdir()
        Image.new("L", (6, 8)).save(tmp_path / label / "x.png")
    status, out, err = run_command(*IMPORT, "--data", tmp_path)
    assert (status, err) == (0, "warning: it guesses\n")
    assert out.splitlines()[-1] == "tried       50.0% of 3 images correct"
    names = list(calls)
    assert names.index("try_classifier") < names.index("start_run")
