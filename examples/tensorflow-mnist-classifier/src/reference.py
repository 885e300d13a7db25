"""Train, attack and transfer over seeds: the reference results, for the page that shows them."""

from pathlib import Path
from typing import Annotated, Any, Literal

from dioptra.entrypoint import flow, main
from dioptra.experiment import experiment
from dioptra.provenance import make_manifest
from dioptra.sdk.workspace import find_workspace
from pydantic import Field

from seeds import FILE, collect_seeds
from tasks import STRENGTHS, TRAINING, prepare_data

# A drawn seed would be another one at the next start; without strength, an image stays as it is.
FixedSeed = Annotated[int, Field(ge=0, lt=2**31)]
Strength = Annotated[float, Field(gt=0, le=1)]
SEEDS = [1, 2, 3, 4, 5]


@flow
def reference(
    dataset: Literal["mnist", "digits"] = "mnist",
    seeds: Annotated[list[FixedSeed], Field(min_length=1)] = SEEDS,
    eps: Annotated[list[Strength], Field(min_length=1)] = STRENGTHS,
    max_iter: Annotated[int, Field(ge=1)] = 40,
    name: str = "reference",
    results_dir: Path | None = None,
) -> dict[str, Any]:
    """Train, attack and transfer over seeds: the reference results, for the page that shows them.

    Every step is a sweep, below results/sweeps/NAME. Stopped and started again with the same
    parameters, it goes on where it was. The files are written anew after each seed, and a seed that
    they hold already is not run again. Runs of other seeds beside it may write the same files.

    Args:
        dataset: The data set.
        seeds: The seeds; each trains both models anew.
        eps: The strengths of the attacks, as shares of the way from black to white.
        max_iter: The number of steps of PGD.
        name: The name of the folder of its sweeps, and the first part of the names of its models.
        results_dir: Where to write the results and their pictures (default: results/NAME in the
            workspace).
    """
    manifest = make_manifest()
    # Each once, and curves from the weakest attack to the strongest.
    seeds, eps = list(dict.fromkeys(seeds)), sorted(set(eps))
    target = (results_dir or find_workspace() / "results" / name).resolve() / FILE
    data = prepare_data(dataset)
    settings = {"dataset": data.name, "seeds": seeds, "eps": eps, "training": TRAINING[data.name]}
    settings["attacks"] = {"fgm": {}, "pgd": {"max_iter": max_iter}}
    results, files = collect_seeds(name, data, settings, target, manifest)
    if files:
        with experiment(name, seed=None) as run:
            run.log_files(files)
    return {"results": target, "seeds": len(results["manifest"]["seeds"])}


if __name__ == "__main__":
    main(reference)
