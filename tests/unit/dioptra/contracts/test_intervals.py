import pytest

from dioptra.contracts import format_interval, parse_interval
from dioptra.sdk.exceptions import ParameterError

INTERVALS = [("0..1", (0, 1)), ("-1..1", (-1, 1)), ("0..255", (0, 255)), ("-0.5..0.5", (-0.5, 0.5))]


@pytest.mark.parametrize(("text", "interval"), INTERVALS)
def test_an_interval_is_read_and_written(text: str, interval: tuple[float, float]) -> None:
    assert parse_interval(text) == interval
    assert format_interval(interval) == text


@pytest.mark.parametrize(
    "text", ["", "1", "0-1", "0:1", "1..0", "1..1", "0..inf", "a..b", "0..1..2"]
)
def test_what_is_no_interval_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="is no pixel interval; write what a byte 0 and"):
        parse_interval(text)
