"""Projects as a user writes them."""

import pytest


@pytest.fixture(autouse=True)
def forget_modules(own_modules: None) -> None:
    """Every test's modules are its own."""
