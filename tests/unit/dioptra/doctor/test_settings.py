from pathlib import Path

import pytest

from dioptra.doctor.settings import parse_port, read_settings


def test_settings_are_read_from_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# A=1\nB=2\n\n C = '3=3'\nD=4 # four\nno setting\n")
    assert read_settings(tmp_path / ".env", {}) == {"B": "2", "C": "3=3", "D": "4"}


def test_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\nB=1\n")
    assert read_settings(tmp_path / ".env", {"A": "2"}) == {"A": "2", "B": "1"}


def test_there_may_be_no_file(tmp_path: Path) -> None:
    assert read_settings(tmp_path / ".env", {"A": "2"}) == {"A": "2"}


@pytest.mark.parametrize(("text", "port"), [("1", 1), ("65535", 65535)])
def test_a_port_is_a_number(text: str, port: int) -> None:
    assert parse_port(text) == port


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "http", "5_000", "\u00b2"])
def test_what_is_no_port_is_none(text: str) -> None:
    assert parse_port(text) is None
