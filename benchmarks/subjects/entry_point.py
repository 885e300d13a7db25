# SPDX-License-Identifier: Apache-2.0
"""The entry point ``fgm`` as a whole, everything included but imports."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.classic import attack_folder, measure_accuracy
from benchmarks.contenders import Contender, hold_contest
from benchmarks.measuring import compare
from benchmarks.peers.case import BATCH, EPS
from benchmarks.results import Outcome
from benchmarks.subjects.reading import open_iterator
from benchmarks.workbench import (
    IMAGE_SIZE,
    MODEL,
    SEED,
    Workbench,
    load_flow,
    make_subset,
    read_testing,
)

if TYPE_CHECKING:
    import keras

SUITE = "fgm, with Prefect, MLflow, hashes and checks"
CLASSIC = "the classic algorithm, without any of them"
FLOOR = "floor: gradients, files and predictions alone"
FOLDERS = count()
# The quick mode compares what comes of these, and only times the attack of all.
FEW = 1_000
# The share of images whose attack may turn on a rounding.
DIFFERING = 0.01


@dataclass(frozen=True)
class Case:
    """What is attacked.

    Attributes:
        model: The model, which is registered as well.
        data: The data folder with the images.
        work: The folder to put what comes of it into.
    """

    model: "keras.Model"
    data: Path
    work: Path


@dataclass(frozen=True)
class Attacked:
    """What came of an attack.

    Attributes:
        folder: The adversarial images.
        accuracy: What the model keeps on them as stored, in [0, 1].
    """

    folder: Path
    accuracy: float


def run(bench: Workbench) -> Outcome:
    """Time reading, attack, writing, distances, archive and evaluation of all test images.

    Args:
        bench: The workbench.
    """
    from dioptra.entrypoint.server import embedded_server

    reference: list[Attacked] = []

    def check(attacked: Attacked) -> str:
        reference.append(attacked)
        return describe(attacked, reference[0])

    case = Case(bench.model, bench.data, bench.work)
    # The classic algorithm takes its time over all images.
    few = _make_few(bench) if bench.quick else None
    with embedded_server():
        contest = hold_contest(
            "entry point fgm",
            # The quick mode leaves out the floor.
            CONTENDERS[:2] if bench.quick else CONTENDERS,
            case,
            check,
            len(bench.images),
            "images/s",
            CLASSIC,
            min(bench.rounds, 2) if bench.quick else bench.rounds,
            replace(case, data=few) if few else None,
        )
    outcome = Outcome(contest.rows)
    classic = contest.seconds[CLASSIC]
    floor = contest.seconds.get(FLOOR)
    outcome.add_bar(
        "entry point fgm: times as fast as the classic algorithm",
        compare(classic, contest.seconds[SUITE]),
        3.0,
        floor=compare(classic, floor).value if floor else None,
    )
    return outcome


def _make_few(bench: Workbench) -> Path:
    folder = tempfile.mkdtemp(prefix="few-", dir=bench.work)
    return make_subset(bench.data / "testing", Path(folder) / "data", FEW)


def _new_folder(case: Case) -> Path:
    return case.work / f"attacked_{next(FOLDERS)}"


def make_suite(case: Case) -> Callable[[], Attacked]:
    """Run the entry point, on a server that is up.

    Args:
        case: What is attacked.
    """
    from dioptra_builtins.metrics.distance import METRICS

    fgm = load_flow("fgm")

    def attack() -> Attacked:
        target = _new_folder(case)
        options: dict[str, Any] = {"eps": EPS, "batch_size": BATCH, "labels": "true"}
        # All of them, as in the classic algorithm.
        options["distance_metrics"] = list(METRICS)
        found = fgm(data_dir=case.data, model_name=MODEL, adv_data_dir=target, seed=SEED, **options)
        return Attacked(target, found["accuracy"])

    return attack


def make_classic(case: Case) -> Callable[[], Attacked]:
    """Run the classic algorithm.

    Args:
        case: What is attacked.
    """
    from dioptra_builtins._image_folders import scan_image_folder
    from dioptra_builtins._quiet_art import quiet_art

    with quiet_art():
        from art.attacks.evasion import FastGradientMethod
        from art.estimators.classification import TensorFlowV2Classifier

        from dioptra_builtins.registry._compiled_classifier import wrap_model

    names = list(scan_image_folder(case.data / "testing", IMAGE_SIZE).names)

    def attack() -> Attacked:
        target = _new_folder(case)
        wrapped = wrap_model(case.model)
        classifier = TensorFlowV2Classifier(
            model=wrapped.model,
            nb_classes=wrapped.nb_classes,
            input_shape=IMAGE_SIZE,
            loss_object=wrapped.loss_object,
            clip_values=(0.0, 1.0),
        )
        method = FastGradientMethod(classifier, norm=inf, eps=EPS, batch_size=BATCH)
        attack_folder(open_iterator(case.data / "testing", BATCH), names, target, method)
        return Attacked(target, measure_accuracy(case.model, open_iterator(target, BATCH)))

    return attack


def make_floor(case: Case) -> Callable[[], Attacked]:
    """Run what no attack on files goes without, and nothing else, one after the other.

    Nothing is read, archived, measured or hashed.

    Args:
        case: What is attacked.
    """
    import numpy as np

    from benchmarks.peers.case import AttackCase
    from benchmarks.peers.with_tensorflow import make_fused
    from benchmarks.plain_demo import EVALUATION_BATCH
    from dioptra_builtins._image_folders import adversarial_name, scan_image_folder
    from dioptra_builtins._quiet_art import quiet_art
    from dioptra_builtins.attacks._adversarial_set import _make_class_folders
    from dioptra_builtins.attacks._storing import write_png

    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    folder = scan_image_folder(case.data / "testing", IMAGE_SIZE)
    names = [adversarial_name(name) for name in folder.names]
    images, labels = read_testing(case.data)
    clean = images.astype(np.float32) / np.float32(255)
    classifier = wrap_model(case.model)
    perturb = make_fused(AttackCase(case.model, classifier, clean, labels))

    def attack() -> Attacked:
        target = _make_class_folders(_new_folder(case), folder.class_names)
        stored = np.trunc(np.round(perturb() * 255, 3)).astype(np.uint8)
        write_png(target, names, stored)
        logits = classifier.predict(stored.astype(np.float32) / 255, EVALUATION_BATCH)
        return Attacked(target, float((logits.argmax(axis=1) == labels).mean()))

    return attack


def describe(attacked: Attacked, reference: Attacked) -> str:
    """Compare what came of two attacks.

    Args:
        attacked: What came of one.
        reference: What is right.

    Returns:
        How far they are apart.

    Raises:
        ValueError: They do not hold the same images, or the accuracies differ by more than those
            images explain that may differ.
    """
    import numpy as np
    from PIL import Image

    roots = attacked.folder, reference.folder
    files, expected = (
        sorted(file.relative_to(root) for file in root.rglob("*.png")) for root in roots
    )
    if files != expected:
        raise ValueError(f"{len(files)} images and not the {len(expected)} of the yardstick")
    pairs = ([np.asarray(Image.open(root / file)).astype(int) for root in roots] for file in files)
    levels = [int(np.abs(a - b).max()) for a, b in pairs]
    differing = sum(level > 1 for level in levels)
    if differing > len(files) * DIFFERING:
        raise ValueError(f"{differing} of {len(files)} images are not those of the yardstick")
    apart = abs(attacked.accuracy - reference.accuracy)
    if apart > DIFFERING:
        raise ValueError(f"the accuracy is {apart:.2%} from that of the yardstick")
    return f"{len(files) - differing} of {len(files)} images within a level of 255"


CONTENDERS = [
    Contender(CLASSIC, make_classic),
    Contender(SUITE, make_suite),
    Contender(FLOOR, make_floor),
]
