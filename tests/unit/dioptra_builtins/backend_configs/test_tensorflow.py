import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from dioptra.sdk.exceptions import ParameterError
from dioptra_builtins.backend_configs.tensorflow import _say_that_threads_stay, init_tensorflow

pytestmark = pytest.mark.usefixtures("tensorflow")


def draw_weights() -> NDArray[np.float32]:
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    weights: NDArray[np.float32] = model.get_weights()[0]
    return weights


def draw_everywhere(seed: int) -> tuple[float, float, float]:
    import random

    import tensorflow as tf

    init_tensorflow(seed)
    legacy = np.random.random()  # noqa: NPY002 - the generator that libraries use
    return random.random(), legacy, float(tf.random.uniform(()))  # noqa: S311 - no secret


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: PLW1510 - the tests look at what failed
        [sys.executable, "-c", program], capture_output=True, text=True
    )


def test_the_same_seed_gives_the_same_random_weights() -> None:
    init_tensorflow(7)
    first = draw_weights()
    init_tensorflow(7)
    np.testing.assert_array_equal(draw_weights(), first)


def test_another_seed_gives_other_random_weights() -> None:
    init_tensorflow(7)
    first = draw_weights()
    init_tensorflow(8)
    assert (draw_weights() != first).all()


def test_python_numpy_and_tensorflow_are_seeded() -> None:
    first = draw_everywhere(3)
    assert draw_everywhere(3) == first
    assert all(np.not_equal(draw_everywhere(4), first))


def test_the_settings_are_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    settings = {"seed": 5, "threads": 4, "op_determinism": 1, "onednn": 1}
    assert init_tensorflow(5) == settings


def test_the_settings_tell_that_onednn_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    assert init_tensorflow(5)["onednn"] == 0


def test_determinism_is_not_asked_for_where_it_is_declined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import tensorflow as tf

    asked: list[bool] = []
    monkeypatch.setattr(tf.config.experimental, "enable_op_determinism", lambda: asked.append(True))
    assert init_tensorflow(5, op_determinism=False)["op_determinism"] == 0
    assert asked == []
    assert init_tensorflow(5)["op_determinism"] == 1
    assert asked == [True]


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_seeds_have_thirty_two_bits(seed: int) -> None:
    assert init_tensorflow(seed)["seed"] == seed


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_outside_its_range_is_refused(seed: int) -> None:
    with pytest.raises(ParameterError, match=rf"seed is in \[0, 2\*\*32\), not {seed}"):
        init_tensorflow(seed)


@pytest.mark.parametrize("threads", [0, -2])
def test_threads_below_one_are_refused(threads: int) -> None:
    with pytest.raises(ParameterError, match=f"threads is at least 1, not {threads}"):
        init_tensorflow(0, threads)


@pytest.fixture
def fresh_warning() -> None:
    _say_that_threads_stay.cache_clear()


@pytest.mark.usefixtures("fresh_warning")
def test_where_tensorflow_runs_the_threads_in_force_are_returned_as_not_bit_reproducible() -> None:
    draw_weights()
    settings = init_tensorflow(0, 3)
    assert (settings["threads"], settings["bit_reproducible"]) == (4, 0)


@pytest.mark.usefixtures("fresh_warning")
def test_threads_that_cannot_be_set_are_said_once(capfd: pytest.CaptureFixture[str]) -> None:
    draw_weights()
    for _ in range(2):
        init_tensorflow(0, 3)
    said = capfd.readouterr().err
    assert said.startswith("warning: TensorFlow already runs in this process, with 4 threads inst")
    assert said.count("\n") == 1


def test_a_process_that_left_the_threads_to_tensorflow_has_one_for_each_core() -> None:
    done = run(
        "import os\n"
        "import tensorflow as tf\n"
        "tf.constant(1) + 1\n"
        "from dioptra_builtins.backend_configs.tensorflow import init_tensorflow\n"
        "cores = len(os.sched_getaffinity(0))\n"
        "assert init_tensorflow(0, cores + 1)['threads'] == cores\n"
        "assert 'bit_reproducible' not in init_tensorflow(0, cores)"
    )
    assert done.returncode == 0, done.stderr


def test_a_process_that_runs_tensorflow_is_seeded_as_well() -> None:
    draw_weights()
    init_tensorflow(7, 3)
    first = draw_weights()
    init_tensorflow(7, 3)
    np.testing.assert_array_equal(draw_weights(), first)


def test_the_first_call_fixes_the_threads_and_says_nothing() -> None:
    done = run(
        "from dioptra_builtins.backend_configs.tensorflow import init_tensorflow\n"
        "init_tensorflow(0, 2)\n"
        "import tensorflow as tf\n"
        "print(tf.config.threading.get_intra_op_parallelism_threads(), int(tf.constant(1) + 1))"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 2\n", "")


def test_an_import_that_fails_shows_what_was_said() -> None:
    done = run(
        "import os\n"
        "from dioptra_builtins.backend_configs.tensorflow import _silence_import\n"
        "with _silence_import():\n"
        "    os.write(2, b'a library is missing\\n')\n"
        "    raise ImportError('no tensorflow')"
    )
    assert done.returncode == 1
    assert done.stderr.startswith("a library is missing\nTraceback")
    assert done.stderr.endswith("ImportError: no tensorflow\n")


def test_what_an_import_that_succeeds_says_is_not_shown() -> None:
    done = run(
        "import os\n"
        "from dioptra_builtins.backend_configs.tensorflow import _silence_import\n"
        "with _silence_import():\n"
        "    os.write(2, b'hello\\n')\n"
        "os.write(2, b'after\\n')"
    )
    assert done.stderr == "after\n"


def test_in_process_the_standard_error_stream_is_given_back(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    from dioptra_builtins.backend_configs.tensorflow import _silence_import

    monkeypatch.delitem(sys.modules, "tensorflow")
    with _silence_import():
        os.write(2, b"hidden\n")
    os.write(2, b"seen\n")
    assert capfd.readouterr().err == "seen\n"


def test_in_process_what_a_failing_import_said_is_shown(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    from dioptra_builtins.backend_configs.tensorflow import _silence_import

    def fail_to_import() -> None:
        with _silence_import():
            os.write(2, b"a library is missing\n")
            raise ImportError

    monkeypatch.delitem(sys.modules, "tensorflow")
    with pytest.raises(ImportError):
        fail_to_import()
    assert capfd.readouterr().err == "a library is missing\n"
