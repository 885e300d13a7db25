# SPDX-License-Identifier: Apache-2.0
"""The check behind ``@pyplugs.register(requires=...)``."""

from collections.abc import Iterable
from importlib.util import find_spec

from dioptra.sdk.exceptions import MissingRequirementError

SUITE_EXTRA = "dioptra[tensorflow]"
SUITE_LIBRARIES = {
    "art",
    "keras",
    "matplotlib",
    "mlflow",
    "pandas",
    "pyarrow",
    "scipy",
    "sklearn",
    "tensorflow",
}


def check_requirements(requires: Iterable[str], needed_by: str) -> None:
    """Check that libraries are installed, without importing them.

    Args:
        requires: Names of top-level modules, such as ``"art"``.
        needed_by: What needs them, for the message.

    Raises:
        MissingRequirementError: One is not installed; the message says what to install.
    """
    missing = [name for name in requires if find_spec(name) is None]
    if missing:
        install = sorted({SUITE_EXTRA if name in SUITE_LIBRARIES else name for name in missing})
        raise MissingRequirementError(
            f"{needed_by} needs {', '.join(missing)}, which is not installed; "
            f"install it with: pip install {' '.join(repr(item) for item in install)}"
        )
