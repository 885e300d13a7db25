"""A client of the tests' Prefect server, and names on it that no other test uses."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.orchestration import SyncPrefectClient

from dioptra.jobs.prefect_api import prefect_client

FLOW = '''
    from typing import Annotated

    from prefect import flow
    from pydantic import Field

    @flow
    def {name}(eps: Annotated[float, Field(ge=0, le=1)] = 0.3) -> None:
        """Attack a classifier.

        Args:
            eps: The strength.
        """
'''


@pytest.fixture(autouse=True)
def forget_modules(own_modules: None) -> None:
    """Every test's modules are its own."""


@pytest.fixture
def client(prefect_server: str) -> Iterator[SyncPrefectClient]:  # noqa: ARG001 - it must run
    """A client of the server."""
    with prefect_client() as opened:
        yield opened


@pytest.fixture
def unique() -> str:
    """A name that is also a Python identifier, and the same as a flow's."""
    return f"test{uuid4().hex[:8]}"


@pytest.fixture
def project(write_project: Callable[..., Path], unique: str) -> Path:
    """A project of that name, below a folder of its own, with one entry point of that name."""
    return write_project(f"projects/{unique}", **{unique: FLOW.format(name=unique)})


@pytest.fixture
def flow(project: Path, unique: str) -> Any:
    """The flow of that entry point."""
    from dioptra.entrypoint import load_entry_point

    return load_entry_point(project, unique)
