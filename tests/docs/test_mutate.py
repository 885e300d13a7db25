"""Changed blocks, and whether the run notices them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from execution.blocks import Block
from execution.mutants import make_mutants
from execution.mutate import allow_survivors

DOCS = Path(__file__).parents[2] / "docs"
PAGE = """\
A page of which one change is not noticed
=========================================

.. code-block:: console

   $ cd folder && size=3 && export COLOUR=blue

.. code-block:: pycon

   >>> value = 17

.. code-block:: console

   $ true 5

.. code-block:: console

   $ basename $PWD; echo $size $COLOUR; ls
   folder
   3 blue
   deep
   one.txt

.. code-block:: pycon

   >>> print(value)
   17
"""


def changes(language: str, content: str, caption: str = "") -> set[tuple[str, bool]]:
    mutants = make_mutants(Block(1, 3, language, content, caption))
    assert all(mutant.block.content != content for mutant in mutants)
    return {(mutant.kind, mutant.is_output) for mutant in mutants}


def test_a_console_block_is_changed_in_its_command_and_its_output() -> None:
    command = {("number", False), ("name", False), ("flag", False)}
    output = {("number", True), ("name", True), ("line", True)}
    assert changes("console", "$ head -n 2 file\nfirst 1\nsecond 2") == command | output


def test_output_beside_a_gap_is_not_dropped() -> None:
    assert ("line", True) not in changes("console", "$ true\n...\nlast")


def test_the_only_line_of_output_is_not_dropped() -> None:
    assert ("line", True) not in changes("console", "$ true\nonly\n$ true\nonly")


def test_python_is_changed_outside_of_texts_and_comments() -> None:
    assert changes("python", '"""Text 1."""\n# comment 2\nname = "3"') == {("name", False)}


def test_a_parameter_of_a_project_is_renamed() -> None:
    content = "entry_points:\n  fgm:\n    parameters:\n      eps: {type: float, default: 0.3}"
    mutants = make_mutants(Block(1, 3, "yaml", content, "MLproject"))
    renamed = next(mutant for mutant in mutants if mutant.kind == "parameter")
    assert "      epsx: {" in renamed.block.content


def test_the_same_block_is_always_changed_in_the_same_way() -> None:
    block = Block(1, 3, "console", "$ echo 1 2 3 4 5 6")
    assert make_mutants(block) == make_mutants(block)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run of mutants of one page writes."""
    project = tmp_path_factory.mktemp("project")
    (project / "page.rst").write_text(PAGE)
    (project / "folder" / "deep").mkdir(parents=True)
    (project / "folder" / "one.txt").touch()
    (project / "folder" / "deep" / "two.txt").touch()
    return run_mutants(project)


def run_mutants(project: Path) -> dict[str, Any]:
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    subprocess.run(
        [sys.executable, "-m", "execution.mutate", "page.rst"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(DOCS)},
        check=False,
    )
    result: dict[str, Any] = json.loads((project / "docs/_build/mutation.json").read_text())
    return result


REMEMBERED = """\
A page whose folder is not all that it changes
==============================================

.. code-block:: console

   $ ls $MEMORY; touch $MEMORY/one; ls $MEMORY
   one

.. code-block:: console

   $ rm $MEMORY/one; ls -A $MEMORY | wc -l
   0
"""


def test_what_mutants_leave_outside_of_the_folder_is_not_held_against_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setenv("MEMORY", str(memory))
    (tmp_path / "page.rst").write_text(REMEMBERED)
    result = run_mutants(tmp_path)
    assert (result["failures"], result["survivors"]) == ([], [])
    assert result["killed"] == result["mutants"] >= 5


def test_of_all_mutants_one_of_twenty_may_survive() -> None:
    assert allow_survivors(100, is_sample=False) == 5
    assert allow_survivors(19, is_sample=False) == 0


def test_a_sample_fails_where_chance_alone_does_not_explain_it() -> None:
    # Of 12 at 95 %, more than 3 survive in 2 of 1,000 draws, and more than 2 in 20 of them.
    assert allow_survivors(12, is_sample=True) == 3
    assert 5 < allow_survivors(100, is_sample=True) < 12


def test_what_cannot_be_noticed_survives_and_is_named(result: dict[str, Any]) -> None:
    survivors = [(found["page"], found["line"], found["what"]) for found in result["survivors"]]
    assert survivors == [("page.rst", 14, "5 -> 6 in: $ true 5")]


def test_all_else_is_noticed(result: dict[str, Any]) -> None:
    assert result["failures"] == []
    assert result["killed"] == result["mutants"] - 1
    assert result["mutants"] >= 10
