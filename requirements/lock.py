"""Renew the locks in requirements/, or check that they still fit pyproject.toml."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What each lock holds; all of them install on Linux x86-64 and arm64.
LOCKS = {
    "bench": ["pyproject.toml", "--extra", "tensorflow", "--group", "bench"],
    "dev": ["pyproject.toml", "--extra", "tensorflow", "--extra", "dask", "--group", "dev"],
    "mlflow": ["--group", "pyproject.toml:mlflow-server"],
    "prefect": ["--group", "pyproject.toml:prefect-server"],
    "tensorflow": ["pyproject.toml", "--extra", "tensorflow"],
    "tensorflow-gpu": ["pyproject.toml", "--extra", "tensorflow-gpu"],
    "uv": ["--group", "pyproject.toml:uv"],
}
OPTIONS = ["--universal", "--generate-hashes", "--no-header", "--no-emit-index-url", "--quiet"]


def compile_lock(name: str, target: Path) -> None:
    """Resolve one lock; versions that the target file already holds are kept where they fit."""
    # One from the environment of this interpreter, else the one of the machine.
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    command = [uv, "pip", "compile", *OPTIONS, "--no-annotate", *LOCKS[name]]
    command += ["--python-version", "3.11", "--output-file", str(target)]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    """Renew or check every lock."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if stale")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    options = parser.parse_args()
    stale = []
    for name in LOCKS:
        lock = ROOT / "requirements" / f"{name}.txt"
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / lock.name
            if lock.exists() and not options.upgrade:
                shutil.copy(lock, made)
            compile_lock(name, made)
            if not lock.exists() or made.read_bytes() != lock.read_bytes():
                stale.append(lock.name)
                if not options.check:
                    shutil.copy(made, lock)
    if stale and options.check:
        sys.exit(f"these locks no longer fit pyproject.toml: {', '.join(stale)}; run: make lock")
    print("renewed:" if stale else "up to date", *stale)


if __name__ == "__main__":
    main()
