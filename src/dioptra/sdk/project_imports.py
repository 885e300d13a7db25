# SPDX-License-Identifier: Apache-2.0
"""Relative imports among the files of a ``src`` folder, beside plain ones.

Python runs such a file as a script, or imports it by its plain name from a folder on the import
path; either way it has no parent package, and ``from .tasks import ...`` fails. Here the parent is
a package that is named after the folder's path, so that two projects never mix. The files keep
their plain names, and a file that is imported both ways is one module.
"""

import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType

SOURCE = "src"
INITIAL = "__init__.py"
_FOLDERS: dict[str, Path] = {}


def allow_relative_imports() -> None:
    """Let the files of ``src`` folders import each other relatively, from here on.

    That is every file that is imported by its plain name after this, and those that are being run
    or imported now, in whose first lines this is called.
    """
    if not any(isinstance(finder, _ProjectFinder) for finder in sys.meta_path):
        # Before the finder whose answers it amends, after those that come before it for a reason.
        place = sys.meta_path.index(PathFinder) if PathFinder in sys.meta_path else 0
        sys.meta_path.insert(place, _ProjectFinder())
    # Not by `inspect`, which would cost every start of the command more than the rest of this.
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - documented
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            _adopt(frame.f_globals)
        frame = frame.f_back


@cache
def name_package(folder: Path) -> str:
    """Name the package that a ``src`` folder is to its files.

    Args:
        folder: The folder.

    Returns:
        Its absolute path, in which a dot, the separator of such names, is ``%2E``.
    """
    path = folder.resolve()
    name = str(path).replace("%", "%25").replace(".", "%2E")
    _FOLDERS[name] = path
    return name


def forget_package(folder: Path) -> None:
    """Forget what was imported relatively in a folder, but not what has a plain name.

    Args:
        folder: The folder.
    """
    package = name_package(folder)
    for name in list(sys.modules):
        if name == package or name.startswith(f"{package}."):
            del sys.modules[name]


class _SourceSpec(ModuleSpec):
    """The spec of a file that has its folder for a parent."""

    @property
    def parent(self) -> str | None:
        return name_package(Path(str(self.origin)).parent)


class _ProjectFinder:
    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        parent, _, name = fullname.rpartition(".")
        if fullname in _FOLDERS:
            return _find_package(fullname)
        if parent in _FOLDERS:
            return _find_relative(parent, name)
        return _find_plain(fullname, target) if path is None else None


class _SameModule(SourceFileLoader):
    """Gives the module that a file has under its plain name."""

    def exec_module(self, module: ModuleType) -> None:
        sys.modules[module.__name__] = import_module(Path(self.path).stem)


def _find_package(package: str) -> ModuleSpec | None:
    folder = _FOLDERS[package]
    file = folder / INITIAL
    if file.is_file():
        return spec_from_file_location(package, file, submodule_search_locations=[str(folder)])
    spec = ModuleSpec(package, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    return spec


def _find_relative(package: str, name: str) -> ModuleSpec | None:
    fullname = f"{package}.{name}"
    spec = PathFinder.find_spec(fullname, [str(_FOLDERS[package])])
    if spec is None or spec.submodule_search_locations is not None:
        return spec
    # Not where the plain name is another project's: then the file is a module of this name alone.
    is_same = _resolve(spec.origin) == _resolve(_find_file(name))
    return ModuleSpec(fullname, _SameModule(fullname, str(spec.origin))) if is_same else spec


def _find_plain(name: str, target: ModuleType | None) -> ModuleSpec | None:
    spec = PathFinder.find_spec(name, None, target)
    if spec is not None and spec.submodule_search_locations is None and _is_source(spec.origin):
        spec.__class__ = _SourceSpec
    return spec


def _find_file(name: str) -> str | None:
    if name in sys.modules:
        return getattr(sys.modules[name], "__file__", None)
    spec = find_spec(name)
    return None if spec is None else spec.origin


def _resolve(file: str | None) -> Path | None:
    return None if file is None else Path(file).resolve()


def _is_source(file: str | None) -> bool:
    return file is not None and Path(file).parent.name == SOURCE


def _adopt(module: dict[str, Any]) -> None:
    # Prefect loads a file as a package of the file's own name; what is executed as a text, as
    # Sphinx does with its settings, may have no name at all.
    alone = module.get("__package__") in {None, "", module.get("__name__")}
    file = module.get("__file__")
    if not alone or not _is_source(file) or Path(str(file)).name == INITIAL:
        return
    module["__package__"] = name_package(Path(str(file)).parent)
    if module.get("__spec__") is not None:
        # A script has none; where there is one, Python wants the two to agree.
        module["__spec__"].__class__ = _SourceSpec
