# SPDX-License-Identifier: Apache-2.0
"""What the server does about workers that die: mark their runs as crashed, start them once more."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dioptra.jobs.heartbeats import RESTARTED_RUN_COUNT

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
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


def register_automation(client: "SyncPrefectClient", automation: "AutomationCore") -> str:
    """Make an automation, or bring the one of its name up to date.

    Args:
        client: Of the Prefect server.
        automation: The automation. One that was switched off on its page stays so.

    Returns:
        What was done: ``created``, ``updated`` or ``unchanged``.
    """
    named = client.read_automations_by_name(automation.name)
    if not named:
        client.create_automation(automation)
        return "created"
    existing, *others = named
    for other in others:
        client.delete_automation(other.id)
    if _content(existing) == _content(automation):
        return "unchanged"
    kept = automation.model_copy(update={"enabled": existing.enabled})
    client.update_automation(existing.id, kept)
    return "updated"


def _content(automation: "AutomationCore") -> dict[str, Any]:
    content = automation.model_dump(mode="json")
    # What the server adds, and what a user may choose.
    trigger = {name: value for name, value in content["trigger"].items() if name != "id"}
    for name in ("after", "expect", "for_each"):
        trigger[name] = sorted(trigger[name])
    actions = content["actions"]
    return {"description": content["description"], "trigger": trigger, "actions": actions}


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
