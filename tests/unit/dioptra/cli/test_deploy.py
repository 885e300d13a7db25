from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dioptra.jobs import deploying
from dioptra.jobs.deploying import Registered
from dioptra.sdk.exceptions import ServiceError

RunCommand = Callable[..., tuple[object, str, str]]
WriteFiles = Callable[[dict[str, str]], Path]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """The calls of a function in the place of that which registers."""
    made: list[tuple[object, ...]] = []

    def register(*arguments: object) -> Iterator[Registered]:
        made.append(arguments)
        yield Registered("deployment", "fgm/mnist", "created")

    monkeypatch.setattr(deploying, "deploy", register)
    return made


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("", ([Path("examples")], ("tensorflow-cpu", "tensorflow-gpu"), 90)),
        ("mine --pool a --pool b --silence 60", ((Path("mine"),), ["a", "b"], 60)),
        ("mine ours", ((Path("mine"), Path("ours")), ("tensorflow-cpu", "tensorflow-gpu"), 90)),
    ],
)
def test_what_is_registered_is_printed(
    run_command: RunCommand,
    calls: list[tuple[object, ...]],
    words: str,
    call: tuple[object, ...],
) -> None:
    out = "deployment  created    fgm/mnist\n"
    assert run_command("deploy", *words.split()) == (0, out, "")
    assert calls == [call]


def test_a_flow_with_an_error_is_one_line_with_its_place(
    run_command: RunCommand, write_files: WriteFiles
) -> None:
    folder = write_files({"mine/src/train.py": "x = 1\ny = = 2\n"})
    status, out, err = run_command("deploy", folder)
    assert (status, out) == (1, "")
    assert err == f"error: {folder}/mine/src/train.py:2: SyntaxError: invalid syntax\n"


def test_a_server_that_is_not_there_is_one_line(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ServiceError("no Prefect server answers")

    monkeypatch.setattr(deploying, "deploy", fail)
    assert run_command("deploy") == (1, "", "error: no Prefect server answers\n")
