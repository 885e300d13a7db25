# SPDX-License-Identifier: Apache-2.0
"""Parts of the guide that are made from the code when it is built."""

from typing import TYPE_CHECKING

from generation.attacks_of_art import AttacksOfArt
from generation.benchmarks import Benchmarks
from generation.command_line import CommandReference
from generation.console import ConsoleLexer
from generation.docstrings import keep_colons
from generation.packages import PackageReference, SuiteReference, SuiteTables
from generation.reference_results import ReferenceResults
from generation.settings import EnvironmentDefaults, StackSettings

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Add the directives and the lexer to a build.

    Args:
        app: The build.
    """
    app.add_lexer("console", ConsoleLexer)
    # Before Napoleon, whose priority is 500.
    app.connect("autodoc-process-docstring", keep_colons, priority=400)
    app.add_directive("command-reference", CommandReference)
    app.add_directive("package-reference", PackageReference)
    app.add_directive("suite-reference", SuiteReference)
    app.add_directive("suite-tables", SuiteTables)
    app.add_directive("reference-results", ReferenceResults)
    app.add_directive("benchmarks", Benchmarks)
    app.add_directive("attacks-of-art", AttacksOfArt)
    app.add_directive("environment-defaults", EnvironmentDefaults)
    app.add_directive("stack-settings", StackSettings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
