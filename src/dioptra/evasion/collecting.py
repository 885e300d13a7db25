# SPDX-License-Identifier: Apache-2.0
"""A report of runs that were made one by one: attacks, evaluations on their images, and models."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dioptra.evasion.evaluating import fetch_adversarial_images
from dioptra.evasion.samples import save_samples
from dioptra.experiment import RegisteredModel, read_outcomes
from dioptra.pyplugs import checked
from dioptra.report import Outcome, compare_outcomes, write_results
from dioptra.reproduction import read_result
from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.hashing import hash_folder
from dioptra_builtins.backend_configs.tensorflow import init_tensorflow
from dioptra_builtins.tracking.mlflow import find_runs, get_run_data

MADE = "adversarial_images_sha256"
SHOWN = "data_sha256.adversarial_images"
TESTING = "data_sha256.testing"
# A run of an attack or an evaluation has the one, a run of a training the other.
WEIGHTS = ("model_sha256.weights", "weights_sha256")


@dataclass(frozen=True)
class _Run:
    """A run of an attack, or of an evaluation on its images."""

    id: str
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]

    @property
    def model(self) -> str:
        return self.params["model_name"]

    @property
    def version(self) -> str:
        return self.params["used_model_version"]

    @property
    def eps(self) -> float:
        return float(self._find("budget", "eps"))

    @property
    def norm(self) -> str:
        return self._find("budget_norm", "norm")

    @property
    def weights(self) -> str:
        return self.tags[WEIGHTS[0]]

    def has_budget(self) -> bool:
        found = (self._find("budget", "eps"), self._find("budget_norm", "norm"))
        return "none" not in found

    def _find(self, *names: str) -> str:
        # Runs of earlier versions have no budget, but the parameters of their attack.
        return next((self.params[name] for name in names if name in self.params), "none")


def collect_runs(run_ids: Sequence[str], folder: Path) -> Path:
    """Write a results folder of runs of attacks, and of evaluations on their images.

    The accuracy of each model on the clean images is that of another run of the tracking store,
    with the same weights and the same images.

    Args:
        run_ids: The runs; at least one is an attack.
        folder: The results folder; made where there is none.

    Returns:
        The folder.

    Raises:
        ResultsError: A run is neither of both, has no eps, or does not go with the others: made on
            other images, with another seed, or from an attack that is not among them. Or no run
            says what a model is right on without an attack.
        RunNotFoundError: There is no such run.
    """
    attacks, evaluations = _sort([_read(run_id) for run_id in dict.fromkeys(run_ids)])
    testing = _only("test images", {run.tags[TESTING] for run in attacks.values()})
    seed = _only("seed", {run.params["used_seed"] for run in attacks.values()})
    pairs = [(run, run) for run in attacks.values()]
    pairs += [(attacks[run.params["run_id"]], run) for run in evaluations]
    models = _list_models([run for _, run in pairs])
    clean = {name: _find_clean(run, testing) for name, run in models.items()}
    known = {(run.model, run.version): name for name, run in models.items()}
    names = {run.id: known[run.model, run.version] for pair in pairs for run in pair}
    outcomes = {
        _describe_outcome(made, names[made.id], names[shown.id]): read_outcomes(shown.id)
        for made, shown in pairs
    }
    first = next(iter(attacks.values()))
    data = Path(first.params["used_data_dir"])
    results = {
        "dataset": data.name,
        "n_test": int(first.metrics["n"]),
        "seed": int(seed),
        "models": {
            name: {"clean_accuracy": accuracy, WEIGHTS[1]: models[name].weights, TESTING: testing}
            for name, accuracy in clean.items()
        },
        "attacks": [_describe(*pair, names) for pair in pairs],
        "comparisons": compare_outcomes(outcomes),
        "settings": {"runs": list(dict.fromkeys(run_ids))},
        "versions": _list_versions(run.id for run in attacks.values()),
        "durations": {},
    }
    write_results(folder, results)
    _save_samples(folder, attacks.values(), names, data / "testing", testing)
    return folder


def _read(run_id: str) -> _Run:
    data = checked(get_run_data)(run_id)
    run = _Run(run_id, data.params, data.metrics, data.tags)
    if not {MADE, SHOWN} & set(run.tags):
        raise ResultsError(
            f"run {run_id} is neither an attack nor an evaluation on its images; name such runs, "
            "or one that has a results folder"
        )
    return run


def _sort(runs: Iterable[_Run]) -> tuple[dict[str, _Run], list[_Run]]:
    every = list(runs)
    attacks = {run.id: run for run in every if MADE in run.tags}
    evaluations = [run for run in every if MADE not in run.tags]
    for run in evaluations:
        source = run.params.get("run_id")
        if source not in attacks:
            raise ResultsError(
                f"the attack whose images run {run.id} was evaluated on is not among these; name "
                f"it too: {source}"
            )
    for run in attacks.values():
        if not run.has_budget():
            raise ResultsError(
                f"run {run.id}, {run.params.get('attack')}, has no eps and norm among its "
                "parameters, over which the curves of a report are drawn"
            )
    return attacks, evaluations


def _only(what: str, found: set[str]) -> str:
    if len(found) != 1:
        raise ResultsError(
            f"these runs have not the same {what}; report those that have, and runs over seeds as "
            "a sweep, whose report shows the spread"
        )
    return next(iter(found))


def _list_models(runs: Iterable[_Run]) -> dict[str, _Run]:
    versions: dict[str, dict[str, _Run]] = {}
    for run in runs:
        versions.setdefault(run.model, {}).setdefault(run.version, run)
    return {
        name if len(found) == 1 else f"{name} {version}": run
        for name, found in versions.items()
        for version, run in found.items()
    }


def _find_clean(run: _Run, testing: str) -> float:
    for tag in WEIGHTS:
        for found in checked(find_runs)({tag: run.weights, TESTING: testing}):
            if "clean_accuracy" in found.data.metrics:
                accuracy: float = found.data.metrics["clean_accuracy"]
                return accuracy
    raise ResultsError(
        f"no run says what {run.model!r} is right on without an attack; measure it: dioptra run "
        f"measure -P model_name={run.model} -P model_version={run.version} "
        f"-P data_dir={run.params.get('used_data_dir', 'FOLDER')}"
    )


def _describe_outcome(made: _Run, attacked: str, evaluated: str) -> Outcome:
    labels = made.params.get("labels", "true")
    return Outcome(made.params["attack"], made.norm, labels, attacked, made.eps, evaluated)


def _describe(made: _Run, shown: _Run, names: Mapping[str, str]) -> dict[str, Any]:
    outcome = _describe_outcome(made, names[made.id], names[shown.id])
    in_memory = {"accuracy_in_memory": shown.metrics["accuracy_in_memory"]} if made is shown else {}
    return {
        **outcome._asdict(),
        **{name: made.metrics[name] for name in ("linf_max", "unchanged_share")},
        **{name: value for name, value in made.tags.items() if "_sha256" in name},
        "accuracy": shown.metrics["accuracy"],
        "n": int(shown.metrics["n"]),
        **in_memory,
    }


def _list_versions(run_ids: Iterable[str]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for run_id in run_ids:
        environment = read_result(run_id)["manifest"]["environment"]
        for name, version in {
            "python": environment["python"],
            **environment["libraries"],
        }.items():
            found.setdefault(name, set()).add(version)
    return {name: " and ".join(sorted(versions)) for name, versions in found.items()}


def _save_samples(
    folder: Path,
    attacks: Iterable[_Run],
    names: Mapping[str, str],
    clean: Path,
    testing: str,
) -> None:
    # Without the very images that were attacked, there is nothing to show beside them.
    if not clean.is_dir() or hash_folder(clean) != testing:
        return
    checked(init_tensorflow)(seed=0)
    with tempfile.TemporaryDirectory() as working_dir:
        sets, models = {}, {}
        for run in attacks:
            own = Path(working_dir) / run.id
            own.mkdir()
            registered = RegisteredModel(model_name=run.model, model_version=run.version)
            # Two versions of one model have names of their own.
            models[names[run.id]] = registered.find()
            key = (run.params["attack"], names[run.id], run.eps)
            sets[key] = fetch_adversarial_images(run.id, own)
        save_samples(folder, models, sets, clean)
