import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import TemplateNotFound

from dioptra.report.rendering import render


def test_a_page_starts_with_what_all_pages_share() -> None:
    text = render("head.html.j2", {"title": "a < b"})
    assert text.startswith("<!doctype html>\n")
    assert "<title>a &lt; b</title>" in text
    assert "default-src 'none'" in text


def test_another_package_includes_the_templates_of_this_one() -> None:
    shared, given = render("head.html.j2", {"title": "x"}), {"title": "x"}
    assert render("head.html.j2", given, package="dioptra.sweep") == shared


def test_a_variable_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="title"):
        render("head.html.j2", {})


def test_a_template_of_another_package_is_not_found_in_this_one() -> None:
    with pytest.raises(TemplateNotFound):
        render("sweep.html.j2", {})
