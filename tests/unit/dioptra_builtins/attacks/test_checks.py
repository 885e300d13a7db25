from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dioptra.contracts import ModelContract
from dioptra.sdk.exceptions import ContractError, DatasetError, NonFiniteError, ParameterError
from dioptra_builtins import _image_reading
from dioptra_builtins._quiet_art import quiet_art
from dioptra_builtins.attacks.art import create_adversarial_dataset
from dioptra_builtins.attacks.bim import create_adversarial_bim_dataset
from dioptra_builtins.attacks.fgm import create_adversarial_fgm_dataset, perturb_images
from dioptra_builtins.attacks.pgd import create_adversarial_pgd_dataset
from dioptra_builtins.data.tensorflow import compare_image_folders
from dioptra_builtins.metrics.distance import l_2_norm, l_inf_norm

SIZE = (4, 4, 1)
SIGNS = np.where(np.indices((4, 4)).sum(axis=0) % 2 == 0, 1, -1).astype(np.float32)
GREY = np.full((3, *SIZE), 0.5, np.float32)
TASKS = [
    create_adversarial_fgm_dataset,
    create_adversarial_pgd_dataset,
    create_adversarial_bim_dataset,
    lambda *arguments, **options: create_adversarial_dataset(
        *arguments, "ProjectedGradientDescent", {"eps": options.pop("eps", 0.3)}, **options
    ),
]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "adv"


@pytest.fixture(scope="module")
def make(tensorflow: None) -> Callable[..., Any]:  # noqa: ARG001 - it comes first
    """Makes the classifier of ``linear`` for a pixel interval, with classes in an order."""

    def make(
        low: float = 0.0,
        high: float = 1.0,
        names: tuple[str, ...] | None = ("a", "b"),
        size: tuple[int, int, int] = SIZE,
        factor: float = 1.0,
    ) -> Any:
        import keras

        with quiet_art():
            from dioptra_builtins.registry._compiled_classifier import wrap_model

        classes = len(names or "ab")
        layers = [keras.layers.Flatten(), keras.layers.Dense(classes, activation="softmax")]
        model = keras.Sequential([keras.Input(size), *layers], name="net")
        if size == SIZE:
            scale = factor / (high - low)
            weights = scale * np.stack(
                [SIGNS.ravel() * {"a": 1, "b": -1}.get(name, 0) for name in names or "ab"], axis=1
            )
            model.set_weights([weights, np.zeros(classes)])
        model.compile("adam", "categorical_crossentropy")
        contract = None
        if names is not None:
            contract = ModelContract(
                class_names=names,
                image_size=size,
                pixel_interval=(low, high),
                output="probabilities",
                outputs=classes,
                loss="categorical_crossentropy",
            )
        return wrap_model(model, contract)

    return make


@pytest.mark.parametrize("task", TASKS)
def test_a_classifier_of_another_size_is_refused_before_anything_is_read(
    task: Any, make: Callable[..., Any], tmp_path: Path
) -> None:
    message = r"takes images of 5 x 4 x 1 .*, but image_size is 4 x 4 x 1"
    with pytest.raises(ContractError, match=message):
        task(tmp_path / "nowhere", tmp_path / "adv", make(size=(5, 4, 1)), SIZE)


def test_more_than_one_chunk_of_another_size_is_refused_and_not_waited_for(
    board: Path, target: Path, make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_image_reading, "CHUNK", 1)
    with pytest.raises(ContractError):
        create_adversarial_fgm_dataset(board, target, make(size=(4, 4, 3)), SIZE)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(("low", "high", "right"), [(-1, 1, "0.00784314"), (0, 255, "1")])
def test_bytes_that_do_not_become_the_pixels_of_the_classifier_are_refused(
    task: Any,
    board: Path,
    target: Path,
    make: Callable[..., Any],
    low: float,
    high: float,
    right: str,
) -> None:
    message = rf"go from {low} to {high}, but those of bytes .*; it takes rescale={right} \("
    with pytest.raises(ContractError, match=message):
        task(board, target, make(low, high), SIZE)
    assert not target.exists()


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (0, 255), (-2.1, 2.6)])
def test_a_budget_is_the_same_share_of_every_pixel_interval(
    board: Path, tmp_path: Path, make: Callable[..., Any], low: float, high: float
) -> None:
    width = high - low
    attack = create_adversarial_fgm_dataset
    attack(board, tmp_path / "unit", make(), SIZE, eps=0.1)
    table = attack(
        board,
        tmp_path / "other",
        make(low, high),
        SIZE,
        [("far", l_inf_norm)],
        rescale=width / 255,
        eps=0.1 * width,
    )
    for path in sorted((tmp_path / "unit").rglob("*.png")):
        other = tmp_path / "other" / path.relative_to(tmp_path / "unit")
        assert other.read_bytes() == path.read_bytes()
    assert table["far"].to_numpy() == pytest.approx(25 / 255 * width, rel=1e-5)


def test_a_byte_0_is_the_lower_clip_value(
    board: Path, target: Path, make: Callable[..., Any]
) -> None:
    create_adversarial_fgm_dataset(board, target, make(-1, 1), SIZE, rescale=2 / 255, eps=0)
    assert compare_image_folders(board, target, SIZE)["unchanged_share"] == 1


def test_classes_are_matched_by_name(
    board: Path, tmp_path: Path, make: Callable[..., Any], field_of: Callable[..., Any]
) -> None:
    seen: list[Any] = []
    for number, names in enumerate((("a", "b"), ("b", "a"), ("c", "b", "a"))):
        create_adversarial_fgm_dataset(
            board, tmp_path / str(number), make(names=names), SIZE, eps=0.1, on_outcomes=seen.append
        )
        # Images move away from their own class, wherever it stands.
        assert field_of(tmp_path / str(number)) == {"a": {143}, "b": {113}}
        assert seen[-1]["correct"].all()


def test_a_class_that_the_contract_does_not_know_is_refused(
    board: Path, target: Path, make: Callable[..., Any]
) -> None:
    with pytest.raises(DatasetError, match="unknown classes: 'b'"):
        create_adversarial_fgm_dataset(board, target, make(names=("a", "c", "d")), SIZE)
    assert not target.exists()


def test_without_a_contract_there_are_as_many_folders_as_outputs(
    tmp_path: Path, write_images: Callable[..., Path], make: Callable[..., Any]
) -> None:
    images = {f"{name}/0.png": np.zeros((4, 4), np.uint8) for name in "abc"}
    folder = write_images(tmp_path / "clean", images)
    message = r"tells 2 classes apart, but '.*' has 3 class folders \(a, b, c\)"
    with pytest.raises(ContractError, match=message):
        create_adversarial_fgm_dataset(folder, tmp_path / "adv", make(names=None), SIZE)


def test_an_attack_that_makes_no_numbers_is_an_error_that_names_the_first_image(
    board: Path, target: Path, make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from art.attacks.evasion import DeepFool

    def generate(_self: Any, images: Any, _labels: Any = None) -> Any:
        attacked = images.copy()
        attacked[1, 0, 0, 0] = np.nan
        return attacked

    monkeypatch.setattr(DeepFool, "generate", generate)
    message = rf"what DeepFool makes of an image is not finite .* for 1 of 5 .* '{board}/a/1.png'"
    with pytest.raises(NonFiniteError, match=message):
        create_adversarial_dataset(board, target, make(), SIZE, "DeepFool")
    assert not list(target.rglob("adv_*"))


@pytest.mark.parametrize("chunk", [2, 256])
def test_a_gradient_that_is_no_number_names_the_first_image(
    board: Path,
    target: Path,
    make: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    chunk: int,
) -> None:
    monkeypatch.setattr(_image_reading, "CHUNK", chunk)
    classifier = make()
    gradient = classifier._gradient

    class Wrong:
        def __init__(self, values: Any) -> None:
            self.values = values

        def numpy(self) -> Any:
            return self.values

    def compute(images: Any, labels: Any) -> Any:
        values = gradient(images, labels).numpy()
        values[np.asarray(labels)[:, 1] == 1] = np.inf
        return Wrong(values)

    monkeypatch.setattr(classifier, "_gradient", compute)
    message = rf"FastGradientMethod, image '{board}/b/0.png': the gradient of the model 'net'"
    with pytest.raises(NonFiniteError, match=message):
        create_adversarial_fgm_dataset(board, target, classifier, SIZE)


def test_an_output_that_is_no_number_names_the_first_image(
    board: Path, target: Path, make: Callable[..., Any]
) -> None:
    # Labels that are predicted are found on the way to the gradient.
    message = rf"FastGradientMethod, image '{board}/a/0.png': the gradient of the model 'net'"
    with pytest.raises(NonFiniteError, match=message):
        create_adversarial_fgm_dataset(board, target, make(factor=np.inf), SIZE, labels="predicted")


def test_an_error_inside_of_art_is_told_with_the_name_of_the_attack(
    board: Path, target: Path, make: Callable[..., Any]
) -> None:
    # Windows as large as the image leave no place to choose from.
    parameters = {"norm": 2, "p_init": 0.9}
    with pytest.raises(
        ParameterError, match=r"SquareAttack of ART failed .* ValueError: high <= 0"
    ):
        create_adversarial_dataset(board, target, make(), SIZE, "SquareAttack", parameters)


def test_images_in_memory_have_the_shape_of_the_input(make: Callable[..., Any]) -> None:
    with pytest.raises(ContractError, match=r"of 4 x 4 x 1 .*, but the images are of 4 x 4"):
        perturb_images(make(), GREY[..., 0])


@pytest.mark.parametrize("pixel", [-0.1, 1.1, np.nan])
def test_images_in_memory_lie_within_the_clip_values(
    make: Callable[..., Any], pixel: float
) -> None:
    images = GREY.copy()
    images[2, 3, 3, 0] = pixel
    with pytest.raises(ContractError, match=r"but those of the classifier from 0 to 1"):
        perturb_images(make(), images)


def test_floating_point_noise_beyond_the_clip_values_is_none(make: Callable[..., Any]) -> None:
    perturb_images(make(), GREY + np.float32(0.5000004))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], r"numbers \[3\] or one-hot \[3, 2\], .* not \[2\]"),
        ([[1, 0]] * 2, r"not \[2, 2\]"),
        ([[1, 0, 0]] * 3, r"not \[3, 3\]"),
        ([0, 1, 2], "from 0 to 1, not 2"),
        ([0, -1, 0], "from 0 to 1, not -1"),
        ([0, 0.5, 0], r"from 0 to 1, not 0\.5"),
        ([[1, 0], [0, 1], [0, 0]], "sum up to 1"),
        ([[1, 0], [0, 1], [2, -1]], "sum up to 1"),
    ],
)
def test_labels_in_memory_are_those_of_the_images(
    make: Callable[..., Any], labels: Any, message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        perturb_images(make(), GREY, np.array(labels))


def test_a_classifier_without_clip_values_is_attacked_as_it_is(
    board: Path, target: Path, make: Callable[..., Any]
) -> None:
    from art.estimators.classification import TensorFlowV2Classifier
    from keras.losses import CategoricalCrossentropy

    stock = TensorFlowV2Classifier(
        model=make(names=None).model,
        nb_classes=2,
        input_shape=SIZE,
        loss_object=CategoricalCrossentropy(from_logits=True),
    )
    create_adversarial_fgm_dataset(board, target, stock, SIZE, eps=0.1)
    assert compare_image_folders(board, target, SIZE)["linf_max"] == pytest.approx(25 / 255)
    stock._clip_values = np.zeros(2), np.array([1.0, 2.0])
    with pytest.raises(ContractError, match="differ from pixel to pixel"):
        perturb_images(stock, GREY)


def test_what_has_no_budget_is_stored_without_loss(
    board: Path, target: Path, make: Callable[..., Any]
) -> None:
    seen: list[Any] = []
    table = create_adversarial_dataset(
        board,
        target,
        make(),
        SIZE,
        "DeepFool",
        distance_metrics_list=[("far", l_2_norm)],
        on_outcomes=seen.append,
    )
    assert table["image"].tolist()[0] == "a/adv_0.npy"
    (outcomes,) = seen
    assert list(outcomes.columns) == ["image", "label", "correct_in_memory", "correct"]
    assert not outcomes["correct_in_memory"].any()
    assert not outcomes["correct"].any()
    # The smallest change of 16 pixels of 40 levels ends at the border.
    assert table["far"].to_numpy() == pytest.approx(160 / 255, rel=1e-3)


def test_eight_bits_undo_the_smallest_change_and_the_outcomes_say_so(
    board: Path, target: Path, make: Callable[..., Any]
) -> None:
    seen: list[Any] = []
    create_adversarial_dataset(
        board, target, make(), SIZE, "DeepFool", storage="png", on_outcomes=seen.append
    )
    (outcomes,) = seen
    assert not outcomes["correct_in_memory"].any()
    # Rounded, the images lie on the border, where the first class counts.
    assert outcomes["correct"].tolist() == [True] * 3 + [False] * 2


@pytest.mark.parametrize(
    ("options", "suffix"),
    [
        ({}, ".png"),
        ({"minimal": True}, ".npy"),
        ({"minimal": True, "storage": "png"}, ".png"),
        ({"storage": "float32"}, ".npy"),
    ],
)
def test_fgm_is_stored_with_eight_bits_unless_it_looks_for_the_smallest_change(
    board: Path, target: Path, make: Callable[..., Any], options: Any, suffix: str
) -> None:
    create_adversarial_fgm_dataset(board, target, make(), SIZE, **options)
    assert {path.suffix for path in target.rglob("adv_*")} == {suffix}


def test_an_unknown_storage_is_refused(board: Path, target: Path, make: Callable[..., Any]) -> None:
    storage: Any = "jpeg"
    with pytest.raises(LookupError, match="no storage named 'jpeg'"):
        create_adversarial_fgm_dataset(board, target, make(), SIZE, storage=storage)


def test_a_defence_of_the_classifier_counts_in_the_outcomes(
    board: Path, target: Path, make: Callable[..., Any]
) -> None:
    from art.defences.postprocessor import ReverseSigmoid

    class Swap(ReverseSigmoid):  # type: ignore[misc]
        def __call__(self, preds: Any) -> Any:
            return preds[:, ::-1]

    classifier = make()
    seen: list[Any] = []
    options: Any = {"eps": 0, "on_outcomes": seen.append}
    create_adversarial_fgm_dataset(board, target / "bare", classifier, SIZE, **options)
    classifier.set_params(postprocessing_defences=Swap())
    create_adversarial_fgm_dataset(board, target / "defended", classifier, SIZE, **options)
    assert [outcomes["correct"].mean() for outcomes in seen] == [1, 0]


def test_images_whose_adversarial_names_would_meet_are_refused(
    tmp_path: Path, write_images: Callable[..., Path], make: Callable[..., Any]
) -> None:
    images = {f"{name}.png": np.zeros((4, 4), np.uint8) for name in ("a/0", "a/1", "b/0")}
    folder = write_images(tmp_path / "clean", images)
    (folder / "a" / "1.png").rename(folder / "a" / "0.PNG")
    with pytest.raises(DatasetError, match=r"'0.PNG' and '0.png' in .* differ by case"):
        create_adversarial_dataset(folder, tmp_path / "adv", make(), SIZE, "DeepFool")


@pytest.fixture(scope="module")
def binary(tensorflow: None) -> Any:  # noqa: ARG001 - it comes first
    """A model of one sigmoid output that says how likely class b is."""
    import keras

    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    layers = [keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")]
    model = keras.Sequential([keras.Input(SIZE), *layers])
    model.set_weights([-2 * SIGNS.reshape(-1, 1), np.zeros(1)])
    model.compile("adam", "binary_crossentropy")
    return wrap_model(model)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("FastGradientMethod", {"eps": 0.2}),
        ("ProjectedGradientDescent", {"eps": 0.2, "eps_step": 0.05, "max_iter": 8}),
        ("DeepFool", {}),
    ],
)
def test_a_model_of_one_output_is_attacked_as_one_of_two_classes(
    board: Path, target: Path, binary: Any, name: str, parameters: dict[str, Any]
) -> None:
    seen: list[Any] = []
    attack = create_adversarial_dataset
    attack(board, target, binary, SIZE, name, parameters, on_outcomes=seen.append)
    assert binary.nb_classes == 2
    assert not seen[0]["correct"].any()
