from pathlib import Path
from typing import Any

import pytest

from dioptra.evasion import FGM, PGD, ARTAttack, ChosenAttack, ChosenAttacks, Noise, find_attack
from dioptra.sdk.exceptions import ParameterError, UnknownNameError

OWN = """
from dioptra.evasion import Attack, Eps

class Shift(Attack):
    name = "shift"
    eps: Eps = 0.1
    "How far."

class Other:
    pass
"""


@pytest.fixture
def own(
    tmp_path: Path,
    own_modules: None,  # noqa: ARG001 - it forgets the module
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """A module of a plugin package, in a folder of plugins."""
    folder = tmp_path / "mine_of_choosing"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "shifts.py").write_text(OWN)
    monkeypatch.setenv("DIOPTRA_PLUGIN_DIRS", str(tmp_path))
    return "mine_of_choosing.shifts"


@pytest.mark.parametrize(
    ("chosen", "attack"),
    [
        ({}, FGM()),
        ({"attack_name": "pgd", "eps": 0.1, "norm": "2"}, PGD(eps=0.1, norm="2")),
        ({"attack_name": "noise", "labels": "true"}, Noise(labels="true")),
        ({"attack_name": "pgd", "attack_parameters": {"max_iter": 3}}, PGD(max_iter=3)),
        (
            {"attack_name": "SquareAttack", "eps": 0.1},
            ARTAttack(attack_name="SquareAttack", attack_parameters={"eps": 0.1}),
        ),
    ],
)
def test_an_attack_is_made_by_its_name(chosen: dict[str, Any], attack: Any) -> None:
    made = ChosenAttack(**chosen).make()
    assert type(made) is type(attack)
    assert made == attack


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"attack_parameters": {"max_iter": 3}}, "fgm takes no 'max_iter'; known: .*minimal"),
        ({"attack_name": "noise", "norm": "2"}, "noise takes no 'norm'"),
        ({"norm": "3"}, r"fgm does not hold: norm: Input should be 'inf', '1' or '2'"),
        ({"attack_name": "lost.Attack"}, r"'lost\.Attack' cannot be imported: ModuleNotFoundError"),
        ({"attack_name": "pathlib.Path"}, r"'pathlib\.Path' is no class below dioptra"),
    ],
)
def test_what_cannot_work_is_refused(chosen: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        ChosenAttack(**chosen).make()


def test_a_misspelt_attack_is_told_the_near_one() -> None:
    with pytest.raises(UnknownNameError, match=r"'DeepFol'.*did you mean 'DeepFool'"):
        ChosenAttack(attack_name="DeepFol").make()


def test_an_attack_of_ones_own_is_found_in_a_folder_of_plugins(own: str) -> None:
    kind = find_attack(f"{own}.Shift")
    assert kind is not None
    assert ChosenAttack(attack_name=f"{own}.Shift", eps=0.2).make() == kind(eps=0.2)
    with pytest.raises(ParameterError, match=r"Other' is no class below"):
        find_attack(f"{own}.Other")


def test_several_attacks_come_at_each_strength() -> None:
    made = ChosenAttacks(attack_names=["fgm", "noise"], eps=[0.1, 0.2]).make()
    assert [(one.title, one.budget) for one in made] == [
        *(("fgm", 0.1), ("fgm", 0.2), ("noise", 0.1), ("noise", 0.2))
    ]
