# SPDX-License-Identifier: Apache-2.0
"""The contract of a model."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, model_validator

from dioptra.contracts.intervals import format_interval
from dioptra.datasets.classes import match_classes
from dioptra.sdk.exceptions import ContractError

KEY = "dioptra.contract"
"""Where MLflow keeps it: among the model's metadata, and as a tag of a registered version."""

BYTE = 255
Name = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=1)]


class ModelContract(BaseModel):
    """What a classifier's input and output mean.

    Attributes:
        class_names: The names of the classes, in the order of the model's outputs, at least two.
        image_size: Height and width in pixels, and channels, of an image.
        pixel_interval: What a byte 0 and a byte 255 are in the model's input. These are the clip
            values of an attack, and eps and distances of entry points are shares of it.
        output: Whether the model gives ``"logits"`` or ``"probabilities"``.
        outputs: How many numbers it gives for an image: one for each class, or a single one for
            two classes, which then is that of the second class.
        loss: The name of the loss that it was trained with, as Keras names it.
        data_name: The data set that it was trained on; empty where it is not known.
        data_sha256: The hashes of the folders of that data set, by the folder's name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    class_names: Annotated[tuple[Name, ...], Field(min_length=2)]
    image_size: tuple[Count, Count, Count]
    pixel_interval: tuple[FiniteFloat, FiniteFloat]
    output: Literal["logits", "probabilities"]
    outputs: Count
    loss: Name
    data_name: str = ""
    data_sha256: dict[str, str] = {}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        classes = len(self.class_names)
        if len(set(self.class_names)) != classes:
            raise ValueError(f"a class is named twice: {', '.join(self.class_names)}")
        if self.outputs != classes and (self.outputs, classes) != (1, 2):
            raise ValueError(f"{self.outputs} outputs do not stand for {classes} classes")
        if self.pixel_interval[0] >= self.pixel_interval[1]:
            raise ValueError(f"the pixel interval {self.pixel_interval} does not rise")
        return self

    @property
    def width(self) -> float:
        """How long the pixel interval is: what a share of 1 is in the model's input."""
        low, high = self.pixel_interval
        return high - low

    @property
    def scale(self) -> tuple[float, float]:
        """The factor and the summand by which a byte becomes a pixel of the model's input."""
        return self.width / BYTE, self.pixel_interval[0]

    def match(self, found: Sequence[str]) -> tuple[int, ...]:
        """Match the classes of a data set with those of the model, by name.

        Args:
            found: The names of the data set's classes; some of the model's, in any order.

        Returns:
            For each of them its place among the model's classes.

        Raises:
            DatasetError: The model knows no class of such a name.
        """
        return match_classes(self.class_names, found)

    def check_image_size(self, image_size: Sequence[int], model: str) -> None:
        """Check that the model takes images of a size.

        Args:
            image_size: Height and width in pixels, and channels.
            model: What the message calls the model.

        Raises:
            ContractError: It takes images of another one.
        """
        if tuple(image_size) != self.image_size:
            raise ContractError(
                f"{model} takes images of {format_size(self.image_size)} (height x width x "
                f"channels), not of {format_size(image_size)}; use images of that size, or another "
                "model"
            )

    def check_pixels(self, pixel_interval: tuple[float, float], model: str) -> None:
        """Check that the pixels of the model's input go from one value to another.

        Args:
            pixel_interval: What a byte 0 and a byte 255 become.
            model: What the message calls the model.

        Raises:
            ContractError: They go otherwise.
        """
        if tuple(pixel_interval) != self.pixel_interval:
            raise ContractError(
                f"pixels of {model} go over {format_interval(self.pixel_interval)}, not over "
                f"{format_interval(pixel_interval)}; use another model"
            )

    def to_json(self) -> str:
        """Write the contract as :meth:`from_json` reads it."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str, model: str) -> "ModelContract":
        """Read a contract.

        Args:
            text: What :meth:`to_json` gave.
            model: What the message calls the model.

        Raises:
            ContractError: It is none.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise ContractError(f"the contract of {model} {describe_faults(error)}") from None

    def describe(self) -> dict[str, str]:
        """Say what the contract holds, name by name, for people."""
        kind = "one output for two classes" if self.outputs == 1 else f"{self.outputs} outputs"
        return {
            "classes": ", ".join(self.class_names),
            "image size": f"{format_size(self.image_size)} (height x width x channels)",
            "pixels": f"{format_interval(self.pixel_interval)} (a byte 0 to a byte 255)",
            "output": f"{self.output}, {kind}",
            "loss": self.loss,
            "trained on": self.data_name or "not known",
            **{f"sha256 of {name}": value for name, value in self.data_sha256.items()},
        }


def format_size(image_size: Sequence[int]) -> str:
    """Write the size of an image.

    Args:
        image_size: Height and width in pixels, and channels.

    Returns:
        Text such as ``"28 x 28 x 1"``.
    """
    return " x ".join(map(str, image_size))


def describe_faults(error: ValidationError) -> str:
    """Say on one line what does not fit the declaration of a contract.

    Args:
        error: What Pydantic found.

    Returns:
        The end of a sentence, with each field and its fault.
    """
    faults = (
        f"{'.'.join(map(str, fault['loc'])) or 'as a whole'}: {fault['msg']}"
        for fault in error.errors(include_url=False)
    )
    return f"does not hold: {'; '.join(faults)}"
