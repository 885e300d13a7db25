import pytest

from dioptra.cli.assignments import read_assignments
from dioptra.sdk.exceptions import ParameterError


@pytest.mark.parametrize(
    ("items", "texts"),
    [
        (None, {}),
        (["eps=0.3", "norm=inf"], {"eps": "0.3", "norm": "inf"}),
        (["batch-size=3"], {"batch_size": "3"}),
        (["note=a=b"], {"note": "a=b"}),
        (["note="], {"note": ""}),
        (["eps=1", "eps=2"], {"eps": "2"}),
    ],
)
def test_names_and_texts_are_separated_by_the_first_equals_sign(
    items: list[str] | None, texts: dict[str, str]
) -> None:
    assert read_assignments(items) == texts


def test_a_name_alone_is_an_error() -> None:
    with pytest.raises(ParameterError, match="a parameter is given as NAME=VALUE, not 'eps'"):
        read_assignments(["eps"])
