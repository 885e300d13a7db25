import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import bdtr, gammaln
from scipy.stats import beta, binomtest

from dioptra.sdk.exceptions import CountsError
from dioptra.sdk.intervals import count_correct, estimate_interval, wilson_interval

Numbers = NDArray[np.float64]
# From few images to those of MNIST's test set.
SIZES = [20, 30, 41, 42, 50, 100, 200, 360, 1000, 3000, 10_000]
COUNTS = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS)
def test_the_interval_is_that_of_scipy(counts: tuple[int, int]) -> None:
    theirs = binomtest(*counts).proportion_ci(0.95, "wilson")
    assert wilson_interval(*counts) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@given(COUNTS)
def test_the_interval_holds_the_accuracy_and_lies_within_0_and_1(counts: tuple[int, int]) -> None:
    low, high = wilson_interval(*counts)
    assert 0 <= low <= counts[0] / counts[1] <= high <= 1


def test_half_of_the_images_of_wilsons_own_kind() -> None:
    # By hand: 1.96^2 / (n + 1.96^2) of the way from 0.5 to itself, half width 1.96 / 2 / root.
    low, high = wilson_interval(50, 100)
    assert (low, high) == pytest.approx((0.5 - 0.0961683, 0.5 + 0.0961683), abs=1e-6)


def test_no_correct_image_begins_at_0_and_all_end_at_1() -> None:
    assert wilson_interval(0, 7).low == 0 < wilson_interval(0, 7).high < 1
    assert wilson_interval(7, 7).high == 1 > wilson_interval(7, 7).low > 0


@pytest.mark.parametrize(("correct", "n"), [(0, 0), (-1, 5), (6, 5), (float("nan"), 5)])
def test_counts_that_contradict_each_other_are_refused(correct: float, n: int) -> None:
    with pytest.raises(CountsError, match=r"of \d+ images are no accuracy; give the number"):
        wilson_interval(correct, n)


@given(COUNTS, st.sampled_from([float, np.float32]))
def test_the_count_is_recovered_from_the_accuracy(counts: tuple[int, int], kind: Any) -> None:
    correct, n = counts
    assert count_correct(float(kind(correct / n)), n) == correct


def test_an_accuracy_rounded_to_four_digits_is_known_for_what_it_is() -> None:
    assert count_correct(0.4833, 360) == 174
    assert estimate_interval(0.4833, 360) == wilson_interval(174, 360)


@pytest.mark.parametrize(
    ("accuracy", "n"), [(0.5, 99), (0.4833, 350), (1.1, 10), (-0.1, 10), (0.5, 0)]
)
def test_an_accuracy_that_is_no_share_of_the_images_is_refused(accuracy: float, n: int) -> None:
    with pytest.raises(CountsError, match="which is no number of images"):
        count_correct(accuracy, n)


def test_an_accuracy_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(CountsError, match="nan on 10 images"):
        count_correct(float("nan"), 10)


def test_no_library_of_statistics_is_imported() -> None:
    code = "import sys, dioptra.sdk.intervals; assert not {'numpy', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


class Coverage:
    """How often the intervals of n images hold the true accuracy: exactly, without drawing.

    Between two neighbouring ends of intervals, those of the same counts hold the accuracy, so the
    coverage is smallest at an end and largest at an end or where its derivative is 0.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        counts = np.arange(n + 1)
        self.low, self.high = np.array([wilson_interval(int(k), n) for k in counts]).T
        inner = beta.cdf([self.low, self.high], counts + 1, n - counts + 1)
        self.mean = float((inner[1] - inner[0]).mean())
        ends = np.unique([0, 1, *self.low, *self.high])
        left, right = ends[:-1], ends[1:]
        first = np.searchsorted(self.high, (left + right) / 2)
        last = np.searchsorted(self.low, (left + right) / 2, side="right") - 1
        top = np.clip(self._top(first, last), left, right)
        self.accuracies = np.concatenate([left, right, top])
        self.shares = np.concatenate([self._of(p, first, last) for p in (left, right, top)])

    def extremes(self, expected: float) -> tuple[float, float]:
        """The least and the greatest where n p (1 - p) is at least so much."""
        chosen = self.n * self.accuracies * (1 - self.accuracies) >= expected
        return float(self.shares[chosen].min()), float(self.shares[chosen].max())

    def _of(self, p: Numbers, first: Any, last: Any) -> Numbers:
        upper = np.where(last < self.n, bdtr(last, self.n, p), 1.0)
        return np.asarray(upper - np.where(first > 0, bdtr(np.maximum(first - 1, 0), self.n, p), 0))

    def _top(self, first: Any, last: Any) -> Numbers:
        inner = np.maximum(first - 1, 0), np.minimum(last, self.n - 1)
        ways = [-gammaln(k + 1.0) - gammaln(self.n - k + 0.0) for k in inner]
        top = 1 / (1 + np.exp((ways[1] - ways[0]) / (last - first + 1)))
        return np.where(first == 0, 0.0, np.where(last == self.n, 1.0, top))


@pytest.mark.parametrize("n", SIZES)
def test_averaged_over_all_accuracies_the_interval_covers_95_to_95_3_percent(n: int) -> None:
    assert 0.9499 <= Coverage(n).mean <= 0.9531


@pytest.mark.parametrize("n", [n for n in SIZES if n > 40])
def test_each_accuracy_with_a_variance_of_10_images_is_covered_by_93_to_97_percent(n: int) -> None:
    least, greatest = Coverage(n).extremes(10)
    assert 0.93 <= least <= greatest <= 0.97


@pytest.mark.parametrize("n", SIZES)
def test_beside_0_and_1_the_interval_covers_84_to_100_percent(n: int) -> None:
    least, greatest = Coverage(n).extremes(0)
    assert 0.83 <= least <= 0.84
    assert greatest == 1


@pytest.mark.long
def test_the_coverage_holds_for_numbers_of_images_from_20_to_10_000() -> None:
    sizes = [*range(20, 1000), *range(1000, 10_001, 100)]
    for n in sizes:
        coverage = Coverage(n)
        assert 0.9499 <= coverage.mean <= 0.9531, n
        if n > 40:
            least, greatest = coverage.extremes(10)
            assert 0.93 <= least <= greatest <= 0.97, n


@pytest.mark.parametrize("n", [20, 360, 10_000])
def test_drawn_classifiers_are_covered_as_was_computed(n: int) -> None:
    rng = np.random.default_rng(1)
    accuracies = rng.uniform(size=20_000)
    intervals = np.array([wilson_interval(k, n) for k in range(n + 1)])
    low, high = intervals[rng.binomial(n, accuracies)].T
    covered = ((low <= accuracies) & (accuracies <= high)).mean()
    assert covered == pytest.approx(Coverage(n).mean, abs=0.005)
    assert 0.93 <= covered <= 0.97
