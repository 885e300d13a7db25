from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from prefect import flow
from pydantic import Field

from dioptra.entrypoint.parameters import describe_type, format_value, parse_parameters
from dioptra.sdk.exceptions import ParameterError


@flow
def train(
    run_id: str,
    data_dir: Path | None = None,
    image_size: tuple[int, int, int] = (28, 28, 1),
    architecture: Literal["shallow_net", "le_net"] = "le_net",
    epochs: Annotated[int, Field(ge=1)] = 30,
    share: Annotated[float, Field(gt=0, lt=1)] = 0.2,
    eps: tuple[float, ...] = (0.1, 0.2),
    layers: list[int] | None = None,
    minimal: bool = False,
    norm: Literal["inf"] = "inf",
    options: dict[str, Any] | None = None,
) -> None:
    """Train."""


@flow
def compare(left: str, right: str, note: str = "") -> None:
    """Compare."""


def parse(**texts: str) -> dict[str, Any]:
    return parse_parameters(train, {"run_id": "r", **texts})


def schema_of(name: str) -> dict[str, Any]:
    return dict(train.parameters.properties[name])


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("run_id", "none", "none"),
        ("run_id", "", ""),
        ("run_id", "a,b", "a,b"),
        ("data_dir", "/data", Path("/data")),
        ("data_dir", "", None),
        ("data_dir", "none", None),
        ("data_dir", "None", None),
        ("image_size", "32,32,3", (32, 32, 3)),
        ("image_size", " 32, 32 , 3,", (32, 32, 3)),
        ("architecture", "shallow_net", "shallow_net"),
        ("epochs", "1", 1),
        ("share", "1e-3", 0.001),
        ("eps", "0.5", (0.5,)),
        ("eps", "", ()),
        ("layers", "1,2", [1, 2]),
        ("layers", "NONE", None),
        ("minimal", "true", True),
        ("minimal", "False", False),
        ("norm", "inf", "inf"),
        ("options", '{"eps": 0.1, "names": ["a", "b"]}', {"eps": 0.1, "names": ["a", "b"]}),
        ("options", "none", None),
    ],
)
def test_text_becomes_a_value_of_the_type_of_the_signature(
    name: str, text: str, value: object
) -> None:
    got = parse(**{name: text})[name]
    assert got == value
    assert type(got) is type(value)


def test_only_the_parameters_that_were_given_are_returned() -> None:
    assert parse(epochs="2") == {"run_id": "r", "epochs": 2}


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("epochs", "0", "greater than or equal to 1"),
        ("epochs", "many", "valid integer"),
        ("epochs", "none", "valid integer"),
        ("share", "1", "less than 1"),
        ("image_size", "28,28", "image_size.2: Field required"),
        ("image_size", "28,28,x", "image_size.2: Input should be a valid integer"),
        ("architecture", "alex_net", "'shallow_net' or 'le_net'"),
        ("eps", "0.1,x", "eps.1: Input should be a valid number"),
        ("layers", "1,x", "layers.1: Input should be a valid integer"),
        ("minimal", "maybe", "valid boolean"),
        ("norm", "2", "'inf'"),
        ("options", "eps=0.1", "valid dictionary"),
        ("options", "[1]", "valid dictionary"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_wanted_and_what_it_got(
    name: str, text: str, wanted: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        parse(**{name: text})
    message = str(caught.value)
    assert message.startswith(f"train: {name}")
    assert wanted in message
    assert message.endswith(f"(got {name}={text!r})")
    assert "\n" not in message


def test_all_wrong_values_are_named_and_no_right_one() -> None:
    with pytest.raises(ParameterError, match=r"\(got epochs='0', share='2'\)$") as caught:
        parse(epochs="0", share="2", norm="inf")
    assert "; share: " in str(caught.value)


def test_an_unknown_parameter_names_the_nearest() -> None:
    with pytest.raises(
        ParameterError, match=r"^train has no parameter 'epoch'; did you mean 'epochs'\?$"
    ):
        parse(epoch="3")


def test_a_parameter_like_no_other_lists_them_all() -> None:
    with pytest.raises(
        ParameterError, match=r"^compare has no parameter 'xyz'; known: left, note, right$"
    ):
        parse_parameters(compare, {"xyz": "1"})


def test_all_missing_parameters_are_named() -> None:
    with pytest.raises(ParameterError, match=r"^compare needs a value for: left, right$"):
        parse_parameters(compare, {"note": "x"})


def test_a_flow_of_defaults_takes_nothing() -> None:
    @flow
    def ready(epochs: int = 1) -> int:
        return epochs

    assert parse_parameters(ready, {}) == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "none"), (0.1, "0.1"), (False, "False"), ((28, 28, 1), "28,28,1"), ([], "")],
)
def test_a_value_is_written_as_a_command_line_takes_it(value: object, text: str) -> None:
    assert format_value(value) == text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("run_id", "string"),
        ("data_dir", "path"),
        ("image_size", "integer,integer,integer"),
        ("architecture", "{shallow_net|le_net}"),
        ("epochs", "integer"),
        ("share", "number"),
        ("eps", "number,..."),
        ("layers", "integer,..."),
        ("minimal", "boolean"),
        ("norm", "inf"),
    ],
)
def test_a_type_is_named_as_a_user_would_write_it(name: str, kind: str) -> None:
    assert describe_type(schema_of(name)) == kind


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({}, "text"),
        ({"type": "array"}, "text,..."),
        ({"type": "array", "items": {"type": "array"}}, "JSON"),
        ({"type": "array", "items": {"type": "object"}}, "JSON"),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "integer or string"),
    ],
)
def test_a_type_that_is_hardly_known_is_text(schema: dict[str, Any], kind: str) -> None:
    assert describe_type(schema) == kind
