# SPDX-License-Identifier: Apache-2.0
"""The errors of the SDK: each says what it got, what it wanted and what to do."""

from collections.abc import Iterable

from dioptra.sdk.suggestions import known_names, suggest_names

LONG_LIST = 20


class DioptraError(Exception):
    """An error that a user can act on; the command prints it as one line."""

    def __str__(self) -> str:
        # KeyError and its like would print the message's repr.
        return str(self.args[0]) if self.args else ""


class UnknownPackageError(DioptraError, LookupError):
    """No importable plugin package has this name."""

    def __init__(self, package: str, known: Iterable[str] = ()) -> None:
        super().__init__(
            f"no plugin package named {package!r}; {known_names(package, known)}"
            "is its folder on the import path (see dioptra.sdk.utilities.contexts.plugin_dirs)?"
        )


class UnknownPluginError(DioptraError, LookupError):
    """The package holds no plugin of this name."""

    def __init__(self, package: str, plugin: str, known: Iterable[str] = ()) -> None:
        super().__init__(
            f"no plugin named {plugin!r} in {package!r}; {known_names(plugin, known)}"
            "does it register a function with @pyplugs.register?"
        )


class UnknownPluginFunctionError(DioptraError, LookupError):
    """The plugin registers no function of this name."""

    def __init__(self, package: str, plugin: str, func: str, known: Iterable[str] = ()) -> None:
        super().__init__(
            f"no task named {func!r} in '{package}.{plugin}'; {known_names(func, known)}"
            "is it decorated with @pyplugs.register?"
        )


class PluginImportError(DioptraError, ImportError):
    """A plugin ends the process when it is imported."""


class PluginArgumentError(DioptraError, TypeError):
    """The arguments do not fit the signature of a plugin's function."""


class TaskOutputError(DioptraError, ValueError):
    """A task marked with ``task_nout`` returned another number of values."""


class MissingRequirementError(DioptraError, ImportError):
    """A library that a plugin needs is not installed."""


class ParameterError(DioptraError, ValueError):
    """A parameter of an entry point is unknown, or its value is not allowed."""


class EntryPointNotFoundError(DioptraError, LookupError):
    """A project folder has no such entry point."""


class ProjectError(DioptraError, ImportError):
    """A file of a project folder cannot be imported."""


class ExperimentError(DioptraError, RuntimeError):
    """An experiment asks its run for what it was not opened with."""


class ServiceError(DioptraError, ConnectionError):
    """A server of the stack does not answer, or refuses what it is asked."""


class DeploymentNotFoundError(DioptraError, LookupError):
    """The Prefect server knows no deployment of this entry point."""


class JobError(DioptraError, RuntimeError):
    """A run on a worker did not complete."""


class SweepError(DioptraError, RuntimeError):
    """Points of a sweep failed, or another process is running it."""


class DatasetError(DioptraError, ValueError):
    """A folder of images cannot be used as a data set."""


class ContractError(DioptraError, ValueError):
    """A model, its data or its input is not what the contract of the model says."""


class NonFiniteError(DioptraError, ArithmeticError):
    """A number is NaN or infinite where it must not be."""


class DownloadError(DioptraError, OSError):
    """No mirror gave a file that is what it should be."""


class ModelNotFoundError(DioptraError, LookupError):
    """The registry holds no such model, version or alias."""


class ModelFileError(DioptraError, ValueError):
    """A file holds no model that can be read."""


class UntrustedModelError(DioptraError, PermissionError):
    """A model holds code that would run when it is loaded, and nobody has said to trust it."""

    def __init__(self, what: str, code: str) -> None:
        super().__init__(
            f"{what} holds {code}, which runs with your rights whenever the model is loaded; if "
            "you trust whoever made it, import it with: dioptra models import --trust"
        )


class RunNotFoundError(DioptraError, LookupError):
    """The tracking store holds no such run, or the run no such artifact."""


class CountsError(DioptraError, ValueError):
    """Counts of images, or an accuracy and its number of images, contradict each other."""


class ResultsError(DioptraError, ValueError):
    """A results folder is missing a part or cannot be read."""


class StoreError(DioptraError, RuntimeError):
    """MLflow's database cannot be made or read."""


class UnsafeArchiveError(DioptraError, ValueError):
    """An archive holds a member that must not be unpacked."""


class UnknownNameError(DioptraError, LookupError):
    """A name that is not among a fixed set of names."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        names = sorted(known)
        listed = f"known: {', '.join(names)}"
        # Nobody reads a long list for the sake of a misspelt letter.
        if len(names) > LONG_LIST:
            listed = suggest_names(str(name), names)
        super().__init__(f"no {kind} named {name!r}; {listed}")
