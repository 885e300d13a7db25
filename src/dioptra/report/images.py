# SPDX-License-Identifier: Apache-2.0
"""The picture of sample images: clean, adversarial and the difference."""

from typing import TYPE_CHECKING

from dioptra.report.difference import difference, largest_change
from dioptra.report.drawing import BAD, GOOD, MUTED
from dioptra.report.sheet import COLUMN, GAP, Sheet
from dioptra.report.text import shorten

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from dioptra.report.samples import Group, Sample

# Inches, as all of a sheet, so that a block looks the same however many there are.
GUTTER = 1.0
LINE = 0.28
HEAD = 0.34
FOOT = 0.62
MINIMUM_WIDTH = 5.0

TITLE_SIZE = 11
TITLE_LENGTH = 24
LABEL_LENGTH = 8
NAMES = ("clean", "adversarial", "difference")


def draw_images(groups: list["Group"]) -> "Figure":
    """Draw the samples, a block for each attacked model and eps, a column for each image.

    All differences share one scale, from minus to plus ``largest_change``; white is no change.

    Args:
        groups: At least one.

    Returns:
        A figure that is not known to pyplot.
    """
    from matplotlib.figure import Figure

    rows, columns = groups[0].samples[0].clean.shape[:2]
    tall = (COLUMN - GAP) * rows / columns
    block = HEAD + LINE + len(NAMES) * (tall + LINE)
    width = max(MINIMUM_WIDTH, GUTTER + COLUMN * max(len(group.samples) for group in groups))
    height = block * len(groups) + FOOT
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    sheet = Sheet(axes, tall, largest_change(groups))
    for index, group in enumerate(groups):
        _draw_group(sheet, group, index * block)
    sheet.text(GAP, height - FOOT + 2 * GAP, "scale", color=MUTED)
    sheet.scale(GUTTER, width - GAP, height - FOOT + GAP)
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return figure


def describe_images(groups: list["Group"]) -> str:
    """Tell in words what the picture shows, for those who do not see it."""
    blocks = ["Clean images, adversarial images and their differences."]
    for group in groups:
        readings = (
            f"{sample.label} read as {sample.predicted_clean} clean and "
            f"{sample.predicted_adversarial} adversarial"
            for sample in group.samples
        )
        name = _name(group, group.attacked)
        blocks.append(f"{name[0].upper()}{name[1:]}: {'; '.join(readings)}.")
    return " ".join(blocks)


def _name(group: "Group", model: str) -> str:
    return f"{shorten(group.attack, TITLE_LENGTH)} on {model}, eps {group.eps:g}"


def _draw_group(sheet: Sheet, group: "Group", top: float) -> None:
    title = _name(group, shorten(group.attacked, TITLE_LENGTH))
    sheet.text(GAP, top + (HEAD + GAP) / 2, title, weight="bold", size=TITLE_SIZE)
    top += HEAD
    sheet.text(GAP, top + LINE / 2, "true class", color=MUTED)
    for row, name in enumerate(NAMES):
        sheet.text(GAP, top + LINE + row * (sheet.tall + LINE) + sheet.tall / 2, name, color=MUTED)
    for column, sample in enumerate(group.samples):
        _draw_sample(sheet, sample, GUTTER + column * COLUMN, top)


def _draw_sample(sheet: Sheet, sample: "Sample", left: float, top: float) -> None:
    centre, step = left + (COLUMN - GAP) / 2, sheet.tall + LINE
    sheet.text(centre, top + LINE / 2, shorten(sample.label, LABEL_LENGTH), ha="center")
    top += LINE
    for pixels, predicted in (
        (sample.clean, sample.predicted_clean),
        (sample.adversarial, sample.predicted_adversarial),
    ):
        sheet.image(pixels, left, top)
        top += step
        right = predicted == sample.label
        reading = f"{'✓' if right else '✗'} {shorten(predicted, LABEL_LENGTH)}"
        colour = GOOD if right else BAD
        sheet.text(centre, top - LINE / 2, reading, ha="center", color=colour)
    sheet.change(difference(sample), left, top)
