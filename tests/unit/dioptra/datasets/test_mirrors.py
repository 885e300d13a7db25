"""Fetching from mirrors, over a real server on the loopback address."""

import gzip
import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dioptra.datasets.mirrors import fetch
from dioptra.sdk.exceptions import DownloadError

CONTENT = bytes(range(256)) * 40
ZIPPED = gzip.compress(CONTENT, mtime=0)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


Serve = Callable[..., "Mirror"]


class Mirror(ThreadingHTTPServer):
    """Serves one file, and remembers from which byte on it was asked for."""

    def __init__(self, body: bytes, *, ranges: bool) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.body = body
        self.ranges = ranges
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/files/"


class Handler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        wanted = self.headers["Range"]
        self.server.asked.append(wanted)
        start = int(wanted.split("=")[1].rstrip("-")) if wanted and self.server.ranges else 0
        if self.path != "/files/file.gz":
            self.send_error(404)
        elif start >= len(self.server.body):
            self.send_error(416)
        else:
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(self.server.body) - start))
            self.end_headers()
            self.wfile.write(self.server.body[start:])

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    mirrors: list[Mirror] = []

    def start(body: bytes = ZIPPED, *, ranges: bool = True) -> Mirror:
        mirror = Mirror(body, ranges=ranges)
        threading.Thread(target=mirror.serve_forever, args=(0.01,), daemon=True).start()
        mirrors.append(mirror)
        return mirror

    yield start
    for mirror in mirrors:
        mirror.shutdown()
        mirror.server_close()


def test_a_download_is_kept_so_that_the_next_call_asks_no_mirror(
    serve: Serve, tmp_path: Path
) -> None:
    mirror = serve()
    assert fetch("file", SHA256, [mirror.url], tmp_path) == CONTENT
    assert fetch("file", SHA256, [], tmp_path) == CONTENT
    assert mirror.asked == [None]
    assert [file.name for file in tmp_path.glob("file*")] == ["file.gz"]


def test_an_unfinished_download_is_taken_up_where_it_stopped(serve: Serve, tmp_path: Path) -> None:
    mirror = serve()
    (tmp_path / "file.gz.part").write_bytes(ZIPPED[:50])
    assert fetch("file", SHA256, [mirror.url], tmp_path) == CONTENT
    assert mirror.asked == ["bytes=50-"]


def test_a_mirror_that_cannot_resume_is_read_from_the_start(serve: Serve, tmp_path: Path) -> None:
    mirror = serve(ranges=False)
    (tmp_path / "file.gz.part").write_bytes(ZIPPED[:50])
    assert fetch("file", SHA256, [mirror.url], tmp_path) == CONTENT


def test_an_unfinished_download_that_is_too_long_is_dropped(serve: Serve, tmp_path: Path) -> None:
    first, second = serve(), serve()
    (tmp_path / "file.gz.part").write_bytes(ZIPPED + b"more")
    assert fetch("file", SHA256, [first.url, second.url], tmp_path) == CONTENT
    assert second.asked == [None]


def test_wrong_content_is_dropped_and_the_next_mirror_tried(serve: Serve, tmp_path: Path) -> None:
    wrong, right = serve(gzip.compress(b"another file")), serve()
    assert fetch("file", SHA256, [wrong.url, right.url], tmp_path) == CONTENT
    assert len(wrong.asked) == len(right.asked) == 1


def test_what_is_no_gzip_file_is_dropped_and_the_next_mirror_tried(
    serve: Serve, tmp_path: Path
) -> None:
    wrong, right = serve(b"<html>sign in, please</html>"), serve()
    assert fetch("file", SHA256, [wrong.url, right.url], tmp_path) == CONTENT


def test_a_damaged_file_of_the_cache_is_fetched_again(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "file.gz").write_bytes(ZIPPED[:100])
    assert fetch("file", SHA256, [serve().url], tmp_path) == CONTENT


@pytest.mark.parametrize(("name", "content"), [("file.gz", ZIPPED), ("file", CONTENT)])
def test_a_local_folder_is_read_in_place(tmp_path: Path, name: str, content: bytes) -> None:
    local, cache = tmp_path / "local", tmp_path / "cache"
    local.mkdir()
    (local / name).write_bytes(content)
    assert fetch("file", SHA256, [str(local)], cache) == CONTENT
    assert not cache.exists()


def test_the_error_gives_the_reason_of_each_mirror(serve: Serve, tmp_path: Path) -> None:
    missing = f"{serve().url}elsewhere/"
    wrong = serve(gzip.compress(b"another file")).url
    with pytest.raises(DownloadError) as caught:
        fetch("file", SHA256, [missing, wrong, str(tmp_path / "nowhere")], tmp_path / "cache")
    message = str(caught.value)
    assert "404" in message
    assert "not the genuine one" in message
    assert "No such file" in message
    assert "DIOPTRA_MNIST_MIRRORS" in message


def test_a_mirror_that_refuses_connections_is_named(tmp_path: Path) -> None:
    mirror = Mirror(b"", ranges=True)
    mirror.server_close()
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1.*refused"):
        fetch("file", SHA256, [mirror.url], tmp_path)
