import errno
from pathlib import Path
from typing import NoReturn

import pytest

from dioptra.datasets import make_digits, make_mnist_or_digits


@pytest.fixture(autouse=True)
def out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No mirror has the files of MNIST."""
    monkeypatch.setenv("DIOPTRA_MNIST_MIRRORS", str(tmp_path / "nowhere"))


def test_the_digits_stand_in_for_mnist_and_the_reason_is_given(tmp_path: Path) -> None:
    made, reason = make_mnist_or_digits(tmp_path)
    assert made == tmp_path / "digits"
    assert reason.startswith("no mirror has train-images-idx3-ubyte.gz")


def test_digits_that_are_there_can_be_used_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_options: object) -> NoReturn:
        raise OSError(errno.EROFS, "Read-only file system")

    make_digits(tmp_path / "digits")
    for name in ("unlink", "mkdir", "write_text", "rename"):
        monkeypatch.setattr(Path, name, refuse)
    assert make_mnist_or_digits(tmp_path)[0] == tmp_path / "digits"


def test_no_folder_is_left_of_what_could_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "kept" / "mnist").mkdir(parents=True)
    for data in (tmp_path / "new", tmp_path / "kept"):
        make_mnist_or_digits(data)
    assert not (tmp_path / "new" / "mnist").exists()
    assert (tmp_path / "kept" / "mnist").is_dir()
