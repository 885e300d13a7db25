"""Run it with `pytest` in the project's folder."""

from pathlib import Path

from dioptra.entrypoint import load_entry_point, parse_parameters

PROJECT = Path(__file__).parents[1]


def test_the_strength_is_checked() -> None:
    evaluate = load_entry_point(PROJECT, "evaluate")
    given = {"eps": "0.25", "data_dir": "data", "model_name": "net"}
    assert parse_parameters(evaluate, given)["eps"] == 0.25
