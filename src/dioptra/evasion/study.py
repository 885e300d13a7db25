# SPDX-License-Identifier: Apache-2.0
"""Attacks on several models, gathered into a results folder with a report."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from dioptra.evasion.results import Attacked, Evaluated
from dioptra.evasion.samples import save_samples
from dioptra.experiment import Measured, Run, Trained, get_hashes, read_outcomes
from dioptra.provenance import list_versions, make_manifest, settle_parameters
from dioptra.report import Outcome, compare_outcomes, print_summary, write_report, write_results
from dioptra.sdk.exceptions import ExperimentError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class _Entry(NamedTuple):
    attacked: Attacked
    outcome: Attacked | Evaluated
    correct: "NDArray[np.bool_]"


class Study:
    """What was measured of models on one data set; for a ``with`` block around the work.

    Every addition is told on the standard output.

    Args:
        run: The open run, which times the parts and keeps the results.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        # The images of all attacks are deleted together at the end: some file systems make new
        # files ten times slower for a while after a deletion.
        self._folder = tempfile.TemporaryDirectory()
        self._manifest = make_manifest()
        self._models: dict[str, Trained | Measured] = {}
        self._sets: dict[tuple[str, str, float], Path] = {}
        self._entries: list[_Entry] = []

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Delete the images of all attacks."""
        self._folder.cleanup()

    def make_folder(self) -> Path:
        """Make a new folder for the images of an attack, which lasts as long as the study.

        Returns:
            Its path; it is empty.
        """
        return Path(tempfile.mkdtemp(dir=self._folder.name))

    @property
    def models(self) -> list[Trained | Measured]:
        """The models that were added, in their order."""
        return list(self._models.values())

    def add_model(self, model: Trained | Measured) -> None:
        """Add a model.

        Args:
            model: What its training gave, or its evaluation on the clean test images.
        """
        self._run.watch.add(model.durations)
        self._models[model.model_name] = model
        _say(f"{model.model_name}: {model.clean_accuracy:.2%} of the test images")

    def add_attack(self, attacked: Attacked, images: Path) -> None:
        """Add an attack, and the accuracy that the attacked model keeps.

        Args:
            attacked: What the attack gave.
            images: The folder of its images.

        Raises:
            ExperimentError: The attack has no eps, over which results are drawn.
        """
        lacking = find_lacking(attacked.attack, attacked.eps, attacked.norm)
        if lacking is not None:
            raise ExperimentError(lacking)
        self._sets[attacked.attack, attacked.model_name, float(attacked.eps or 0)] = images
        self._add(attacked, attacked)

    def add_transfer(self, attacked: Attacked, evaluated: Evaluated) -> None:
        """Add the accuracy of another model on the images of an attack.

        Args:
            attacked: What the attack gave.
            evaluated: What the evaluation of the other model on its images gave.
        """
        self._add(attacked, evaluated)

    def write(self, results: Path, data: Path, used: Mapping[str, str] | None = None) -> Path:
        """Write results, samples, pictures and page, log them to the run, and print a summary.

        Args:
            results: The results folder; made where there is none.
            data: The folder of the data set.
            used: What the flow has settled of its parameters, see
                :func:`dioptra.provenance.settle_parameters`.

        Returns:
            The page.
        """
        run, entries = self._run, self._sort_entries()
        with run.section("report"):
            models = {name: one.model.find() for name, one in self._models.items()}
            save_samples(results, models, self._sets, data / "testing")
        settled = {"used_seed": str(run.seed), **(used or {})}
        summary = {
            "dataset": data.name,
            "n_test": next(iter(self._models.values())).n_test,
            "seed": run.seed,
            "models": {name: _describe_model(model) for name, model in self._models.items()},
            "attacks": [_describe_attack(entry) for entry in entries],
            "comparisons": compare_outcomes({_name(entry): entry.correct for entry in entries}),
            "versions": list_versions(),
            "manifest": settle_parameters(self._manifest, settled),
            "durations": run.watch.durations(),
        }
        write_results(results, summary)
        page = write_report(results)
        for entry in entries:
            name = "accuracy_{attack}_{attacked}_on_{evaluated}".format(**_name(entry)._asdict())
            # MLflow draws metrics over whole steps: thousandths of eps.
            eps = round(1000 * _name(entry).eps)
            run.log_metrics_at(eps, {name: entry.outcome.accuracy})
        run.log_results(results)
        print_summary(summary)
        return page

    def _add(self, attacked: Attacked, outcome: Attacked | Evaluated) -> None:
        self._run.watch.add(outcome.durations)
        self._entries.append(_Entry(attacked, outcome, read_outcomes(outcome.run_id)))
        _say(
            f"{attacked.attack}, eps {attacked.eps}, on {attacked.model_name}: "
            f"{outcome.model_name} keeps {outcome.accuracy:.2%}"
        )

    def _sort_entries(self) -> list[_Entry]:
        # By attack as they came, and of each attack by evaluated model.
        models, attacks = list(self._models), [entry.attacked.run_id for entry in self._entries]
        return sorted(
            self._entries,
            key=lambda entry: (
                attacks.index(entry.attacked.run_id),
                models.index(entry.outcome.model_name),
            ),
        )


def find_lacking(attack: str, eps: float | None, norm: str | None) -> str | None:
    """Say what an attack lacks for a place on the curves of a report.

    Args:
        attack: The attack.
        eps: Its budget.
        norm: The norm of the budget.

    Returns:
        A sentence; None where it lacks nothing.
    """
    if eps is None:
        return f"{attack} has no eps, over which the curves of a report are drawn; run it by itself"
    if norm is None:
        return f"ART does not say in which norm {attack} measures eps"
    return None


def _name(entry: _Entry) -> Outcome:
    one = entry.attacked
    budget = (str(one.norm), str(one.labels), one.model_name, float(one.eps or 0))
    return Outcome(one.attack, *budget, entry.outcome.model_name)


def _describe_model(model: Trained | Measured) -> dict[str, Any]:
    shown = ["clean_accuracy"]
    if isinstance(model, Trained):
        shown += ["parameters", "epochs"]
    return {**{name: model[name] for name in shown}, **get_hashes(model.run_id)}


def _describe_attack(entry: _Entry) -> dict[str, Any]:
    made, outcome = entry.attacked, entry.outcome
    names = ("eps", "norm", "labels", "linf_max", "unchanged_share", "distances")
    in_memory = (
        {"accuracy_in_memory": outcome.accuracy_in_memory} if isinstance(outcome, Attacked) else {}
    )
    return {
        "attack": made.attack,
        "attacked": made.model_name,
        "evaluated": outcome.model_name,
        **{name: made[name] for name in names},
        **get_hashes(made.run_id),
        "accuracy": outcome.accuracy,
        "n": outcome.n,
        **in_memory,
    }


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - it tells how far it is
