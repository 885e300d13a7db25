# SPDX-License-Identifier: Apache-2.0
"""Rows and bars, and the file that holds them."""

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.measuring import Measurement
from dioptra.provenance.code import find_revision

LIBRARIES = (
    "adversarial-robustness-toolbox",
    "cleverhans",
    "foolbox",
    "keras",
    "mlflow",
    "numpy",
    "opencv-python-headless",
    "prefect",
    "scipy",
    "tensorflow-cpu",
    "tensorflow",
    "torch",
    "torchattacks",
)


# The share of a floor by which a value may be worse, where even the floor does not reach the bar.
BESIDE_FLOOR = 0.1


@dataclass(frozen=True)
class Row:
    """One contender of one subject.

    Attributes:
        subject: What was timed.
        contender: Who did it.
        value: The median of the rounds; None where the contender is not there.
        unit: The unit of the value.
        noise: Half the range of the rounds, in the same unit.
        ratio: How many times as fast as the yardstick of the subject, the median of the rounds.
        note: What the check of its result found, or why it is not there.
    """

    subject: str
    contender: str
    value: float | None
    unit: str
    noise: float | None = None
    ratio: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """What a measurement has to reach.

    Attributes:
        name: What is asked.
        value: What was measured; None where it could not be.
        bar: The bar.
        at_least: Whether the value has to be at least, and not at most, the bar.
        noise: Half the range of the rounds.
        floor: What the machine allows at best, where that was measured.
        note: Why there is no value, or what the floor is.
    """

    name: str
    value: float | None
    bar: float
    at_least: bool = True
    noise: float = 0.0
    floor: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the value reaches the bar; None where there is no value."""
        if self.value is None:
            return None
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    @property
    def is_missed(self) -> bool:
        """Whether the bar, or a floor that forbids it, is missed by more than the noise."""
        if self.value is None:
            return False
        limit = self.bar
        if self.floor is not None and self.is_forbidden:
            limit = self.floor * (1 - BESIDE_FLOOR if self.at_least else 1 + BESIDE_FLOOR)
        if self.at_least:
            return self.value + self.noise < limit
        return self.value - self.noise > limit

    @property
    def is_forbidden(self) -> bool:
        """Whether even the floor does not reach the bar."""
        if self.floor is None:
            return False
        return self.floor < self.bar if self.at_least else self.floor > self.bar


@dataclass
class Outcome:
    """The rows and bars of a subject, or of all."""

    rows: list[Row] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    def add_bar(self, name: str, measured: Measurement | None, bar: float, **options: Any) -> None:
        """Add a bar.

        Args:
            name: What is asked.
            measured: What was measured; None where it could not be.
            bar: The bar.
            **options: The other fields of the bar.
        """
        value, noise = (measured.value, measured.noise) if measured else (None, 0.0)
        self.bars.append(Bar(name, value, bar, noise=noise, **options))

    def extend(self, other: "Outcome") -> None:
        """Add the rows and bars of another.

        Args:
            other: The other one.
        """
        self.rows += other.rows
        self.bars += other.bars


def update_results(path: Path, part: str, outcome: Outcome, mode: str, seconds: float) -> None:
    """Put the results of a part into a JSON file, in place of those that it had of it.

    Args:
        path: The file. Parts of another mode or machine, or with another version of a library, are
            dropped.
        part: The part's name.
        outcome: Its rows and bars.
        mode: ``"full"`` or ``"quick"``.
        seconds: How long it took.
    """
    setting = {"mode": mode, "machine": describe_machine()}
    versions = dict(_versions(LIBRARIES))
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    kept = {
        name: known
        for name, known in before.get("versions", {}).items()
        if name != part
        and all(before[key] == value for key, value in setting.items())
        # A contender's library may be there for one part alone.
        and all(versions.get(library, number) == number for library, number in known.items())
    }
    bars = [
        {"part": part, **asdict(bar), "holds": bar.holds, "forbidden": bar.is_forbidden}
        for bar in outcome.bars
    ]
    rows = [{"part": part, **asdict(row)} for row in outcome.rows]
    content = {
        **setting,
        # Of each part, as parts can be timed one by one.
        "versions": {**kept, part: versions},
        "revisions": {**{name: before["revisions"][name] for name in kept}, part: find_revision()},
        "seconds": {**{name: before["seconds"][name] for name in kept}, part: seconds},
        "bars": [bar for bar in before.get("bars", []) if bar["part"] in kept] + bars,
        "rows": [row for row in before.get("rows", []) if row["part"] in kept] + rows,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def describe_machine() -> dict[str, object]:
    """Name the cores, the processor, the system and the Python of this process."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    # The name that Linux gives; `platform` has none.
    lines = Path("/proc/cpuinfo")
    if not lines.is_file():
        return platform.processor()
    names = (
        line.partition(":")[2].strip()
        for line in lines.read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    )
    return next(names, platform.machine())


def _versions(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    for name in names:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue
