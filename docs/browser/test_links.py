# SPDX-License-Identifier: Apache-2.0
"""Links within the guide lead somewhere, and pages load nothing from elsewhere."""

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from conftest import HTML

LOADING = {"img", "script", "link", "iframe", "source", "video", "audio"}


class Links(HTMLParser):
    """Collects the places that a page names, and where it points."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.targets: list[tuple[str, str]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for attribute, value in attrs:
            if attribute == "id" and value:
                self.places.add(value)
            elif attribute in ("href", "src") and value:
                self.targets.append((tag, value))


@cache
def read_links(path: Path) -> Links:
    return Links(path)


def is_broken(source: Path, target: str) -> bool:
    address = urlsplit(target)
    if address.scheme or address.netloc:
        return False
    relative = unquote(address.path)
    path = HTML / relative[1:] if relative.startswith("/") else source.parent / relative
    path = path.resolve() if relative else source
    if path.is_dir():
        path /= "index.html"
    if not path.is_file():
        return True
    named = unquote(address.fragment)
    return bool(named) and path.suffix == ".html" and named not in read_links(path).places


def test_links_within_the_guide_lead_somewhere(name: str) -> None:
    source = HTML / name
    assert not [target for _, target in read_links(source).targets if is_broken(source, target)]


def test_a_page_loads_nothing_from_elsewhere(name: str) -> None:
    loaded = [target for tag, target in read_links(HTML / name).targets if tag in LOADING]
    assert not [target for target in loaded if urlsplit(target).netloc]
