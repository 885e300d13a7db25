# SPDX-License-Identifier: Apache-2.0
"""A result's own hash, by which an edit of its file is noticed."""

from collections.abc import Mapping
from typing import Any

from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.hashing import hash_json

MANIFEST = "manifest"
SEAL = "sha256"


def seal(result: Mapping[str, Any]) -> dict[str, Any]:
    """Give a result with the hash of all its other content in its manifest.

    Args:
        result: What can be written as JSON; without ``manifest`` it is returned as it is.

    Returns:
        A new dictionary.
    """
    manifest = result.get(MANIFEST)
    if not isinstance(manifest, dict):
        return dict(result)
    return {**result, MANIFEST: {**manifest, SEAL: _hash_content(result)}}


def check_seal(result: Mapping[str, Any], source: object) -> None:
    """Check that a result is what was written.

    Args:
        result: A result; without a manifest there is nothing to check.
        source: Where it comes from, for the message.

    Raises:
        ResultsError: Its content and its hash do not fit.
    """
    manifest = result.get(MANIFEST)
    if isinstance(manifest, dict) and manifest.get(SEAL) != _hash_content(result):
        raise ResultsError(
            f"{source} was edited: its content does not fit the hash in its manifest; make it "
            "again, or get the file as it was written"
        )


def _hash_content(result: Mapping[str, Any]) -> str:
    manifest = {name: value for name, value in result[MANIFEST].items() if name != SEAL}
    return hash_json({**result, MANIFEST: manifest})
