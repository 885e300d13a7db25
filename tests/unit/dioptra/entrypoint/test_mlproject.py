from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from dioptra.entrypoint import load_entry_point, make_mlproject, parse_parameters
from dioptra.sdk.exceptions import EntryPointNotFoundError

WriteProject = Callable[..., Path]

TRAIN = """
    from pathlib import Path
    from typing import Annotated, Literal

    from prefect import flow
    from pydantic import Field

    @flow
    def train(
        run_id: str,
        learning_rate: Annotated[float, Field(gt=0)] = 0.001,
        data_dir: Path | None = None,
        image_size: tuple[int, int, int] = (28, 28, 1),
        eps: tuple[float, ...] = (0.1, 0.2),
        optimizer: Literal["adam", "sgd"] = "adam",
        epochs: int = 30,
        minimal: bool = False,
        warmup: float = 1.0,
        threshold: float | None = None,
    ) -> None:
        ...
"""
READY = """
    from prefect import flow

    @flow
    def ready() -> None:
        ...
"""
TEXT = """\
# Made from the signatures of the flows in src/ by `dioptra mlproject`; do not edit.
name: project
entry_points:
  infer:
    parameters:
      run_id:
        type: string
      eps:
        type: float
        default: '0.3'
    command: python src/infer.py --run-id {run_id} --eps {eps}
  ready:
    parameters: {}
    command: python src/ready.py
"""
INFER = """
    from prefect import flow

    @flow
    def infer(run_id: str, eps: float = 0.3) -> None:
        ...
"""


@pytest.fixture
def project(write_project: WriteProject) -> Path:
    return write_project(train=TRAIN)


@pytest.fixture
def train(project: Path) -> dict[str, Any]:
    stanza: dict[str, Any] = yaml.safe_load(make_mlproject(project))["entry_points"]["train"]
    return stanza


def test_the_whole_file_reads_as_it_should(write_project: WriteProject) -> None:
    assert make_mlproject(write_project(ready=READY, infer=INFER)) == TEXT


def test_the_name_is_that_of_the_folder_wherever_it_is_named_from(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    assert yaml.safe_load(make_mlproject("."))["name"] == "project"


def test_a_required_parameter_has_no_default(train: dict[str, Any]) -> None:
    assert train["parameters"]["run_id"] == {"type": "string"}


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("learning_rate", {"type": "float", "default": "0.001"}),
        ("data_dir", {"type": "string", "default": "none"}),
        ("image_size", {"type": "string", "default": "28,28,1"}),
        ("eps", {"type": "string", "default": "0.1,0.2"}),
        ("optimizer", {"type": "string", "default": "adam"}),
        ("epochs", {"type": "string", "default": "30"}),
        ("minimal", {"type": "string", "default": "False"}),
        ("warmup", {"type": "float", "default": "1.0"}),
        ("threshold", {"type": "string", "default": "none"}),
    ],
)
def test_a_parameter_has_a_type_and_a_default(
    train: dict[str, Any], name: str, entry: dict[str, str]
) -> None:
    assert train["parameters"][name] == entry


def test_the_command_passes_every_parameter_on_by_its_option(train: dict[str, Any]) -> None:
    options = [f"--{name.replace('_', '-')} {{{name}}}" for name in train["parameters"]]
    assert train["command"] == f"python src/train.py {' '.join(options)}"


def test_a_default_is_read_back_as_the_default_of_the_signature(
    project: Path, train: dict[str, Any]
) -> None:
    flow = load_entry_point(project, "train")
    texts = {name: entry.get("default", "r") for name, entry in train["parameters"].items()}
    assert parse_parameters(flow, texts) == {
        "run_id": "r",
        "learning_rate": 0.001,
        "data_dir": None,
        "image_size": (28, 28, 1),
        "eps": (0.1, 0.2),
        "optimizer": "adam",
        "epochs": 30,
        "minimal": False,
        "warmup": 1.0,
        "threshold": None,
    }


def test_the_same_flows_give_the_same_text(project: Path) -> None:
    assert make_mlproject(project) == make_mlproject(project)


def test_a_folder_without_flows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EntryPointNotFoundError):
        make_mlproject(tmp_path)


@pytest.mark.parametrize(
    ("imports", "start"),
    [
        ("from dioptra.entrypoint import main\nfrom .tasks import answer", "python"),
        ("import dioptra.sdk\nfrom . import tasks", "python"),
        ("import tasks\nfrom .tasks import answer", "python"),
        ("from .tasks import answer\nimport dioptra", "python -m dioptra.entrypoint"),
        ("from . import tasks", "python -m dioptra.entrypoint"),
        ("import early\nimport dioptra", "python -m dioptra.entrypoint"),
        ("import tasks", "python"),
    ],
)
def test_a_file_that_python_cannot_run_as_a_script_is_started_by_dioptra(
    write_project: WriteProject, imports: str, start: str
) -> None:
    project = write_project(
        ready=imports + dedent(READY),
        tasks="from dioptra import pyplugs\nanswer = 1",
        early="from .tasks import answer",
    )
    stanza = yaml.safe_load(make_mlproject(project))["entry_points"]["ready"]
    assert stanza["command"] == f"{start} src/ready.py"
