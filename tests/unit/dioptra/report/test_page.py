import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dioptra.report import PICTURES, Outcome, compare_outcomes, write_report, write_results
from dioptra.sdk import requirements
from dioptra.sdk.exceptions import MissingRequirementError, ResultsError

VOID = {"meta", "link", "img", "wbr", "br"}


class Page(HTMLParser):
    """Collects what the tests ask for, and fails where an element is closed out of turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in {"td", "th"}:
            self.tables[-1][-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            cell = f"{self.tables[-1][-1][-1]} {data}"
            self.tables[-1][-1][-1] = " ".join(cell.split())

    def attributes(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def _text(folder: Path) -> str:
    return write_report(folder).read_text(encoding="utf-8")


def test_the_page_lies_beside_the_results(folder: Path) -> None:
    assert write_report(folder) == folder / "report.html"
    assert all((folder / name).is_file() for name in PICTURES)


def test_a_folder_may_be_named_by_text(folder: Path) -> None:
    assert write_report(str(folder)) == folder / "report.html"


def test_equal_results_give_equal_bytes(folder: Path, results: dict[str, Any]) -> None:
    names = ["report.html", *PICTURES]
    write_report(folder)
    first = [(folder / name).read_bytes() for name in names]
    results["attacks"].reverse()
    write_results(folder, results)
    write_report(folder)
    assert [(folder / name).read_bytes() for name in names] == first


def test_every_element_is_closed_in_turn(folder: Path) -> None:
    assert Page(_text(folder)).open == []


def test_the_heading_names_models_and_data_set(folder: Path) -> None:
    assert "<h1>Robustness of a and b on digits</h1>" in _text(folder)


def test_the_summary_stands_on_the_page(folder: Path) -> None:
    assert "the accuracy of a falls from 90.0\xa0% to 10.0\xa0%" in _text(folder)


def test_the_page_has_its_seven_sections(folder: Path) -> None:
    heads = re.findall(r"<h2 [^>]*>([^<]*)</h2>", _text(folder))
    assert heads == [
        "Clean accuracy",
        "Accuracy under attack",
        "Transfer",
        "Distances",
        "Integrity",
        "Sample images",
        "How it was made",
    ]


def test_the_tables_hold_the_numbers(folder: Path) -> None:
    clean, attack, transfer, distances, integrity, durations, settings, versions = Page(
        _text(folder)
    ).tables
    dash = "–"  # noqa: RUF001
    assert clean[1:] == [
        ["a", f"90.0 % 82.6{dash}94.5 %", "1,234", "2"],
        ["b", f"80.0 % 71.1{dash}86.7 %", dash, dash],
    ]
    kept = [f"50.0 % 40.4{dash}59.6 %", f"70.0 % 60.4{dash}78.1 %", f"40.0 % 30.9{dash}49.8 %"]
    assert attack[3] == ["0.1", *kept, dash]
    assert transfer[1:] == [
        ["a", f"10.0 % 5.5{dash}17.4 %", f"60.0 % 50.2{dash}69.1 %"],
        ["b", f"85.0 % 76.7{dash}90.7 %", f"0.0 % 0.0{dash}3.7 %"],
    ]
    assert distances[2:] == [["0.1", "1.000"], ["0.2", "2.000"]]
    assert integrity[2] == ["0.1", "100", "0.1000", "0.0 %", "in order"]
    assert durations[-2:] == [["Overhead", "2.0 s", "20.0 %"], ["Total", "10.0 s", "100.0 %"]]
    assert ["eps", "0.1, 0.2"] in settings
    assert versions[1:] == [["dioptra", "0.1.0"], ["numpy", "2.4.6"]]


def test_comparisons_have_a_section_with_sentences_and_a_table(
    folder: Path, results: dict[str, Any]
) -> None:
    outcomes = {
        Outcome("fgm", "inf", "true", "a", eps, evaluated): np.arange(100) < correct
        for eps, evaluated, correct in [
            (0.1, "a", 50),
            (0.1, "b", 70),
            (0.2, "a", 1),
            (0.2, "b", 2),
        ]
    }
    write_results(folder, {**results, "comparisons": compare_outcomes(outcomes)})
    text = _text(folder)
    assert "neither a nor b is shown to keep more" in text
    table = Page(text).tables[3]
    assert table[1][:7] == ["0.1", "a", "a", "b", "100", "0", "20"]
    assert table[2] == ["0.2", "a", "a", "b", "100", "0", "1", "= 1", "= 1"]
    assert 'href="#comparisons"' in text
    assert Page(text).open == []


def test_a_card_has_the_interval_of_the_accuracy_under_attack(folder: Path) -> None:
    interval = "5.5–17.4 %"  # noqa: RUF001
    assert f"lower than on clean images; 95&nbsp;% interval {interval}</dd>" in _text(folder)


def test_without_comparisons_the_page_has_no_such_section(folder: Path) -> None:
    assert "McNemar" not in _text(folder)


def test_the_page_asks_for_nothing_from_elsewhere(folder: Path) -> None:
    page = Page(_text(folder))
    targets = [
        value
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in {"src", "href", "xlink:href", "action", "data", "poster", "srcset"}
    ]
    assert {target[:5] for target in targets if not target.startswith("#")} == {"data:"}
    assert not page.attributes("script")
    assert "@import" not in _text(folder)
    assert set(re.findall(r"url\((.)", _text(folder))) == {"#"}


def test_no_id_is_used_twice_and_every_link_has_a_target(folder: Path) -> None:
    page = Page(_text(folder))
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert set(ids.values()) == {1}
    assert {attributes["href"][1:] for attributes in page.attributes("a")} <= ids.keys()


def test_tables_have_captions_and_scopes_and_pictures_have_words(folder: Path) -> None:
    page = Page(_text(folder))
    assert len(page.attributes("table")) == len(page.attributes("caption")) == 8
    assert all("scope" in attributes for attributes in page.attributes("th"))
    assert all(len(attributes["alt"]) > 20 for attributes in page.attributes("img"))
    drawn = [each for each in page.attributes("div") if each.get("role") == "img"]
    assert len(page.attributes("svg")) == 2
    assert len(drawn) == 2
    assert all(len(attributes["aria-label"]) > 20 for attributes in drawn)


def test_names_are_text_whatever_they_hold(
    folder: Path, results: dict[str, Any], entry: Callable[..., dict[str, Any]]
) -> None:
    name = "<script>alert('1')</script>"
    results["dataset"] = "<i>"
    results["models"][name] = {"clean_accuracy": 1.0}
    results["attacks"].append(entry(name, name, 0.2, 0.5, distances={"<b>_mean": 1.0}))
    results["settings"]["<u>"] = "</table>"
    write_results(folder, results)
    page = Page(_text(folder))
    assert not {"script", "i", "u"} & {tag for tag, _ in page.elements}
    assert page.open == []


def test_without_samples_the_page_says_so(folder: Path) -> None:
    (folder / "samples.npz").unlink()
    text = _text(folder)
    assert "There are no sample images" in text
    assert not Page(text).attributes("img")


def test_a_broken_file_of_samples_is_an_error(folder: Path) -> None:
    (folder / "samples.npz").write_bytes(b"no")
    with pytest.raises(ResultsError, match=r"samples.npz is not a NumPy archive"):
        write_report(folder)


def test_colour_images_are_told_how_their_difference_was_taken(
    folder: Path, samples: dict[str, Any]
) -> None:
    assert "Of three colour channels" not in _text(folder)
    for name in ("clean", "adversarial"):
        samples[name] = np.repeat(samples[name], 3, axis=-1)
    np.savez(folder / "samples.npz", **samples)
    assert "Of three colour channels" in _text(folder)


def test_results_with_only_what_must_be_there_make_a_page(
    folder: Path, results: dict[str, Any], entry: Callable[..., dict[str, Any]]
) -> None:
    del results["settings"]
    results |= {"durations": {}, "versions": {}, "attacks": [entry("a", "b", 0.1, 0.95)]}
    write_results(folder, results)
    text = _text(folder)
    assert "No distances were measured." in text
    assert Page(text).open == []


def test_a_set_out_of_order_is_told(folder: Path, results: dict[str, Any]) -> None:
    results["attacks"][0]["unchanged_share"] = 0.5
    results["attacks"][3]["unchanged_share"] = 0.5
    write_results(folder, results)
    text = _text(folder)
    assert "<strong>3 of 4</strong> stored sets are in order." in text
    assert '<span class="badge bad">many images unchanged</span>' in text


def test_two_studies_have_tables_of_their_own(
    folder: Path, results: dict[str, Any], entry: Callable[..., dict[str, Any]]
) -> None:
    results["attacks"].append(entry("a", "a", 2.0, 0.3, norm="2"))
    write_results(folder, results)
    text = _text(folder)
    assert re.findall(r"<h3>(.*)</h3>", text) == [
        "fgm, l-2, true labels",
        "fgm, l-inf, true labels",
    ]
    assert Page(text).open == []


def test_without_matplotlib_the_error_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requirements, "find_spec", lambda _: None)
    with pytest.raises(MissingRequirementError, match="the report needs matplotlib"):
        write_report(folder)
