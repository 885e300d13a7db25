# SPDX-License-Identifier: Apache-2.0
"""Processes of their own, for what only a fresh process can show.

``python -m benchmarks.children NAME JSON`` calls the function NAME with the arguments, and prints
what it returns as the last line.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.workbench import IMAGE_SIZE, MODEL, ROOT, SEED, load_flow


def ask(name: str, **arguments: Any) -> dict[str, Any]:
    """Call a function of this module in a process of its own.

    Args:
        name: The function.
        **arguments: Its arguments, as JSON takes them.

    Returns:
        What it returns, and ``process_s``, the seconds that the process took.
    """
    start = time.perf_counter()
    line = finish(start_child(name, **arguments))
    return {**line, "process_s": time.perf_counter() - start}


def start_child(name: str, **arguments: Any) -> "subprocess.Popen[str]":
    """Start such a process, and leave it running.

    Args:
        name: The function.
        **arguments: Its arguments, as JSON takes them.
    """
    command = [sys.executable, "-m", "benchmarks.children", name, json.dumps(arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(child: "subprocess.Popen[str]") -> dict[str, Any]:
    """Wait for such a process.

    Args:
        child: The process.

    Returns:
        What its function returned.

    Raises:
        RuntimeError: It failed; the message ends with its own words.
    """
    said, words = child.communicate()
    if child.returncode:
        raise RuntimeError(f"{child.args!r} ended with status {child.returncode}:\n{words}")
    answer: dict[str, Any] = json.loads(said.splitlines()[-1])
    return answer


def attack(data_dir: str, target: str) -> dict[str, Any]:
    """Run the entry point fgm, and tell the most memory that the process ever held.

    Args:
        data_dir: The data folder.
        target: A new folder for the adversarial images.

    Returns:
        ``peak_mb``, the largest resident set in MB, and ``n``, the number of images.
    """
    from dioptra.entrypoint.server import embedded_server

    with embedded_server():
        done = load_flow("fgm")(data_dir=data_dir, model_name=MODEL, adv_data_dir=target, seed=SEED)
    return {"peak_mb": _read_peak(Path("/proc/self/status").read_text()), "n": done["n"]}


def _read_peak(status: str) -> float:
    # What getrusage tells outlives exec: it would be the peak of the process that started this one.
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


def attack_plainly(data_dir: str, targets: list[str], eps: float) -> dict[str, Any]:
    """Attack a folder, and evaluate the model on it, several times without Prefect and MLflow.

    Args:
        data_dir: The data folder.
        targets: New folders for the adversarial images, one for each time.
        eps: The strength.

    Returns:
        ``work_s``, the seconds that it took without imports and the loading of the model.
    """
    from benchmarks.plain_demo import attack_once
    from dioptra_builtins.backend_configs.tensorflow import init_tensorflow
    from dioptra_builtins.registry.art import load_wrapped_tensorflow_keras_classifier

    init_tensorflow(SEED)
    classifier = load_wrapped_tensorflow_keras_classifier(MODEL, "latest")
    start = time.perf_counter()
    for target in targets:
        folder = Path(target)
        attack_once(Path(data_dir), classifier, eps, folder, [classifier.model], folder.parent)
    return {"work_s": time.perf_counter() - start}


def train(
    data_dir: str, count: int, cores: int, threads: int | None, determinism: bool
) -> dict[str, Any]:
    """Train a le_net for one epoch.

    Args:
        data_dir: The folder of the training images.
        count: The number of images; a multiple of the batch size, 32.
        cores: The number of cores that the process may use.
        threads: The number of threads within an operation; None leaves it to TensorFlow.
        determinism: Whether to ask TensorFlow for deterministic operations.

    Returns:
        ``work_s``, the seconds of the training, and ``weights``, the SHA-256 of the weights.
    """
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    import keras
    import tensorflow as tf

    from dioptra_builtins.data.tensorflow import create_image_dataset
    from dioptra_builtins.estimators.keras_classifiers import init_classifier

    keras.utils.set_random_seed(SEED)
    if threads is not None:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    if determinism:
        tf.config.experimental.enable_op_determinism()
    dataset = create_image_dataset(data_dir, "training", IMAGE_SIZE, SEED)
    model = init_classifier(MODEL, "adam", ["accuracy"], IMAGE_SIZE, 10, seed=SEED)
    start = time.perf_counter()
    model.fit(dataset.take(count // 32), verbose=0)
    elapsed = time.perf_counter() - start
    digest = sha256(b"".join(weights.tobytes() for weights in model.get_weights()))
    return {"work_s": elapsed, "weights": digest.hexdigest()}


def start_up(modules: list[str]) -> dict[str, Any]:
    """Import modules one after the other.

    Args:
        modules: Their names.

    Returns:
        The seconds of each, those before it being there already.
    """
    import importlib

    from dioptra_builtins._quiet_art import quiet_art

    seconds = {}
    with quiet_art():
        for name in modules:
            start = time.perf_counter()
            importlib.import_module(name)
            seconds[name] = time.perf_counter() - start
    return seconds


FUNCTIONS: dict[str, Callable[..., dict[str, Any]]] = {
    function.__name__: function for function in (attack, attack_plainly, train, start_up)
}

if __name__ == "__main__":
    print(json.dumps(FUNCTIONS[sys.argv[1]](**json.loads(sys.argv[2]))))
