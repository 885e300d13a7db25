import os
import subprocess
import sys
from pathlib import Path

import pytest

from dioptra.sdk.environment import defaults, set_defaults

PRIVATE = {
    "DO_NOT_TRACK": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}

# Prefect starts its logging with its first flow or task, not with `import prefect`.
ORDERS = [
    "import dioptra\nfrom prefect import flow",
    "from prefect import flow\nimport dioptra",
]


@pytest.fixture
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    # Set first, so that what a test sets is taken back even where there was nothing.
    for name in defaults():
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture
def no_prefect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prefect", None)
    monkeypatch.delitem(sys.modules, "prefect")


def run_python(program: str, **variables: str) -> list[str]:
    inherited = {name: text for name, text in os.environ.items() if name not in defaults()}
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**inherited, **variables},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()


@pytest.mark.usefixtures("no_variables", "no_prefect")
def test_every_default_is_set() -> None:
    set_defaults()
    assert {name: os.environ.get(name) for name in defaults()} == defaults()


@pytest.mark.usefixtures("no_variables", "no_prefect")
@pytest.mark.parametrize("value", ["mine", ""])
def test_the_value_of_the_user_wins(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KERAS_HOME", value)
    set_defaults()
    assert os.environ["KERAS_HOME"] == value


@pytest.mark.usefixtures("no_variables", "no_prefect")
def test_defaults_are_set_once(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_defaults()
    monkeypatch.setenv("DIOPTRA_WORKSPACE", str(workspace / "other"))
    set_defaults()
    assert os.environ["PREFECT_HOME"] == str(workspace / ".dioptra")


def test_listing_the_defaults_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KERAS_HOME", raising=False)
    defaults()
    assert "KERAS_HOME" not in os.environ


def test_all_files_are_below_the_workspace(workspace: Path) -> None:
    values = defaults()
    assert values["MLFLOW_TRACKING_URI"] == f"sqlite:///{workspace}/mlflow.db"
    assert values["PREFECT_HOME"] == f"{workspace}/.dioptra"
    files = {name: text for name, text in values.items() if "/" in text}
    assert set(files) == {
        "MLFLOW_TRACKING_URI",
        "PREFECT_HOME",
        "KERAS_HOME",
        "MPLCONFIGDIR",
    }
    paths = [Path(text.removeprefix("sqlite:///")) for text in files.values()]
    assert all(path.is_relative_to(workspace) for path in paths)


def test_each_tool_has_a_place_of_its_own() -> None:
    files = [text for text in defaults().values() if "/" in text]
    assert len(set(files)) == len(files)


def test_listing_the_defaults_writes_nothing(workspace: Path) -> None:
    defaults()
    assert list(workspace.iterdir()) == []


@pytest.mark.parametrize(("name", "value"), PRIVATE.items())
def test_no_tool_reports_to_anyone(name: str, value: str) -> None:
    assert defaults()[name] == value


def test_values_are_text_as_the_environment_wants_it() -> None:
    assert {type(value) for value in defaults().values()} == {str}


@pytest.mark.usefixtures("no_variables")
def test_a_prefect_that_is_imported_reads_its_settings_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[str, str | None]] = []

    def note(name: str) -> None:
        seen.append((name, os.environ.get("PREFECT_LOGGING_LEVEL")))

    monkeypatch.setattr("prefect.context.refresh_global_settings_context", lambda: note("settings"))
    monkeypatch.setattr("prefect.logging.configuration.setup_logging", lambda: note("logging"))
    set_defaults()
    assert seen == [("settings", "CRITICAL"), ("logging", "CRITICAL")]


@pytest.mark.parametrize("imports", ORDERS)
def test_prefect_gets_the_settings_in_either_order_of_imports(
    workspace: Path, imports: str
) -> None:
    program = f"""{imports}
import logging
from prefect.settings import get_current_settings
settings = get_current_settings()
print(settings.home)
print(settings.tasks.default_no_cache)
print(settings.server.analytics_enabled)
print(settings.logging.to_api.enabled)
print(settings.server.ephemeral.startup_timeout_seconds)
print(logging.getLevelName(logging.getLogger("prefect").level))
"""
    expected = [f"{workspace}/.dioptra", "True", "False", "False", "600", "CRITICAL"]
    assert run_python(program) == expected


@pytest.mark.parametrize("imports", ORDERS)
def test_prefect_keeps_the_settings_of_the_user(tmp_path: Path, imports: str) -> None:
    program = f"""{imports}
from prefect.settings import get_current_settings
print(get_current_settings().home)
print(get_current_settings().logging.level)
"""
    home = str(tmp_path / "home")
    lines = run_python(program, PREFECT_HOME=home, PREFECT_LOGGING_LEVEL="ERROR")
    assert lines == [home, "ERROR"]


def test_importing_dioptra_sets_the_defaults_and_imports_no_prefect() -> None:
    program = """
import os, sys
import dioptra
from dioptra.sdk.environment import defaults
print(all(os.environ[name] == value for name, value in defaults().items()))
print("prefect" in sys.modules)
"""
    assert run_python(program) == ["True", "False"]
