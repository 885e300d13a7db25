# SPDX-License-Identifier: Apache-2.0
"""What the page's template is given."""

from typing import TYPE_CHECKING, Any

from dioptra.report.comparisons import describe_strongest, list_comparisons
from dioptra.report.curves import describe_curves
from dioptra.report.difference import largest_change
from dioptra.report.distances import mean_distances
from dioptra.report.images import describe_images
from dioptra.report.integrity import sampling_error, stored_sets
from dioptra.report.study import AttackStudy, studies
from dioptra.report.summary import summarise
from dioptra.report.timing import overhead_share, steps
from dioptra.report.transfer import describe_transfer

if TYPE_CHECKING:
    from dioptra.report.pictures import Pictures
    from dioptra.report.samples import Group
    from dioptra.report.schema import Results

CLEAN = "clean_accuracy"


def page_context(
    results: "Results", groups: list["Group"], pictures: "Pictures"
) -> dict[str, object]:
    """Collect what the page shows.

    Args:
        results: Checked results.
        groups: The sample images, if any.
        pictures: As the page holds them.

    Returns:
        The template's variables.
    """
    return {
        "results": results,
        "properties": _properties(results),
        "studies": [_study(study, results) for study in studies(results)],
        "clean_intervals": studies(results)[0].clean_intervals,
        "sampling_error": sampling_error(results),
        "groups": groups,
        "images_text": describe_images(groups),
        "largest_change": largest_change(groups) if groups else None,
        "pictures": pictures,
        "settings": results.settings or {},
        "steps": steps(results.durations),
        "overhead_share": overhead_share(results.durations),
    }


def _properties(results: "Results") -> dict[str, dict[str, Any]]:
    """Sort what is known of the models by property, those that no model has left out."""
    known = {name: model.model_dump(exclude={CLEAN}) for name, model in results.models.items()}
    keys = dict.fromkeys(key for properties in known.values() for key in properties)
    table = {key: {name: known[name].get(key) for name in known} for key in keys}
    return {key: row for key, row in table.items() if any(v is not None for v in row.values())}


def _study(study: AttackStudy, results: "Results") -> dict[str, object]:
    return {
        "study": study,
        "summary": summarise(study),
        "cards": _cards(study),
        "curves": describe_curves(study),
        "transfer": describe_transfer(study),
        "distances": mean_distances(study),
        "stored_sets": stored_sets(study, results.n_test),
        "comparisons": list_comparisons(results, study),
        "verdicts": describe_strongest(results, study),
    }


def _cards(study: AttackStudy) -> list[tuple[str, float, float]]:
    """List attacked models with their accuracy on clean images and at the largest eps."""
    largest = study.strengths[-1]
    return [
        (pair.attacked, study.clean[pair.attacked], study.accuracy[pair, largest])
        for pair in study.pairs
        if pair.direct and (pair, largest) in study.accuracy
    ]
