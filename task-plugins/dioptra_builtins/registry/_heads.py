# SPDX-License-Identifier: Apache-2.0
"""The end of a Keras classifier: its logits, and the loss that is computed from them.

This module imports Keras at its top, so it is itself imported only where it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras

from dioptra.contracts import ModelContract
from dioptra.sdk.exceptions import ContractError, ParameterError

# The losses that can be computed from the logits, by the activation above them.
FROM_LOGITS: dict[str, tuple[Any, ...]] = {
    "softmax": (
        keras.losses.CategoricalCrossentropy,
        keras.losses.SparseCategoricalCrossentropy,
        keras.losses.CategoricalFocalCrossentropy,
    ),
    "sigmoid": (keras.losses.BinaryCrossentropy, keras.losses.BinaryFocalCrossentropy),
}
# Losses are also named as functions are.
CLASSES: dict[str, Any] = {kind().name: kind for kinds in FROM_LOGITS.values() for kind in kinds}
SMALLEST = keras.config.epsilon()
COLOUR_IMAGE = 3


@dataclass(frozen=True)
class Head:
    """What is attacked: a model, the loss of its output, and the number of classes."""

    model: Any
    loss: Any
    classes: int


def read_head(model: Any, contract: ModelContract | None) -> Head:
    """Find what an attack on a classifier computes its loss from.

    Args:
        model: The Keras model.
        contract: What its output means, where that was said.

    Returns:
        The model, without its softmax or sigmoid where its loss can be computed from the logits; of
        a single output, one with two logits.

    Raises:
        ContractError: The model is not what the contract says, or cannot be attacked.
        ParameterError: The model has no loss.
    """
    _check_ends(model)
    outputs = _count_outputs(model, contract)
    loss = _find_loss(model, contract)
    kind = type(loss)
    is_entropy = kind in CLASSES.values()
    activation = next((name for name, kinds in FROM_LOGITS.items() if kind in kinds), "")
    logits = model if _gives_logits(loss, contract) else _find_below(model, activation)
    if contract is not None and contract.output == "logits" and _find_below(model, activation):
        raise ContractError(
            f"the contract of the model {model.name!r} says that it gives logits, but it ends in a "
            f"{activation}; add its contract anew, with the output probabilities"
        )
    if outputs == 1:
        return _pair_outputs(model, logits, loss)
    if is_entropy and loss.get_config()["from_logits"] is not (logits is not None):
        loss = kind(**{**loss.get_config(), "from_logits": logits is not None})
    return Head(logits or model, loss, outputs)


def read_facts(model: Any) -> dict[str, Any]:
    """Give what a model says of itself.

    Args:
        model: The Keras model.

    Returns:
        ``image_size``, ``outputs``, ``output`` (``"logits"`` or ``"probabilities"``) and ``loss``,
        each as far as it is known.

    Raises:
        ContractError: It has several inputs, outputs or losses, or takes whole numbers.
    """
    _check_ends(model)
    facts: dict[str, Any] = {}
    shape = tuple(getattr(model, "input_shape", None) or ())[1:]
    if len(shape) == COLOUR_IMAGE and None not in shape:
        facts["image_size"] = shape
    if getattr(model, "output_shape", None):
        facts["outputs"] = _count_outputs(model, None)
    loss = None if getattr(model, "loss", None) is None else _find_loss(model, None)
    if loss is not None:
        facts["loss"] = getattr(loss, "name", None) or getattr(loss, "__name__", "")
    if any(_find_below(model, activation) for activation in FROM_LOGITS):
        facts["output"] = "probabilities"
    elif _gives_logits(loss, None):
        facts["output"] = "logits"
    return facts


def read_image_size(model: Any, contract: ModelContract | None) -> tuple[int, int, int]:
    """Give the size of the images that a model takes.

    Args:
        model: The Keras model.
        contract: What its input is, where that was said.

    Returns:
        Height and width in pixels, and channels.

    Raises:
        ContractError: The model's input has no fixed size, or another one than the contract says.
    """
    shape = tuple(getattr(model, "input_shape", None) or ())[1:]
    if contract is None:
        if len(shape) != COLOUR_IMAGE or None in shape:
            raise ContractError(
                f"the model {model.name!r} takes an input of {list(shape)}, which is no fixed "
                "height, width and number of channels; give its contract"
            )
        return shape
    given = contract.image_size
    if shape and (
        len(shape) != len(given)
        or any(own not in (None, one) for own, one in zip(shape, given, strict=True))
    ):
        raise ContractError(
            f"the model {model.name!r} takes an input of {list(shape)}, but its contract says "
            f"{list(given)}; add its contract anew"
        )
    return given


def _check_ends(model: Any) -> None:
    inputs, outputs = (getattr(model, name, None) or [None] for name in ("inputs", "outputs"))
    if len(inputs) != 1 or len(outputs) != 1:
        raise ContractError(
            f"the model {model.name!r} has {len(inputs)} inputs and {len(outputs)} outputs; an "
            "image classifier has one of each: make a model of those alone"
        )
    dtype = getattr(inputs[0], "dtype", "float32")
    if "float" not in dtype:
        raise ContractError(
            f"the model {model.name!r} takes {dtype}, and has no gradient with respect to whole "
            "numbers; make it take float32"
        )


def _count_outputs(model: Any, contract: ModelContract | None) -> int:
    shape = getattr(model, "output_shape", None)
    if not shape:
        if contract is None:
            raise ContractError(
                f"the number of outputs of the model {model.name!r} is not known; give its contract"
            )
        return contract.outputs
    if len(shape) != 2:  # noqa: PLR2004 - a batch of scores
        raise ContractError(
            f"the model {model.name!r} gives {list(shape[1:])} for each image, not one number for "
            "each class"
        )
    if contract is not None and contract.outputs != shape[1]:
        raise ContractError(
            f"the model {model.name!r} gives {shape[1]} numbers for each image, but its contract "
            f"says {contract.outputs}; add its contract anew"
        )
    return int(shape[1])


def _find_loss(model: Any, contract: ModelContract | None) -> Any:
    loss = getattr(model, "loss", None)
    if isinstance(loss, Mapping):
        loss = list(loss.values())
    if isinstance(loss, list | tuple):
        if len(loss) != 1:
            raise ContractError(f"the model {model.name!r} was compiled with {len(loss)} losses")
        loss = loss[0]
    if loss is None and contract is not None:
        loss = contract.loss
    if loss is None:
        raise ParameterError(
            f"the model {model.name!r} was not compiled with a loss, which an attack needs; "
            "compile it before it is logged"
        )
    try:
        found = keras.losses.get(loss)
    except ValueError:
        raise ContractError(f"Keras knows no loss {loss!r}, of the model {model.name!r}") from None
    name = getattr(found, "__name__", "")
    if isinstance(found, keras.losses.Loss) or name not in CLASSES:
        return found
    return CLASSES[name]()


def _gives_logits(loss: Any, contract: ModelContract | None) -> bool:
    if contract is not None:
        return contract.output == "logits"
    return bool(getattr(loss, "from_logits", False))


def _pair_outputs(model: Any, logits: Any | None, loss: Any) -> Head:
    if type(loss) is not keras.losses.BinaryCrossentropy:
        raise ContractError(
            f"the model {model.name!r} has one output, and its loss is not binary_crossentropy; "
            "then it is no classifier of two classes"
        )
    image = keras.Input(model.input_shape[1:], dtype=model.inputs[0].dtype)
    if logits is None:
        share = keras.ops.clip(model(image), SMALLEST, 1 - SMALLEST)
        score = keras.ops.log(share) - keras.ops.log(1 - share)
    else:
        score = logits(image)
    pair = keras.ops.concatenate([keras.ops.zeros_like(score), score], axis=-1)
    config = {key: loss.get_config()[key] for key in ("label_smoothing", "reduction")}
    entropy = keras.losses.CategoricalCrossentropy(from_logits=True, **config)
    return Head(keras.Model(image, pair, name=model.name), entropy, 2)


def _find_below(model: Any, activation: str) -> Any | None:
    """Make the model without the activation at its end; None where it does not end in it."""
    if not activation or not getattr(model, "outputs", None):
        return None
    operation, place, _ = model.outputs[0]._keras_history  # noqa: SLF001 - Keras has no other way
    inputs = operation._inbound_nodes[place].input_tensors  # noqa: SLF001 - the same
    below = _apply_below(operation, inputs, activation)
    return None if below is None else keras.Model(model.inputs, below, name=model.name)


def _apply_below(operation: Any, inputs: list[Any], activation: str) -> Any | None:
    if isinstance(operation, keras.Model):
        inner = _find_below(operation, activation)
        return None if inner is None else inner(inputs[0] if len(inputs) == 1 else inputs)
    if type(operation).__name__.lower() == activation:
        # The layer, or the operation, of that name; a softmax over other axes is none of classes.
        return inputs[0] if getattr(operation, "axis", -1) in (-1, 1) else None
    if getattr(operation, "activation", None) is not getattr(keras.activations, activation):
        return None
    if isinstance(operation, keras.layers.Activation):
        return inputs[0]
    linear = type(operation).from_config({**operation.get_config(), "activation": "linear"})
    scores = linear(*inputs)
    linear.set_weights(operation.get_weights())
    return scores
