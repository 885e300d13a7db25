from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dioptra import reproduction
from dioptra.reproduction import Comparison, compare

RunCommand = Callable[..., tuple[object, str, str]]


def test_the_verdict_is_printed_and_is_the_status(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def reproduce(*arguments: Any) -> Comparison:
        asked.append(arguments)
        return compare({"a": 1}, {"a": len(asked)})

    monkeypatch.setattr(reproduction, "reproduce", reproduce)
    assert run_command("reproduce", "results/demo") == (0, "PASS  1 fields compared\n", "")
    words = ("--project", "there", "-P", "size=3", "--tolerance", "0.5")
    status, out, _ = run_command("reproduce", "results/demo", *words)
    assert (status, out) == (1, "FAIL  1 of 1 fields differ\ndiffers:\n  a: recorded 1, now 2\n")
    assert asked == [
        ("results/demo", None, {}, 0.0),
        ("results/demo", Path("there"), {"size": "3"}, 0.5),
    ]


PLAIN = """
    from prefect import flow

    @flow
    def plain(number: int = 1):
        return {"square": number**2}
"""


@pytest.mark.usefixtures("own_modules", "prefect_server")
def test_the_folder_of_a_sweep_is_a_result_too(
    run_command: RunCommand, write_project: Callable[..., Path], workspace: Path
) -> None:
    project = str(write_project("squares", plain=PLAIN))
    status, _, _ = run_command("sweep", project, "plain", "-P", "number=1:3", "--name", "mine")
    assert status == 0
    mine = str(workspace / "results" / "sweeps" / "mine")
    status, out, _ = run_command("reproduce", mine, "--project", project, "-P", "number=2,3")
    assert (status, out.splitlines()) == (
        0,
        ["1 of 2: number=2", "2 of 2: number=3", "PASS  2 fields compared"],
    )
    (again,) = (folder for folder in Path(mine).parent.iterdir() if folder.name != "mine")
    assert run_command("diff", mine, mine) == (0, "PASS  3 fields compared\n", "")
    status, out, _ = run_command("diff", mine, str(again))
    assert (status, out.splitlines()) == (
        1,
        [
            "FAIL  1 of 3 fields differ",
            "differs:",
            "  points.number=1.row.square: first 1, second (missing)",
        ],
    )
    status, _, err = run_command("diff", mine, project)
    assert status == 1
    assert "a sweep is compared with another sweep" in err
