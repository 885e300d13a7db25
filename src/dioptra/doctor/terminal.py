# SPDX-License-Identifier: Apache-2.0
"""The findings in the terminal."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dioptra.doctor.finding import Finding, Status

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {Status.OK: "green", Status.INFO: "cyan", Status.WARN: "yellow", Status.FAIL: "bold red"}


def print_findings(findings: Sequence[Finding], console: "Console | None" = None) -> None:
    """Print a line for each finding, and one that counts them.

    Args:
        findings: The findings.
        console: Where to print; the standard output if not given, with colour on a terminal.
    """
    from rich.console import Console
    from rich.text import Text

    target = console or Console()
    width = max((len(finding.name) for finding in findings), default=0) + 1
    for finding in findings:
        said = "; ".join(filter(None, (finding.text, finding.remedy)))
        line = Text.assemble(
            (f"{finding.status:<4}", STYLES[finding.status]),
            f"  {finding.name + ':':<{width}}  {said}",
        )
        # Each stays one line, for other programs to read.
        target.print(line, soft_wrap=True)
    target.print(Text(_count(findings)), soft_wrap=True)


def _count(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.status for finding in findings)
    failed, warned = counts[Status.FAIL], counts[Status.WARN]
    plural = "" if warned == 1 else "s"
    return f"{len(findings)} checks: {failed} failed, {warned} warning{plural}"
