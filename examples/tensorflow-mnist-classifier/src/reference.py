"""Train, attack and transfer over seeds: the reference results, for the page that shows them."""

from pathlib import Path
from typing import Annotated, Any, Literal

from dioptra.entrypoint import format_value, main
from dioptra.provenance import make_manifest
from dioptra.sdk.workspace import find_workspace
from dioptra.sweep import read_record, sweep
from prefect import flow
from pydantic import Field

import tasks
from demo import STRENGTHS, TRAINING
from recording import FILE, add_seed, take_up, write_reference

PROJECT = Path(__file__).parents[1]
# A drawn seed would be another one at the next start; without strength, an image stays as it is.
Seed = Annotated[int, Field(ge=0, lt=2**31)]
Strength = Annotated[float, Field(gt=0, le=1)]
SEEDS = [1, 2, 3, 4, 5]
ATTACKS = ["fgm", "pgd"]
LABELS = ["true", "predicted"]
# The ways of FGM are compared where the curves of other publications are read.
WAYS_EPS = [0.1, 0.3]
SURENESS = 8.0


@flow
def reference(
    dataset: Literal["mnist", "digits"] = "mnist",
    seeds: Annotated[list[Seed], Field(min_length=1)] = SEEDS,
    eps: Annotated[list[Strength], Field(min_length=1)] = STRENGTHS,
    max_iter: Annotated[int, Field(ge=1)] = 40,
    name: str = "reference",
    results_dir: Path | None = None,
) -> dict[str, Any]:
    """Train, attack and transfer over seeds: the reference results, for the page that shows them.

    Every step is a point of a sweep, below results/sweeps/NAME. Stopped and started again with the
    same parameters, it goes on where it was. The files are written anew after each seed; a
    seed that they hold already, be it from another machine, is not run again. Runs of different
    seeds may go on beside each other and write the same files.

    Args:
        dataset: The data set.
        seeds: The seeds; each trains both models anew.
        eps: The strengths of the attacks, as shares of the way from black to white.
        max_iter: The number of steps of PGD.
        name: The name of the folder of its sweeps, and the first part of the names of its models.
        results_dir: Where to write the results and their pictures (default: results/NAME in the
            workspace).

    Returns:
        The file with the results, and the number of seeds in it.

    Raises:
        ResultsError: The file that is there was made with other settings, or was edited.
    """
    manifest = make_manifest()
    # Each once, and curves from the weakest attack to the strongest.
    seeds, eps = list(dict.fromkeys(seeds)), sorted(set(eps))
    target = (results_dir or find_workspace() / "results" / name).resolve()
    data = tasks.prepare_data(dataset)
    settings: dict[str, Any] = {
        "dataset": data.name,
        "seeds": seeds,
        "eps": eps,
        "ways_eps": WAYS_EPS,
        "sureness": SURENESS,
        "attacks": {"fgm": {}, "pgd": {"max_iter": max_iter}},
        "labels": LABELS,
        "training": TRAINING[data.name],
        "versions": {},
        "manifest": {"seeds": {}},
        "trained": [],
        "attacked": [],
        "ways": [],
    }
    results = take_up(target, settings)
    files: list[Path] = []
    for seed in seeds:
        if str(seed) in results["manifest"]["seeds"]:
            tasks.say(f"seed {seed} has finished before")
            continue
        measured = run_seed(name, data, seed, eps, max_iter)
        # Taken up anew: another run may have finished another seed meanwhile.
        results = add_seed(take_up(target, settings), seed, measured, manifest)
        # TensorFlow is imported only now that the entry points have set it up.
        results["versions"] = tasks.get_versions()
        files = write_reference(target, results)
        tasks.say(f"seed {seed}: {files[0]}")
    if files:
        with tasks.start_run(name):
            tasks.log_files(files)
    return {"results": target / FILE, "seeds": len(results["manifest"]["seeds"])}


def run_seed(
    name: str, data: Path, seed: int, eps: list[float], max_iter: int
) -> dict[str, list[dict[str, Any]]]:
    """Train both models, and attack, transfer and measure them.

    Args:
        name: The name of the folder of the sweeps, and the first part of the names of the models.
        data: The data folder.
        seed: The seed.
        eps: The strengths of the attacks.
        max_iter: The number of steps of PGD.

    Returns:
        The entries of ``trained``, ``attacked`` and ``ways``.
    """
    place = f"{name}/seed-{seed}"
    models = {}
    for model, length in TRAINING[data.name].items():
        (models[model],) = run_sweep(
            f"{place}/train-{model}",
            "train",
            data_dir=data,
            model_architecture=model,
            register_model_name=f"{name}_{model}_{seed}",
            patience=length["epochs"],
            seed=seed,
            **length,
        )
    attacked: list[dict[str, Any]] = []
    ways: list[dict[str, Any]] = []
    for model, other in zip(models, reversed(models), strict=True):
        rows = run_sweep(
            f"{place}/transfer-{model}",
            "transfer",
            data_dir=data,
            attack=ATTACKS,
            labels=LABELS,
            attacked=models[model]["model_name"],
            attacked_version=models[model]["model_version"],
            evaluated=models[other]["model_name"],
            evaluated_version=models[other]["model_version"],
            eps=eps,
            max_iter=max_iter,
            seed=seed,
        )
        attacked += [describe(row, model, other) for row in rows]
    for model, registered in models.items():
        rows = run_sweep(
            f"{place}/ways-{model}",
            "ways",
            data_dir=data,
            model_name=registered["model_name"],
            model_version=registered["model_version"],
            eps=WAYS_EPS,
            sureness=SURENESS,
        )
        ways += [{"model": model, "seed": seed, **describe_ways(row)} for row in rows]
    trained = [
        {
            "model": model,
            **{key: row[key] for key in ("seed", "clean_accuracy", "n_test")},
            **tasks.get_hashes(row["run_id"]),
        }
        for model, row in models.items()
    ]
    return {"trained": trained, "attacked": attacked, "ways": ways}


def run_sweep(name: str, entry_point: str, **parameters: Any) -> list[dict[str, Any]]:
    """Run an entry point of this project at all points, and give their parameters and results.

    Args:
        name: The sweep's name.
        entry_point: The entry point.
        **parameters: Its parameters; a list stands for the values that are swept.

    Returns:
        For each point its parameters, and what it gave.
    """
    texts = [(key, format_value(value)) for key, value in parameters.items()]
    record = read_record(sweep(PROJECT, entry_point, texts, name, say=tasks.say))
    return [{**point.parameters, **record.rows[point.id]} for point in record.points]


def describe(row: dict[str, Any], attacked: str, other: str) -> dict[str, Any]:
    """Make the entry of one attack."""
    keys = ("attack", "labels", "eps", "seed", "n", "linf_max", "unchanged_share")
    return {
        "attacked": attacked,
        **{key: row[key] for key in keys},
        "accuracy": {attacked: row["accuracy"], other: row["transfer_accuracy"]},
        **tasks.get_hashes(row["run_id"]),
    }


def describe_ways(row: dict[str, Any]) -> dict[str, Any]:
    """Make the part of an entry that holds what a point of ways gave."""
    accuracy, zero = (
        {
            key.removeprefix(prefix): row[key]
            # In the order in which files and tables are the same each time.
            for key in sorted(row)
            if key.startswith(prefix)
        }
        for prefix in ("accuracy_", "zero_gradient_")
    )
    return {"eps": row["eps"], "n": row["n"], "accuracy": accuracy, "zero_gradient": zero}


if __name__ == "__main__":
    main(reference)
