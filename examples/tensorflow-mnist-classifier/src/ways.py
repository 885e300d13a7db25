"""Attack a classifier by FGM in the ways in which published figures differ."""

from pathlib import Path
from typing import Annotated, Any

from dioptra.entrypoint import main
from dioptra.pyplugs import call_task
from prefect import flow
from pydantic import Field

import tasks
from measuring import measure_ways


@flow
def ways(
    data_dir: Path | None = None,
    image_size: tuple[int, int, int] = (28, 28, 1),
    model_name: str = "le_net",
    model_version: str = "latest",
    eps: Annotated[float, Field(ge=0)] = 0.3,
    sureness: Annotated[float, Field(gt=0)] = 8.0,
) -> dict[str, Any]:
    """Attack a classifier by FGM in the ways in which published figures differ.

    Args:
        data_dir: The folder that holds the folder testing (default: data/mnist in the workspace).
        image_size: Height and width in pixels, and number of channels, of every image.
        model_name: The registered model to attack.
        model_version: Its version, an alias, or latest.
        eps: The largest change of a pixel, in pixel values of [0, 1].
        sureness: The factor by which the logits of the surer model are larger.

    Returns:
        The run, the number of images and, for each way, the accuracy and the share of images whose
        gradient is zero.
    """
    parameters = dict(locals())
    data = tasks.find_data(data_dir)
    version = tasks.find_model_version(model_name, model_version)
    contract = tasks.get_contract(model_name, version)
    tasks.check_fit(contract, model_name, image_size, data / "testing")
    # Its formulas are those of pixels from 0 to 1 and of a model that ends in a softmax.
    contract.check_pixels((0.0, 1.0), f"the model {model_name!r}")
    with tasks.start_run(f"ways {model_name}") as run:
        tasks.seed_all(0)
        tasks.log_parameters({**parameters, "used_data_dir": data})
        classifier = call_task(
            "dioptra_builtins.registry",
            "art",
            "load_wrapped_tensorflow_keras_classifier",
            name=model_name,
            version=version,
        )
        testing = tasks.open_images(data / "testing", image_size)
        images, labels = tasks.read_images(testing, contract)
        measured = measure_ways(classifier.model, images, labels, eps, sureness)
        metrics = {**measured, "n": len(images)}
        call_task("dioptra_builtins.tracking", "mlflow", "log_metrics", metrics=metrics)
        return {"run_id": run.info.run_id, **metrics}


if __name__ == "__main__":
    main(ways)
