# SPDX-License-Identifier: Apache-2.0
"""The most memory that the entry point ``fgm`` holds, over few images and over many."""

from benchmarks.children import ask
from benchmarks.measuring import compare, summarize
from benchmarks.results import Outcome, Row
from benchmarks.workbench import Workbench, make_subset

ROUNDS = 2


def run(bench: Workbench) -> Outcome:
    """Measure processes that attack 10,000 and 60,000 images.

    Args:
        bench: The workbench.
    """
    _ = bench.model
    training = make_subset(bench.data / "training", bench.work / "training", 60_000)
    cases = {len(bench.images): bench.data, 60_000: training}
    peaks: dict[int, list[float]] = {count: [] for count in cases}
    for number in range(ROUNDS):
        for count, folder in cases.items():
            target = bench.work / f"memory_{count}_{number}"
            done = ask("attack", data_dir=str(folder), target=str(target))
            if done["n"] != count:
                raise ValueError(f"{done['n']} images were attacked and not {count}")
            peaks[count].append(done["peak_mb"])
    measured = {count: summarize(values) for count, values in peaks.items()}
    rows = [
        Row("memory of fgm", f"{count:,} images", found.value, "MB at most", found.noise)
        for count, found in measured.items()
    ]
    few, many = cases
    outcome = Outcome(rows)
    grown = compare(peaks[many], peaks[few])
    name = f"memory: fgm over {many:,} images beside {few:,}"
    outcome.add_bar(name, grown, 1.1, at_least=False)
    return outcome
