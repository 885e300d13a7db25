import pytest

from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.python import check_libraries, check_python


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 2)])
def test_a_new_python_is_fine(version: tuple[int, int, int]) -> None:
    text = ".".join(map(str, version))
    assert check_python(version) == Finding("Python", Status.OK, text)


def test_an_old_python_fails() -> None:
    finding = check_python((3, 10, 9))
    assert finding == Finding("Python", Status.FAIL, "3.10.9 is too old", "install 3.11 or newer")


def test_libraries_that_are_installed_are_fine() -> None:
    finding = check_libraries({"numpy", "rich"})
    assert finding == Finding("libraries", Status.OK, "all 2 of the suite are installed")


def test_a_library_that_is_missing_is_a_warning() -> None:
    finding = check_libraries({"numpy", "no_such_library"})
    text = "a run outside the stack needs no_such_library, which is not installed"
    remedy = "install it with: pip install 'no_such_library'"
    assert finding == Finding("libraries", Status.WARN, text, remedy)
