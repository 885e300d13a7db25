# SPDX-License-Identifier: Apache-2.0
"""The tables of the reference results, from the file that the run has written."""

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dioptra.sdk.seal import check_seal
from dioptra.sweep.statistics import mean_and_spread
from generation.directive import GeneratingDirective, table
from generation.published import PUBLISHED, RANGE

FOLDER = Path(__file__).parents[1] / "source" / "explanation"
FILE = FOLDER / "reference-results.json"
DASH = "–"  # noqa: RUF001 - typography's sign for an empty cell
NO_RUN = "No run is recorded yet: ``make reference`` makes one, and fills this page."
RANGE_TEXT = (
    f"What is called FGM on undefended MNIST leaves from {RANGE[0]} % to {RANGE[1]} % in public, "
    "at eps 0.3."
)
WAYS = {
    "logits_true": "gradient from logits, true labels",
    "logits_predicted": "gradient from logits, predicted labels",
    "softmax_true": "gradient from the softmax in 32 bits",
    "clipped_softmax_true": "gradient from the softmax, clipped at 1e-7",
    "sure_logits_true": "surer model, gradient from logits",
    "sure_softmax_true": "surer model, gradient from the softmax in 32 bits",
    "sure_clipped_softmax_true": "surer model, gradient from the softmax, clipped at 1e-7",
    "unclipped": "pixels not clipped to [0, 1]",
    "stored_inward": "stored, rounded towards the clean image",
    "stored_nearest": "stored, rounded to the nearest level",
    "stored_stretched": "stored, contrast stretched",
    "stored_stretched_unclipped": "stored, not clipped and contrast stretched",
}


class ReferenceResults(GeneratingDirective):
    """``.. reference-results:: PART``: a part of the page, see ``PARTS``."""

    required_arguments = 1

    def lines(self) -> Iterable[str]:
        """Write the part."""
        self.env.note_dependency(str(FILE))
        results = read()
        part = self.arguments[0]
        if part == "range":
            return [RANGE_TEXT]
        if results is None:
            return [NO_RUN] if part == "state" else []
        return PARTS[part](results)


def read() -> dict[str, Any] | None:
    """Read the file of the reference results; None where no run has written it.

    Raises:
        ResultsError: It was edited.
        ValueError: It is not complete.
    """
    if not FILE.is_file():
        return None
    results: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    check_seal(results, FILE.name)
    faults = list(find_faults(results))
    if faults:
        raise ValueError(f"{FILE.name}: {faults[0]}; run `make reference`")
    return results


def find_faults(results: Mapping[str, Any]) -> Iterator[str]:
    """Tell what keeps results from holding each point of each of their seeds exactly once.

    Args:
        results: The content of the file.
    """
    models, seeds = list(results["training"]), seeds_of(results)
    grids: dict[str, tuple[tuple[str, ...], Sequence[Sequence[Any]]]] = {
        "trained": (("model", "seed"), (models, seeds)),
        "attacked": (
            ("attack", "labels", "attacked", "eps", "seed"),
            (list(results["attacks"]), results["labels"], models, results["eps"], seeds),
        ),
        "ways": (("model", "eps", "seed"), (models, results["ways_eps"], seeds)),
    }
    for name, (keys, axes) in grids.items():
        found = Counter(tuple(entry[key] for key in keys) for entry in results[name])
        wanted = Counter(itertools.product(*axes))
        yield from (f"{name} lacks {point}" for point in wanted - found)
        yield from (f"{name} has {point} more than once" for point in found - wanted)
    for entry in results["attacked"]:
        if set(entry["accuracy"]) != set(models):
            yield f"attacked lacks a model in {entry}"
    for entry in results["ways"]:
        if set(entry["accuracy"]) != set(WAYS):
            yield f"ways lacks a way in {entry}"
    sizes = {entry["n"] for entry in results["attacked"] + results["ways"]}
    sizes |= {entry["n_test"] for entry in results["trained"]}
    if len(sizes) > 1:
        yield f"numbers of images differ: {sorted(sizes)}"


def seeds_of(results: Mapping[str, Any]) -> list[int]:
    """List the seeds that have finished, in the order of the run."""
    done = {entry["seed"] for entry in results["trained"]}
    return [seed for seed in results["seeds"] if seed in done]


def accuracies(
    results: Mapping[str, Any], attack: str, labels: str, attacked: str, evaluated: str, eps: float
) -> list[float]:
    """List the accuracies of all seeds in %, those on clean images where eps is 0."""
    if eps == 0:
        return [
            100 * entry["clean_accuracy"]
            for entry in results["trained"]
            if entry["model"] == evaluated
        ]
    wanted = (attack, labels, attacked, eps)
    keys = ("attack", "labels", "attacked", "eps")
    return [
        100 * entry["accuracy"][evaluated]
        for entry in results["attacked"]
        if tuple(entry[key] for key in keys) == wanted
    ]


def spread(numbers: Sequence[float]) -> str:
    """Write numbers of several seeds as mean, margin of the 95 % interval, standard deviation."""
    mean, deviation, margin = mean_and_spread(numbers)
    if deviation is None or margin is None:
        return f"{mean:.1f}"
    return f"{mean:.1f} ± {margin:.1f} ({deviation:.1f})"


def state(results: Mapping[str, Any]) -> Iterator[str]:
    """Tell which seeds there are, and what was trained and attacked."""
    seeds = seeds_of(results)
    missing = [seed for seed in results["seeds"] if seed not in seeds]
    listed = ", ".join(map(str, seeds))
    n = results["trained"][0]["n_test"]
    yield f"Seeds {listed}; {n:,} test images of {results['dataset']}."
    if missing:
        yield f"**Not all seeds have run:** {', '.join(map(str, missing))} are missing."
    lengths = ", ".join(
        f"``{model}`` {length['epochs']} epochs in batches of {length['batch_size']}"
        for model, length in results["training"].items()
    )
    yield f"Trained were {lengths}. PGD takes {results['attacks']['pgd']['max_iter']} steps."
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    yield f"Made with {versions}."
    for seed, manifest in results["manifest"]["seeds"].items():
        processor = manifest["environment"]["processor"]
        yield f"Seed {seed} ran at revision ``{manifest['revision']}``, processor {processor}."


def curves(results: Mapping[str, Any]) -> Iterator[str]:
    """Show the pictures."""
    for labels in results["labels"]:
        yield from (
            f".. image:: reference-curves-{labels}.svg",
            f"   :alt: Accuracy over eps by FGM and PGD, {labels} labels; the tables below hold it",
            "",
        )


def tables(results: Mapping[str, Any]) -> Iterator[str]:
    """Write a table for each attack and kind of labels."""
    pairs = list(itertools.product(results["training"], repeat=2))
    head = ["eps", *(f"``{attacked}`` → ``{evaluated}``" for attacked, evaluated in pairs)]
    for attack, labels in itertools.product(results["attacks"], results["labels"]):
        rows = [
            [
                f"{eps:g}",
                *(spread(accuracies(results, attack, labels, *pair, eps)) for pair in pairs),
            ]
            for eps in (0.0, *results["eps"])
        ]
        yield from table(f"{attack.upper()}, {labels} labels: accuracy in %", head, rows)


def published(results: Mapping[str, Any]) -> Iterator[str]:
    """Write what others have published beside the same attack here."""
    models = list(results["training"])
    head = ["eps", *(f"``{model}``, here" for model in models), *PUBLISHED]
    rows = []
    for eps in (0.0, *results["eps"]):
        here = [spread(accuracies(results, "fgm", "true", name, name, eps)) for name in models]
        there = [
            f"{figures[eps]:.1f}" if eps in figures else DASH for figures in PUBLISHED.values()
        ]
        rows.append([f"{eps:g}", *here, *there])
    yield from table("FGM, true labels: accuracy in %", head, rows)


def ways(results: Mapping[str, Any]) -> Iterator[str]:
    """Write a table for each model: what each way of FGM leaves of its accuracy."""
    yield from (f"The logits of the surer model are {results['sureness']:g} times larger.", "")
    for model in results["training"]:
        head = ["way"]
        for eps in results["ways_eps"]:
            head += [f"accuracy, eps {eps:g}", f"without gradient, eps {eps:g}"]
        rows = []
        for way, words in WAYS.items():
            row = [words]
            for eps in results["ways_eps"]:
                row += [
                    _numbers(results, model, eps, "accuracy", way),
                    _numbers(results, model, eps, "zero_gradient", way),
                ]
            rows.append(row)
        yield from table(f"``{model}``: accuracy, and images without gradient, in %", head, rows)


def _numbers(results: Mapping[str, Any], model: str, eps: float, kind: str, way: str) -> str:
    entries = [e for e in results["ways"] if (e["model"], e["eps"]) == (model, eps)]
    numbers = [100 * entry[kind][way] for entry in entries if way in entry[kind]]
    return spread(numbers) if numbers else DASH


PARTS = {
    "state": state,
    "curves": curves,
    "tables": tables,
    "published": published,
    "ways": ways,
}
