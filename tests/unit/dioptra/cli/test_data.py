import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dioptra import datasets
from dioptra.datasets import describe_data, fallback

RunCommand = Callable[..., tuple[object, str, str]]
Calls = list[tuple[Path, list[str] | None]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """The calls of a function in the place of that which makes MNIST."""
    made: Calls = []

    def make(folder: Path, mirrors: list[str] | None) -> Path:
        made.append((folder, mirrors))
        return folder

    monkeypatch.setattr(datasets, "make_mnist", make)
    return made


@pytest.mark.parametrize(
    ("options", "mirrors"),
    [
        ([], None),
        (["--mirror", "https://a.example"], ["https://a.example"]),
        (["--mirror", "https://a.example", "--mirror=/mnist"], ["https://a.example", "/mnist"]),
    ],
)
def test_mnist_is_made_from_the_mirrors_that_are_named(
    run_command: RunCommand, calls: Calls, options: list[str], mirrors: list[str] | None
) -> None:
    assert run_command("data", "mnist", "data/mnist", *options) == (0, "data/mnist\n", "")
    assert calls == [(Path("data/mnist"), mirrors)]


def test_a_mirror_without_the_files_is_an_error(run_command: RunCommand, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    status, out, err = run_command("data", "mnist", tmp_path / "mnist", "--mirror", mirror)
    assert (status, out) == (1, "")
    assert err.startswith("error: ")
    assert str(mirror) in err
    assert err.count("\n") == 1


def test_digits_are_made(run_command: RunCommand, tmp_path: Path) -> None:
    folder = tmp_path / "digits"
    assert run_command("data", "digits", folder) == (0, f"{folder}\n", "")
    assert len(list(folder.glob("*/*/*.png"))) == 1797


def test_where_mnist_is_out_of_reach_the_digits_are_made_and_the_reason_is_said(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIOPTRA_MNIST_MIRRORS", str(tmp_path / "nowhere"))
    status, out, err = run_command("data", "auto", tmp_path)
    assert (status, out) == (0, f"{tmp_path / 'digits'}\n")
    assert err.startswith("MNIST is out of reach: no mirror has train-images-idx3-ubyte.gz")


def test_where_mnist_is_within_reach_it_is_made(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fallback, "make_mnist", lambda folder: folder)
    assert run_command("data", "auto", tmp_path) == (0, f"{tmp_path / 'mnist'}\n", "")


def test_a_folder_that_holds_something_else_is_left_alone(
    run_command: RunCommand, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    (folder / "training").mkdir(parents=True)
    (folder / "training" / "thesis.txt").write_text("years of work")
    status, out, err = run_command("data", "digits", folder)
    assert (status, out) == (1, "")
    assert err.startswith("error: ")
    assert str(folder) in err
    assert err.count("\n") == 1
    assert [path.name for path in folder.rglob("*")] == ["training", "thesis.txt"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Training images of the classes a and b, and testing images of a and c."""
    for name in ("training/a/1", "training/b/1", "training/b/2", "testing/a/1", "testing/c/1"):
        path = tmp_path / "set" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.zeros((3, 2), np.uint8)).save(path)
    return tmp_path / "set"


def test_a_data_set_is_shown_with_what_differs(run_command: RunCommand, folder: Path) -> None:
    status, out, err = run_command("data", "show", folder)
    assert (status, err) == (0, "")
    training, testing = (describe_data(folder / name) for name in ("training", "testing"))
    size = "3 x 2 pixels (height x width), grey"
    assert out.splitlines() == [
        f"training: 3 images of 2 classes, {size}, sha256 {training.sha256}",
        f"testing: 2 images of 2 classes, {size}, sha256 {testing.sha256}",
        "",
        "class  training  testing",
        "a             1        1",
        "b             2        -",
        "c             -        1",
        "all           3        2",
        "",
        "the class 'b' is missing in testing",
        "the class 'c' is missing in training",
    ]


def test_images_of_two_sizes_are_said(run_command: RunCommand, folder: Path) -> None:
    for path in (folder / "testing").glob("*/*.png"):
        Image.new("RGB", (4, 5)).save(path)
    _, out, _ = run_command("data", "show", folder)
    assert out.splitlines()[-1] == (
        "the images are 3 x 2 pixels (height x width), grey in training and "
        "5 x 4 pixels (height x width), RGB in testing"
    )


def test_a_folder_of_classes_is_shown_by_itself(run_command: RunCommand, folder: Path) -> None:
    _, out, _ = run_command("data", "show", folder / "testing")
    assert out.splitlines()[2:] == [
        "class  testing",
        "a            1",
        "c            1",
        "all          2",
    ]


def test_a_data_set_is_shown_as_json(run_command: RunCommand, folder: Path) -> None:
    status, out, _ = run_command("data", "show", folder, "--json")
    assert status == 0
    assert json.loads(out) == {
        "subsets": {
            name: describe_data(folder / name).to_json() for name in ("training", "testing")
        },
        "differences": [
            "the class 'b' is missing in testing",
            "the class 'c' is missing in training",
        ],
    }


@pytest.mark.parametrize("name", ["nowhere", "set/training/a", "set/training/a/1.png"])
def test_what_is_no_data_set_is_refused_in_one_line(
    run_command: RunCommand, folder: Path, name: str
) -> None:
    status, out, err = run_command("data", "show", folder.parent / name)
    assert (status, out) == (1, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_a_name_that_is_no_text_is_refused_in_one_line(
    run_command: RunCommand, folder: Path
) -> None:
    (folder / "testing" / "c").rename(folder / "testing" / "caf\udce9")
    status, out, err = run_command("data", "show", folder)
    assert (status, out) == (1, "")
    assert "is not UTF-8; rename it" in err
    assert err.count("\n") == 1


def test_a_folder_of_pictures_is_imported_and_what_became_of_it_is_said(
    run_command: RunCommand, tmp_path: Path
) -> None:
    for part in ("train", "val"):
        (tmp_path / "source" / part / "cat").mkdir(parents=True)
        for name, size in {"a.jpg": (8, 6), "b.png": (4, 4)}.items():
            Image.new("RGB", size).save(tmp_path / "source" / part / "cat" / name)
    (tmp_path / "source" / "val" / "cat" / "bad.jpg").touch()
    words = [
        "data",
        "import",
        str(tmp_path / "source"),
        "made",
        "--size",
        "4",
        "4",
        "--fit",
        "crop",
    ]
    status, out, err = run_command(*words)
    assert (status, out) == (1, "")
    assert err.startswith("error: 1 file cannot be read as a picture: 'val/cat/bad.jpg' is ")
    status, out, err = run_command(*words, "--skip-unreadable")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "training: 2 images of 1 classes",
        "testing: 2 images of 1 classes",
        "size: 4 x 4 pixels (height x width), RGB",
        "changed: 2 cropped to the shape, and resized",
        "left out: val/cat/bad.jpg (is none of BMP, JPEG, PNG, TIFF, WEBP)",
        "note: the pictures for validation are used for testing, as there are no others for it",
        "made",
    ]
