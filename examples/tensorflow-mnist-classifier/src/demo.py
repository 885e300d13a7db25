"""Train two classifiers, attack each, evaluate both on every attack, and write a report."""

import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from dioptra.entrypoint import main
from dioptra.provenance import make_manifest, settle_parameters
from dioptra.report import (
    Outcome,
    compare_outcomes,
    print_summary,
    write_report,
    write_results,
)
from dioptra.sdk.timing import Stopwatch
from dioptra.sdk.workspace import find_workspace
from prefect import flow
from pydantic import Field

import tasks
from fgm import fgm
from infer import infer
from train import train

# As long as it takes to show the effect: more epochs change the accuracies by little.
TRAINING = {
    "mnist": {
        "le_net": {"epochs": 3, "batch_size": 64},
        "shallow_net": {"epochs": 7, "batch_size": 32},
    },
    "digits": {
        "le_net": {"epochs": 10, "batch_size": 32},
        "shallow_net": {"epochs": 40, "batch_size": 32},
    },
}
STRENGTHS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3]


@flow
def demo(
    dataset: Literal["auto", "mnist", "digits"] = "auto",
    eps: Annotated[list[float], Field(min_length=1)] = STRENGTHS,
    norm: Literal["inf", "1", "2"] = "inf",
    labels: Literal["predicted", "true"] = "predicted",
    seed: Annotated[int, Field(ge=-1, lt=2**31)] = 3,
    results_dir: Path | None = None,
) -> dict[str, Any]:
    """Train two classifiers, attack each, evaluate both on every attack, and write a report.

    Args:
        dataset: The data set; auto is MNIST, and scikit-learn's bundled digits where MNIST cannot
            be had.
        eps: The strengths of the attack, as shares of the way from black to white.
        norm: The norm in which eps is measured.
        labels: Whether the attack starts from the model's predictions or from the true labels.
        seed: The seed of all random numbers; -1 draws one and records it.
        results_dir: Where to write the results (default: results/demo in the workspace).

    Returns:
        The files with the results and the report, and the MLflow run.
    """
    parameters, manifest = dict(locals()), make_manifest()
    watch = Stopwatch()
    results = (results_dir or find_workspace() / "results" / "demo").resolve()
    with watch.section("data"):
        data = tasks.prepare_data(dataset)
    # The sets of all attacks are deleted together at the end: some file systems make new files ten
    # times slower for a while after a deletion.
    with tasks.start_run("demo") as run, tempfile.TemporaryDirectory() as working_dir:
        seed, _ = tasks.seed_all(seed)
        tasks.log_parameters({**parameters, "used_data_dir": data})
        models = {}
        for name, length in TRAINING[data.name].items():
            models[name] = train.fn(
                data_dir=data,
                model_architecture=name,
                patience=length["epochs"],
                seed=seed,
                **length,
            )
            watch.add(models[name]["durations"])
            tasks.say(f"{name}: {models[name]['clean_accuracy']:.2%} of the test images")
        attacks, sets, outcomes = [], {}, {}
        for attacked, model in models.items():
            for strength in eps:
                folder = Path(working_dir) / f"fgm_{attacked}_{strength}"
                sets[attacked, strength] = folder
                attack = fgm.fn(
                    data_dir=data,
                    model_name=attacked,
                    model_version=model["model_version"],
                    eps=strength,
                    norm=norm,
                    labels=labels,
                    adv_data_dir=folder,
                    seed=seed,
                )
                watch.add(attack["durations"])
                for evaluated, judge in models.items():
                    outcome = attack
                    if evaluated != attacked:
                        outcome = infer.fn(
                            run_id=attack["run_id"],
                            model_name=evaluated,
                            model_version=judge["model_version"],
                            adv_data_dir=folder,
                        )
                        watch.add(outcome["durations"])
                    tasks.say(
                        f"fgm, eps {strength}, on {attacked}: {evaluated} keeps "
                        f"{outcome['accuracy']:.2%}"
                    )
                    attacks.append(tasks.describe_attack(attack, outcome, evaluated))
                    key = Outcome("fgm", norm, labels, attacked, strength, evaluated)
                    outcomes[key] = tasks.read_outcomes(outcome["run_id"])
        with watch.section("report"):
            tasks.save_samples(results, models, sets, data / "testing")
        summary = {
            "dataset": data.name,
            "n_test": models["le_net"]["n_test"],
            "seed": seed,
            "models": {name: tasks.describe_model(model) for name, model in models.items()},
            "attacks": attacks,
            "comparisons": compare_outcomes(outcomes),
            "versions": tasks.get_versions(),
            "manifest": settle_parameters(
                manifest, {"used_seed": str(seed), "used_dataset": data.name}
            ),
            "durations": watch.durations(),
        }
        write_results(results, summary)
        page = write_report(results)
        tasks.log_results(results, attacks)
        print_summary(summary)
        return {"report": page, "results": results / "results.json", "run_id": run.info.run_id}


if __name__ == "__main__":
    main(demo)
