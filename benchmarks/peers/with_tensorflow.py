# SPDX-License-Identifier: Apache-2.0
"""The attack by libraries on TensorFlow."""

from collections.abc import Callable
from math import inf
from typing import Any

from benchmarks.peers.case import BATCH, EPS, AttackCase, batches, by_batches

Call = Callable[[], Any]


def make_suite(case: AttackCase) -> Call:
    """Attack by the suite: ART on its compiled classifier.

    Args:
        case: What is attacked.
    """
    from dioptra_builtins.attacks.fgm import perturb_images

    return lambda: perturb_images(
        case.classifier, case.images, case.one_hot, batch_size=BATCH, eps=EPS
    )


def make_stock_art(case: AttackCase) -> Call:
    """Attack by ART as it comes, on the same logits and with the same loss.

    Args:
        case: What is attacked.
    """
    from art.attacks.evasion import FastGradientMethod
    from art.estimators.classification import TensorFlowV2Classifier

    classifier = TensorFlowV2Classifier(
        model=case.classifier.model,
        nb_classes=case.classifier.nb_classes,
        input_shape=case.classifier.input_shape,
        loss_object=case.classifier.loss_object,
        clip_values=(0.0, 1.0),
    )
    method = FastGradientMethod(classifier, norm=inf, eps=EPS, batch_size=BATCH)
    return lambda: method.generate(case.images, case.one_hot)


def make_keras_art(case: AttackCase) -> Call:
    """Attack by ART's wrapper for Keras, which takes the loss from the probabilities.

    Args:
        case: What is attacked.
    """
    from art.attacks.evasion import FastGradientMethod
    from art.estimators.classification import KerasClassifier

    classifier = KerasClassifier(case.model, clip_values=(0.0, 1.0))
    method = FastGradientMethod(classifier, norm=inf, eps=EPS, batch_size=BATCH)
    return lambda: method.generate(case.images, case.one_hot)


def make_foolbox(case: AttackCase) -> Call:
    """Attack by Foolbox.

    Args:
        case: What is attacked.
    """
    import foolbox
    import tensorflow as tf

    model = foolbox.TensorFlowModel(case.classifier.model, bounds=(0, 1))
    method = foolbox.attacks.LinfFastGradientAttack(random_start=False)

    def attack(images: Any, labels: Any) -> Any:
        # Its call would also evaluate the model on the result, which the others do not.
        return method.run(model, tf.constant(images), tf.constant(labels), epsilon=EPS).numpy()

    return lambda: by_batches(attack, case.images, case.labels)


def make_cleverhans(case: AttackCase) -> Call:
    """Attack by CleverHans.

    Args:
        case: What is attacked.
    """
    import tensorflow as tf
    from cleverhans.tf2.attacks.fast_gradient_method import fast_gradient_method

    def attack(images: Any, labels: Any) -> Any:
        given = {"clip_min": 0.0, "clip_max": 1.0, "y": tf.constant(labels)}
        model = case.classifier.model
        return fast_gradient_method(model, tf.constant(images), EPS, inf, **given).numpy()

    return lambda: by_batches(attack, case.images, case.labels)


def make_fused(case: AttackCase) -> Call:
    """Attack by one compiled function for the whole step, without any library of attacks.

    Args:
        case: What is attacked.
    """
    import tensorflow as tf

    gradient = _compile_gradient(case)

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def step(images: Any, labels: Any) -> Any:
        return tf.clip_by_value(images + EPS * tf.sign(gradient(images, labels)), 0.0, 1.0)

    def attack(images: Any, labels: Any) -> Any:
        return step(tf.constant(images), tf.constant(labels)).numpy()

    return lambda: by_batches(attack, case.images, case.one_hot)


def make_floor(case: AttackCase) -> Call:
    """Run nothing but the model forward and backward to its input; there is no attack in it.

    Args:
        case: What is attacked.
    """
    import tensorflow as tf

    gradient = _compile_gradient(case)
    tensors = [(tf.constant(x), tf.constant(y)) for x, y in batches(case.images, case.one_hot)]

    def run() -> None:
        for images, labels in tensors:
            last = gradient(images, labels)
        # An operation may still run when its call returns.
        last.numpy()

    return run


def _compile_gradient(case: AttackCase) -> Callable[[Any, Any], Any]:
    import tensorflow as tf

    model, loss_object = case.classifier.model, case.classifier.loss_object
    images = tf.TensorSpec((None, *case.classifier.input_shape), tf.float32)
    labels = tf.TensorSpec((None, case.classifier.nb_classes), tf.float32)

    def gradient(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = loss_object(y, model(x, training=False))
        return tape.gradient(loss, x)

    compiled: Callable[[Any, Any], Any] = tf.function(gradient, input_signature=[images, labels])
    return compiled
