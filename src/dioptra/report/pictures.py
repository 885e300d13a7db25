# SPDX-License-Identifier: Apache-2.0
"""All pictures of a report: drawn, stored, and in the form in which the page holds them."""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dioptra.report.curves import draw_curves
from dioptra.report.drawing import drawing_style, save_png, svg
from dioptra.report.files import CURVES, IMAGES, TRANSFER
from dioptra.report.images import draw_images
from dioptra.report.study import studies
from dioptra.report.transfer import draw_transfer

if TYPE_CHECKING:
    from dioptra.report.samples import Group
    from dioptra.report.schema import Results


@dataclass(frozen=True)
class Pictures:
    """Curves and transfer matrix as SVG elements; images as a ``data:`` URI, if there are any."""

    curves: str
    transfer: str
    images: str | None


def write_pictures(folder: Path, results: "Results", groups: list["Group"]) -> Pictures:
    """Draw and store the pictures of a report.

    Args:
        folder: Where to store them, under the names ``PICTURES``.
        results: Checked results.
        groups: The sample images; without any, an older picture of them is removed.

    Returns:
        The same pictures for the page.
    """
    with drawing_style():
        curves, transfer = draw_curves(studies(results)), draw_transfer(studies(results))
        save_png(curves, folder / CURVES)
        save_png(transfer, folder / TRANSFER)
        if groups:
            save_png(draw_images(groups), folder / IMAGES)
        else:
            (folder / IMAGES).unlink(missing_ok=True)
        uri = _data_uri(folder / IMAGES) if groups else None
        return Pictures(svg(curves, "curves"), svg(transfer, "transfer"), uri)


def _data_uri(path: Path) -> str:
    return f"data:image/png;base64,{b64encode(path.read_bytes()).decode()}"
