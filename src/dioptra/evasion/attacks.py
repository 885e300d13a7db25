# SPDX-License-Identifier: Apache-2.0
"""Evasion attacks as groups of parameters: names, limits, units and texts, each declared once."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from dioptra.contracts import ModelContract
from dioptra.entrypoint import Parameters
from dioptra.pyplugs import checked, step
from dioptra_builtins.attacks.art import (
    create_adversarial_dataset,
    get_attack_budget,
    scale_attack_parameters,
)
from dioptra_builtins.attacks.custom import create_adversarial_custom_dataset
from dioptra_builtins.attacks.fgm import create_adversarial_fgm_dataset
from dioptra_builtins.attacks.pgd import create_adversarial_pgd_dataset

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from art.estimators.classification import TensorFlowV2Classifier
    from numpy.typing import NDArray

_SHARE = "dioptra.share"
Task = Callable[..., "pd.DataFrame"]

Eps = Annotated[
    float,
    Field(
        ge=0,
        description="The largest distance of an adversarial image from the clean one, as a share "
        "of the way from black to white.",
    ),
    _SHARE,
]
"""The type of the budget of an attack."""

PixelShare = Annotated[float, _SHARE]
"""The type of another parameter that is a share of the way from black to white, such as a step."""

Norm = Annotated[Literal["inf", "1", "2"], Field(description="The norm in which eps is measured.")]
Labels = Annotated[
    Literal["predicted", "true"],
    Field(
        description="Whether the attack starts from the model's predictions or from the true "
        "labels."
    ),
]
BatchSize = Annotated[int, Field(ge=1, description="The number of images attacked at once.")]
Storage = Annotated[
    Literal["auto", "png", "float32"],
    Field(
        description="How adversarial images are stored: as PNG files of 8 bits, as arrays of "
        "32-bit floating-point numbers without loss, or auto: 8 bits where the attack has a budget."
    ),
]


@dataclass(frozen=True)
class Target:
    """What an attack is made on, and what becomes of it.

    Attributes:
        classifier: The ART classifier that is attacked.
        contract: What its input and output mean.
        data_dir: The clean images, one folder for each class.
        adv_data_dir: The new folder of the adversarial images.
        metrics: Names and functions of the distances that are measured.
        on_outcomes: Takes the table of what is predicted.
        rng: The run's generator of random numbers.
    """

    classifier: "TensorFlowV2Classifier"
    contract: ModelContract
    data_dir: Path
    adv_data_dir: Path
    metrics: list[tuple[str, Callable[..., Any]]]
    on_outcomes: "Callable[[pd.DataFrame], object]"
    rng: "np.random.Generator"

    @property
    def arguments(self) -> dict[str, Any]:
        """Those that all tasks of the suite take which attack a folder."""
        return {
            "data_dir": self.data_dir,
            "adv_data_dir": self.adv_data_dir,
            "keras_classifier": self.classifier,
            "image_size": self.contract.image_size,
            "distance_metrics_list": self.metrics,
            "rescale": self.contract.scale[0],
            "on_outcomes": self.on_outcomes,
        }


class Attack(Parameters):
    """An evasion attack and its parameters.

    An attack of one's own is a class below this one, with its parameters as fields and the method
    :meth:`perturb`. There, fields of the types ``Eps`` and ``PixelShare`` are pixel values
    of the model's input. Where it has a field ``eps``, what is stored keeps to that budget, in
    l-inf or in the norm that a field ``norm`` names.
    """

    name: ClassVar[str]
    """What results call the attack."""

    _task: ClassVar[Task | None] = None

    @property
    def title(self) -> str:
        """The attack as results and the names of runs call it."""
        return self.name

    @property
    def budget(self) -> float | None:
        """The largest distance, as a share of the pixel interval; None where there is none."""
        return getattr(self, "eps", None)

    @property
    def budget_norm(self) -> str | None:
        """The norm of the budget: its ``norm``, and without such a field l-inf."""
        return None if self.budget is None else getattr(self, "norm", "inf")

    @property
    def label_kind(self) -> Literal["predicted", "true"]:
        """The labels that the attack starts from: its ``labels``, and without such a field true."""
        return getattr(self, "labels", "true")

    def in_pixels(self, width: float) -> dict[str, Any]:
        """Give the parameters, those that are shares of the pixel interval in pixel values.

        Args:
            width: How long the interval is: 1 for pixels of [0, 1], 255 of [0, 255].

        Returns:
            All fields by name.
        """
        return {
            name: getattr(self, name) * width if _SHARE in field.metadata else getattr(self, name)
            for name, field in type(self).model_fields.items()
        }

    def perturb(
        self,
        classifier: "TensorFlowV2Classifier",
        images: "NDArray[np.float32]",
        labels: "NDArray[np.int64]",
        rng: "np.random.Generator",
    ) -> "NDArray[np.float32]":
        """Attack images in memory; the part that an attack of one's own has to write.

        Args:
            classifier: The ART classifier that is attacked.
            images: float32 [n, height, width, channels], within the clip values.
            labels: The classes that the attack leads away from, int64 [n].
            rng: The run's generator of random numbers.

        Returns:
            The adversarial images, float32 of the same shape, within the clip values.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method perturb")

    def attack_folder(self, target: Target) -> "pd.DataFrame":
        """Attack every image of a folder and store the adversarial images.

        Args:
            target: The model, the folders, and what is measured.

        Returns:
            One row for each image: ``image``, ``label`` and one column for each distance.

        Raises:
            ContractError: The model takes other images.
            DatasetError: A folder cannot be used.
            NonFiniteError: A number of the attack is NaN or infinite; the image is named.
            ParameterError: The attack fails, or gives no image for each image, or exceeds its eps.
        """
        # By the class, as an instance would bind it as a method.
        task = type(self)._task  # noqa: SLF001 - its own
        if task is not None:
            return step(task)(**target.arguments, **self.in_pixels(target.contract.width))
        # Limits are those of shares, so they are not checked again.
        own = self.model_copy(update=self.in_pixels(target.contract.width))

        def perturb(images: Any, labels: Any) -> Any:
            return own.perturb(target.classifier, images, labels, target.rng)

        return step(create_adversarial_custom_dataset)(
            **target.arguments,
            perturb=perturb,
            attack_name=self.title,
            eps=own.budget,
            norm=self.budget_norm or "inf",
            labels=self.label_kind,
            storage=getattr(self, "storage", "auto"),
        )


class FGM(Attack):
    """The fast gradient method (Goodfellow, Shlens and Szegedy, 2015)."""

    name: ClassVar[str] = "fgm"
    _task: ClassVar[Task] = create_adversarial_fgm_dataset

    eps: Eps = 0.3

    eps_step: Annotated[PixelShare, Field(gt=0)] = 0.1
    """The step of the search for the smallest perturbation."""

    minimal: bool = False
    """Search, up to eps, for the smallest perturbation that changes the prediction."""

    norm: Norm = "inf"

    labels: Labels = "predicted"

    batch_size: BatchSize = 32

    storage: Storage = "auto"


class PGD(Attack):
    """Projected gradient descent (Madry, Makelov, Schmidt, Tsipras and Vladu, 2018)."""

    name: ClassVar[str] = "pgd"
    _task: ClassVar[Task] = create_adversarial_pgd_dataset

    eps: Eps = 0.3

    eps_step: Annotated[PixelShare, Field(gt=0)] = 0.01
    """How far each step goes."""

    max_iter: Annotated[int, Field(ge=1)] = 40
    """The number of steps."""

    num_random_init: Annotated[int, Field(ge=0)] = 1
    """The number of random starts; 0 starts at the clean image."""

    norm: Norm = "inf"

    labels: Labels = "predicted"

    batch_size: BatchSize = 32


class Noise(Attack):
    """Uniform noise: no attack, but what an attack has to be stronger than."""

    name: ClassVar[str] = "noise"

    eps: Eps = 0.3

    labels: Labels = "predicted"

    def perturb(
        self,
        classifier: "TensorFlowV2Classifier",
        images: "NDArray[np.float32]",
        labels: "NDArray[np.int64]",  # noqa: ARG002 - noise aims at nothing
        rng: "np.random.Generator",
    ) -> "NDArray[np.float32]":
        """Add noise of up to ``eps`` to every pixel.

        Args:
            classifier: The ART classifier, whose clip values hold.
            images: float32 [n, height, width, channels].
            labels: Are not used.
            rng: What the noise is drawn from.

        Returns:
            float32 of the same shape.
        """
        import numpy as np

        noise = rng.uniform(-self.eps, self.eps, size=images.shape)
        noisy: NDArray[np.float32] = np.clip(images + noise, *classifier.clip_values).astype(
            np.float32
        )
        return noisy


class ARTAttack(Attack):
    """Any evasion attack of the Adversarial Robustness Toolbox (ART), by its name."""

    name: ClassVar[str] = "art"
    _task: ClassVar[Task] = create_adversarial_dataset

    attack_name: str = "DeepFool"
    """The attack, by the name of its class in ART."""

    attack_parameters: dict[str, Any] | None = None
    """Parameters of its constructor, as JSON (default: those of ART). Pixel values and distances in
    them, such as eps, are shares of the way from black to white."""

    labels: Labels = "predicted"

    storage: Storage = "auto"

    @property
    def title(self) -> str:
        """The attack by its name in ART."""
        return self.attack_name

    @property
    def budget(self) -> float | None:
        """Its ``eps``, given or ART's default; None where the attack has none."""
        return checked(get_attack_budget)(self.attack_name, self.attack_parameters)[0]

    @property
    def budget_norm(self) -> str | None:
        """Its norm, given or ART's default; None where ART does not say it."""
        return checked(get_attack_budget)(self.attack_name, self.attack_parameters)[1]

    def in_pixels(self, width: float) -> dict[str, Any]:
        """Give the parameters, those in ``attack_parameters`` too, in pixel values.

        Args:
            width: How long the pixel interval is.

        Returns:
            All fields by name.

        Raises:
            UnknownNameError: There is no such attack.
        """
        parameters = self.attack_parameters
        if width != 1:
            parameters = step(scale_attack_parameters)(self.attack_name, parameters, width)
        return {**super().in_pixels(width), "attack_parameters": parameters}
