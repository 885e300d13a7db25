"""What all tests share."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

# What a script starts in its background ignores Ctrl-C, and so does all that it starts in turn.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first; at the end, they would keep one core busy and leave one idle."""
    items.sort(key=lambda item: "integration" not in item.path.parts)
    for item in items:
        if "integration" in item.path.parts:
            # Their fixtures train and attack, which takes minutes where processors are slow.
            item.add_marker(pytest.mark.timeout(900), append=False)


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh workspace and working directory for every test, so that none leaves a file behind."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("DIOPTRA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DIOPTRA_WORKSPACE", str(folder))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
    return folder


@pytest.fixture(scope="session")
def tensorflow() -> None:
    """TensorFlow with its number of threads fixed, which must come before its first operation."""
    from dioptra_builtins.backend_configs.tensorflow import init_tensorflow

    init_tensorflow(0)


@pytest.fixture(scope="session")
def art(tensorflow: None) -> None:  # noqa: ARG001 - it comes first
    """ART, imported as the suite does it, whichever test comes first: else it warns and writes."""
    from dioptra_builtins._quiet_art import quiet_art

    with quiet_art():
        import art.attacks.evasion  # noqa: F401 - for what it does


@pytest.fixture(scope="session")
def forget_experiment() -> Callable[[pytest.MonkeyPatch], None]:
    """Lets MLflow forget, while a patch lasts, the experiment that an earlier test has chosen."""

    def forget(patch: pytest.MonkeyPatch) -> None:
        from mlflow.tracking import fluent

        # MLflow keeps it in both places.
        patch.setenv("MLFLOW_EXPERIMENT_ID", "")
        patch.delenv("MLFLOW_EXPERIMENT_ID")
        patch.setattr(fluent, "_active_experiment_id", None)

    return forget
