import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pytest
from prefect.task_runners import ProcessPoolTaskRunner
from prefect_dask import DaskTaskRunner

from dioptra.sdk.exceptions import MissingRequirementError, ParameterError
from dioptra.sweep import make_runner


def test_one_process_needs_no_runner_and_more_are_a_pool() -> None:
    assert make_runner("processes", 1) is None
    assert isinstance(make_runner("processes", 2), ProcessPoolTaskRunner)


def test_a_cluster_of_dask_is_started_or_found() -> None:
    started, found = make_runner("dask", 2), make_runner("dask", 2, "tcp://10.0.0.1:8786")
    assert isinstance(started, DaskTaskRunner)
    assert started.cluster_kwargs["n_workers"] == 2
    assert started.cluster_kwargs["threads_per_worker"] == 1
    assert isinstance(found, DaskTaskRunner)
    assert found.address == "tcp://10.0.0.1:8786"


def test_ray_that_is_not_installed_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prefect_ray", None)
    message = "a sweep on Ray needs prefect_ray, .* pip install 'prefect_ray'"
    with pytest.raises(MissingRequirementError, match=message):
        make_runner("ray", 2)


def test_a_cluster_of_ray_is_started_or_found(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = ModuleType("prefect_ray")
    module.__spec__ = ModuleSpec("prefect_ray", None)
    module.RayTaskRunner = dict
    monkeypatch.setitem(sys.modules, "prefect_ray", module)
    started: Any = make_runner("ray", 3)
    assert started["init_kwargs"] == {"num_cpus": 3, "include_dashboard": False}
    assert make_runner("ray", 3, "ray://h:10001") == {
        "address": "ray://h:10001",
        "init_kwargs": None,
    }


def test_an_address_is_that_of_a_cluster() -> None:
    with pytest.raises(ParameterError, match="tcp://x is to be that of a cluster"):
        make_runner("processes", 2, "tcp://x")
