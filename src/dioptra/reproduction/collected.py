# SPDX-License-Identifier: Apache-2.0
"""Results that were collected over seeds: a file with a manifest for each, such as the reference's.

Its lists hold entries, each of one seed, with what was measured beside the values that name it.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.seal import check_seal, seal

# The parameters that choose what is collected, and what an entry calls one of their values.
CHOSEN = {"seeds": "seed", "eps": "eps"}
# What each seed adds to, beside its entries.
RECORDED = ("versions", "manifest")
# Where the steps of a collection are kept: another one has another name.
PLACE_OF_STEPS = "name"
NAMING = ("model", "attack", "attacked", "labels", *CHOSEN.values())


def read_collected(path: Path) -> dict[str, Any]:
    """Read a file of results that were collected over seeds.

    Args:
        path: The file.

    Returns:
        Its content. Each entry has a name of its own, in the place of its number; the manifest is
        that of the last seed, for all seeds, and holds those of each.

    Raises:
        ResultsError: There is no such file, it is none of these, or it was edited.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        manifests = content["manifest"]["seeds"]
        last = list(manifests.values())[-1]
        parameters = {**last["parameters"], "seeds": ",".join(manifests)}
    except OSError as error:
        raise ResultsError(f"cannot read {path}: {error.strerror}") from error
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ResultsError(
            f"{path} holds no results over seeds ({type(error).__name__}: {error})"
        ) from error
    check_seal(content, path)
    named = {
        key: {_name(entry): entry for entry in value} if _holds_entries(value) else value
        for key, value in content.items()
    }
    return {**named, "manifest": {**last, **content["manifest"], "parameters": parameters}}


def take_up(path: Path, results: Mapping[str, Any], measured: Collection[str]) -> dict[str, Any]:
    """Take up the seeds that a file of results over seeds holds already.

    Args:
        path: The file, be it there or not.
        results: The settings, with nothing measured yet.
        measured: Which of its fields are lists of entries; all others but ``seeds``, ``versions``
            and ``manifest`` are settings.

    Returns:
        The settings, with what the file holds; its seeds and those of the settings.

    Raises:
        ResultsError: The file was made with other settings, or was edited.
    """
    if not path.is_file():
        return dict(results)
    known = json.loads(path.read_text(encoding="utf-8"))
    check_seal(known, path)
    added = (*RECORDED, *measured)
    settings = [key for key in results if key not in {"seeds", *added}]
    other = [key for key in settings if known.get(key) != results[key]]
    if other:
        raise ResultsError(
            f"{path} was made with other settings ({', '.join(other)}); move it away to begin anew"
        )
    seeds = sorted({*known["seeds"], *results["seeds"]})
    return {**results, **{key: known[key] for key in added}, "seeds": seeds}


def add_seed(
    results: Mapping[str, Any],
    seed: int,
    measured: Mapping[str, list[dict[str, Any]]],
    manifest: Mapping[str, Any],
) -> dict[str, Any]:
    """Add what was measured with one seed: once, and in whichever order seeds come.

    Args:
        results: What was measured so far.
        seed: The seed.
        measured: Its entries, by the name of their list; each names the seed.
        manifest: The manifest of its run.

    Returns:
        The results with it.
    """
    entries = {}
    for key, added in measured.items():
        others = [entry for entry in results[key] if entry["seed"] != seed]
        entries[key] = sorted(others + added, key=lambda entry: entry["seed"])
    seeds = {**results["manifest"]["seeds"], str(seed): manifest}
    ordered = dict(sorted(seeds.items(), key=lambda item: int(item[0])))
    return {**results, **entries, "manifest": {**results["manifest"], "seeds": ordered}}


def format_collected(results: Mapping[str, Any]) -> str:
    """Write results over seeds as JSON, a line for each entry of a list of entries.

    Args:
        results: What was measured so far.

    Returns:
        The text of the file, sealed by a hash.
    """
    parts = []
    for key, value in seal(results).items():
        text = json.dumps(value)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            text = "[\n  " + ",\n  ".join(map(json.dumps, value)) + "\n ]"
        parts.append(f" {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def choose(
    recorded: Mapping[str, Any], made: Mapping[str, Any], changes: Iterable[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keep of two results what both can hold, where one was made for fewer seeds or strengths.

    Args:
        recorded: What :func:`read_collected` gave of a file.
        made: What it gave of another, with all that it was made for.
        changes: The parameters that it was made with instead of the recorded ones.

    Returns:
        Both, without these parameters and the name of their steps, and without the entries of other
        seeds and strengths; the manifest is that of the last seed that is left. Only what is
        recorded is kept: a later version may record more.
    """
    names = [name for name in CHOSEN if name in changes]
    wanted = {CHOSEN[name]: made[name] for name in names}
    left, right = (
        {
            key: _keep(value, recorded[key], wanted) if _holds_named_entries(value) else value
            for key, value in result.items()
            if key in recorded and key not in names
        }
        for result in (recorded, made)
    )
    for result in (left, right):
        result["manifest"] = _choose_manifest(result["manifest"], made["seeds"], names)
    return left, right


def _choose_manifest(
    manifest: Mapping[str, Any], seeds: Iterable[int], names: Iterable[str]
) -> dict[str, Any]:
    found = [manifest["seeds"][str(seed)] for seed in seeds if str(seed) in manifest["seeds"]]
    others = {key: value for key, value in manifest.items() if key != "seeds"}
    kept = {
        name: text
        for name, text in manifest["parameters"].items()
        if name not in {*names, PLACE_OF_STEPS}
    }
    return {**others, **(found[-1] if found else {}), "parameters": kept}


def _keep(
    entries: Mapping[str, Any], recorded: Mapping[str, Any], wanted: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        name: {field: value for field, value in entry.items() if field in recorded.get(name, entry)}
        for name, entry in entries.items()
        if all(entry[field] in values for field, values in wanted.items() if field in entry)
    }


def _holds_entries(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _holds_named_entries(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(entry, dict) and "seed" in entry for entry in value.values()
    )


def _name(entry: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {entry[key]}" for key in NAMING if key in entry)
