from typing import Any

import numpy as np
import pytest

from dioptra_builtins.attacks._budgets import keep_budget
from dioptra_builtins.attacks._methods import make_method

SIZE = (4, 4, 1)
SIGNS = np.where(np.indices((4, 4)).sum(axis=0) % 2 == 0, 1, -1).reshape(1, *SIZE)
GREY = np.full((5, *SIZE), 0.5, np.float32)


@pytest.fixture(scope="module")
def stubborn(tensorflow: None) -> Any:  # noqa: ARG001 - it comes first
    """A classifier that no small step misleads, though its gradient is not zero."""
    import keras

    from dioptra_builtins._quiet_art import quiet_art

    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    layers = [keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")]
    model = keras.Sequential([keras.Input(SIZE), *layers])
    weights = np.hstack([np.linspace(0.1, 0.2, 16).reshape(16, 1), np.zeros((16, 2))])
    model.set_weights([weights, np.array([100.0, 0.0, 99.0])])
    model.compile("adam", "categorical_crossentropy")
    return wrap_model(model)


def reach(classifier: Any, eps: float, eps_step: float) -> float:
    options = {"eps": eps, "eps_step": eps_step, "minimal": True}
    attacked = make_method("FastGradientMethod", classifier, options).generate(GREY)
    return float(np.abs(attacked - GREY).max())


@pytest.mark.parametrize(
    ("eps", "eps_step"), [(0.3, 0.1), (0.4, 0.2), (0.05, 0.1), (0.25, 0.1), (0.3, 0.15), (0.8, 0.1)]
)
def test_the_search_of_fgm_ends_at_eps_itself(stubborn: Any, eps: float, eps_step: float) -> None:
    assert reach(stubborn, eps, eps_step) == pytest.approx(min(eps, 0.5), abs=1e-6)


def test_without_a_budget_the_search_changes_nothing(stubborn: Any) -> None:
    assert reach(stubborn, 0, 0.1) == 0


def test_the_search_takes_the_steps_of_art_as_far_as_they_go(linear: Any) -> None:
    from art.attacks.evasion import FastGradientMethod

    # Each image is misled by another multiple of the step; the last by none up to 0.2.
    sureness = np.array([0.02, 0.07, 0.12, 0.17, 0.3]).reshape(5, 1, 1, 1)
    images = (0.5 + sureness * SIGNS).astype(np.float32)
    options: dict[str, Any] = {"eps": 0.22, "eps_step": 0.05, "minimal": True, "batch_size": 2}
    own = FastGradientMethod(linear, **options).generate(images)
    mended = make_method("FastGradientMethod", linear, options).generate(images)
    np.testing.assert_array_equal(mended[:4], own[:4])
    moved = np.abs(mended - images).max(axis=(1, 2, 3))
    assert moved.tolist() == pytest.approx([0.05, 0.1, 0.15, 0.2, 0.22], abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_the_square_attack_makes_numbers_within_its_budget(linear: Any, seed: int) -> None:
    np.random.seed(seed)  # noqa: NPY002 - ART draws from this one
    images = np.clip(0.5 + 0.2 * SIGNS + GREY - 0.5, 0, 1).astype(np.float32)
    options: dict[str, Any] = {"norm": 2, "eps": 0.8, "max_iter": 30, "p_init": 0.3}
    method = make_method("SquareAttack", linear, options)
    attacked = method.generate(images, np.array([0] * 5))
    assert np.isfinite(attacked).all()
    assert np.linalg.norm((attacked - images).reshape(5, -1), axis=1).max() <= 0.8 + 1e-6


def test_the_square_attack_has_no_norm_1(linear: Any) -> None:
    with pytest.raises(ValueError, match="its norm is inf or 2"):
        make_method("SquareAttack", linear, {"norm": 1})


def test_the_shadow_attack_leads_away_from_labels(linear: Any) -> None:
    np.random.seed(0)  # noqa: NPY002 - ART draws from this one
    images = (0.5 + 0.02 * SIGNS + np.zeros((2, 1, 1, 1))).astype(np.float32)
    options = {"nb_steps": 100, "batch_size": 4, "sigma": 0.01}
    attacked = make_method("ShadowAttack", linear, options).generate(images, np.eye(2)[[0, 0]])
    assert linear.predict(images).argmax(axis=1).tolist() == [0, 0]
    assert linear.predict(attacked).argmax(axis=1).tolist() == [1, 1]


def test_the_spatial_transformation_is_looked_for_image_by_image(linear: Any) -> None:
    # One pixel to the right or to the left turns a board into its inverse.
    images = (0.5 + 0.2 * SIGNS * np.array([1, -1]).reshape(2, 1, 1, 1)).astype(np.float32)
    options = {"max_translation": 25.0, "num_translations": 3}
    method = make_method("SpatialTransformation", linear, options)
    together = method.generate(images)
    apart = np.concatenate([method.generate(images[1:]), method.generate(images[:1])])[::-1]
    np.testing.assert_array_equal(together, apart)
    before, after = (linear.predict(each).argmax(axis=1) for each in (images, together))
    assert (before != after).all()


def test_what_is_attacked_one_by_one_may_be_nothing(linear: Any) -> None:
    nothing = np.zeros((0, *SIZE), np.float32)
    assert make_method("ShadowAttack", linear, {}).generate(nothing).shape == (0, *SIZE)


@pytest.mark.parametrize(("norm", "length"), [("inf", 0.2), (2, 0.4), (1, 1.6)])
def test_an_image_beyond_its_budget_is_brought_back(linear: Any, norm: Any, length: float) -> None:
    method = make_method("ProjectedGradientDescent", linear, {"norm": norm, "eps": length / 2})
    attacked = GREY.copy()
    attacked[1] += np.float32(0.2) * (np.arange(16) % 4 == 0).reshape(SIZE)
    attacked[3] += np.float32(0.001)
    kept = keep_budget(method, GREY, attacked)
    change = (kept - GREY).reshape(5, -1)
    assert np.linalg.norm(change[1], float(norm)) == pytest.approx(length / 2, abs=1e-6)
    np.testing.assert_array_equal(kept[[0, 2, 3, 4]], attacked[[0, 2, 3, 4]])
    np.testing.assert_array_equal(np.sign(change[1]), np.sign((attacked - GREY)[1].ravel()))


def test_a_distance_that_is_no_norm_is_left_to_its_attack(linear: Any) -> None:
    method = make_method("Wasserstein", linear, {})
    attacked = GREY + np.float32(0.5)
    assert keep_budget(method, GREY, attacked) is attacked
    assert keep_budget(make_method("DeepFool", linear, {}), GREY, attacked) is attacked


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("MomentumIterativeMethod", {}), ("ProjectedGradientDescent", {"decay": 1.0})],
)
def test_momentum_works_for_a_model_of_keras(
    linear: Any, name: str, parameters: dict[str, Any]
) -> None:
    options = {"eps": 0.2, "eps_step": 0.05, "max_iter": 6, **parameters}
    images = (GREY + 0.1 * SIGNS).astype(np.float32)
    attacked = make_method(name, linear, options).generate(images, np.array([0] * 5))
    # The gradient of a linear classifier always points the same way.
    np.testing.assert_allclose(attacked, images - 0.2 * SIGNS, atol=1e-6)
