"""Attack a registered classifier with the fast gradient method and store the result."""

from pathlib import Path
from typing import Annotated, Any, Literal

from dioptra.entrypoint import main
from prefect import flow
from pydantic import Field

from attacking import METRICS, run_attack


@flow
def fgm(
    data_dir: Path | None = None,
    image_size: tuple[int, int, int] = (28, 28, 1),
    model_name: str = "le_net",
    model_version: str = "latest",
    eps: Annotated[float, Field(ge=0)] = 0.3,
    eps_step: Annotated[float, Field(gt=0)] = 0.1,
    minimal: bool = False,
    norm: Literal["inf", "1", "2"] = "inf",
    labels: Literal["predicted", "true"] = "predicted",
    batch_size: Annotated[int, Field(ge=1)] = 32,
    storage: Literal["auto", "png", "float32"] = "auto",
    distance_metrics: list[str] = METRICS,
    adv_data_dir: Path | None = None,
    seed: Annotated[int, Field(ge=-1, lt=2**31)] = -1,
) -> dict[str, Any]:
    """Attack a registered classifier with the fast gradient method and store the result.

    Args:
        data_dir: The folder that holds the folder testing (default: data/mnist in the workspace).
        image_size: Height and width in pixels, and number of channels, of every image.
        model_name: The registered model to attack.
        model_version: Its version, an alias, or latest.
        eps: The largest distance of an adversarial image from the clean one, as a share of the way
            from black to white.
        eps_step: The step of the search for the smallest perturbation.
        minimal: Search, up to eps, for the smallest perturbation that changes the prediction.
        norm: The norm in which eps is measured.
        labels: Whether the attack starts from the model's predictions or from the true labels.
        batch_size: The number of images attacked at once.
        storage: How adversarial images are stored: as PNG files of 8 bits, as arrays of 32-bit
            floating-point numbers without loss, or auto: 8 bits where the attack has a budget.
        distance_metrics: The distances to compute between clean and adversarial images.
        adv_data_dir: A new folder in which to keep the adversarial images as well (default: they
            are kept in MLflow alone).
        seed: The seed of all random numbers; -1 draws one and records it.

    Returns:
        The run, the attack and what it was told; from the stored files the accuracy that the model
        keeps, the number of images, the largest distance and the share of unchanged images; their
        distances, and the seed.
    """
    return run_attack("fgm", "create_adversarial_fgm_dataset", locals())


if __name__ == "__main__":
    main(fgm)
