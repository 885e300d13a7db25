# SPDX-License-Identifier: Apache-2.0
"""Checks that stop numbers which are NaN or infinite, before they are compared or stored."""

from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import NonFiniteError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def check_finite(values: "NDArray[Any]", what: str, names: "Sequence[str] | None" = None) -> None:
    """Check that all numbers of a batch are finite.

    Args:
        values: [n, ...] of any real dtype.
        what: What the message calls them.
        names: What it calls each of the n; their places where there are none.

    Raises:
        NonFiniteError: One is NaN or infinite; the first of the n is named.
    """
    import numpy as np

    # The sum is quick, and finite but for values that are not, or an overflow.
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(values.sum()):
            return
    finite = np.isfinite(values)
    if finite.all():
        return
    bad = np.flatnonzero(~finite.reshape(len(values), -1).all(axis=1))
    first = f"image {bad[0]}" if names is None else repr(names[bad[0]])
    raise NonFiniteError(
        f"{what} is not finite (NaN or infinite) for {len(bad)} of {len(values)} images, first for "
        f"{first}; no result can be computed from it"
    )


def check_weights(estimator: Any) -> None:
    """Check that all weights of a Keras model are finite.

    Args:
        estimator: A built model.

    Raises:
        NonFiniteError: A weight is NaN or infinite; the model and the variable are named.
    """
    import numpy as np

    for variable in estimator.weights:
        # Also of dtypes that NumPy does not know by itself, such as bfloat16.
        if not np.isfinite(np.asarray(variable.value, np.float64)).all():
            raise NonFiniteError(
                f"the weights {variable.path!r} of the model {estimator.name!r} are not finite "
                "(NaN or infinite): its training has diverged; train it anew, with a smaller "
                "learning rate"
            )
