import inspect
from collections.abc import Callable

import pytest

from dioptra.sdk import exceptions
from dioptra.sdk.exceptions import (
    ContractError,
    CountsError,
    DatasetError,
    DeploymentNotFoundError,
    DioptraError,
    DownloadError,
    EntryPointNotFoundError,
    ExperimentError,
    JobError,
    MissingRequirementError,
    ModelFileError,
    ModelNotFoundError,
    NonFiniteError,
    ParameterError,
    PluginArgumentError,
    PluginImportError,
    ProjectError,
    ResultsError,
    RunNotFoundError,
    ServiceError,
    StoreError,
    SweepError,
    TaskOutputError,
    UnknownNameError,
    UnknownPackageError,
    UnknownPluginError,
    UnknownPluginFunctionError,
    UnsafeArchiveError,
    UntrustedModelError,
)

KINDS: dict[Callable[..., DioptraError], type[Exception]] = {
    ContractError: ValueError,
    CountsError: ValueError,
    DatasetError: ValueError,
    DeploymentNotFoundError: LookupError,
    DownloadError: OSError,
    EntryPointNotFoundError: LookupError,
    ExperimentError: RuntimeError,
    JobError: RuntimeError,
    MissingRequirementError: ImportError,
    ModelFileError: ValueError,
    ModelNotFoundError: LookupError,
    NonFiniteError: ArithmeticError,
    ParameterError: ValueError,
    PluginArgumentError: TypeError,
    PluginImportError: ImportError,
    ProjectError: ImportError,
    ResultsError: ValueError,
    RunNotFoundError: LookupError,
    ServiceError: ConnectionError,
    StoreError: RuntimeError,
    SweepError: RuntimeError,
    TaskOutputError: ValueError,
    UnsafeArchiveError: ValueError,
}
# Those that write their message from what they are given.
UNKNOWN = {UnknownNameError, UnknownPackageError, UnknownPluginError, UnknownPluginFunctionError}
WRITING = {*UNKNOWN, UntrustedModelError}


def test_every_error_of_the_sdk_is_listed_here() -> None:
    errors = {
        value
        for _, value in inspect.getmembers(exceptions, inspect.isclass)
        if value.__module__ == exceptions.__name__
    }
    assert errors == {DioptraError, *KINDS, *WRITING}


@pytest.mark.parametrize(("error", "builtin"), KINDS.items())
def test_an_error_is_one_of_dioptra_and_of_a_built_in_kind(
    error: Callable[..., DioptraError], builtin: type[Exception]
) -> None:
    made = error("what is wrong")
    assert isinstance(made, DioptraError)
    assert isinstance(made, builtin)
    assert str(made) == "what is wrong"


@pytest.mark.parametrize("error", UNKNOWN, ids=lambda error: error.__name__)
def test_an_unknown_name_is_a_lookup_error(error: type[Exception]) -> None:
    assert issubclass(error, DioptraError)
    assert issubclass(error, LookupError)


def test_an_error_without_a_message_is_empty() -> None:
    assert str(DioptraError()) == ""


def test_the_message_is_plain_text_though_a_key_error_would_quote_it() -> None:
    own_error = type("OwnError", (DioptraError, KeyError), {})
    assert str(own_error("no 'x'")) == "no 'x'"


def test_what_is_no_text_is_shown_as_text() -> None:
    assert str(DioptraError(3, "more")) == "3"


def test_an_unknown_package_names_the_nearest() -> None:
    assert str(UnknownPackageError("mine.metric", ["mine.metrics", "mine.random"])) == (
        "no plugin package named 'mine.metric'; did you mean 'mine.metrics'? "
        "is its folder on the import path (see dioptra.sdk.utilities.contexts.plugin_dirs)?"
    )


def test_an_unknown_package_of_unknown_neighbours_says_what_to_check() -> None:
    assert str(UnknownPackageError("mine")) == (
        "no plugin package named 'mine'; "
        "is its folder on the import path (see dioptra.sdk.utilities.contexts.plugin_dirs)?"
    )


def test_an_unknown_plugin_names_all_known_where_none_is_near() -> None:
    assert str(UnknownPluginError("mine", "x", ["rng", "fgm"])) == (
        "no plugin named 'x' in 'mine'; known: fgm, rng; "
        "does it register a function with @pyplugs.register?"
    )


def test_an_unknown_plugin_of_an_empty_package_says_what_to_check() -> None:
    assert str(UnknownPluginError("mine", "x")) == (
        "no plugin named 'x' in 'mine'; does it register a function with @pyplugs.register?"
    )


def test_an_unknown_function_names_the_nearest() -> None:
    assert str(UnknownPluginFunctionError("mine", "ops", "ad", ["sub", "add"])) == (
        "no task named 'ad' in 'mine.ops'; did you mean 'add'? "
        "is it decorated with @pyplugs.register?"
    )


def test_an_unknown_function_of_unknown_neighbours_says_what_to_check() -> None:
    assert str(UnknownPluginFunctionError("mine", "ops", "ad")) == (
        "no task named 'ad' in 'mine.ops'; is it decorated with @pyplugs.register?"
    )


def test_an_unknown_name_lists_those_known_in_order() -> None:
    error = UnknownNameError("colour", 7, {"red", "blue"})
    assert str(error) == "no colour named 7; known: blue, red"


def test_a_long_list_of_names_gives_way_to_the_nearest() -> None:
    known = [f"colour {number}" for number in range(21)]
    assert str(UnknownNameError("shade", "color 20", known)).endswith(
        "; did you mean 'colour 20' or 'colour 2' or 'colour 0'?"
    )
    assert "colour 0, colour 1, " in str(UnknownNameError("shade", "x", known))


def test_code_in_a_model_is_named_with_the_option_that_trusts_it() -> None:
    error = UntrustedModelError("'net.h5'", "a function")
    assert isinstance(error, PermissionError)
    assert str(error).startswith("'net.h5' holds a function, which runs with your rights")
    assert str(error).endswith("dioptra models import --trust")
