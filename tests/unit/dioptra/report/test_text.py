import pytest
from hypothesis import given
from hypothesis import strategies as st

from dioptra.report import text
from dioptra.sdk.intervals import Interval


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (0.04, "0.0 s"),
        (59.9, "59.9 s"),
        (80.1, "1 min 20 s"),
        (3599, "59 min 59 s"),
        (3725, "1 h 2 min"),
        (216000, "60 h 0 min"),
    ],
)
def test_a_duration_has_the_units_that_suit_it(duration: float, expected: str) -> None:
    assert text.seconds(duration) == expected


def test_a_minute_less_a_moment_is_not_sixty_seconds() -> None:
    assert text.seconds(59.97) == "1 min 0 s"


@given(st.floats(0, 1e7))
def test_no_duration_shows_sixty_of_a_unit_that_has_a_larger_one(duration: float) -> None:
    words = text.seconds(duration).split()
    shown = dict(zip(words[1::2], map(float, words[::2]), strict=True))
    assert max(shown.get("s", 0), shown.get("min", 0)) < 60


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (None, "–"),  # noqa: RUF001
        (1199882, "1,199,882"),
        (0.5, "0.5000"),
        (12345.6, "12,346"),
        (True, "yes"),
        ("Adam", "Adam"),
    ],
)
def test_a_measured_number_is_grouped_or_has_four_digits(item: object, expected: str) -> None:
    assert text.number(item) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (None, "–"),  # noqa: RUF001
        (False, "no"),
        (2147483647, "2147483647"),
        (0.000123456, "0.000123456"),
        ([0.1, 2], "0.1, 2"),
    ],
)
def test_a_setting_is_exact(item: object, expected: str) -> None:
    assert text.setting(item) == expected


def test_percent_and_points_have_one_decimal() -> None:
    assert text.percent(0.1254) == "12.5 %"
    assert text.points(0.864) == "86.4 points"


@pytest.mark.parametrize(
    ("words", "expected"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_joined_as_in_a_sentence(words: list[str], expected: str) -> None:
    assert text.enumerate_words(words) == expected


@pytest.mark.parametrize(("norm", "name"), [("inf", "l-inf"), ("2", "l-2"), ("l1", "l1")])
def test_a_norm_has_the_name_that_the_field_uses(norm: str, name: str) -> None:
    assert text.norm_name(norm) == name


def test_numbers_keep_their_unit_on_the_same_line() -> None:
    assert text.keep_together("eps 0.3 (l-inf): 2.3 %") == "eps\xa00.3 (l\u2011inf): 2.3\xa0%"


@given(st.text(), st.integers(1, 20))
def test_a_shortened_name_fits(name: str, length: int) -> None:
    short = text.shorten(name, length)
    assert len(short) <= length
    assert short == name or short.endswith("…")


def test_an_interval_is_a_range_in_percent_and_none_a_dash() -> None:
    assert text.percent_range(Interval(0.0961, 1.0)) == f"9.6{text.TO}100.0 %"
    assert text.percent_range(None) == text.MISSING


@pytest.mark.parametrize(
    ("p_value", "written"),
    [(1.0, "= 1"), (0.01234, "= 0.012"), (1.23e-50, "= 1.2e-50"), (0.0, "< 1e-300")],
)
def test_a_p_value_is_written_with_two_digits_and_never_as_0(p_value: float, written: str) -> None:
    assert text.probability(p_value) == written
