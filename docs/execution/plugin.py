"""The pytest plugin: ``--target host`` or ``container`` for the blocks of the given pages."""

import signal
from pathlib import Path
from typing import Any

import pytest

from execution.items import SESSIONS, PageFile, PageItem
from execution.ledger import Ledger

LEDGER = pytest.StashKey[Ledger]()
# The longest pages start first: at the end, they would run alone.
FIRST = (
    "running-dioptra.rst",
    "README.md",
    "attacks-and-robustness-curves.rst",
    "reproducibility.rst",
    "custom-entry-points.rst",
    "acquiring-datasets.rst",
    "installation.rst",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("pages")
    group.addoption("--target", choices=list(SESSIONS), default="host", help="where pages run")
    group.addoption("--command-timeout", type=float, default=300, help="seconds for a command")
    group.addoption("--ledger", default="docs/_build/ledger.json", help="file of the results")


def pytest_configure(config: pytest.Config) -> None:
    """Start the ledger; when told to end, end the sessions first."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config.stash[LEDGER] = Ledger()
    config.pluginmanager.register(Recorder(config.stash[LEDGER]))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PageFile | None:
    """Take the pages."""
    if file_path.suffix not in {".md", ".rst"}:
        return None
    page: PageFile = PageFile.from_parent(parent, path=file_path)
    return page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the longest pages to the front."""
    items.sort(key=lambda item: (*FIRST, item.path.name).index(item.path.name))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Send what the ledger needs along with the report, from the process that ran the item."""
    report: Any = yield
    if isinstance(item, PageItem):
        report.about = item.about
    return report


class Recorder:
    """Keeps the ledger, in the process that hears of all reports."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note an outcome; a failure before or after the call of a block is one, too."""
        if hasattr(report, "about") and (report.when == "call" or report.failed):
            self.ledger.add(report.about, failed=report.failed)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the ledger."""
        config = session.config
        if not hasattr(config, "workerinput") and not config.getoption("collectonly"):
            self.ledger.write(
                config.rootpath / config.getoption("ledger"), config.getoption("target")
            )

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        """Show the figures of each page."""
        terminalreporter.section(f"blocks, {config.getoption('target')}")
        for line in self.ledger.show():
            terminalreporter.write_line(line)
