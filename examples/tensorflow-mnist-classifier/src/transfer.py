"""Attack a registered classifier, and evaluate another one on the same images."""

import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from dioptra.entrypoint import main
from dioptra.pyplugs import call_task
from prefect import flow
from pydantic import Field

import tasks
from fgm import fgm
from infer import infer
from pgd import pgd


@flow
def transfer(
    data_dir: Path | None = None,
    attack: Literal["fgm", "pgd"] = "fgm",
    attacked: str = "le_net",
    attacked_version: str = "latest",
    evaluated: str = "shallow_net",
    evaluated_version: str = "latest",
    eps: Annotated[float, Field(ge=0)] = 0.3,
    max_iter: Annotated[int, Field(ge=1)] = 40,
    labels: Literal["predicted", "true"] = "predicted",
    batch_size: Annotated[int, Field(ge=1)] = 256,
    seed: Annotated[int, Field(ge=-1, lt=2**31)] = -1,
) -> dict[str, Any]:
    """Attack a registered classifier, and evaluate another one on the same images.

    Args:
        data_dir: The folder that holds the folder testing (default: data/mnist in the workspace).
        attack: The attack, in l-inf.
        attacked: The registered model to attack.
        attacked_version: Its version, an alias, or latest.
        evaluated: The other registered model.
        evaluated_version: Its version, an alias, or latest.
        eps: The largest distance of an adversarial image from the clean one, as a share of the way
            from black to white.
        max_iter: The number of steps of pgd.
        labels: Whether the attack starts from the model's predictions or from the true labels.
        batch_size: The number of images attacked at once. Each image is attacked on its own, so
            only the speed and the rounding of its gradient depend on it.
        seed: The seed of all random numbers; -1 draws one and records it.

    Returns:
        The run; the accuracy that the attacked model keeps, and the transfer accuracy, that of the
        other one; the number of images, the largest distance and the share of unchanged images.
    """
    parameters = dict(locals())
    opened = tasks.start_run(f"transfer {attack} {attacked}")
    with opened as run, tempfile.TemporaryDirectory() as working_dir:
        tasks.log_parameters(parameters)
        images = Path(working_dir) / tasks.ADVERSARIAL_IMAGES
        common = {
            "data_dir": data_dir,
            "model_name": attacked,
            "model_version": attacked_version,
            "eps": eps,
            "labels": labels,
            "batch_size": batch_size,
            "distance_metrics": ["l_2_norm"],
            "adv_data_dir": images,
            "seed": seed,
        }
        made = fgm.fn(**common) if attack == "fgm" else pgd.fn(max_iter=max_iter, **common)
        outcome = infer.fn(
            run_id=made["run_id"],
            model_name=evaluated,
            model_version=evaluated_version,
            adv_data_dir=images,
        )
        measured = {
            "accuracy": made["accuracy"],
            "transfer_accuracy": outcome["accuracy"],
            **{name: made[name] for name in ("n", "linf_max", "unchanged_share")},
        }
        call_task("dioptra_builtins.tracking", "mlflow", "log_metrics", metrics=measured)
        tasks.log_hashes(tasks.get_hashes(made["run_id"]))
        return {"run_id": run.info.run_id, **measured}


if __name__ == "__main__":
    main(transfer)
