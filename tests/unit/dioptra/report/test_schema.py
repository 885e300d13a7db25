from typing import Any

import pytest
from pydantic import ValidationError

from dioptra.report.schema import Durations, Model, Results


def test_further_keys_are_kept_in_the_order_of_their_names() -> None:
    model = Model.model_validate({"z": 1, "clean_accuracy": 0.5, "b": [2]})
    assert list(model.model_dump(exclude_unset=True)) == ["clean_accuracy", "b", "z"]


def test_models_settings_and_versions_are_in_the_order_of_their_names(
    results: dict[str, Any],
) -> None:
    checked = Results.model_validate(results)
    assert list(checked.models) == ["a", "b"]
    assert list(checked.versions) == ["dioptra", "numpy"]
    assert list(checked.settings or {}) == ["batch_size", "eps", "minimal"]


def test_a_boolean_is_no_number() -> None:
    with pytest.raises(ValidationError, match="valid number"):
        Model.model_validate({"clean_accuracy": True})


def test_a_duration_is_not_negative() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        Durations.model_validate({"total": -1.0})


def test_comparisons_name_models_that_are_there(results: dict[str, Any]) -> None:
    key = {"attack": "fgm", "norm": "inf", "labels": "true", "attacked": None, "eps": 0.1}
    counts = {"n": 100, "only_first": 1, "only_second": 2, "p_value": 1.0, "p_holm": 1.0}
    results["comparisons"] = [{**key, **counts, "first": "a", "second": "b"}]
    assert Results.model_validate(results).comparisons
    results["comparisons"][0]["second"] = "c"
    with pytest.raises(
        ValidationError, match=r"\[0\].second is 'c', which is not among the models"
    ):
        Results.model_validate(results)
