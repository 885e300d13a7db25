# SPDX-License-Identifier: Apache-2.0
"""What the server does about workers that die: mark their runs as crashed, start them once more."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dioptra.jobs.heartbeats import RESTARTED_RUN_COUNT

if TYPE_CHECKING:
    from prefect.events.schemas.automations import AutomationCore

RUNS = {"prefect.resource.id": ["prefect.flow-run.*"]}
HEARTBEAT = "prefect.flow-run.heartbeat"
# After these, silence is no sign of death.
ENDS = ("Completed", "Failed", "Cancelled", "Crashed", "Paused", "Suspended", "AwaitingRetry")
# A run that crashes later than this is not started again.
LONGEST_RUN = timedelta(days=7)
# A worker tells of a process that died a second time, some seconds after the first; if the run were
# scheduled by then, this would end it.
SETTLING = timedelta(seconds=10)
CRASHED_ONCE = "CrashedOnce"


def make_automations(silence: int) -> list["AutomationCore"]:
    """Describe the automations.

    Args:
        silence: The seconds without a heartbeat after which a run has crashed.
    """
    return [_crash_runs_of_dead_workers(silence), _mark_first_crashes(), _restart_crashed_runs()]


def _crash_runs_of_dead_workers(silence: int) -> "AutomationCore":
    return _make_automation(
        "crash-runs-of-dead-workers",
        "Marks runs as crashed whose heartbeat is missing.",
        trigger={
            "posture": "Proactive",
            "after": {HEARTBEAT},
            "expect": {HEARTBEAT, *(f"prefect.flow-run.{end}" for end in ENDS)},
            "within": timedelta(seconds=silence),
        },
        action={"state": "CRASHED", "message": f"no heartbeat for {silence} s"},
    )


def _mark_first_crashes() -> "AutomationCore":
    return _make_automation(
        "mark-first-crashes",
        "Marks a run that crashes after its first start, for the one restart that it gets.",
        trigger={
            "posture": "Reactive",
            # The second start counts only once it runs; if it crashes before, it is not repeated.
            "after": {"prefect.flow-run.Running"},
            "expect": {"prefect.flow-run.Crashed"},
            "within": LONGEST_RUN,
            "match": {**RUNS, "prefect.run-count": [str(RESTARTED_RUN_COUNT)]},
            # A run within a run belongs to no deployment; it is started again by the outer one.
            "match_related": {"prefect.resource.id": ["prefect.deployment.*"]},
        },
        # By force, as it stays what it is: a run that has crashed.
        action={
            "state": "CRASHED",
            "name": CRASHED_ONCE,
            "message": f"it is started once more in {SETTLING.seconds} s",
            "force": True,
        },
    )


def _restart_crashed_runs() -> "AutomationCore":
    return _make_automation(
        "restart-crashed-runs-once",
        "Starts a run a second time that has crashed, and never a third time.",
        trigger={
            "posture": "Proactive",
            "after": {f"prefect.flow-run.{CRASHED_ONCE}"},
            # Unless a user was quicker.
            "expect": {"prefect.flow-run.Scheduled", "prefect.flow-run.AwaitingRetry"},
            "within": SETTLING,
        },
        action={
            "state": "SCHEDULED",
            "name": "AwaitingRetry",
            "message": "started once more after a crash",
        },
    )


def _make_automation(
    name: str, description: str, trigger: dict[str, Any], action: dict[str, Any]
) -> "AutomationCore":
    from prefect.events.schemas.automations import AutomationCore

    # For each run on its own, one event is enough.
    common = {"match": RUNS, "for_each": {"prefect.resource.id"}, "threshold": 1}
    content = {
        "name": name,
        "description": description,
        "trigger": {"type": "event", **common, **trigger},
        "actions": [{"type": "change-flow-run-state", **action}],
    }
    return AutomationCore.model_validate(content)
