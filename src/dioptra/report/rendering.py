# SPDX-License-Identifier: Apache-2.0
"""From a template to a page."""

from collections.abc import Mapping

PACKAGE = "dioptra.report"


def render(template: str, context: Mapping[str, object], package: str = PACKAGE) -> str:
    """Write a page.

    Args:
        template: The name of its template.
        context: The template's variables.
        package: The package whose folder ``templates`` holds it; those of ``dioptra.report`` may
            be included from anywhere.

    Returns:
        The page, as HTML.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    from dioptra.report import text

    folders = dict.fromkeys((package, PACKAGE))
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(folder) for folder in folders]),
        autoescape=True,
        keep_trailing_newline=True,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "enumerate_words": text.enumerate_words,
        "keep_together": text.keep_together,
        "norm_name": text.norm_name,
        "number": text.number,
        "percent": text.percent,
        "percent_range": text.percent_range,
        "points": text.points,
        "probability": text.probability,
        "seconds": text.seconds,
        "setting": text.setting,
    }
    return environment.get_template(template).render(context)
