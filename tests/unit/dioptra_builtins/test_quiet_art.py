import logging.config
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from dioptra_builtins._quiet_art import quiet_art

IMPORT = """
import logging, sys
from dioptra_builtins.backend_configs.tensorflow import init_tensorflow
from dioptra_builtins._quiet_art import quiet_art

init_tensorflow(0)
handler = logging.StreamHandler(sys.stdout)
handler.close = lambda: print("closed")
logging.getLogger("other").addHandler(handler)
with quiet_art():
    import art
logging.getLogger("other").warning("still heard")
handler.close = lambda: None
"""


def test_art_is_imported_without_a_word_and_leaves_the_handlers_of_others_open() -> None:
    done = subprocess.run(  # noqa: PLW1510 - the test looks at what failed
        [sys.executable, "-W", "error", "-c", IMPORT], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "still heard\n", "")


def test_the_settings_of_art_are_written_in_the_workspace(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    subprocess.run([sys.executable, "-c", IMPORT], check=True, capture_output=True)
    assert list(home.iterdir()) == []
    assert (workspace / ".dioptra" / ".art" / "config.json").is_file()


def test_the_remark_on_pytorch_is_silenced() -> None:
    with quiet_art():
        warnings.warn("PyTorch not found. Not importing some of it", UserWarning, stacklevel=1)


def test_other_warnings_are_shown() -> None:
    with pytest.warns(UserWarning, match="TensorFlow not found"), quiet_art():
        warnings.warn("TensorFlow not found", UserWarning, stacklevel=1)


def test_after_it_the_remark_is_a_warning_again() -> None:
    with quiet_art():
        pass
    with pytest.warns(UserWarning, match="PyTorch not found"):
        warnings.warn("PyTorch not found", UserWarning, stacklevel=1)


def test_the_settings_of_logging_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(logging.config, "dictConfig", asked.append)
    with quiet_art():
        logging.config.dictConfig({"version": 1})
    assert asked == []
    logging.config.dictConfig({"version": 1})
    assert asked == [{"version": 1}]


def fail() -> None:
    with quiet_art():
        raise ImportError("no ART")


def test_an_import_that_fails_gives_everything_back() -> None:
    configure, filters = logging.config.dictConfig, list(warnings.filters)
    with pytest.raises(ImportError, match="no ART"):
        fail()
    assert logging.config.dictConfig is configure
    assert list(warnings.filters) == filters
