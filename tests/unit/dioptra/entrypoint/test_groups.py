import inspect
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from prefect import Flow
from prefect import flow as prefect_flow
from pydantic import Field, model_validator

from dioptra.entrypoint import Parameters, find_parameters, flow, parse_parameters
from dioptra.entrypoint.command import describe_parameters
from dioptra.entrypoint.mlproject import make_mlproject
from dioptra.sdk.exceptions import ParameterError


class Strength(Parameters):
    eps: Annotated[float, Field(ge=0, le=1)] = 0.3
    """The largest distance, as a share
    of the pixel interval."""

    norm: Literal["inf", "2"] = "inf"
    """The norm in which eps is measured."""

    sizes: tuple[int, int] | None = None
    """Height and width."""


class Needed(Parameters):
    model_name: str
    """The registered model."""


WEAK = Strength(eps=0.1)
DescribedSeed = Annotated[int, Field(ge=-1, description="The seed; -1 draws one.")]


@flow
def attack(model: Needed, strength: Strength = WEAK, seed: int = -1) -> dict[str, Any]:
    """Attack a model.

    More of it.

    Args:
        model: The model.
        strength: The strength.
        seed: The seed of
            all random numbers.

    Returns:
        All it was told.
    """
    return {"model": model, "strength": strength, "seed": seed}


@prefect_flow(name="attack")
def flat(
    *,
    model_name: str,
    eps: Annotated[float, Field(ge=0, le=1)] = 0.1,
    norm: Literal["inf", "2"] = "inf",
    sizes: tuple[int, int] | None = None,
    seed: int = -1,
) -> dict[str, Any]:
    """Attack a model.

    More of it.

    Args:
        model_name: The registered model.
        eps: The largest distance, as a share of the pixel interval.
        norm: The norm in which eps is measured.
        sizes: Height and width.
        seed: The seed of all random numbers.

    Returns:
        All it was told.
    """
    return dict(locals())


def test_a_flow_with_groups_takes_their_fields_as_one_that_declares_them_itself() -> None:
    assert attack.parameters.model_dump() == flat.parameters.model_dump()
    assert describe_parameters(attack) == describe_parameters(flat)
    assert list(inspect.signature(attack.fn).parameters) == [*flat.parameters.properties]
    assert inspect.getdoc(attack.fn) == inspect.getdoc(flat.fn)


def test_the_function_is_given_the_groups() -> None:
    assert attack.fn(model_name="net", norm="2") == {
        "model": Needed(model_name="net"),
        "strength": Strength(eps=0.1, norm="2"),
        "seed": -1,
    }


def test_in_python_a_group_is_given_as_a_whole() -> None:
    given = {"model": Needed(model_name="net"), "strength": Strength()}
    assert attack.fn(**given, seed=3) == {**given, "seed": 3}


def test_a_group_and_its_fields_are_not_given_together() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'eps'"):
        attack.fn(model_name="net", strength=Strength(), eps=0.2)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"model_name": "net", "eps": "2"}, r"eps: Input should be less than or equal to 1"),
        ({"model_name": "net", "esp": "1"}, r"has no parameter 'esp'; did you mean 'eps'\?"),
        ({"eps": "1"}, r"attack needs a value for: model_name"),
        ({"model_name": "net", "strength": "1"}, r"has no parameter 'strength'"),
    ],
)
def test_fields_are_checked_as_parameters_are(texts: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        parse_parameters(attack, texts)


def test_a_text_of_a_field_is_read_as_its_type() -> None:
    texts = {"model_name": "net", "eps": "1", "sizes": "2,3"}
    assert parse_parameters(attack, texts) == {"model_name": "net", "eps": 1.0, "sizes": (2, 3)}


def test_what_a_group_says_of_two_fields_is_checked_before_the_flow_runs() -> None:
    class Range(Parameters):
        low: int = 0
        high: int = 1

        @model_validator(mode="after")
        def check(self) -> "Range":
            if self.low > self.high:
                raise ValueError("low is above high")
            return self

    @flow
    def measure(values: Range) -> None: ...

    assert parse_parameters(measure, {"low": "1"}) == {"low": 1}
    with pytest.raises(ParameterError, match="measure: Value error, low is above high"):
        parse_parameters(measure, {"low": "2"})


def test_the_decorator_takes_the_options_of_prefect() -> None:
    @flow(name="other", retries=2)
    def run(strength: Strength) -> None: ...

    assert isinstance(run, Flow)
    assert (run.name, run.retries) == ("other", 2)


def test_a_function_without_groups_is_the_flow_of_prefect() -> None:
    def run(seed: int) -> None:
        """Count."""

    made = flow(run).fn
    assert inspect.unwrap(made) is run
    assert (inspect.signature(made), made.__doc__) == (inspect.signature(run), "Count.")


def test_a_parameter_is_described_where_it_is_declared() -> None:
    @flow
    def run(seed: DescribedSeed = -1, size: int = 2) -> None:
        """Count.

        Args:
            size: How many.
        """

    described = {name: schema["description"] for name, schema in run.parameters.properties.items()}
    assert described == {"seed": "The seed; -1 draws one.", "size": "How many."}


def test_the_parameters_of_the_innermost_flow_are_found() -> None:
    found: list[Any] = []

    @flow
    def inner(size: int = 2, strength: Strength = WEAK) -> None:  # noqa: ARG001
        found.append(find_parameters())

    @flow
    def outer(name: str) -> None:  # noqa: ARG001
        inner.fn(size=3, eps=0.5)
        inner.fn(2, Strength(eps=0.25))
        inner.fn(4, 0.125)
        found.append(find_parameters())

    outer.fn(name="a")
    functions, parameters = zip(*found, strict=True)
    assert [function.__name__ for function in functions] == ["inner", "inner", "inner", "outer"]
    wanted = WEAK.model_dump()
    assert parameters[0] == {"size": 3, **wanted, "eps": 0.5}
    assert parameters[1] == {"size": 2, **wanted, "eps": 0.25}
    assert parameters[2] == {"size": 4, **wanted, "eps": 0.125}
    assert parameters[3] == {"name": "a"}
    assert find_parameters() == (None, {})


def test_an_async_function_stays_one() -> None:
    @flow
    async def run(strength: Strength) -> float:
        return strength.eps

    assert run.isasync
    assert inspect.iscoroutinefunction(run.fn)


def test_a_default_that_is_made_anew_each_time_is_made() -> None:
    class Lists(Parameters):
        names: list[str] = Field(default_factory=lambda: ["a", "b"])

    @flow
    def run(lists: Lists) -> list[str]:
        return lists.names

    assert run.fn() == ["a", "b"]
    assert run.parameters.properties["names"]["default"] == ["a", "b"]


def test_two_parameters_of_one_name_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"run has two parameters 'eps'; rename"):

        @flow
        def run(strength: Strength, eps: float = 0.1) -> None: ...


def test_a_field_with_the_name_of_a_group_is_refused() -> None:
    class Inner(Parameters):
        strength: int = 1

    with pytest.raises(ParameterError, match=r"run has two parameters 'strength'"):

        @flow
        def run(strength: Strength, inner: Inner) -> None: ...


def test_any_number_of_values_is_refused_beside_groups() -> None:
    with pytest.raises(ParameterError, match=r"run takes any number of values as '\*\*more: int'"):

        @flow
        def run(strength: Strength, **more: int) -> None: ...


def test_a_generator_is_refused_beside_groups() -> None:
    with pytest.raises(ParameterError, match="run is a generator"):

        @flow
        def run(strength: Strength) -> Any:
            yield strength


@pytest.mark.usefixtures("own_modules")
def test_an_mlproject_lists_the_fields(tmp_path: Path) -> None:
    source = tmp_path / "mine" / "src"
    source.mkdir(parents=True)
    (source / "go.py").write_text(
        "from dioptra.entrypoint import Parameters, flow\n\n"
        "class Strength(Parameters):\n    eps: float = 0.3\n\n"
        "@flow\ndef go(strength: Strength, seed: int = 1) -> None: ...\n"
    )
    text = make_mlproject(source.parent)
    assert "--eps {eps} --seed {seed}" in " ".join(text.split())


@pytest.mark.usefixtures("prefect_server")
def test_a_flow_with_groups_runs() -> None:
    outcome = attack(model_name="net", eps=0.5)
    assert outcome["strength"] == Strength(eps=0.5)


@pytest.mark.parametrize(("args", "given"), [((1, 0.1, "inf", None, 5), {}), ((1,), {"size": 2})])
def test_an_argument_too_much_is_an_error(args: tuple[Any, ...], given: dict[str, Any]) -> None:
    @flow
    def run(size: int, strength: Strength) -> None: ...

    with pytest.raises(TypeError, match=r"run\(\) takes \(size: int, .*, each argument once"):
        run.fn(*args, **given)


def test_a_flow_takes_its_parameters_by_position_where_their_order_allows_it() -> None:
    @flow
    def allowed(size: int, strength: Strength) -> None: ...

    @flow
    def by_name(strength: Strength, size: int) -> None: ...

    kinds = [
        {one.kind for one in inspect.signature(made.fn).parameters.values()}
        for made in (allowed, by_name)
    ]
    assert kinds == [
        {inspect.Parameter.POSITIONAL_OR_KEYWORD},
        {inspect.Parameter.KEYWORD_ONLY},
    ]
