from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dioptra import provenance
from dioptra.provenance import Comparison, compare

RunCommand = Callable[..., tuple[object, str, str]]


def test_the_verdict_is_printed_and_is_the_status(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def reproduce(*arguments: Any) -> Comparison:
        asked.append(arguments)
        return compare({"a": 1}, {"a": len(asked)})

    monkeypatch.setattr(provenance, "reproduce", reproduce)
    assert run_command("reproduce", "results/demo") == (0, "PASS  1 fields compared\n", "")
    words = ("--project", "there", "-P", "size=3", "--tolerance", "0.5")
    status, out, _ = run_command("reproduce", "results/demo", *words)
    assert (status, out) == (1, "FAIL  1 of 1 fields differ\ndiffers:\n  a: recorded 1, now 2\n")
    assert asked == [
        ("results/demo", None, {}, 0.0),
        ("results/demo", Path("there"), {"size": "3"}, 0.5),
    ]
