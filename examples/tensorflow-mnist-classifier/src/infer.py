"""Evaluate a registered classifier on the adversarial images of a run."""

from pathlib import Path

from dioptra.entrypoint import flow, main
from dioptra.evasion import Evaluated, evaluate_model
from dioptra.experiment import ImageSize

from tasks import LeNet


@flow
def infer(
    run_id: str, model: LeNet, image_size: ImageSize = None, adv_data_dir: Path | None = None
) -> Evaluated:
    """Evaluate a registered classifier on the adversarial images of a run.

    Args:
        run_id: The MLflow run that made the images.
        model: The model to evaluate; it need not be the one that was attacked.
        adv_data_dir: The folder of the images where it is at hand (default: they are fetched from
            MLflow).
    """
    return evaluate_model(run_id, model, image_size, adv_data_dir)


if __name__ == "__main__":
    main(infer)
