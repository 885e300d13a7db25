# SPDX-License-Identifier: Apache-2.0
"""The one declaration of what ``results.json`` holds; imported only where results are checked."""

from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    JsonValue,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError


def _by_name(values: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(values.items()))


Name = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=1)]
Number = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[FiniteFloat, Field(ge=0)]
ByName = AfterValidator(_by_name)


def _unknown_model(place: str, name: str) -> PydanticCustomError:
    message = f"{place} is {name!r}, which is not among the models"
    return PydanticCustomError("unknown_model", "{message}", {"message": message})


class Record(BaseModel):
    """A JSON object; keys that are not declared are kept, in the order of their names."""

    model_config = ConfigDict(extra="allow", strict=True)
    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)

    @model_validator(mode="after")
    def _sort_extra_keys(self) -> Self:
        self.__pydantic_extra__ = _by_name(self.__pydantic_extra__)
        return self


class Model(Record):
    """A trained model: accuracy on the clean test images in [0, 1], and what else is known."""

    clean_accuracy: Share
    parameters: Count | None = None
    epochs: Count | None = None


class Attack(Record):
    """One model's accuracy on the images that were made to fool one model (often the same).

    ``eps`` is the attack's budget in ``norm``, and ``linf_max`` the largest change of a pixel of
    the stored images; pixels lie in [0, 1]. ``labels`` says whose labels the attack used.
    ``accuracy_in_memory`` is the attacked model's on the images before they were stored.
    """

    attack: Name
    attacked: Name
    evaluated: Name
    eps: Amount
    norm: Name
    labels: Name
    accuracy: Share
    n: Count
    linf_max: Share
    unchanged_share: Share
    distances: Annotated[dict[str, FiniteFloat], ByName] | None = None
    accuracy_in_memory: Share | None = None


class ModelComparison(Record):
    """Two models on the same test images, attacked in the same way, by McNemar's exact test.

    The images were made for ``attacked``; without it, each model's were made for itself.
    ``only_first`` of the ``n`` images are classified correctly by the first model alone.
    ``p_holm`` is ``p_value`` corrected over all comparisons of the results.
    """

    attack: Name
    norm: Name
    labels: Name
    attacked: Name | None = None
    eps: Amount
    first: Name
    second: Name
    n: Count
    only_first: Number
    only_second: Number
    p_value: Share
    p_holm: Share


class Durations(Record):
    """Wall-clock times in seconds; ``overhead`` is orchestration, tracking and start-up."""

    __pydantic_extra__: dict[str, Amount] = Field(init=False)  # type: ignore[assignment]
    data: Amount | None = None
    training: Amount | None = None
    attack: Amount | None = None
    evaluation: Amount | None = None
    report: Amount | None = None
    overhead: Amount | None = None
    total: Amount | None = None


class Results(Record):
    """What one study measured on one data set."""

    dataset: Name
    n_test: Count
    seed: int
    models: Annotated[dict[Name, Model], Field(min_length=1), ByName]
    attacks: Annotated[list[Attack], Field(min_length=1)]
    comparisons: list[ModelComparison] | None = None
    durations: Durations
    settings: Annotated[dict[str, JsonValue], ByName] | None = None
    versions: Annotated[dict[str, str], ByName]
    manifest: dict[str, JsonValue] | None = None

    @field_validator("attacks")
    @classmethod
    def _each_is_known_and_unique(cls, attacks: list[Attack], info: ValidationInfo) -> list[Attack]:
        models = info.data.get("models")
        seen: dict[tuple[object, ...], int] = {}
        for index, entry in enumerate(attacks):
            for role in ("attacked", "evaluated"):
                name = getattr(entry, role)
                if models is not None and name not in models:
                    raise _unknown_model(f"[{index}].{role}", name)
            key = (entry.attack, entry.norm, entry.labels, entry.attacked, entry.evaluated)
            first = seen.setdefault((*key, entry.eps), index)
            if first != index:
                message = f"[{index}] measures the same as [{first}]"
                raise PydanticCustomError("repeated", "{message}", {"message": message})
        return attacks

    @field_validator("comparisons")
    @classmethod
    def _each_compares_known_models(
        cls, comparisons: list[ModelComparison] | None, info: ValidationInfo
    ) -> list[ModelComparison] | None:
        models = info.data.get("models")
        for index, one in enumerate(comparisons or []):
            for role in ("first", "second", "attacked"):
                name = getattr(one, role)
                if models is not None and name is not None and name not in models:
                    raise _unknown_model(f"[{index}].{role}", name)
        return comparisons
