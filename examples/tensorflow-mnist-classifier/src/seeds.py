"""What `reference` does with each seed: sweeps of other entry points, and what becomes of them."""

from functools import partial
from pathlib import Path
from typing import Any

from dioptra.entrypoint import format_value
from dioptra.evasion import write_seed_curves
from dioptra.experiment import get_hashes
from dioptra.provenance import list_versions
from dioptra.report.files import write_whole
from dioptra.reproduction import add_seed, format_collected, take_up
from dioptra.sweep import read_record, sweep

from tasks import TRAINING

FILE = "reference-results.json"
CURVES = "reference-curves-{labels}.svg"
PROJECT = Path(__file__).parents[1]
ATTACKS = ["fgm", "pgd"]
LABELS = ["true", "predicted"]
# The variants of FGM are compared where the curves of other publications are read.
WAYS_EPS = [0.1, 0.3]
SURENESS = 8.0
MEASURED = ("trained", "attacked", "ways")
say = partial(print, flush=True)


def collect_seeds(
    name: str, data: Path, settings: dict[str, Any], target: Path, manifest: dict[str, Any]
) -> tuple[dict[str, Any], list[Path]]:
    """Run each seed that the file does not hold yet, and write file and pictures after each.

    Args:
        name: The name of the folder of the sweeps, and the first part of the names of the models.
        data: The data folder.
        settings: What the file says of all seeds.
        target: The file.
        manifest: The manifest of this run.

    Returns:
        The results, and the files that were written.
    """
    fixed = {"ways_eps": WAYS_EPS, "sureness": SURENESS, "labels": LABELS}
    nothing = {"versions": {}, "manifest": {"seeds": {}}, **{part: [] for part in MEASURED}}
    whole = {**settings, **fixed, **nothing}
    results = take_up(target, whole, MEASURED)
    files: list[Path] = []
    for seed in settings["seeds"]:
        if str(seed) in results["manifest"]["seeds"]:
            say(f"seed {seed} has finished before")
            continue
        found = run_seed(name, data, seed, settings["eps"], settings["attacks"]["pgd"]["max_iter"])
        # Taken up anew: another run may have finished another seed meanwhile.
        results = add_seed(take_up(target, whole, MEASURED), seed, found, manifest)
        results["versions"] = list_versions()
        write_whole(target, format_collected(results))
        files = [target, *write_seed_curves(target.parent, CURVES, results)]
        say(f"seed {seed}: {target}")
    return results, files


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
            **get_hashes(row["run_id"]),
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
    record = read_record(sweep(PROJECT, entry_point, texts, name, say=say))
    return [{**point.parameters, **record.rows[point.id]} for point in record.points]


def describe(row: dict[str, Any], attacked: str, other: str) -> dict[str, Any]:
    """Make the entry of one attack."""
    keys = ("attack", "labels", "eps", "seed", "n", "linf_max", "unchanged_share")
    return {
        "attacked": attacked,
        **{key: row[key] for key in keys},
        "accuracy": {attacked: row["accuracy"], other: row["transfer_accuracy"]},
        **get_hashes(row["run_id"]),
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
