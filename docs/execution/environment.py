"""The variables that a page sees, the same on the host and in a container."""

import os
import sys
from pathlib import Path

# Pages clone it; what is cloned is the checkout.
REPOSITORY = "https://github.com/dioptra-testbed/dioptra"
MIRRORS = "DIOPTRA_MNIST_MIRRORS"
PLAIN = {
    "COLUMNS": "100",
    "LC_ALL": "C.UTF-8",
    "NO_COLOR": "1",
    # Output and errors in the order in which a terminal shows them.
    "PYTHONUNBUFFERED": "1",
    "TERM": "dumb",
}
# What would make a page behave otherwise than for someone who has just logged in.
UNWANTED = (
    "COVERAGE",
    "COV_",
    "DIOPTRA_",
    "FORCE_COLOR",
    "GIT_",
    "KERAS_",
    "MAKE",
    "MFLAGS",
    "MLFLOW_",
    "PREFECT_",
    "PYTEST_",
    "PYTHON",
    "TF_",
    "VIRTUAL_ENV",
    "XDG_",
)


def describe_pages(root: str, home: str, mirrors: str | None = None) -> dict[str, str]:
    """Give what every page sees; the code is that of its own copy of the checkout."""
    path = f"{root}/src:{root}/task-plugins"
    given = {MIRRORS: mirrors} if mirrors else {}
    return {**PLAIN, "HOME": home, "PYTHONPATH": path, **given}


def describe_host(root: Path, home: Path, checkout: Path) -> dict[str, str]:
    """Give the environment of a page on the host."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(UNWANTED)}
    # Docker's command looks for its plugins, Compose among them, below this folder.
    docker = os.environ.get("DOCKER_CONFIG", str(Path.home() / ".docker"))
    # A page that makes an environment need not fetch again what this machine has fetched.
    packages = os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv"))
    return {
        **inherited,
        "DOCKER_CONFIG": docker,
        "UV_CACHE_DIR": packages,
        **describe_pages(str(root), str(home), os.environ.get(MIRRORS)),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{checkout}.insteadOf",
        "GIT_CONFIG_VALUE_0": REPOSITORY,
    }
