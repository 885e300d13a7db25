"""Attack a registered classifier, and evaluate another one on the same images."""

import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from dioptra import evasion
from dioptra.entrypoint import flow, main
from dioptra.experiment import RegisteredModel, Seed, experiment, get_hashes
from pydantic import Field

from tasks import Digits


@flow
def transfer(
    data_dir: Path | None = None,
    attack: Literal["fgm", "pgd"] = "fgm",
    attacked: str = "le_net",
    attacked_version: str = "latest",
    evaluated: str = "shallow_net",
    evaluated_version: str = "latest",
    eps: evasion.Eps = 0.3,
    max_iter: Annotated[int, Field(ge=1)] = 40,
    labels: evasion.Labels = "predicted",
    batch_size: evasion.BatchSize = 256,
    seed: Seed = -1,
) -> dict[str, Any]:
    """Attack a registered classifier, and evaluate another one on the same images.

    Args:
        data_dir: The folder that holds the folder testing (default: data/mnist in the workspace).
        attack: The attack, in l-inf.
        attacked: The registered model to attack.
        attacked_version: Its version, an alias, or latest.
        evaluated: The other registered model.
        evaluated_version: Its version, an alias, or latest.
        max_iter: The number of steps of pgd.
    """
    data = Digits(data_dir=data_dir)
    model = RegisteredModel(model_name=attacked, model_version=attacked_version)
    other = RegisteredModel(model_name=evaluated, model_version=evaluated_version)
    method: evasion.FGM | evasion.PGD = evasion.FGM(eps=eps, labels=labels, batch_size=batch_size)
    if attack == "pgd":
        method = evasion.PGD(eps=eps, labels=labels, batch_size=batch_size, max_iter=max_iter)
    opened = experiment(f"transfer {attack} {attacked}", seed=None)
    with opened as run, tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "adversarial_images"
        measures = evasion.Measures(distance_metrics=["l_2_norm"], adv_data_dir=images)
        made = evasion.attack_model(data, model, method, measures, seed)
        outcome = evasion.evaluate_model(made.run_id, other, adv_data_dir=images)
        measured = {name: made[name] for name in ("accuracy", "n", "linf_max", "unchanged_share")}
        measured["transfer_accuracy"] = outcome.accuracy
        run.log_metrics(measured)
        run.log_hashes(get_hashes(made.run_id))
        return {"run_id": run.id, **measured}


if __name__ == "__main__":
    main(transfer)
