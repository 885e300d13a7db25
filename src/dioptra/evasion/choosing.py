# SPDX-License-Identifier: Apache-2.0
"""Attacks that are chosen by name, when an experiment is started."""

import importlib
from typing import Annotated, Any

from pydantic import Field, ValidationError

from dioptra.contracts import describe_faults
from dioptra.entrypoint import Parameters
from dioptra.evasion.attacks import FGM, PGD, ARTAttack, Attack, Labels, Noise
from dioptra.pyplugs import step
from dioptra.sdk.exceptions import ParameterError, UnknownNameError
from dioptra.sdk.suggestions import suggest_names
from dioptra.sdk.utilities.contexts import plugin_dirs
from dioptra_builtins.attacks.art import list_attack_names

ATTACKS: dict[str, type[Attack]] = {kind.name: kind for kind in (FGM, Noise, PGD)}
"""The attacks that have a short name; all others are those of ART, or of one's own."""


NAMES = ("noise", "fgm", "pgd")
STRENGTHS = (0.05, 0.1, 0.2)


class ChosenAttack(Parameters):
    """An attack by its name, with the parameters that most attacks have."""

    attack_name: str = "fgm"
    """The attack: fgm, noise or pgd, an evasion attack of ART by the name of its class, or a class
    of one's own as MODULE.CLASS."""

    eps: Annotated[float | None, Field(ge=0)] = None
    """The largest distance of an adversarial image from the clean one, as a share of the way from
    black to white (default: that of the attack)."""

    norm: str | None = None
    """The norm in which eps is measured (default: that of the attack)."""

    labels: Labels = "predicted"

    attack_parameters: dict[str, Any] | None = None
    """Further parameters of the attack, as JSON (default: those of the attack)."""

    def make(self) -> Attack:
        """Make the attack.

        Returns:
            The attack with its parameters.

        Raises:
            ParameterError: The attack does not take one of them.
            UnknownNameError: There is no such attack.
        """
        common = {"eps": self.eps, "norm": self.norm}
        given = {name: value for name, value in common.items() if value is not None}
        parameters = {**(self.attack_parameters or {}), **given}
        kind = find_attack(self.attack_name)
        if kind is None:
            return ARTAttack(
                attack_name=self.attack_name, attack_parameters=parameters, labels=self.labels
            )
        if "labels" in kind.model_fields:
            parameters["labels"] = self.labels
        for name in parameters:
            if name not in kind.model_fields:
                known = suggest_names(name, kind.model_fields)
                raise ParameterError(f"{self.attack_name} takes no {name!r}; {known}")
        try:
            return kind(**parameters)
        except ValidationError as error:
            raise ParameterError(f"{self.attack_name} {describe_faults(error)}") from None


class ChosenAttacks(Parameters):
    """Attacks by their names, each at several strengths."""

    attack_names: Annotated[list[str], Field(min_length=1)] = Field(
        default_factory=lambda: list(NAMES)
    )
    """The attacks: fgm, noise or pgd, evasion attacks of ART by the names of their classes, or
    classes of one's own as MODULE.CLASS."""

    eps: Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=1)] = Field(
        default_factory=lambda: list(STRENGTHS)
    )
    """The strengths of each attack, as shares of the way from black to white."""

    norm: str | None = None
    """The norm in which eps is measured (default: that of each attack)."""

    labels: Labels = "predicted"

    def make(self) -> list[Attack]:
        """Make the attacks.

        Returns:
            Each attack at each strength, in their order.

        Raises:
            ParameterError: An attack does not take eps or the norm.
            UnknownNameError: There is no such attack.
        """
        return [
            ChosenAttack(attack_name=name, eps=eps, norm=self.norm, labels=self.labels).make()
            for name in self.attack_names
            for eps in self.eps
        ]


def find_attack(name: str) -> type[Attack] | None:
    """Find the class of an attack.

    Args:
        name: Its name, see :class:`ChosenAttack`.

    Returns:
        The class; None for an attack of ART.

    Raises:
        ParameterError: A class of one's own cannot be imported, or is no attack.
        UnknownNameError: There is no such attack.
    """
    if name in ATTACKS:
        return ATTACKS[name]
    module, _, attribute = name.rpartition(".")
    if not module:
        _check_art(name)
        return None
    with plugin_dirs():
        try:
            kind = getattr(importlib.import_module(module), attribute)
        except Exception as error:
            raise ParameterError(
                f"the attack {name!r} cannot be imported: {type(error).__name__}: {error}; name it "
                "as MODULE.CLASS, of an installed package or of one in a task-plugins folder"
            ) from error
    if not (isinstance(kind, type) and issubclass(kind, Attack)):
        raise ParameterError(f"{name!r} is no class below dioptra.evasion.Attack")
    return kind


def _check_art(name: str) -> None:
    known = step(list_attack_names)()
    if name not in known:
        raise UnknownNameError("attack", name, [*ATTACKS, *known])
