"""Attack a classifier by FGM in the ways in which published figures differ."""

from typing import Annotated, Any

from dioptra.entrypoint import flow, main
from dioptra.evasion import Eps
from dioptra.experiment import experiment, open_images, read_images
from dioptra.pyplugs import step
from dioptra_builtins.attacks.fgm_variants import measure_fgm_variants
from pydantic import Field

from tasks import Digits, LeNet


@flow
def ways(
    data: Digits,
    model: LeNet,
    eps: Eps = 0.3,
    sureness: Annotated[float, Field(gt=0)] = 8.0,
) -> dict[str, Any]:
    """Attack a classifier by FGM in the ways in which published figures differ.

    Args:
        sureness: The factor by which the logits of the surer model are larger.

    Returns:
        The run, the number of images and, for each way, the accuracy and the share of images whose
        gradient is zero.
    """
    testing, found = data.find("testing") / "testing", model.find()
    found.check_fit(testing, data.image_size)
    # Its formulas are those of pixels from 0 to 1 and of a model that ends in a softmax.
    found.contract.check_pixels((0.0, 1.0), f"the model {found.name!r}")
    used = {"used_data_dir": testing.parent}
    with experiment(f"ways {found.name}", seed=0, used=used) as run:
        logits = found.load_classifier().model
        opened = open_images(testing, found.contract.image_size)
        images, labels = read_images(opened, found.contract)
        measured = step(measure_fgm_variants)(logits, images, labels, eps, sureness)
        metrics = {**measured, "n": len(images)}
        run.log_metrics(metrics)
        return {"run_id": run.id, **metrics}


if __name__ == "__main__":
    main(ways)
