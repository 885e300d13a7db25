from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest

from dioptra_builtins.metrics._requests import resolve_request
from dioptra_builtins.metrics.exceptions import MetricRequestError


def _get(func: str) -> Callable[..., Any]:
    return {"min": min, "max": max}[func]


def test_names_and_functions_come_in_order() -> None:
    request = [{"name": "z", "func": "max"}, {"name": "a", "func": "min"}]
    assert resolve_request(request, _get) == [("z", max), ("a", min)]


def test_an_empty_request_gives_nothing() -> None:
    assert resolve_request([], _get) == []


def test_a_request_may_be_a_generator_of_any_mappings() -> None:
    request = (MappingProxyType({"name": name, "func": "min"}) for name in "ba")
    assert resolve_request(request, _get) == [("b", min), ("a", min)]


def test_other_keys_are_ignored() -> None:
    request = [{"name": "a", "func": "min", "note": "smallest"}]
    assert resolve_request(request, _get) == [("a", min)]


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"name": "a"},
        {"func": "min"},
        {"name": "", "func": "min"},
        {"name": "a", "func": ""},
        {"name": 1, "func": "min"},
        {"name": "a", "func": min},
        {"name": "a", "func": None},
        ("a", "min"),
        "min",
        None,
    ],
)
def test_a_malformed_entry_is_shown_with_its_place_and_what_is_wanted(entry: Any) -> None:
    with pytest.raises(MetricRequestError) as caught:
        resolve_request([{"name": "fine", "func": "min"}, entry], _get)
    assert str(caught.value).startswith(f"entry 1 of the metrics is {entry!r}; each entry is")
    assert '{"name": "l2", "func": "l_2_norm"}' in str(caught.value)


@pytest.mark.parametrize("request_", ["min", {"name": "a", "func": "min"}])
def test_what_is_no_list_of_entries_is_refused(request_: Any) -> None:
    with pytest.raises(MetricRequestError, match="entry 0 of the metrics is '"):
        resolve_request(request_, _get)


def test_a_name_that_occurs_twice_is_refused() -> None:
    request = [{"name": name, "func": "min"} for name in ("a", "b", "a")]
    with pytest.raises(MetricRequestError, match="entry 2 of the metrics is named 'a' like one"):
        resolve_request(request, _get)


def test_an_error_of_the_look_up_is_passed_on() -> None:
    with pytest.raises(KeyError, match="median"):
        resolve_request([{"name": "a", "func": "median"}], _get)
