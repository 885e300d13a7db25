import io

import pytest
from rich.console import Console

from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.terminal import print_findings

FINDINGS = [
    Finding("Docker", Status.OK, "engine 28.2.2"),
    Finding("GPU", Status.INFO, "none [of NVIDIA]"),
    Finding("memory", Status.WARN, "scarce", "buy more"),
    Finding("port 5000", Status.FAIL, "taken " * 40, "stop it"),
]


def test_each_finding_is_one_line_with_its_columns_aligned(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_findings(FINDINGS)
    assert capsys.readouterr().out.splitlines() == [
        "ok    Docker:     engine 28.2.2",
        "info  GPU:        none [of NVIDIA]",
        "warn  memory:     scarce; buy more",
        f"fail  port 5000:  {'taken ' * 40}; stop it",
        "4 checks: 1 failed, 1 warning",
    ]


def test_there_is_colour_on_a_terminal() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, color_system="standard")
    print_findings(FINDINGS[:1], console)
    written = console.file
    assert isinstance(written, io.StringIO)
    assert written.getvalue().startswith("\x1b[32mok  \x1b[0m  Docker:")


def test_nothing_found_is_counted_too(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings([])
    assert capsys.readouterr().out == "0 checks: 0 failed, 0 warnings\n"
