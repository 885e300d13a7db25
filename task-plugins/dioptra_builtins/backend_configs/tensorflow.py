# SPDX-License-Identifier: Apache-2.0
"""Settings of TensorFlow and Keras that decide whether a run can be repeated."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from dioptra import pyplugs
from dioptra.sdk.exceptions import ParameterError


@pyplugs.register(requires=("tensorflow", "keras"))
def init_tensorflow(seed: int, threads: int = 4, *, op_determinism: bool = True) -> dict[str, int]:
    """Seed Python, NumPy, TensorFlow and Keras, and fix what else the results depend on.

    Sums of floating-point numbers depend on how they are split among threads, so their number is
    fixed: a model trained on one core equals one trained on many, bit by bit. TensorFlow takes a
    number only before its first operation. Where it already runs in this process with another, that
    number stays, and the settings and a warning say that the run is not bit-reproducible.

    Args:
        seed: The seed, in [0, 2**32).
        threads: The number of threads within an operation, at least 1, on any number of cores.
        op_determinism: Whether operations must give the same result every time.

    Returns:
        The settings, to be recorded with the run: ``seed``, ``threads`` (those in force),
        ``op_determinism`` and ``onednn`` (1 where TensorFlow computes with oneDNN, else 0); and
        ``bit_reproducible``, 0, where the number of threads in force is not the one asked for.

    Raises:
        ParameterError: A value is outside its range.
    """
    if not 0 <= seed < 2**32:
        raise ParameterError(f"seed is in [0, 2**32), not {seed}")
    if threads < 1:
        raise ParameterError(f"threads is at least 1, not {threads}")
    with _silence_import():
        import tensorflow as tf
    import keras

    # Its warnings are about speed: each model that is loaded is compiled anew.
    tf.get_logger().setLevel("ERROR")
    used = _fix_threads(threads)
    if used != threads:
        _say_that_threads_stay(threads, used)
    keras.utils.set_random_seed(seed)
    if op_determinism:
        tf.config.experimental.enable_op_determinism()
    return {
        "seed": seed,
        "threads": used,
        "op_determinism": int(op_determinism),
        "onednn": int(os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1") != "0"),
        # Where all is well it is left out, as in the results of earlier versions.
        **({} if used == threads else {"bit_reproducible": 0}),
    }


def _fix_threads(threads: int) -> int:
    import tensorflow as tf

    # Once it runs, it refuses even the number that it has.
    if tf.config.threading.get_intra_op_parallelism_threads() == threads:
        return threads
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    except RuntimeError:
        return tf.config.threading.get_intra_op_parallelism_threads() or _count_cores()
    return threads


def _count_cores() -> int:
    # As TensorFlow does: those that this process may use, where the system tells.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _say_that_threads_stay(wanted: int, used: int) -> None:
    sys.stderr.write(
        f"warning: TensorFlow already runs in this process, with {used} threads instead of "
        f"{wanted}; runs are recorded as not bit-reproducible. For those that are, start entry "
        "points by `dioptra run`, or call init_tensorflow before any other use of TensorFlow\n"
    )


@contextmanager
def _silence_import() -> Iterator[None]:
    # TensorFlow greets on the standard error stream before any of its settings can stop it. What
    # it said is shown where the import fails.
    if "tensorflow" in sys.modules:
        yield
        return
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            yield
        except Exception:
            said.seek(0)
            os.write(saved, said.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)
