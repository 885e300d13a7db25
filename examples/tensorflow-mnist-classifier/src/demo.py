"""Train two classifiers, attack each, evaluate both on every attack, and write a report."""

from pathlib import Path
from typing import Annotated, Any, Literal

from dioptra.entrypoint import flow, main
from dioptra.evasion import FGM, Labels, Measures, Norm, Study, attack_model, evaluate_model
from dioptra.experiment import Seed, Training, experiment
from dioptra.sdk.workspace import find_workspace
from pydantic import Field

from tasks import STRENGTHS, TRAINING, Digits, prepare_data
from train import train


@flow
def demo(
    dataset: Literal["auto", "mnist", "digits"] = "auto",
    eps: Annotated[list[float], Field(min_length=1)] = STRENGTHS,
    norm: Norm = "inf",
    labels: Labels = "predicted",
    seed: Seed = 3,
    results_dir: Path | None = None,
) -> dict[str, Any]:
    """Train two classifiers, attack each, evaluate both on every attack, and write a report.

    Args:
        dataset: The data set; auto is MNIST, and scikit-learn's bundled digits where MNIST cannot
            be had.
        eps: The strengths of the attack, as shares of the way from black to white.
        results_dir: Where to write the results (default: results/demo in the workspace).
    """
    results = (results_dir or find_workspace() / "results" / "demo").resolve()
    with experiment(seed=seed) as run, Study(run) as study:
        with run.section("data"):
            data = prepare_data(dataset)
        run.log_parameters({"used_data_dir": data})
        digits = Digits(data_dir=data)
        for name, length in TRAINING[data.name].items():
            training = Training.model_validate({**length, "patience": length["epochs"]})
            study.add_model(train.fn(digits, training, name, seed=run.seed))
        for attacked in study.models:
            for strength in eps:
                images = study.make_folder()
                method = FGM(eps=strength, norm=norm, labels=labels)
                measures = Measures(adv_data_dir=images)
                made = attack_model(digits, attacked.model, method, measures, run.seed)
                study.add_attack(made, images)
                for other in study.models:
                    if other is not attacked:
                        found = evaluate_model(made.run_id, other.model, adv_data_dir=images)
                        study.add_transfer(made, found)
        page = study.write(results, data, {"used_dataset": data.name})
        return {"report": page, "results": results / "results.json", "run_id": run.id}


if __name__ == "__main__":
    main(demo)
