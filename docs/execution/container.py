"""A page's session in a container of the worker's image, confined as in compose.yaml."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from execution.checkout import pack_files, pack_paths
from execution.environment import MIRRORS, describe_pages
from execution.shell import BASH, Shell, ShellEndedError

IMAGE = "dioptra/worker-cpu:dev"
ROOT = "/workspace/checkout"
MIRROR = "/scratch/mirror"
HOME = "/scratch/home"
# Longer than any page; a container whose session was lost ends by itself.
LIFETIME = "7200"
# Set by the image: a page works in its own checkout, which is the workspace, and which keeps
# bytecode as a reader's does.
UNSET = ("DIOPTRA_WORKSPACE", "PYTHONDONTWRITEBYTECODE")
RUN = ["run", "--detach", "--rm", "--init", "--read-only", "--cap-drop", "ALL"]
CONFINED = [
    *RUN,
    *("--security-opt", "no-new-privileges:true", "--network", "none"),
    *("--tmpfs", "/tmp", "--volume", "/workspace", "--volume", "/scratch"),  # noqa: S108 - the container's
]


@contextmanager
def open_session(checkout: Path) -> Iterator[Shell]:
    """Open a shell in a fresh container with a copy of the checkout; it is removed at the end."""
    container = docker(*CONFINED, IMAGE, "sleep", LIFETIME).decode().strip()
    try:
        docker("exec", container, "mkdir", ROOT, MIRROR, HOME)
        unpack(container, ROOT, pack_files(checkout))
        environment = describe_pages(ROOT, HOME, send_mirrors(container))
        settings = [f"{name}={value}" for name, value in environment.items()]
        words = ["docker", "exec", "--interactive", "--workdir", ROOT, container]
        unset = [f"--unset={name}" for name in UNSET]
        shell = Shell([*words, "env", *unset, *settings, *BASH], ROOT)
        try:
            yield shell
        finally:
            shell.kill()
    finally:
        docker("rm", "--force", "--volumes", container)


def send_mirrors(container: str) -> str | None:
    """Copy those mirrors that are folders of the host into the container, and name all."""
    mirrors = [mirror.strip() for mirror in os.environ.get(MIRRORS, "").split(",")]
    seen = []
    for number, mirror in enumerate(mirrors):
        if Path(mirror).is_dir() and mirror:
            unpack(container, MIRROR, pack_paths({str(number): Path(mirror)}))
            seen.append(f"{MIRROR}/{number}")
        else:
            seen.append(mirror)
    return ",".join(seen) or None


def unpack(container: str, folder: str, archive: bytes) -> None:
    """Unpack a tar archive in the container."""
    words = ["exec", "--interactive", container, "tar", "--extract", "--directory", folder]
    docker(*words, "--no-same-owner", content=archive)


def docker(*words: str, content: bytes = b"") -> bytes:
    """Run a command of Docker; gives what it prints.

    Raises:
        ShellEndedError: It failed.
    """
    done = subprocess.run(  # noqa: S603 - the words are fixed but for names
        ["docker", *words],  # noqa: S607 - found on the path
        input=content,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise ShellEndedError(f"docker {words[0]}: {done.stderr.decode().strip()}")
    return done.stdout
