# SPDX-License-Identifier: Apache-2.0
"""The copy button gives what is typed, and nothing else."""

import re
from collections.abc import Iterator

from conftest import PAGES
from playwright.sync_api import Locator, Page

BLOCKS = "article div[class*='highlight-'] > .highlight"
PROMPTS = {
    "console": (re.compile(r"\$ "), re.compile(r">( |$)")),
    "pycon": (re.compile(r">>>( |$)"), re.compile(r"\.\.\.( |$)")),
}


def typed(language: str, text: str) -> str:
    """Tell what one types of a block, from its text alone."""
    if language not in PROMPTS:
        return text.removesuffix("\n")
    # The last line is not ended, so that whoever pastes it can read it before it runs.
    return "\n".join(_commands(text, *PROMPTS[language])).removesuffix("\n")


def _commands(text: str, prompt: re.Pattern[str], further: re.Pattern[str]) -> Iterator[str]:
    in_command = False
    for line in text.splitlines():
        found = prompt.match(line) or (further.match(line) if in_command else None)
        in_command = found is not None
        if found:
            yield line[found.end() :]


def language_of(block: Locator) -> str:
    classes = block.evaluate("block => block.parentElement.className")
    return re.search(r"highlight-(\w+)", classes)[1]


def show(block: Locator) -> None:
    """Open the tab in which a block lies."""
    block.evaluate("""block => {
        const tab = block.closest('.sd-tab-content');
        if (tab) tab.previousElementSibling.click();
    }""")


def copy(page: Page, block: Locator) -> str:
    page.evaluate("navigator.clipboard.writeText('')")
    block.hover()
    block.locator("button.copybtn").click()
    page.wait_for_function("navigator.clipboard.readText()")
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_the_button_copies_what_is_typed(page: Page, name: str) -> None:
    page.goto(name)
    for block in page.locator(BLOCKS).all():
        language = language_of(block)
        if language == "text":
            assert block.locator("button.copybtn").count() == 0
            continue
        show(block)
        text = block.locator("pre").evaluate("pre => pre.textContent")
        assert copy(page, block) == typed(language, text)


def test_there_are_blocks_to_copy(page: Page) -> None:
    page.goto("user-guide/task-plugins-collection.html")
    assert {language_of(block) for block in page.locator(BLOCKS).all()} == {"console", "pycon"}


def test_a_heredoc_and_a_loop_are_copied_whole() -> None:
    text = "$ cat > f <<'EOF'\n> a\n>\n> EOF\n$ for i in 1 2; do\n>   echo $i\n> done\n1\n2\n> 3\n"
    copied = "cat > f <<'EOF'\na\n\nEOF\nfor i in 1 2; do\n  echo $i\ndone"
    assert typed("console", text) == copied


def test_every_page_of_the_guide_is_visited() -> None:
    assert {"index.html", "glossary.html", "reference/builtins.html"} <= set(PAGES)
