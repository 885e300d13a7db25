from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prefect import flow
from pydantic import Field

from dioptra.sdk.exceptions import ParameterError
from dioptra.sweep.grid import describe, expand, make_points


@flow
def attack(
    eps: Annotated[float, Field(ge=0)] = 0.3,
    model: str = "le_net",
    metrics: list[str] | None = None,
    seed: int = -1,
) -> None:
    """Attack."""


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.3", ["0.3"]),
        ("0.1,0.3", ["0.1", "0.3"]),
        ("le_net, shallow_net", ["le_net", "shallow_net"]),
        ("0.05:0.3:0.05", ["0.05", "0.10", "0.15", "0.20", "0.25", "0.30"]),
        ("0:0.8:0.4", ["0.0", "0.4", "0.8"]),
        ("1:3", ["1", "2", "3"]),
        ("7:7:1", ["7"]),
        ("3:1:-1", ["3", "2", "1"]),
        ("0,0.1:0.2:0.1", ["0", "0.1", "0.2"]),
        ("http://host:80", ["http://host:80"]),
        ("1:2:3:4", ["1:2:3:4"]),
        ("", [""]),
        ('{"eps": 0.1, "n": 64}', ['{"eps": 0.1, "n": 64}']),
        ('{"a": [1, 2]}, none,{"b": "}"}', ['{"a": [1, 2]}', "none", '{"b": "}"}']),
        ('"a,b", c', ["a,b", "c"]),
        ('"1:3"', ["1:3"]),
        ('["a,b", "1:3", 0.1, null]', ["a,b", "1:3", "0.1", "none"]),
        ('a "b"', ['a "b"']),
    ],
)
def test_a_text_stands_for_values(text: str, values: list[str]) -> None:
    assert expand(text) == values


@given(first=st.integers(-99, 99), count=st.integers(0, 40), step=st.integers(1, 5000))
def test_a_range_has_both_of_its_ends(first: int, count: int, step: int) -> None:
    low, up = Decimal(first) / 1000, Decimal(step) / 1000
    values = [Decimal(value) for value in expand(f"{low}:{low + count * up}:{up}")]
    assert values == [low + number * up for number in range(count + 1)]


@pytest.mark.parametrize("text", ["0.3:0.1:0.05", "1:3:-1", "3:1"])
def test_an_inverted_range_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match=f"the range '{text}' is empty: .*FIRST:LAST:STEP"):
        expand(text)


@pytest.mark.parametrize("text", ['"a,b', '{"a": 1', '"a"b', '{"a": 1} {"b": 2}', "[a]", "[1],2"])
def test_what_begins_like_json_and_is_none_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match=r" begins like JSON, and is none; "):
        expand(text)


@pytest.mark.parametrize("text", ["a,", ",a", "a,,b"])
def test_a_value_that_is_missing_beside_a_comma_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match=f"^a value is missing beside a comma in '{text}'"):
        expand(text)


def test_a_json_list_without_a_value_is_refused() -> None:
    with pytest.raises(ParameterError, match="holds no value"):
        expand("[]")


@pytest.mark.parametrize("text", ["0.1:0.3", "0.5:2.5", "1:2.5"])
def test_a_range_between_fractions_needs_a_step(text: str) -> None:
    with pytest.raises(ParameterError, match=f"^the range '{text}' has no step; .*{text}:STEP$"):
        expand(text)


@pytest.mark.parametrize(
    ("text", "last", "end"), [("0.1:0.35:0.1", "0.3", "0.35"), ("0:1:0.4", "0.8", "1")]
)
def test_a_range_that_does_not_reach_its_end_is_refused(text: str, last: str, end: str) -> None:
    message = f"^the range '{text}' does not reach {end}: its last value would be {last}; "
    with pytest.raises(ParameterError, match=message):
        expand(text)


@pytest.mark.parametrize("text", ["0:1000000000", "0:1:0.00001", "0:1e999999:1"])
def test_a_range_that_would_fill_the_memory_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match=r"more values than the 100,000 points"):
        expand(text)


def test_a_range_of_numbers_that_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ParameterError, match="numbers too large to count with"):
        expand("-9e999999:9e999999:1e-999999")


def test_a_grid_that_would_fill_the_memory_is_refused() -> None:
    pairs = [("seed", "1:1000"), ("eps", "0:100:0.1")]
    message = r"these are 1,001,000 points \(1,000 of seed x 1,001 of eps\); .* at most 100,000"
    with pytest.raises(ParameterError, match=message):
        make_points(attack, pairs)


@pytest.mark.parametrize("text", ["0:1:0", "0:inf:1", "nan:1:1"])
def test_a_range_without_an_end_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match=f"the range '{text}' has no end"):
        expand(text)


def test_points_are_all_combinations_and_the_last_name_changes_fastest() -> None:
    points = make_points(attack, [("model", "a,b"), ("eps", "0.1:0.3:0.1")])
    assert [tuple(point.parameters.values()) for point in points] == [
        ("a", 0.1),
        ("a", 0.2),
        ("a", 0.3),
        ("b", 0.1),
        ("b", 0.2),
        ("b", 0.3),
    ]
    assert describe(points[1].texts) == "model=a eps=0.2"


def test_without_a_parameter_there_is_one_point() -> None:
    assert [point.parameters for point in make_points(attack, [])] == [{}]


def test_commas_belong_to_a_list_which_comes_more_than_once() -> None:
    points = make_points(attack, [("metrics", "l_1,l_2"), ("metrics", "l_inf")])
    assert [point.parameters["metrics"] for point in points] == [["l_1", "l_2"], ["l_inf"]]


def test_a_value_in_quotes_is_that_text_whatever_it_looks_like() -> None:
    points = make_points(attack, [("model", '"a,b", "none", "1:3"')])
    assert [point.parameters["model"] for point in points] == ["a,b", "none", "1:3"]
    assert describe(points[0].texts) == "model=a,b"


def test_a_point_is_written_as_a_shell_takes_it() -> None:
    assert describe({"options": '{"a": 1}', "eps": "0.1"}) == """'options={"a": 1}' eps=0.1"""


def test_an_id_follows_from_the_values_and_not_from_how_they_were_written() -> None:
    (first,) = make_points(attack, [("eps", "0.10"), ("seed", "1")])
    (second,) = make_points(attack, [("seed", "1"), ("eps", "0.1")])
    assert first.id == second.id
    assert first.id != make_points(attack, [("eps", "0.1"), ("seed", "2")])[0].id


def test_a_value_that_comes_twice_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"a point comes twice: eps=0\.10"):
        make_points(attack, [("eps", "0.1,0.10")])


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("epsilon", "1")], "attack has no parameter 'epsilon'"),
        ([("eps", "0.1,-1")], "greater than or equal to 0"),
        ([("seed", "1,x")], "valid integer"),
    ],
)
def test_what_the_entry_point_does_not_take_is_refused_before_anything_runs(
    pairs: list[tuple[str, str]], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        make_points(attack, pairs)
