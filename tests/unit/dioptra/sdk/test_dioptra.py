import importlib

import pytest

import dioptra
from dioptra import _version
from dioptra.sdk import environment


def test_the_version_is_the_one_of_the_package() -> None:
    assert dioptra.__version__ == _version.__version__
    assert dioptra.__all__ == ["__version__"]


def test_importing_dioptra_sets_the_defaults_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(environment, "set_defaults", lambda: calls.append("set"))
    importlib.reload(dioptra)
    assert calls == ["set"]
