# SPDX-License-Identifier: Apache-2.0
"""The fast gradient method in memory, beside other libraries and above the floor."""

from typing import Any

from benchmarks.contenders import Contender, hold_contest
from benchmarks.measuring import compare
from benchmarks.peers import with_tensorflow, with_torch
from benchmarks.peers.case import AttackCase
from benchmarks.results import Outcome
from benchmarks.workbench import Workbench

SUITE = "the suite: ART, compiled"
STOCK = "stock ART (TensorFlowV2Classifier)"
FLOOR = "floor: forward and backward only"
MOST_DIFFERING = 0.01
ROUNDING = 1e-6
PEERS = {
    "Foolbox (TensorFlow)": (with_tensorflow.make_foolbox, ("foolbox",)),
    "CleverHans (TensorFlow)": (with_tensorflow.make_cleverhans, ("cleverhans",)),
    "torchattacks": (with_torch.make_torchattacks, ("torch", "torchattacks")),
    "Foolbox (PyTorch)": (with_torch.make_torch_foolbox, ("torch", "foolbox")),
    "CleverHans (PyTorch)": (with_torch.make_torch_cleverhans, ("torch", "cleverhans")),
}
CONTENDERS = [
    Contender(SUITE, with_tensorflow.make_suite),
    Contender(STOCK, with_tensorflow.make_stock_art),
    *(Contender(name, make, needs, is_peer=True) for name, (make, needs) in PEERS.items()),
    Contender(FLOOR, with_tensorflow.make_floor),
]
# No bar is about these.
OTHERS = [
    Contender("ART (KerasClassifier)", with_tensorflow.make_keras_art, is_peer=True),
    Contender("ART (PyTorchClassifier)", with_torch.make_torch_art, ("torch",), is_peer=True),
    Contender("one compiled step, no library", with_tensorflow.make_fused),
]


def run(bench: Workbench) -> Outcome:
    """Time the attack on the test images, batch 32.

    Args:
        bench: The workbench.
    """
    case = make_case(bench)
    # The check of the first contender needs what the yardstick computes.
    expected = with_tensorflow.make_stock_art(case)()
    contest = hold_contest(
        "fgm",
        CONTENDERS if bench.quick else CONTENDERS + OTHERS,
        case,
        lambda result: describe(result, expected),
        len(case.images),
        "images/s",
        STOCK,
        bench.rounds,
    )
    outcome = Outcome(contest.rows)
    seconds = contest.seconds
    suite = seconds[SUITE]
    outcome.add_bar("fgm: times as fast as stock ART", compare(seconds[STOCK], suite), 2.5)
    notes = {row.contender: row.note for row in contest.rows}
    for name in PEERS:
        faster = compare(seconds[name], suite) if name in seconds else None
        note = "" if faster else notes[name]
        outcome.add_bar(f"fgm: times as fast as {name}", faster, 1.0, note=note)
    outcome.add_bar("fgm: share of the floor's speed", compare(seconds[FLOOR], suite), 0.75)
    return outcome


def make_case(bench: Workbench) -> AttackCase:
    """Wrap the model for the attack.

    Args:
        bench: The workbench.
    """
    import numpy as np

    from dioptra_builtins._quiet_art import quiet_art

    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    images = bench.images[:: bench.step].astype(np.float32) / np.float32(255)
    return AttackCase(bench.model, wrap_model(bench.model), images, bench.labels[:: bench.step])


def describe(result: Any, expected: Any) -> str:
    """Say how far adversarial images are from those of stock ART.

    Args:
        result: float32 [n, ...]; None of the floor, which makes none.
        expected: Those of stock ART.

    Returns:
        ``"equal"``, or the share of the pixels that differ; a sign is lost where a gradient is
        nearly zero.

    Raises:
        ValueError: More than one pixel of a hundred differs.
    """
    import numpy as np

    if result is None:
        return "makes no images"
    difference = np.abs(np.asarray(result, np.float64) - expected)
    if not difference.any():
        return "equal to stock ART"
    share = (difference > ROUNDING).mean()
    if share > MOST_DIFFERING:
        raise ValueError(f"{share:.2%} of the pixels are not those of stock ART")
    return f"{share:.2%} of the pixels differ from stock ART's, by at most {difference.max():.2g}"
