# SPDX-License-Identifier: Apache-2.0
"""The look-ups with the package's name filled in."""

from collections.abc import Callable
from functools import partial
from typing import Any

from dioptra.pyplugs import lookup, tasks


def names_factory(package: str) -> Callable[[], list[str]]:
    """Make a :func:`names` for one package.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        A function that takes the further arguments of :func:`names`.
    """
    return partial(lookup.names, package)


def broken_factory(package: str) -> Callable[[], dict[str, str]]:
    """Make a :func:`broken` for one package.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        A function that takes the further arguments of :func:`broken`.
    """
    return partial(lookup.broken, package)


def funcs_factory(package: str) -> Callable[..., list[str]]:
    """Make a :func:`funcs` for one package.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        A function that takes the further arguments of :func:`funcs`.
    """
    return partial(lookup.funcs, package)


def info_factory(package: str) -> Callable[..., Any]:
    """Make an :func:`info` for one package.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        A function that takes the further arguments of :func:`info`.
    """
    return partial(lookup.info, package)


def exists_factory(package: str) -> Callable[..., bool]:
    """Make an :func:`exists` for one package.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        A function that takes the further arguments of :func:`exists`.
    """
    return partial(lookup.exists, package)


def get_factory(package: str) -> Callable[..., Callable[..., Any]]:
    """Make a :func:`get` for one package.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        A function that takes the further arguments of :func:`get`.
    """
    return partial(lookup.get, package)


def call_factory(package: str) -> Callable[..., Any]:
    """Make a :func:`call` for one package.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        A function that takes the further arguments of :func:`call`.
    """
    return partial(lookup.call, package)


def get_task_factory(package: str) -> Callable[..., Any]:
    """Make a :func:`get_task` for one package.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        A function that takes the further arguments of :func:`get_task`.
    """
    return partial(tasks.get_task, package)


def call_task_factory(package: str) -> Callable[..., Any]:
    """Make a :func:`call_task` for one package.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        A function that takes the further arguments of :func:`call_task`.
    """
    return partial(tasks.call_task, package)


def submit_task_factory(package: str) -> Callable[..., Any]:
    """Make a :func:`submit_task` for one package.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        A function that takes the further arguments of :func:`submit_task`.
    """
    return partial(tasks.submit_task, package)


def map_task_factory(package: str) -> Callable[..., Any]:
    """Make a :func:`map_task` for one package.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        A function that takes the further arguments of :func:`map_task`.
    """
    return partial(tasks.map_task, package)
