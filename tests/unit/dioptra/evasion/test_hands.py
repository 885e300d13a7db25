"""How many functions a parameter passes from the flow to where it is used."""

import sys
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from dioptra.entrypoint import Parameters
from dioptra.evasion import FGM, Measures, attack_model
from dioptra.experiment import Data, RegisteredModel

MOST = 5
OURS = ("/src/dioptra/", "/dioptra_builtins/")


def list_hands(frame: FrameType | None, name: str) -> list[str]:
    """The functions of this project on the stack that have it as a name, or in a group."""
    found = []
    while frame is not None:
        groups = [one for one in frame.f_locals.values() if isinstance(one, Parameters)]
        held = name in frame.f_locals or any(hasattr(group, name) for group in groups)
        if held and any(part in frame.f_code.co_filename for part in OURS):
            found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found


@pytest.fixture(scope="module")
def hands(data_dir: Path, halves: Any, art: None) -> dict[str, list[str]]:  # noqa: ARG001 - they come first
    """The functions that hand on a budget to ART, and a folder to what lists its images."""
    from art.attacks.evasion import FastGradientMethod

    from dioptra_builtins.attacks import _adversarial_set

    found: dict[str, list[str]] = {}
    make, scan = FastGradientMethod.__init__, _adversarial_set.scan_image_folder

    @wraps(make)
    def look_at_eps(self: Any, *args: Any, **kwargs: Any) -> None:
        found["eps"] = list_hands(sys._getframe(1), "eps")
        make(self, *args, **kwargs)

    def look_at_data_dir(*args: Any) -> Any:
        found["data_dir"] = list_hands(sys._getframe(1), "data_dir")
        return scan(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FastGradientMethod, "__init__", look_at_eps)
        patch.setattr(_adversarial_set, "scan_image_folder", look_at_data_dir)
        model, measures = RegisteredModel(model_name="halves"), Measures(distance_metrics=[])
        attack_model(Data(data_dir=data_dir), model, FGM(eps=0.125), measures, seed=1)
    return found


@pytest.mark.parametrize("name", ["eps", "data_dir"])
def test_a_parameter_passes_few_hands(hands: dict[str, list[str]], name: str) -> None:
    assert "attack_model" in hands[name]
    assert len(hands[name]) < MOST, hands[name]
