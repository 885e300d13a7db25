"""What git tracks, as it stands in the working tree, copied to where a page runs."""

import io
import shutil
import subprocess
import tarfile
from pathlib import Path


def list_files(checkout: Path) -> list[str]:
    """List what git tracks, or would if it were added."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(words, cwd=checkout, capture_output=True, check=True)  # noqa: S603 - fixed
    names = set(done.stdout.decode().split("\0")) - {""}
    # Removed files stay listed until the removal is added.
    return sorted(name for name in names if (checkout / name).is_file())


def copy_files(checkout: Path, folder: Path) -> None:
    """Copy the files with their times."""
    for name in list_files(checkout):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(checkout / name, folder / name)


def pack_files(checkout: Path) -> bytes:
    """Pack the files as a tar archive."""
    return pack_paths({name: checkout / name for name in list_files(checkout)})


def pack_paths(paths: dict[str, Path]) -> bytes:
    """Pack files and folders under other names."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, path in paths.items():
            archive.add(path, name)
    return packed.getvalue()
