# SPDX-License-Identifier: Apache-2.0
"""Fetching a gzip-compressed file, known by the SHA-256 of its content, from a list of mirrors."""

import gzip
import hashlib
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dioptra.sdk.exceptions import DownloadError

if TYPE_CHECKING:
    import httpx

PARTIAL_CONTENT = 206
# A machine without network should find out before its user does.
CONNECT_SECONDS = 5
READ_SECONDS = 60


def fetch(name: str, sha256: str, mirrors: Sequence[str], cache: Path) -> bytes:
    """Get a file's content from the cache or the first mirror that has it right.

    Args:
        name: The file's name, without ``.gz``.
        sha256: The hexadecimal SHA-256 of its uncompressed content.
        mirrors: URLs and local folders that hold ``name.gz``; a local one may hold ``name`` itself.
        cache: The folder that keeps downloads, also unfinished ones, which are resumed.

    Returns:
        The uncompressed content.

    Raises:
        DownloadError: No mirror has it; the message gives each one's reason.
    """
    faults = []
    for mirror in (str(cache), *mirrors):
        try:
            content = _read(name, mirror, cache)
        except (OSError, EOFError, zlib.error) as error:
            faults.append(f"{mirror}: {error or type(error).__name__}")
            _discard_damaged(error, cache / f"{name}.gz")
            continue
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
        (cache / f"{name}.gz").unlink(missing_ok=True)
        faults.append(f"{mirror}: its content is not the genuine one (SHA-256)")
    # The cache is no mirror; that it is empty is no news.
    tried = "; ".join(faults[1:]) or "none was given"
    raise DownloadError(
        f"no mirror has {name}.gz ({tried}); name a mirror or a local folder that holds it with "
        "--mirror or DIOPTRA_MNIST_MIRRORS"
    )


def _read(name: str, mirror: str, cache: Path) -> bytes:
    if "://" not in mirror:
        folder = Path(mirror).expanduser()
        plain = folder / name
        return plain.read_bytes() if plain.is_file() else _unzip(folder / f"{name}.gz")
    cache.mkdir(parents=True, exist_ok=True)
    target = cache / f"{name}.gz"
    _download(f"{mirror.rstrip('/')}/{name}.gz", target)
    return _unzip(target)


def _unzip(path: Path) -> bytes:
    with gzip.open(path) as file:
        return file.read()


def _discard_damaged(error: BaseException, cached: Path) -> None:
    if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
        cached.unlink(missing_ok=True)


def _download(url: str, target: Path) -> None:
    import httpx

    partial = target.with_name(f"{target.name}.part")
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    try:
        with httpx.Client(timeout=timeout, follow_redirects=True) as client:
            have = partial.stat().st_size if partial.exists() else 0
            headers = {"Range": f"bytes={have}-"} if have else {}
            with client.stream("GET", url, headers=headers) as response:
                if have and response.is_client_error:
                    # The rest that was asked for does not exist: start anew next time.
                    partial.unlink()
                response.raise_for_status()
                _save(response, partial, target.name)
    except httpx.HTTPError as error:
        raise OSError(str(error).splitlines()[0] if str(error) else type(error).__name__) from error
    partial.replace(target)


def _save(response: "httpx.Response", partial: Path, name: str) -> None:
    from tqdm import tqdm

    resumed = response.status_code == PARTIAL_CONTENT
    progress = tqdm(
        desc=name,
        total=int(response.headers.get("Content-Length", 0)) or None,
        unit="B",
        unit_scale=True,
        delay=2,
        disable=None,
        leave=False,
    )
    with progress, partial.open("ab" if resumed else "wb") as file:
        # The raw bytes: a server may call the file's own compression one of the transfer.
        for chunk in response.iter_raw():
            file.write(chunk)
            progress.update(len(chunk))
        file.flush()
        os.fsync(file.fileno())
