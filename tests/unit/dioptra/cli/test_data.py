from collections.abc import Callable
from pathlib import Path

import pytest

from dioptra import datasets
from dioptra.datasets import fallback

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
