"""Run it with `pytest` in the project's folder."""

from pathlib import Path

from dioptra.entrypoint import load_entry_point, parse_parameters

PROJECT = Path(__file__).parents[1]


def test_the_strength_is_a_number() -> None:
    experiment = load_entry_point(PROJECT, "experiment")
    assert parse_parameters(experiment, {"eps": "0.25"}) == {"eps": 0.25}
