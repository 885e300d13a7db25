"""Plugin packages as a user writes them."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from dioptra.pyplugs.registry import PLUGINS

WritePackage = Callable[..., Path]


@pytest.fixture(autouse=True)
def own_plugins(tmp_path: Path) -> Iterator[None]:
    """Forgets what a test registers, and the modules of its packages."""
    before = set(PLUGINS)
    yield
    for name in set(PLUGINS) - before:
        if not name.startswith("dioptra_builtins"):
            del PLUGINS[name]
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def write_package(tmp_path: Path) -> WritePackage:
    """Writes a package from the texts of its modules; gives the folder that holds it."""

    def write(package: str, **texts: str) -> Path:
        folder = tmp_path / "plugins"
        for name in package.split("."):
            folder /= name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "__init__.py").touch()
        for stem, text in texts.items():
            (folder / f"{stem}.py").write_text(dedent(text), encoding="utf-8")
        return tmp_path / "plugins"

    return write


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the folder of a test's packages on the import path."""
    monkeypatch.syspath_prepend(tmp_path / "plugins")
