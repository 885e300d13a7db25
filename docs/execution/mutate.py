"""Counts how many changed blocks the run notices: ``python -m execution.mutate [PAGE ...]``."""

import argparse
import hashlib
import json
import random
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scipy.stats import binom

from execution.blocks import Failure
from execution.mutants import Mutant, make_mutants
from execution.reading import Page, read_page
from execution.walking import Walk, is_run

RESULT = Path("docs/_build/mutation.json")
# One line for each mutant that has run, so that a stopped run goes on where it was.
RECORD = Path("docs/_build/mutants.jsonl")
LEAST_KILLED = 95.0


@dataclass
class Subject:
    """A page with its mutants; ``key`` changes when the page does."""

    name: str
    page: Page
    key: str
    mutants: list[Mutant]
    failure: str = ""


@dataclass
class Record:
    """What became of mutants, also in earlier runs."""

    path: Path
    entries: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> None:
        """Read what earlier runs wrote."""
        if self.path.exists():
            self.entries = [json.loads(line) for line in self.path.read_text().splitlines()]

    def find(self, subject: Subject, mutant: Mutant) -> dict[str, Any] | None:
        """Find what became of a mutant."""
        wanted = describe(subject, mutant)
        with self.lock:
            return next((entry for entry in self.entries if wanted.items() <= entry.items()), None)

    def list_left(self, subject: Subject) -> list[Mutant]:
        """List those mutants of a page of which it is not known what became of them."""
        return [mutant for mutant in subject.mutants if self.find(subject, mutant) is None]

    def add(self, subject: Subject, mutant: Mutant, *, killed: bool) -> None:
        """Write down what became of a mutant."""
        entry = {**describe(subject, mutant), "killed": killed}
        with self.lock, self.path.open("a") as file:
            self.entries.append(entry)
            file.write(json.dumps(entry) + "\n")
        sys.stdout.write(f"{subject.name}:{mutant.line}: {describe_end(killed)}: {mutant.what}\n")
        sys.stdout.flush()


def describe(subject: Subject, mutant: Mutant) -> dict[str, Any]:
    """Describe a mutant."""
    return {
        "key": subject.key,
        "page": subject.name,
        "line": mutant.line,
        "kind": f"{mutant.kind} of output" if mutant.is_output else mutant.kind,
        "what": mutant.what,
    }


def describe_end(killed: bool) -> str:
    """Say what became of a mutant."""
    return "killed" if killed else "SURVIVED"


def list_pages(paths: Iterable[Path]) -> Iterator[Path]:
    """List pages, those within folders too."""
    for path in paths:
        yield from sorted(path.rglob("*.rst")) if path.is_dir() else [path]


def read_subject(path: Path) -> Subject:
    """Read a page and make its mutants."""
    page = read_page(path)
    key = hashlib.sha256(page.document.text.encode()).hexdigest()[:16]
    mutants = [mutant for block in page.blocks if is_run(block) for mutant in make_mutants(block)]
    return Subject(path.as_posix(), page, key, mutants)


def draw_sample(subjects: list[Subject], number: int, seed: int) -> None:
    """Keep only some mutants, drawn from all."""
    every = [(subject.name, mutant) for subject in subjects for mutant in subject.mutants]
    draw = random.Random(seed)  # noqa: S311 - a choice, not a secret
    kept = draw.sample(every, min(number, len(every)))
    for subject in subjects:
        subject.mutants = [mutant for name, mutant in kept if name == subject.name]


def run_subject(subject: Subject, record: Record, timeout: float) -> None:
    """Run those mutants of a page of which it is not known what became of them."""
    walk = Walk(subject.page, Path.cwd(), timeout)

    def note(mutant: Mutant, killed: bool) -> None:
        record.add(subject, mutant, killed=killed)

    try:
        if left := record.list_left(subject):
            # A server or a stack, which all copies of a folder share, remembers what mutants did.
            with suppress(Failure):
                walk.run(left, note)
        if left := record.list_left(subject):
            walk.run_anew(left, note)
    except Failure as failure:
        subject.failure = failure.show(subject.name)


def sum_up(subjects: list[Subject], record: Record) -> dict[str, Any]:
    """Count the mutants, those that were noticed, and list the others."""
    found = [record.find(subject, mutant) for subject in subjects for mutant in subject.mutants]
    known = [entry for entry in found if entry is not None]
    survivors = [
        {name: entry[name] for name in ("page", "line", "kind", "what")}
        for entry in known
        if not entry["killed"]
    ]
    return {
        "mutants": len(found),
        "killed": len(known) - len(survivors),
        "survivors": survivors,
        "failures": [subject.failure for subject in subjects if subject.failure],
    }


def allow_survivors(mutants: int, *, is_sample: bool) -> int:
    """Give how many mutants may survive.

    Of a sample, so many more that a guide which just reaches the share fails one time of a hundred.
    """
    percent = 100 - LEAST_KILLED
    if is_sample:
        return int(binom.isf(0.01, mutants, percent / 100))
    return int(mutants * percent / 100)


def parse_words(words: list[str]) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="mutate", description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, default=[Path("docs/source")])
    parser.add_argument("--sample", type=int, metavar="N", help="draw N of all mutants")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--command-timeout", type=float, default=300, help="seconds for a command")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs noticed")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Run the mutants, two pages at a time, and write the figures."""
    options = parse_words(words)
    subjects = [read_subject(path) for path in list_pages(options.pages)]
    if options.sample is not None:
        draw_sample(subjects, options.sample, options.seed)
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    if options.fresh:
        RECORD.unlink(missing_ok=True)
    record = Record(RECORD)
    record.load()
    # The longest first, so that none of them is left to run alone.
    order = sorted(subjects, key=lambda one: len(one.mutants), reverse=True)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: run_subject(one, record, options.command_timeout), order))
    result = sum_up(subjects, record)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    allowed = allow_survivors(result["mutants"], is_sample=options.sample is not None)
    share = 100 * result["killed"] / max(1, result["mutants"])
    sys.stdout.writelines(f"{failure}\n" for failure in result["failures"])
    sys.stdout.write(f"{result['killed']} of {result['mutants']} noticed, {share:.1f} %\n")
    return int(result["mutants"] - result["killed"] > allowed or bool(result["failures"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
