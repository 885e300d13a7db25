from collections.abc import Callable
from typing import Any

from dioptra.report.context import page_context
from dioptra.report.pictures import Pictures
from dioptra.report.schema import Results

NO_PICTURES = Pictures("", "", None)


def _context(results: dict[str, Any]) -> dict[str, Any]:
    return page_context(Results.model_validate(results), [], NO_PICTURES)


def test_a_property_that_one_model_has_is_listed_for_all(results: dict[str, Any]) -> None:
    results["models"]["b"]["optimizer"] = "Adam"
    assert _context(results)["properties"] == {
        "parameters": {"a": 1234, "b": None},
        "epochs": {"a": 2, "b": None},
        "optimizer": {"a": None, "b": "Adam"},
    }


def test_a_property_that_no_model_has_is_not_listed(results: dict[str, Any]) -> None:
    del results["models"]["a"]["epochs"]
    assert list(_context(results)["properties"]) == ["parameters"]


def test_a_card_shows_the_clean_accuracy_and_that_at_the_largest_eps(
    results: dict[str, Any],
) -> None:
    (study,) = _context(results)["studies"]
    assert study["cards"] == [("a", 0.9, 0.1), ("b", 0.8, 0.0)]


def test_a_model_that_was_not_attacked_at_the_largest_eps_has_no_card(
    results: dict[str, Any], entry: Callable[..., dict[str, Any]]
) -> None:
    results["attacks"] = [entry("a", "a", 0.1, 0.5), entry("b", "b", 0.2, 0.3)]
    (study,) = _context(results)["studies"]
    assert study["cards"] == [("b", 0.8, 0.3)]
