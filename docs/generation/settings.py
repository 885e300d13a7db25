# SPDX-License-Identifier: Apache-2.0
"""The tables of environment variables, from the code and from ``.env.example``."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from dioptra.sdk import environment
from dioptra.sdk.workspace import find_workspace
from generation.directive import GeneratingDirective

ROOT = Path(__file__).parents[2]


class EnvironmentDefaults(GeneratingDirective):
    """``.. environment-defaults::``: each variable that Dioptra sets, its value and its reason."""

    def lines(self) -> Iterator[str]:
        """Write an entry for each reason, with the variables that share it."""
        values = environment.defaults()
        workspace = str(find_workspace())
        for reason, names in read_reasons():
            yield f".. envvar:: {names[0]}"
            yield from (f"             {name}" for name in names[1:])
            yield from ("", f"   {reason}", "")
            for name in names:
                value = values[name].replace(workspace, "WORKSPACE")
                yield f"   | ``{name}={value}``"
            yield ""


class StackSettings(GeneratingDirective):
    """``.. stack-settings::``: each setting of the stack, as ``.env.example`` tells it."""

    def lines(self) -> Iterator[str]:
        """Write a row for each setting."""
        yield from (".. list-table::", "   :header-rows: 1", "   :widths: 40 60", "")
        yield from ("   * - setting, with its default or an example", "     - what it is", "")
        for settings, reason in read_settings():
            yield f"   * - | ``{settings[0]}``"
            yield from (f"       | ``{setting}``" for setting in settings[1:])
            yield from (f"     - {reason}", "")


def read_reasons() -> list[tuple[str, list[str]]]:
    """List the variables of ``environment.defaults`` below the comments that they stand below.

    Returns:
        Reasons, each with its names, in the order of the code.
    """
    found: list[tuple[str, list[str]]] = []
    for line in inspect.getsource(environment.defaults).splitlines():
        comment = re.fullmatch(r" +# (.*)", line)
        variable = re.match(r' +"(\w+)": ', line)
        if comment:
            text = comment[1].replace("`", "``")
            goes_on = found and not found[-1][1]
            found.append((f"{found.pop()[0]} {text}" if goes_on else text, []))
        elif variable:
            found[-1][1].append(variable[1])
    return found


def read_settings() -> list[tuple[list[str], str]]:
    """List the settings of ``.env.example`` with the comment that stands above them.

    Returns:
        Groups of settings, ``NAME=VALUE``, each with its sentence.
    """
    groups = []
    for paragraph in (ROOT / ".env.example").read_text(encoding="utf-8").split("\n\n")[1:]:
        reason: list[str] = []
        settings: list[str] = []
        for line in paragraph.splitlines():
            if line.startswith("# "):
                if settings:
                    groups.append((settings, " ".join(reason)))
                    reason, settings = [], []
                reason.append(line[2:].replace("`", "``"))
            else:
                settings.append(line.lstrip("#"))
        groups.append((settings, " ".join(reason)))
    return groups
