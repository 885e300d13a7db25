# SPDX-License-Identifier: Apache-2.0
"""Attacks of the Adversarial Robustness Toolbox by name, with parameters that are checked first."""

import inspect
from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import ParameterError, UnknownNameError
from dioptra.sdk.suggestions import suggest_names
from dioptra_builtins.attacks._checks import find_interval
from dioptra_builtins.attacks._kinds import (
    NEED_PROBABILITIES,
    NEED_UNIT_INTERVAL,
    PIXEL_PARAMETERS,
    REFUSED,
    TEXT_NORMS,
)
from dioptra_builtins.attacks._probabilities import with_probabilities

if TYPE_CHECKING:
    from art.attacks.evasion import EvasionAttack
    from art.estimators.classification import TensorFlowV2Classifier

NORMS = {"inf": inf, "1": 1, "2": 2}
FIXED = {"verbose": False, "targeted": False}
LEAST = {"eps": 0, "batch_size": 1, "max_iter": 1}
NOT_OURS = "{name} cannot attack a TensorFlow classifier of images"
KINDS = {bool: "True or False", int: "a whole number", float: "a number", str: "text"}


def make_method(
    name: str, classifier: "TensorFlowV2Classifier", parameters: Mapping[str, Any]
) -> "EvasionAttack":
    """Make an attack of ART.

    Args:
        name: The name of its class in ``art.attacks.evasion``.
        classifier: The classifier to attack. Attacks that reckon with probabilities get one that
            predicts them.
        parameters: Those of the constructor that are not to have ART's default; a norm also as
            text. Progress bars are off and targets are not taken.

    Returns:
        The attack, ready to generate.

    Raises:
        UnknownNameError: There is no such attack or norm.
        ParameterError: The attack takes no such parameter or not this value, or it cannot attack
            such a classifier or one image at a time; the reason is told.
    """
    from dioptra_builtins._quiet_art import quiet_art

    with quiet_art():
        from art.exceptions import EstimatorError

        from dioptra_builtins.attacks._repairs import MENDED

    kinds = list_attacks()
    if name not in kinds:
        raise UnknownNameError("attack", name, kinds)
    if name in REFUSED:
        raise ParameterError(f"{name} cannot attack this classifier: {REFUSED[name]}")
    if name in NEED_UNIT_INTERVAL and find_interval(classifier) not in (None, (0.0, 1.0)):
        raise ParameterError(
            f"{name} of ART reckons with pixels from 0 to 1, but the classifier's clip values are "
            f"{find_interval(classifier)}; take another attack, or a model of [0, 1]"
        )
    kind = MENDED.get(name, kinds[name])
    _, *others = inspect.signature(kinds[name]).parameters.values()
    taken = {parameter.name: parameter for parameter in others}
    values = {key: value for key, value in FIXED.items() if key in taken}
    for key, value in parameters.items():
        if key not in taken:
            raise ParameterError(f"{name} takes no {key!r}; {suggest_names(key, taken)}")
        values[key] = _check_value(name, taken[key], value)
    if name in NEED_PROBABILITIES:
        classifier = with_probabilities(classifier)
    try:
        return kind(classifier, **values)
    except EstimatorError:
        raise ParameterError(NOT_OURS.format(name=name)) from None
    except Exception as error:
        # Of any kind, as ART checks some parameters and computes with others.
        raise ParameterError(f"{name}: {error}") from error


def list_attacks() -> dict[str, Any]:
    """List the evasion attacks of ART: their classes by name."""
    from dioptra_builtins._quiet_art import quiet_art

    with quiet_art():
        from art.attacks import EvasionAttack, evasion

    return {
        key: value
        for key, value in vars(evasion).items()
        if inspect.isclass(value) and issubclass(value, EvasionAttack)
    }


def find_budget(name: str, parameters: Mapping[str, Any]) -> tuple[float | None, str | None]:
    """Give the ``eps`` and the norm of an attack, those of ART where they are not given."""
    kinds = list_attacks()
    if name not in kinds:
        raise UnknownNameError("attack", name, kinds)
    taken = inspect.signature(kinds[name]).parameters
    for key in parameters:
        if key not in taken:
            raise ParameterError(f"{name} takes no {key!r}; {suggest_names(key, taken)}")
    defaults = {key: one.default for key, one in taken.items() if one.default is not one.empty}
    eps, norm = ({**defaults, **parameters}.get(key) for key in ("eps", "norm"))
    if not isinstance(eps, int | float):
        return None, None
    return float(eps), None if norm is None else str(norm)


def scale_parameters(name: str, parameters: Mapping[str, Any], width: float) -> dict[str, Any]:
    """Turn shares of the pixel interval into pixel values.

    Args:
        name: The name of the attack's class in ``art.attacks.evasion``.
        parameters: Those of the constructor that are not to have ART's default. Those that are
            pixel values or distances in them are shares of the interval.
        width: How long the pixel interval is: 1 for pixels of [0, 1], 2 for [-1, 1].

    Returns:
        The parameters, with all that are pixel values, also those that have ART's default.

    Raises:
        UnknownNameError: There is no such attack.
    """
    kinds = list_attacks()
    if name not in kinds:
        raise UnknownNameError("attack", name, kinds)
    defaults = inspect.signature(kinds[name]).parameters
    shares = {key: defaults[key].default for key in PIXEL_PARAMETERS.get(name, ())}
    given = {**shares, **parameters}
    return {
        key: value * width if key in shares and isinstance(value, int | float) else value
        for key, value in given.items()
    }


def parse_norm(norm: float | str) -> float:
    """Give the order of a norm.

    Args:
        norm: inf, 1 or 2, also as text.

    Returns:
        The order as a number.

    Raises:
        UnknownNameError: There is no such norm.
    """
    key = f"{norm:g}" if isinstance(norm, int | float) else norm
    if key not in NORMS:
        raise UnknownNameError("norm", norm, NORMS)
    return NORMS[key]


def _check_value(name: str, parameter: inspect.Parameter, value: Any) -> Any:
    if parameter.name == "norm" and name in TEXT_NORMS:
        if value not in TEXT_NORMS[name]:
            raise UnknownNameError(f"norm of {name}", value, TEXT_NORMS[name])
        return value
    if parameter.name == "norm":
        return parse_norm(value)
    if parameter.name == "targeted" and value:
        raise ParameterError(f"{name}: targets cannot be given here, so targeted is False")
    default = parameter.default
    if isinstance(default, bool | int | float | str):
        # ART mixes up whole and real numbers in its defaults, but not in its annotations.
        real = type(default) is int and "float" in str(parameter.annotation)
        kind = float if real else type(default)
        if not (type(value) is kind or (kind is float and type(value) is int)):
            raise ParameterError(f"{name}: {parameter.name} is {KINDS[kind]}, not {value!r}")
    if parameter.name in LEAST and not value >= LEAST[parameter.name]:
        raise ParameterError(f"{parameter.name} is at least {LEAST[parameter.name]}, not {value}")
    if parameter.name == "eps_step" and not value > 0:
        raise ParameterError(f"eps_step is above 0, not {value}")
    # It wants eps and eps_step to be of one type.
    return float(value) if type(default) is float else value
