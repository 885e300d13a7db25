# SPDX-License-Identifier: Apache-2.0
"""``python -m benchmarks.flame_graph``: draw where the time of the entry point ``fgm`` goes."""

import cProfile
import io
import pstats
import tempfile
from pathlib import Path

from benchmarks.subjects.entry_point import Case, make_suite
from benchmarks.workbench import ROOT, open_workbench

PICTURE = ROOT / "docs" / "source" / "explanation" / "fgm-flame-graph.svg"
# Parts of the whole below this share are left out.
THRESHOLD = 0.01


def main() -> None:
    """Profile the second run in a process, in which nothing is imported or compiled any more."""
    from dioptra.entrypoint.server import embedded_server

    profiler = cProfile.Profile()
    with tempfile.TemporaryDirectory(prefix="dioptra-bench-") as work:
        bench = open_workbench(Path(work).resolve(), 1, quick=True)
        attack = make_suite(Case(bench.model, bench.data, bench.work))
        with embedded_server():
            attack()
            profiler.enable()
            attack()
            profiler.disable()
    PICTURE.write_text(draw(profiler), encoding="utf-8")
    print(PICTURE.relative_to(ROOT))


def draw(profiler: cProfile.Profile) -> str:
    """Draw a flame graph.

    Args:
        profiler: What was profiled.

    Returns:
        A picture as SVG, with the names of files without their folders.
    """
    import flameprof

    stats = pstats.Stats(profiler).strip_dirs()
    picture = io.StringIO()
    # What pstats computes from is not among its published attributes.
    flameprof.render(vars(stats)["stats"], picture, threshold=THRESHOLD)
    return picture.getvalue()


if __name__ == "__main__":
    main()
