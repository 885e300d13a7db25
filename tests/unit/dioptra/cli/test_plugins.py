import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dioptra.pyplugs.registry import PLUGINS

RunCommand = Callable[..., tuple[object, str, str]]
WriteFiles = Callable[[dict[str, str]], Path]

MINE = '''
    """My operations."""

    from dioptra import pyplugs

    @pyplugs.register(requires=("numpy", "scipy"))
    def add(left: int, right: int = 1) -> int:
        """Add two
        numbers.

        Args:
            left: One.
            right: The other.
        """
        return left + right

    @pyplugs.register
    def bare(x): return x
'''
OTHER = """
    from dioptra import pyplugs

    @pyplugs.register
    def multiply(left: int, right: int) -> int:
        "Multiply."
        return left * right
"""
BAD = "ModuleNotFoundError: No module named 'no_such_library'"


@pytest.fixture(autouse=True)
def own_plugins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forgets the packages that a test registers."""
    monkeypatch.delenv("DIOPTRA_PLUGIN_DIRS", raising=False)
    before = set(PLUGINS)
    yield
    for name in set(PLUGINS) - before:
        if not name.startswith("dioptra_builtins"):
            del PLUGINS[name]


@pytest.fixture
def folder(write_files: WriteFiles, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of plugins that the environment names: a package with a package below, a module."""
    root = write_files(
        {
            "plugins/mine_of_test/__init__.py": "",
            "plugins/mine_of_test/ops.py": MINE,
            "plugins/mine_of_test/plain.py": "x = 1",
            "plugins/mine_of_test/_private.py": "1 / 0",
            "plugins/mine_of_test/below/__init__.py": "",
            "plugins/mine_of_test/below/more.py": OTHER,
            "plugins/module_of_test.py": "1 / 0",
        }
    )
    monkeypatch.setenv("DIOPTRA_PLUGIN_DIRS", str(root / "plugins"))
    return root / "plugins"


def rows_of(out: str) -> list[list[str]]:
    return [line.split(maxsplit=3) for line in out.splitlines()]


def test_all_built_in_tasks_are_listed_with_their_description(run_command: RunCommand) -> None:
    status, out, err = run_command("plugins", "list")
    assert (status, err) == (0, "")
    rows = rows_of(out)
    assert [
        "dioptra_builtins.random",
        "sample",
        "draw_random_integer",
        "Draw one integer; each is equally likely.",
    ] in rows
    assert {row[0] for row in rows} == {
        f"dioptra_builtins.{name}"
        for name in (
            "artifacts",
            "attacks",
            "backend_configs",
            "data",
            "estimators",
            "metrics",
            "random",
            "registry",
            "tracking",
        )
    }
    assert all(len(row) == 4 for row in rows)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_the_columns_are_aligned(run_command: RunCommand) -> None:
    _, out, _ = run_command("plugins", "list", "dioptra_builtins.random")
    assert (
        len({line.index(row[3]) for line, row in zip(out.splitlines(), rows_of(out), strict=True)})
        == 1
    )


@pytest.mark.usefixtures("folder")
def test_tasks_of_the_folders_that_the_environment_names_are_listed(
    run_command: RunCommand,
) -> None:
    status, out, err = run_command("plugins", "list")
    assert (status, err) == (0, "")
    assert [row for row in rows_of(out) if row[0].startswith("mine_of_test")] == [
        ["mine_of_test", "ops", "add", "Add two numbers."],
        ["mine_of_test", "ops", "bare"],
        ["mine_of_test.below", "more", "multiply", "Multiply."],
    ]
    assert "dioptra_builtins.attacks" in out


def test_tasks_of_the_workspace_are_listed_beside_those_of_the_environment(
    run_command: RunCommand, write_files: WriteFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_files(
        {
            "workspace/task-plugins/ours_of_test/__init__.py": "",
            "workspace/task-plugins/ours_of_test/ops.py": OTHER,
            "third/third_of_test/__init__.py": "",
            "third/third_of_test/ops.py": OTHER,
        }
    )
    monkeypatch.setenv("DIOPTRA_PLUGIN_DIRS", f"{folder}{os.pathsep}{root / 'third'}")
    _, out, err = run_command("plugins", "list")
    assert err == ""
    names = {row[0] for row in rows_of(out)}
    assert {"ours_of_test", "third_of_test", "mine_of_test", "mine_of_test.below"} <= names


@pytest.mark.usefixtures("folder")
def test_the_tasks_of_one_package_are_listed(run_command: RunCommand) -> None:
    assert run_command("plugins", "list", "mine_of_test.below") == (
        0,
        "mine_of_test.below  more  multiply  Multiply.\n",
        "",
    )


def test_a_package_without_tasks_lists_nothing(
    run_command: RunCommand, write_files: WriteFiles
) -> None:
    write_files({"workspace/task-plugins/empty_of_test/__init__.py": ""})
    assert run_command("plugins", "list", "empty_of_test") == (0, "", "")


@pytest.mark.usefixtures("folder")
def test_a_plugin_is_shown_with_all_its_tasks(run_command: RunCommand) -> None:
    status, out, err = run_command("plugins", "show", "mine_of_test", "ops")
    assert (status, err) == (0, "")
    assert out == (
        "My operations.\n"
        "\n"
        "add(left: int, right: int = 1) -> int\n"
        "\n"
        "    Add two numbers.\n"
        "\n"
        "    Args:\n"
        "        left: One.\n"
        "        right: The other.\n"
        "\n"
        "    Needs: numpy, scipy\n"
        "\n"
        "bare(x)\n"
    )


@pytest.mark.usefixtures("folder")
def test_one_task_is_shown_without_the_text_of_its_plugin(run_command: RunCommand) -> None:
    status, out, err = run_command("plugins", "show", "mine_of_test", "ops", "bare")
    assert (status, out, err) == (0, "bare(x)\n", "")


@pytest.mark.usefixtures("folder")
def test_a_plugin_without_a_text_of_its_own_shows_its_tasks(run_command: RunCommand) -> None:
    status, out, err = run_command("plugins", "show", "mine_of_test.below", "more")
    assert (status, err) == (0, "")
    assert out == "multiply(left: int, right: int) -> int\n\n    Multiply.\n"


def test_a_built_in_task_is_shown(run_command: RunCommand) -> None:
    words = ["dioptra_builtins.random", "sample", "draw_random_integer"]
    status, out, err = run_command("plugins", "show", *words)
    assert (status, err) == (0, "")
    assert out.startswith("draw_random_integer(rng: ")
    assert "    Returns:\n        An integer in [low, high).\n" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["list", "dioptra_builtins.metric"],
            "no plugin package named 'dioptra_builtins.metric'; did you mean 'dioptra_builtins",
        ),
        (
            ["show", "dioptra_builtins.metric", "distance"],
            "no plugin package named 'dioptra_builtins.metric'; did you mean 'dioptra_builtins",
        ),
        (
            ["show", "dioptra_builtins.attacks", "fgmm"],
            "no plugin named 'fgmm' in 'dioptra_builtins.attacks'; did you mean 'fgm'?",
        ),
        (
            ["show", "dioptra_builtins.random", "rng", "init_rg"],
            "no task named 'init_rg' in 'dioptra_builtins.random.rng'; did you mean 'init_rng'?",
        ),
    ],
)
def test_an_unknown_name_names_the_nearest(
    run_command: RunCommand, words: list[str], message: str
) -> None:
    status, out, err = run_command("plugins", *words)
    assert (status, out) == (1, "")
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1


@pytest.fixture
def broken(write_files: WriteFiles) -> None:
    """Packages of the workspace: one with a broken plugin beside a good one, one broken itself."""
    folder = "workspace/task-plugins"
    write_files(
        {
            f"{folder}/broken_of_test/__init__.py": "",
            f"{folder}/broken_of_test/bad.py": "import no_such_library",
            f"{folder}/broken_of_test/ops.py": OTHER,
            f"{folder}/wholly_broken_of_test/__init__.py": "1 / 0",
            f"{folder}/wholly_broken_of_test/ops.py": OTHER,
        }
    )


@pytest.mark.usefixtures("broken")
def test_a_plugin_that_cannot_be_imported_is_listed_as_broken_beside_the_others(
    run_command: RunCommand,
) -> None:
    status, out, err = run_command("plugins", "list", "broken_of_test")
    assert (status, err) == (0, "")
    assert rows_of(out) == [
        ["broken_of_test", "bad", "(broken)", BAD],
        ["broken_of_test", "ops", "multiply", "Multiply."],
    ]


@pytest.mark.usefixtures("broken")
def test_a_package_that_cannot_be_imported_is_listed_as_broken_beside_the_others(
    run_command: RunCommand,
) -> None:
    status, out, err = run_command("plugins", "list")
    assert (status, err) == (0, "")
    rows = [line.split(maxsplit=2) for line in out.splitlines()]
    assert ["wholly_broken_of_test", "(broken)", "ZeroDivisionError: division by zero"] in rows
    assert "broken_of_test" in {row[0] for row in rows}
    assert "dioptra_builtins.random" in {row[0] for row in rows}


@pytest.mark.usefixtures("broken")
def test_a_plugin_that_cannot_be_imported_is_named(run_command: RunCommand) -> None:
    status, out, err = run_command("plugins", "show", "broken_of_test", "bad")
    assert (status, out) == (1, "")
    assert err.startswith(f"error: {BAD}, ")
    assert "while importing the plugin 'bad' of 'broken_of_test'" in err


@pytest.mark.usefixtures("broken")
def test_a_package_that_is_asked_for_and_cannot_be_imported_is_an_error(
    run_command: RunCommand,
) -> None:
    status, out, err = run_command("plugins", "list", "wholly_broken_of_test")
    assert (status, out) == (1, "")
    assert err.startswith("error: ZeroDivisionError: division by zero")


def test_a_folder_of_the_environment_that_is_not_there_is_an_error(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIOPTRA_PLUGIN_DIRS", str(tmp_path / "nowhere"))
    status, out, err = run_command("plugins", "list")
    assert (status, out) == (1, "")
    assert f"the plugin folder '{tmp_path}/nowhere' is not a folder" in err


def test_an_installed_package_that_declares_itself_is_listed_be_it_broken_or_not(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site-packages"
    info = site / "acme-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    declared = "[dioptra.plugins]\nacme = installed_of_test\nlost = lost_of_test\n"
    (info / "entry_points.txt").write_text(declared)
    package = site / "installed_of_test"
    package.mkdir()
    (package / "__init__.py").touch()
    task = "from dioptra import pyplugs\n\n@pyplugs.register\ndef greet():\n    'Greet.'\n"
    (package / "words.py").write_text(task)
    monkeypatch.syspath_prepend(site)
    status, out, err = run_command("plugins", "list")
    assert (status, err) == (0, "")
    assert re.search(r"^installed_of_test +words +greet +Greet\.$", out, re.MULTILINE)
    assert re.search(r"^lost_of_test +\(broken\) +\w+Error: .*'lost_of_test'", out, re.MULTILINE)
