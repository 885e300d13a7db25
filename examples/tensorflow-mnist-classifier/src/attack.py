"""Attack a registered classifier with any evasion attack of ART and store the result."""

from pathlib import Path
from typing import Annotated, Any, Literal

from dioptra.entrypoint import main
from prefect import flow
from pydantic import Field

from attacking import METRICS, run_attack


@flow
def attack(
    data_dir: Path | None = None,
    image_size: tuple[int, int, int] = (28, 28, 1),
    model_name: str = "le_net",
    model_version: str = "latest",
    attack_name: str = "DeepFool",
    attack_parameters: dict[str, Any] | None = None,
    labels: Literal["predicted", "true"] = "predicted",
    storage: Literal["auto", "png", "float32"] = "auto",
    distance_metrics: list[str] = METRICS,
    adv_data_dir: Path | None = None,
    seed: Annotated[int, Field(ge=-1, lt=2**31)] = -1,
) -> dict[str, Any]:
    """Attack a registered classifier with any evasion attack of ART and store the result.

    Args:
        data_dir: The folder that holds the folder testing (default: data/mnist in the workspace).
        image_size: Height and width in pixels, and number of channels, of every image.
        model_name: The registered model to attack.
        model_version: Its version, an alias, or latest.
        attack_name: The attack, by the name of its class in ART.
        attack_parameters: Parameters of its constructor, as JSON (default: those of ART). Pixel
            values and distances in them, such as eps, are shares of the way from black to white.
        labels: Whether the attack starts from the model's predictions or from the true labels.
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
    return run_attack("art", "create_adversarial_dataset", locals())


if __name__ == "__main__":
    main(attack)
