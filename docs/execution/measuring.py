"""Numbers in prose, as ``97 % ± 3 <word: accuracy>`` in the role ``measured``."""

import re
from collections.abc import Iterable, Iterator, Mapping

from execution.blocks import Failure, Measured

ROLE = re.compile(r":measured:`(?P<text>[^`]*)`")
NUMBER = r"[-+]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?"
FORM = re.compile(
    rf"(?P<shown>(?P<number>{NUMBER})[^±<]*?)\s*±\s*(?P<tolerance>{NUMBER})[^<]*"
    r"<(?P<name>[\w-]+):\s*(?P<label>.+)>"
)


def parse_measured(text: str, line: int) -> Measured:
    """Parse the text of a role.

    Raises:
        Failure: The text has another form.
    """
    found = FORM.fullmatch(" ".join(text.split()))
    if found is None:
        raise Failure(line, "a measured number must read: 97 % ± 3 <name: label>")
    return Measured(
        line=line,
        text=found["shown"],
        number=to_number(found["number"]),
        tolerance=to_number(found["tolerance"]),
        name=found["name"],
        label=found["label"],
    )


def find_measured(
    text: str, hidden: Iterable[tuple[int, int]], problems: list[Failure]
) -> Iterator[Measured]:
    """Find the measured numbers of a page outside comments; malformed ones are problems."""
    for role in ROLE.finditer(text):
        if any(first <= role.start() < last for first, last in hidden):
            continue
        try:
            yield parse_measured(role["text"], text.count("\n", 0, role.start()) + 1)
        except Failure as failure:
            problems.append(failure)


def check(measured: Measured, outputs: Mapping[str, str]) -> None:
    """Check that a number in prose is what a block printed.

    Raises:
        Failure: The label is not in the output, or the number after it is too far off.
    """
    output = outputs[measured.name]
    pattern = rf"(?:{measured.label})[^\d\n]*?({NUMBER})(\s*%)?"
    found = re.search(pattern, output)
    if found is None:
        message = f"no number after {measured.label!r} in the output of {measured.name}"
        raise Failure(measured.line, f"{message}\n{output}")
    printed = to_number(found[1])
    if "%" in measured.text and not found[2] and abs(printed) <= 1:
        # A share of one.
        printed *= 100
    if abs(printed - measured.number) > measured.tolerance:
        raise Failure(
            measured.line,
            f"the page says {measured.text} ± {measured.tolerance:g}, "
            f"{measured.name} printed {printed:g} after {measured.label!r}",
        )


def to_number(text: str) -> float:
    """Read a number that may have commas between its thousands."""
    return float(text.replace(",", ""))
