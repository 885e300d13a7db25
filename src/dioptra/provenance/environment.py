# SPDX-License-Identifier: Apache-2.0
"""On what a result was computed."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dioptra import __version__

LIBRARIES = (
    "adversarial-robustness-toolbox",
    "keras",
    "mlflow",
    "numpy",
    "pandas",
    "pillow",
    "prefect",
    "scikit-learn",
    "scipy",
    "tensorflow",
    "tensorflow-cpu",
)
NAMED = ("adversarial-robustness-toolbox", "keras", "mlflow", "numpy", "prefect")
# The library goes by several names as a package, see the extras in pyproject.toml.
TENSORFLOW = ("tensorflow", "tensorflow-cpu")
IMAGE_VARIABLE = "DIOPTRA_IMAGE_DIGEST"
CPU_INFO = Path("/proc/cpuinfo")


def describe_environment() -> dict[str, Any]:
    """Name the interpreter, the libraries that are installed, the machine and the image.

    Returns:
        ``python``, ``system``, ``machine``, ``processor``, ``cores`` (that this process may use),
        ``image`` (its digest, from ``DIOPTRA_IMAGE_DIGEST``) and ``libraries`` with their versions.
    """
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "machine": platform.machine(),
        "processor": _find_processor(),
        "cores": len(os.sched_getaffinity(0)),
        "image": os.environ.get(IMAGE_VARIABLE) or None,
        "libraries": {name: found for name in LIBRARIES if (found := _find_version(name))},
    }


def list_versions() -> dict[str, str]:
    """List the versions of what results depend on most.

    Returns:
        Those of Python, of Dioptra and of the libraries that attack, predict and track.
    """
    found = {name: _find_version(name) for name in NAMED}
    tensorflow = next(filter(None, map(_find_version, TENSORFLOW)), None)
    versions = {"python": platform.python_version(), "dioptra": __version__, **found}
    # In the workers, the code is mounted and not installed.
    return {name: text for name, text in {**versions, "tensorflow": tensorflow}.items() if text}


def _find_processor() -> str:
    lines = CPU_INFO.read_text(encoding="utf-8").splitlines() if CPU_INFO.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _find_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
