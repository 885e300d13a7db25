import pytest
from pydantic import ValidationError

from dioptra.evasion import FGM, PGD, ARTAttack, Attack, Eps


class Plain(Attack):
    name = "plain"

    eps: Eps = 0.25

    rounds: int = 3


def test_shares_become_pixel_values_and_nothing_else_does() -> None:
    assert Plain().in_pixels(255.0) == {"eps": 63.75, "rounds": 3}
    assert FGM(eps=0.1).in_pixels(2.0) == {**dict(FGM()), "eps": 0.2, "eps_step": 0.2}
    assert PGD().in_pixels(1.0) == dict(PGD())


def test_shares_within_the_parameters_of_art_become_pixel_values() -> None:
    attack = ARTAttack(attack_name="FastGradientMethod", attack_parameters={"eps": 0.1})
    assert attack.in_pixels(1.0)["attack_parameters"] == {"eps": 0.1}
    scaled = attack.in_pixels(255.0)["attack_parameters"]
    assert scaled["eps"] == pytest.approx(25.5)
    assert scaled["eps_step"] == pytest.approx(25.5)


def test_an_attack_of_art_has_its_own_title() -> None:
    assert [FGM().title, PGD().title, ARTAttack().title] == ["fgm", "pgd", "DeepFool"]


def test_a_budget_below_zero_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        Plain(eps=-0.1)


def test_an_attack_without_its_method_says_which_one_it_lacks() -> None:
    with pytest.raises(NotImplementedError, match="Plain has no method perturb"):
        Plain().perturb(None, None, None, None)  # type: ignore[arg-type]
