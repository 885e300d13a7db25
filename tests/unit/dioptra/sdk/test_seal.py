from copy import deepcopy
from typing import Any

import pytest

from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.seal import check_seal, seal

RESULT = {"accuracy": 0.5, "manifest": {"parameters": {"eps": "0.1"}}}


def test_a_sealed_result_is_accepted_and_sealing_it_again_changes_nothing() -> None:
    sealed = seal(RESULT)
    check_seal(sealed, "it")
    assert seal(sealed) == sealed
    assert "sha256" not in RESULT["manifest"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [("accuracy", None, 0.6), ("manifest", "parameters", {"eps": "0.2"}), ("more", None, 1)],
)
def test_an_edit_is_noticed(place: str, name: str | None, value: Any) -> None:
    edited = deepcopy(seal(RESULT))
    if name is None:
        edited[place] = value
    else:
        edited[place][name] = value
    with pytest.raises(ResultsError, match=r"results\.json was edited"):
        check_seal(edited, "results.json")


@pytest.mark.parametrize("result", [{"accuracy": 0.5}, {"accuracy": 0.5, "manifest": None}])
def test_a_result_without_a_manifest_is_left_as_it_is(result: dict[str, Any]) -> None:
    assert seal(result) == result
    check_seal(result, "it")
