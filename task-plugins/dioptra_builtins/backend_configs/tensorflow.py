# SPDX-License-Identifier: Apache-2.0
"""Settings of TensorFlow and Keras that decide whether a run can be repeated."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from dioptra import pyplugs
from dioptra.sdk.exceptions import ParameterError


@pyplugs.register(requires=("tensorflow", "keras"))
def init_tensorflow(seed: int, threads: int = 4, *, op_determinism: bool = True) -> dict[str, int]:
    """Seed Python, NumPy, TensorFlow and Keras, and fix what else the results depend on.

    Sums of floating-point numbers depend on how they are split among threads, so their number is
    fixed: a model trained on one core equals one trained on many, bit by bit.

    Args:
        seed: The seed, in [0, 2**32).
        threads: The number of threads within an operation, at least 1, on any number of cores.
        op_determinism: Whether operations must give the same result every time.

    Returns:
        The settings, to be recorded with the run: ``seed``, ``threads``, ``op_determinism`` and
        ``onednn`` (1 where TensorFlow computes with oneDNN, else 0).

    Raises:
        ParameterError: A value is outside its range, or TensorFlow already runs in this process
            with another number of threads.
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
    _fix_threads(threads)
    keras.utils.set_random_seed(seed)
    if op_determinism:
        tf.config.experimental.enable_op_determinism()
    return {
        "seed": seed,
        "threads": threads,
        "op_determinism": int(op_determinism),
        "onednn": int(os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1") != "0"),
    }


def _fix_threads(threads: int) -> None:
    import tensorflow as tf

    if tf.config.threading.get_intra_op_parallelism_threads() == threads:
        return
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    except RuntimeError:
        raise ParameterError(
            f"cannot set threads={threads}: TensorFlow already runs in this process; "
            "call init_tensorflow before any other use of it"
        ) from None


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
