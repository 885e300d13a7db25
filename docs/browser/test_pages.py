# SPDX-License-Identifier: Apache-2.0
"""Pages read well on a desk and on a phone, in the light and in the dark, and ask nobody else."""

from pathlib import Path

from conftest import BUILD, HTML
from playwright.sync_api import Browser, Page

SCREENSHOTS = BUILD / "screenshots"
PHONE = 390
DESK = 1280
# On either side of where columns come and go.
BETWEEN = (760, 800, 960, 1000, 1070, 1100, 1160, 1190, 1310, 1330, 1410, 1440)
LARGEST_BYTES = 300_000
LARGEST_PICTURE_BYTES = 150_000
# The contrast of text that WCAG 2.1 asks for at level AA.
CONTRAST = 4.5

READ_CONTRASTS = """() => {
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const luminance = colour => numbers(colour).slice(0, 3)
        .map(byte => byte / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const below = element => {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            const alpha = numbers(colour)[3];
            if (alpha === undefined || alpha > 0.5) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    return ['p', 'a.reference', 'code', 'pre', 'pre .go', 'pre .gp', '.sig-name', 'dt', 'td']
        .map(selector => [selector, document.querySelector('article ' + selector)])
        .filter(([, element]) => element)
        .map(([selector, element]) => {
            const [a, b] = [getComputedStyle(element).color, below(element)].map(luminance);
            return [selector, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
        });
}"""
READ_BACKGROUND = "Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"


def test_a_page_fits_a_phone_and_a_desk(
    browser: Browser, site: str, name: str, scheme: str
) -> None:
    context = browser.new_context(base_url=site, color_scheme=scheme)
    page = context.new_page()
    page.goto(name)
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        picture = SCREENSHOTS / f"{Path(name).with_suffix('')}-{scheme}-{width}.png"
        page.screenshot(path=picture)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for width in BETWEEN:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    bright = page.evaluate(READ_BACKGROUND)
    faint = {what: ratio for what, ratio in page.evaluate(READ_CONTRASTS) if ratio < CONTRAST}
    context.close()
    assert (bright > 200) == (scheme == "light")  # noqa: PLR2004 - near white, of 255
    assert not faint


def test_a_page_asks_no_other_host(page: Page, site: str, name: str) -> None:
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: answer.ok or failed.append(answer.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(name)
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if not url.startswith((site, "data:"))]
    assert not failed


def test_a_page_is_small(name: str) -> None:
    assert (HTML / name).stat().st_size <= LARGEST_BYTES


def test_pictures_are_small() -> None:
    pictures = [*HTML.glob("_images/*"), *HTML.glob("_static/*.png")]
    assert pictures
    assert not [path.name for path in pictures if path.stat().st_size > LARGEST_PICTURE_BYTES]


def test_the_search_finds_a_word(page: Page) -> None:
    page.goto("search.html?q=wasserstein")
    found = page.locator("#search-results li a", has_text="Built-in tasks").first
    found.click()
    page.wait_for_url("**/reference/builtins.html*")


def test_the_button_of_the_page_switches_to_the_dark(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("index.html")
    for _ in range(3):
        if page.evaluate(READ_BACKGROUND) < 100:  # noqa: PLR2004 - near black, of 255
            return
        page.locator("button.theme-toggle:visible").first.click()
    raise AssertionError("no dark page after three clicks")
