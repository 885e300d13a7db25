"""MLflow without an experiment that an earlier test has chosen."""

from collections.abc import Callable

import pytest


@pytest.fixture(autouse=True)
def no_experiment(
    monkeypatch: pytest.MonkeyPatch, forget_experiment: Callable[[pytest.MonkeyPatch], None]
) -> None:
    forget_experiment(monkeypatch)
