# SPDX-License-Identifier: Apache-2.0
"""What is paid once: imports, the embedded server, a flow run, a call of the tracking store."""

from typing import Any

from benchmarks.children import ask
from benchmarks.measuring import summarize, take_turns
from benchmarks.results import Outcome, Row
from benchmarks.workbench import Workbench

MODULES = ["numpy", "tensorflow", "art.estimators.classification", "mlflow", "prefect"]
METRICS = 42


def run(bench: Workbench) -> Outcome:
    """Time imports in fresh processes, and single calls in this one.

    Args:
        bench: The workbench.
    """
    asked = [ask("start_up", modules=MODULES) for _ in range(3)]
    rows = []
    for name in MODULES:
        found = summarize([answer[name] for answer in asked])
        rows.append(Row("start, imports one after the other", name, found.value, "s", found.noise))
    for name, taken in _time_services(bench).items():
        found = summarize([1e3 * value for value in taken])
        rows.append(Row("start, services", name, found.value, "ms", found.noise))
    return Outcome(rows)


def _time_services(bench: Workbench) -> dict[str, list[float]]:
    import mlflow
    from prefect import flow

    from dioptra.entrypoint.server import embedded_server

    def serve() -> None:
        with embedded_server():
            pass

    @flow(name="empty")
    def empty() -> None:
        pass

    values: dict[str, Any] = {f"metric_{number}": float(number) for number in range(METRICS)}

    def log_singly() -> None:
        for name, value in values.items():
            mlflow.log_metric(name, value)

    served = take_turns({"embedded server, start and end": serve}, 2)
    mlflow.set_experiment("startup")
    with embedded_server(), mlflow.start_run():
        calls: dict[str, Any] = {
            "an empty flow run": empty,
            f"{METRICS} metrics one by one": log_singly,
            f"{METRICS} metrics at once": lambda: mlflow.log_metrics(values),
        }
        take_turns(calls, 1)
        return served | take_turns(calls, bench.rounds)
