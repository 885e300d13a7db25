import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from prefect import Flow, flow
from prefect.settings import PREFECT_API_URL
from pydantic import Field

from dioptra.entrypoint import main
from dioptra.entrypoint.command import make_parser, read_words, summarize
from dioptra.sdk.exceptions import DatasetError, ParameterError

AnyFlow = Flow[..., Any]
Capture = pytest.CaptureFixture[str]


@flow
def attack(
    run_id: str,
    data_dir: Path | None = None,
    image_size: tuple[int, int, int] = (28, 28, 1),
    batch_size: Annotated[int, Field(ge=1)] = 32,
    norm: Literal["inf", "1"] = "inf",
    eps: float = 0.3,
) -> dict[str, Any]:
    """Attack 100% of the images.

    And then some.

    Args:
        run_id: The run whose model
            is attacked.
        image_size: Height, width and channels.
        batch_size: The images in a step, 5% of them or so.

    Returns:
        What it was given.
    """
    return dict(locals())


@flow
def bare(kind: str = "", debug_level: int = 0) -> int:
    errors: dict[str, BaseException] = {
        "dataset": DatasetError("the folder is\nempty"),
        "parameter": ParameterError("these do not go together"),
        "value": ValueError("odd"),
        "group": ExceptionGroup("tasks", [DatasetError("first"), ValueError("second")]),
        "interrupt": KeyboardInterrupt(),
    }
    if kind:
        raise errors[kind]
    return debug_level


@flow
def silent() -> None:
    raise AssertionError


def exit_of(flow: AnyFlow, *words: str) -> object:
    with pytest.raises(SystemExit) as caught:
        main(flow, words)
    return caught.value.code


def help_of(flow: AnyFlow, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "200")
    assert exit_of(flow, "--help") == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def lines_of(text: str) -> dict[str, str]:
    rows = [line.strip().partition("  ") for line in text.partition("options:")[2].splitlines()]
    return {option: words.strip() for option, _, words in rows}


@pytest.mark.parametrize(
    "words",
    [
        ["--run-id", "r", "--batch-size", "3"],
        ["--run_id", "r", "--batch_size", "3"],
        ["--run-id=r", "--batch_size=3"],
        ["--batch-size", "7", "--run-id", "r", "--batch-size", "3"],
    ],
)
@pytest.mark.usefixtures("prefect_server")
def test_options_take_dashes_and_underscores(words: list[str], capsys: Capture) -> None:
    assert exit_of(attack, *words) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "run_id      r",
        "data_dir    null",
        "image_size  [28, 28, 1]",
        "batch_size  3",
        "norm        inf",
        "eps         0.3",
    ]
    assert err == ""


@pytest.mark.usefixtures("prefect_server")
def test_the_command_line_is_that_of_the_process(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["attack.py", "--run-id", "mine"])
    with pytest.raises(SystemExit) as caught:
        main(attack)
    assert caught.value.code == 0
    assert "run_id      mine" in capsys.readouterr().out


@pytest.mark.usefixtures("prefect_server")
def test_a_negative_number_is_a_value(capsys: Capture) -> None:
    assert exit_of(attack, "--run-id", "r", "--eps", "-0.5") == 0
    assert "eps         -0.5" in capsys.readouterr().out


def test_the_help_begins_with_the_docstring(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = help_of(attack, capsys, monkeypatch)
    assert "\n\nAttack 100% of the images.\n\nAnd then some.\n\noptions:" in text
    assert "Args:" not in text
    assert "What it was given" not in text


def test_the_help_describes_each_parameter_with_its_type_and_default(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = lines_of(help_of(attack, capsys, monkeypatch))
    text = " ".join(" ".join(pair) for pair in lines.items())
    text = " ".join(text.split())
    assert "--run-id STRING, --run_id STRING The run whose model is attacked. --data-dir" in text
    assert "--data-dir PATH, --data_dir PATH --image-size" in text
    assert "Height, width and channels. (default: 28,28,1) --batch" in text
    assert "INTEGER The images in a step, 5% of them or so. (default: 32) --norm" in text
    assert "--norm {inf|1} (default: inf) --eps NUMBER (default: 0.3)" in text
    assert "--debug show tracebacks" in text


def test_a_flow_without_docstring_or_parameters_has_help_too(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(lines_of(help_of(silent, capsys, monkeypatch))) == ["", "-h, --help", "--debug"]
    assert summarize(silent) == ""


def test_a_docstring_without_arguments_is_the_summary() -> None:
    @flow
    def short() -> None:
        """Do it.

        At once.
        """

    assert summarize(short) == "Do it.\n\nAt once."


def test_an_option_of_one_word_is_there_once() -> None:
    options = [action.option_strings for action in make_parser(attack)._actions]
    assert ["--eps"] in options
    assert ["--run-id", "--run_id"] in options


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--run-id", "r", "--epz", "1"], "no option '--epz'; did you mean '--eps'?"),
        (["--run-id", "r", "--epz=1"], "no option '--epz=1'; did you mean '--eps'?"),
        (["--run-id", "r", "--datadir", "x"], "no option '--datadir'; did you mean '--data-dir'?"),
        (["--run-id", "r", "--batch", "1"], "no option '--batch'; "),
        (["--run-id", "r", "-x"], "no option '-x'; known: --batch-size, --data-dir, "),
        (["--run-id", "r", "word"], "no option 'word'; "),
        ([], "the following arguments are required: --run-id/--run_id; try --help"),
        (["--run-id"], "argument --run-id/--run_id: expected one argument; try --help"),
        (
            ["--run-id", "r", "--batch-size", "0"],
            "attack: batch_size: Input should be greater than or equal to 1 (got batch_size='0')",
        ),
        (["--run-id", "r", "--norm", "2"], "attack: norm: Input should be 'inf' or '1' (got "),
        (["--run-id", "r", "--debug=1"], "argument --debug: ignored explicit argument '1'"),
    ],
)
def test_bad_usage_is_one_line_and_a_status_of_two(
    words: list[str], message: str, capsys: Capture
) -> None:
    assert exit_of(attack, *words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith(f"error: {message}")


@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        ("dataset", 1, "the folder is empty"),
        ("parameter", 2, "these do not go together"),
        (
            "value",
            1,
            "ValueError: odd (run it again with --debug to see where it happened)",
        ),
        ("group", 1, "first"),
        ("interrupt", 130, "interrupted"),
    ],
)
@pytest.mark.usefixtures("prefect_server")
def test_a_failure_of_the_flow_is_one_line_and_a_status(
    kind: str, status: int, message: str, capsys: Capture
) -> None:
    assert exit_of(bare, "--kind", kind) == status
    assert capsys.readouterr() == ("", f"error: {message}\n")


@pytest.mark.parametrize(
    ("kind", "error"),
    [("dataset", DatasetError), ("value", ValueError), ("interrupt", KeyboardInterrupt)],
)
@pytest.mark.usefixtures("prefect_server")
def test_debugging_shows_the_traceback_of_a_failure(kind: str, error: type[BaseException]) -> None:
    with pytest.raises(error):
        main(bare, ["--kind", kind, "--debug"])


def test_debugging_shows_the_traceback_of_bad_usage() -> None:
    with pytest.raises(ParameterError, match="no option"):
        main(bare, ["--debug", "--knd", "x"])


@pytest.mark.usefixtures("prefect_server")
def test_debugging_is_not_a_parameter_of_the_flow(capsys: Capture) -> None:
    assert exit_of(bare, "--debug", "--debug-level", "2") == 0
    assert capsys.readouterr() == ("", "")


SCRIPT = """
    from prefect import flow

    from dioptra.entrypoint import main

    @flow
    def greet(name: str) -> dict[str, str]:
        if not name:
            raise ValueError("nobody")
        return {"greeting": f"hello {name}"}

    if __name__ == "__main__":
        main(greet)
"""


@pytest.mark.parametrize(
    ("word", "status", "out", "err"),
    [
        ("--name=you", 0, "greeting  hello you\n", []),
        ("--nam=you", 2, "", ["error: "]),
        ("--name=", 1, "", ["error: ValueError: nobody (run it again with --debug to see "]),
    ],
)
@pytest.mark.usefixtures("prefect_server")
def test_a_script_is_a_command(
    write_project: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    word: str,
    status: int,
    out: str,
    err: list[str],
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", str(PREFECT_API_URL.value()))
    script = write_project(greet=SCRIPT) / "src" / "greet.py"
    done = subprocess.run(
        [sys.executable, script, word], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (status, out)
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == len(err)
    assert all(line.startswith(start) for line, start in zip(lines, err, strict=True))


@pytest.mark.parametrize("value", ["-1,2,3", "-inf", "-1e-7", "--", "-x", "a b", "--debug=1"])
def test_a_value_may_begin_with_a_dash(value: str) -> None:
    words = ["--run-id", value, "--debug", "--image_size", value]
    assert read_words(attack, words) == ({"run_id": value, "image_size": value}, [])


def test_an_option_is_not_the_value_of_the_one_before(capsys: Capture) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(attack, ["--run-id", "--eps", "0.1"])
    assert "expected one argument" in capsys.readouterr().err
