# SPDX-License-Identifier: Apache-2.0
"""The attack by libraries on PyTorch, on the same model with the same weights."""

from collections.abc import Callable
from math import inf
from typing import Any

from benchmarks.peers.case import BATCH, EPS, AttackCase, by_batches

Call = Callable[[], Any]


def make_torch_art(case: AttackCase) -> Call:
    """Attack by ART's classifier for PyTorch.

    Args:
        case: What is attacked.
    """
    import torch
    from art.attacks.evasion import FastGradientMethod
    from art.estimators.classification import PyTorchClassifier

    classifier = PyTorchClassifier(
        model=copy_model(case.classifier.model),
        loss=torch.nn.CrossEntropyLoss(),
        input_shape=(1, 28, 28),
        nb_classes=case.classifier.nb_classes,
        clip_values=(0.0, 1.0),
        device_type="cpu",
    )
    method = FastGradientMethod(classifier, norm=inf, eps=EPS, batch_size=BATCH)
    images = _channels_first(case.images)
    return lambda: _channels_last(method.generate(images, case.one_hot))


def make_torch_foolbox(case: AttackCase) -> Call:
    """Attack by Foolbox.

    Args:
        case: What is attacked.
    """
    import foolbox
    import torch

    model = foolbox.PyTorchModel(copy_model(case.classifier.model), bounds=(0, 1), device="cpu")
    method = foolbox.attacks.LinfFastGradientAttack(random_start=False)

    def attack(images: Any, labels: Any) -> Any:
        given = torch.from_numpy(images), torch.from_numpy(labels)
        return method.run(model, *given, epsilon=EPS).numpy()

    return _call(case, attack)


def make_torch_cleverhans(case: AttackCase) -> Call:
    """Attack by CleverHans.

    Args:
        case: What is attacked.
    """
    import torch
    from cleverhans.torch.attacks.fast_gradient_method import fast_gradient_method

    model = copy_model(case.classifier.model)

    def attack(images: Any, labels: Any) -> Any:
        given = {"clip_min": 0.0, "clip_max": 1.0, "y": torch.from_numpy(labels)}
        # It asserts that the images are within the clip values, one by one, unless told not to.
        options = {**given, "sanity_checks": False}
        adversarial = fast_gradient_method(model, torch.from_numpy(images), EPS, inf, **options)
        return adversarial.detach().numpy()

    return _call(case, attack)


def make_torchattacks(case: AttackCase) -> Call:
    """Attack by torchattacks.

    Args:
        case: What is attacked.
    """
    import torch
    import torchattacks

    method = torchattacks.FGSM(copy_model(case.classifier.model), eps=EPS)

    def attack(images: Any, labels: Any) -> Any:
        return method(torch.from_numpy(images), torch.from_numpy(labels)).detach().numpy()

    return _call(case, attack)


def copy_model(model: Any) -> Any:
    """Copy a le_net of Keras, up to its logits, to PyTorch.

    Args:
        model: The model.

    Returns:
        A module from float32 [n, 1, 28, 28] to logits, float32 [n, classes], in evaluation mode.
    """
    import torch
    from torch import nn

    (conv1, conv2, hidden, last) = (layer for layer in model.layers if layer.get_weights())
    channels, units = conv2.filters, hidden.units
    module = nn.Sequential(
        nn.Conv2d(1, conv1.filters, 3),
        nn.ReLU(),
        nn.Conv2d(conv1.filters, channels, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(hidden.get_weights()[0].shape[0], units),
        nn.ReLU(),
        nn.Linear(units, last.units),
    )
    side = round((hidden.get_weights()[0].shape[0] / channels) ** 0.5)
    # Keras flattens [height, width, channels], PyTorch [channels, height, width].
    flat = hidden.get_weights()[0].reshape(side, side, channels, units).transpose(3, 2, 0, 1)
    kernels = [
        conv1.get_weights()[0].transpose(3, 2, 0, 1),
        conv2.get_weights()[0].transpose(3, 2, 0, 1),
        flat.reshape(units, -1),
        last.get_weights()[0].T,
    ]
    layers = [layer for layer in module if hasattr(layer, "weight")]
    for layer, source, kernel in zip(layers, (conv1, conv2, hidden, last), kernels, strict=True):
        layer.weight.data = torch.from_numpy(kernel.copy())
        layer.bias.data = torch.from_numpy(source.get_weights()[1].copy())
    return module.eval()


def _call(case: AttackCase, attack: Callable[[Any, Any], Any]) -> Call:
    images = _channels_first(case.images)
    return lambda: _channels_last(by_batches(attack, images, case.labels))


def _channels_first(images: Any) -> Any:
    return images.transpose(0, 3, 1, 2).copy()


def _channels_last(images: Any) -> Any:
    return images.transpose(0, 2, 3, 1)
