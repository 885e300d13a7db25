# SPDX-License-Identifier: Apache-2.0
"""Several attacks on one model, at several strengths, with one report."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from dioptra.evasion.attacking import Distances, Measures, attack_model
from dioptra.evasion.attacks import Attack
from dioptra.evasion.results import Assessed
from dioptra.evasion.study import Study, find_lacking
from dioptra.experiment import DataSource, RegisteredModel, experiment, measure_model
from dioptra.report import RESULTS
from dioptra.sdk.exceptions import ParameterError
from dioptra.sdk.workspace import find_workspace

ACCURACY = ("accuracy", "accuracy_low", "accuracy_high", "n")


def assess_model(
    data: DataSource,
    model: RegisteredModel,
    attacks: Iterable[Attack],
    distances: Distances,
    seed: int = -1,
    results_dir: Path | None = None,
) -> Assessed:
    """Evaluate a registered model on clean images and under attacks, and write a report.

    Every attack is a run of its own, below the run of the whole.

    Args:
        data: The data set.
        model: The model.
        attacks: The attacks, each with its eps.
        distances: What is measured of adversarial images.
        seed: The seed of all random numbers; -1 draws one and records it.
        results_dir: Where to write the results; None for a new folder ``results/<model>`` in the
            workspace, or ``results/<model>-2`` and so on.

    Returns:
        The run, the files, and the smallest accuracy that an attack has left.

    Raises:
        ContractError: The model has no contract, or takes other images.
        DatasetError: The data set cannot be used, or has a class that the model does not know.
        ModelNotFoundError: There is no such model.
        ParameterError: There is no attack, two are the same, or one cannot attack this model.
    """
    chosen = list(attacks)
    _check(chosen)
    found = model.find()
    title = f"evaluate {found.name}"
    with experiment(title, seed=seed) as run, Study(run) as study:
        study.add_model(measure_model(data, model))
        made = []
        for attack in chosen:
            images = study.make_folder()
            measures = Measures(**dict(distances), adv_data_dir=images)
            made.append(attack_model(data, model, attack, measures, run.seed))
            study.add_attack(made[-1], images)
        folder = results_dir.resolve() if results_dir else _make_folder(found.name)
        page = study.write(folder, data.find("testing"))
        worst = min(made, key=lambda attacked: attacked.accuracy)
        return run.log(
            Assessed(
                run_id=run.id,
                model_name=found.name,
                clean_accuracy=study.models[0].clean_accuracy,
                **{name: worst[name] for name in ("attack", "eps", *ACCURACY)},
                report=page,
                results=folder / RESULTS,
                seed=run.seed,
            )
        )


def _make_folder(name: str) -> Path:
    place = find_workspace() / "results"
    number = 1
    while True:
        folder = place / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            # That of an earlier run, or of one beside this.
            number += 1
        else:
            return folder.resolve()


def _check(attacks: Sequence[Attack]) -> None:
    if not attacks:
        raise ParameterError("name at least one attack, and one eps above 0")
    seen = set()
    for attack in attacks:
        key = (attack.title, attack.budget, attack.budget_norm)
        lacking = find_lacking(*key)
        if lacking is not None:
            raise ParameterError(lacking)
        if key in seen:
            raise ParameterError(f"{attack.title} at eps {attack.budget:g} comes twice")
        seen.add(key)
