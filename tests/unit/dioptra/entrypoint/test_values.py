import inspect
import json
import shlex
from datetime import date, datetime, timedelta
from enum import Enum
from math import inf, nan
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mlflow.projects._project_spec import EntryPoint
from prefect import flow
from pydantic import BaseModel, Field

from dioptra.entrypoint.command import read_words
from dioptra.entrypoint.mlproject import _stanza
from dioptra.entrypoint.parameters import format_parameters, format_value, parse_parameters
from dioptra.sdk.exceptions import ParameterError
from dioptra.sweep.grid import make_point, make_points


class Colour(Enum):
    RED = "red"
    NONE = "none"


class Level(Enum):
    LOW = 1
    HIGH = 2


class Options(BaseModel):
    eps: float = 0.1
    names: list[str] = []


@flow
def take(
    text: str = "",
    text_or_none: str | None = None,
    path: Path | None = None,
    whole: int = 0,
    number: float = 0.0,
    number_or_none: float | None = None,
    flag: bool = False,
    flag_or_none: bool | None = None,
    size: tuple[int, int, int] = (28, 28, 1),
    texts: list[str] = [],  # noqa: B006 - as a user may write it
    texts_or_none: list[str] | None = None,
    gaps: list[int | None] = [],  # noqa: B006
    text_gaps: tuple[str | None, ...] = (),
    pairs: list[tuple[int, int]] = [],  # noqa: B006
    dicts: list[dict[str, float]] | None = None,
    options: dict[str, Any] | None = None,
    counts: dict[int, list[float]] = {},  # noqa: B006
    kind: Literal["none", "a,b", "1"] | None = None,
    power: Literal[1, 2, "inf"] = 1,
    share: Annotated[float, Field(gt=0)] | Literal["auto"] = "auto",
    name_or_number: int | str = 1,
    one_or_more: float | list[float] = 1.0,
    name_or_names: str | list[str] = "a",
    colour: Colour = Colour.RED,
    colours: list[Colour] | None = None,
    level: Level = Level.LOW,
    day: date = date(2024, 1, 1),
    moment: datetime | None = None,
    delay: timedelta = timedelta(0),
    model: Options | None = None,
    chosen: set[int] = set(),  # noqa: B006
) -> None:
    """Take a value of each type."""


WORDS = st.sampled_from(
    [
        "",
        "none",
        "None",
        "a,b",
        '"',
        '"none"',
        '"a"',
        "[",
        "[1]",
        '{"a": 1}',
        "{",
        "1:3",
        "--",
        " a",
    ]
)
# Prefect and Pydantic take no half of a surrogate pair.
TEXTS = WORDS | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
# A model of Pydantic is made for each parameter, when its first value comes.
PATIENTLY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WHOLE = st.integers(-(10**6), 10**6)
NUMBERS = st.floats(allow_nan=False) | st.sampled_from([inf, -inf, 1e-7])
LISTS = st.lists(TEXTS, max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=5,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "text_or_none": st.none() | TEXTS,
    "path": st.none() | TEXTS.filter(lambda text: "\0" not in text).map(Path),
    "whole": WHOLE,
    "number": NUMBERS,
    "number_or_none": st.none() | NUMBERS,
    "flag": st.booleans(),
    "flag_or_none": st.none() | st.booleans(),
    "size": st.tuples(WHOLE, WHOLE, WHOLE),
    "texts": LISTS,
    "texts_or_none": st.none() | LISTS,
    "gaps": st.lists(st.none() | WHOLE, max_size=3),
    "text_gaps": st.lists(st.none() | TEXTS, max_size=3).map(tuple),
    "pairs": st.lists(st.tuples(WHOLE, WHOLE), max_size=3),
    "dicts": st.none() | st.lists(st.dictionaries(TEXTS, NUMBERS, max_size=2), max_size=2),
    "options": st.none() | st.dictionaries(TEXTS, JSON, max_size=3),
    "counts": st.dictionaries(WHOLE, st.lists(NUMBERS, max_size=2), max_size=2),
    "kind": st.sampled_from(["none", "a,b", "1", None]),
    "power": st.sampled_from([1, 2, "inf"]),
    "share": st.sampled_from(["auto", 0.5, 1e-7, inf]),
    "name_or_number": WHOLE | TEXTS,
    "one_or_more": NUMBERS | st.lists(NUMBERS, max_size=2),
    "name_or_names": TEXTS | LISTS,
    "colour": st.sampled_from(Colour),
    "colours": st.none() | st.lists(st.sampled_from(Colour), max_size=2),
    "level": st.sampled_from(Level),
    "day": st.dates(),
    "moment": st.none() | st.datetimes(),
    "delay": st.timedeltas(timedelta(-1000), timedelta(1000)),
    "model": st.none() | st.builds(Options, eps=NUMBERS, names=LISTS),
    "chosen": st.sets(WHOLE, max_size=3),
}
ANY = st.sampled_from(sorted(VALUES)).flatmap(
    lambda name: VALUES[name].map(lambda value: (name, value))
)


def write(name: str, value: object) -> str:
    return format_parameters(take, {name: value})[name]


def read(name: str, text: str) -> object:
    return parse_parameters(take, {name: text})[name]


@PATIENTLY
@given(pair=ANY)
def test_a_value_that_is_written_reads_back_as_itself(pair: tuple[str, Any]) -> None:
    name, value = pair
    got = read(name, write(name, value))
    assert got == value
    assert type(got) is type(value)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder whose entry point imports nothing."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "src").mkdir()
    (folder / "src" / "take.py").touch()
    return folder


@PATIENTLY
@given(pair=ANY)
def test_a_value_reads_back_from_the_command_that_mlflow_makes(
    project: Path, pair: tuple[str, Any]
) -> None:
    name, value = pair
    entry_point = EntryPoint("take", **_stanza(project, "take", take))
    command = entry_point.compute_command({name: write(name, value)}, None)
    texts, unknown = read_words(take, shlex.split(command)[2:])
    assert parse_parameters(take, texts)[name] == value
    assert unknown == []


@PATIENTLY
@given(pair=ANY)
def test_a_value_reads_back_from_the_point_of_a_sweep(pair: tuple[str, Any]) -> None:
    name, value = pair
    point = make_point(take, {name: write(name, value)})
    # As the sweep's record keeps it.
    kept = json.loads(json.dumps([point.texts, point.parameters]))
    assert read(name, kept[0][name]) == value
    assert read(name, write(name, kept[1][name])) == value


@PATIENTLY
@given(values=st.lists(TEXTS, min_size=1, max_size=4, unique=True))
@example(values=["a,b", "1:3", "", "none"])
@pytest.mark.parametrize("name", ["text", "text_or_none"])
def test_a_json_list_holds_the_values_of_a_sweep_as_they_are(name: str, values: list[str]) -> None:
    points = make_points(take, [(name, json.dumps(values))])
    assert [point.parameters[name] for point in points] == values


@pytest.mark.parametrize("name", sorted(take.parameters.properties))
def test_every_default_is_read_back_from_the_mlproject_file(project: Path, name: str) -> None:
    default = _stanza(project, "take", take)["parameters"][name]["default"]
    assert read(name, default) == inspect.signature(take.fn).parameters[name].default


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("text", "none", "none"),
        ("text", '"a"', '"a"'),
        ("text_or_none", "none", '"none"'),
        ("text_or_none", '"a"', '"a"'),
        ("text_or_none", None, "none"),
        ("texts", ["a", "none"], "a,none"),
        ("texts", [], ""),
        ("texts_or_none", [], "[]"),
        ("texts_or_none", ["none"], '["none"]'),
        ("texts", ["a,b", "c"], '["a,b", "c"]'),
        ("pairs", [(1, 2), (3, 4)], "[[1, 2], [3, 4]]"),
        ("gaps", [1, None], "1,none"),
        ("size", (28, 28, 1), "28,28,1"),
        ("number", inf, "inf"),
        ("number", nan, "nan"),
        ("number", 1e-7, "1e-07"),
        ("options", {"eps": 0.1, "n": 64}, '{"eps": 0.1, "n": 64}'),
        ("colour", Colour.RED, "red"),
        ("name_or_number", 3, "3"),
        ("name_or_number", "3", '"3"'),
        ("name_or_names", '"', '"\\""'),
        ("name_or_names", ["a"], "a"),
        ("name_or_names", "a", '"a"'),
    ],
)
def test_a_value_is_written_plainly_where_that_reads_back(
    name: str, value: object, text: str
) -> None:
    assert write(name, value) == text


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("texts", '["a,b", "c"]', ["a,b", "c"]),
        ("texts", "[]", []),
        ("pairs", "[[1, 2], [3, 4]]", [(1, 2), (3, 4)]),
        ("size", "[1, 2, 3]", (1, 2, 3)),
        ("gaps", "1,none", [1, None]),
        ("text_or_none", '"none"', "none"),
        ("text_or_none", '""', ""),
        ("text_or_none", '"a"', '"a"'),
        ("text_or_none", '"a', '"a'),
        ("text", '"none"', '"none"'),
        ("level", "2", Level.HIGH),
        ("power", "2", 2),
        ("name_or_number", "3", 3),
        ("name_or_number", "v3", "v3"),
        ("one_or_more", "0.1", 0.1),
        ("one_or_more", "0.1,0.2", [0.1, 0.2]),
    ],
)
def test_what_a_user_may_write_is_read(name: str, text: str, value: object) -> None:
    assert read(name, text) == value


@pytest.mark.parametrize("text", ['"a,b', '["a"', 'a",b', "[1],[2]", '{"a": 1},{"b": 2}', "[a, b]"])
@pytest.mark.parametrize("name", ["texts", "pairs", "dicts"])
def test_a_list_that_is_neither_json_nor_plain_is_refused(name: str, text: str) -> None:
    with pytest.raises(ParameterError, match=f"^take: {name}: it is neither JSON nor plain"):
        read(name, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["a,b", "c"], '["a,b", "c"]'),
        (["none"], '["none"]'),
        ([None], "[null]"),
        ([[1, 2], [3]], "[[1, 2], [3]]"),
        ([{"a": 1}], '[{"a": 1}]'),
        ([1, None], "1,none"),
        ("a,b", "a,b"),
        (Colour.RED, "red"),
        (Path("/data"), "/data"),
        ({"path": Path("a"), "size": (1, 2)}, '{"path": "a", "size": [1, 2]}'),
        (b"\xff", "b'\\xff'"),
    ],
)
def test_a_value_of_no_parameter_is_written_so_that_any_can_read_it(
    value: object, text: str
) -> None:
    assert format_value(value) == text
