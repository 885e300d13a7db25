# SPDX-License-Identifier: Apache-2.0
"""What the server does about workers that die: mark their runs as crashed, start them once more."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dioptra.jobs.heartbeats import RESTARTED_RUN_COUNT

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.events.schemas.automations import AutomationCore

HEARTBEAT = "prefect.flow-run.heartbeat"
# After these, silence is no sign of death.
ENDS = ("Completed", "Failed", "Cancelled", "Crashed", "Paused", "Suspended", "AwaitingRetry")
# A run is of this age at most when it is started again.
LONGEST_RUN = timedelta(days=30)


def make_automations(silence: int) -> list["AutomationCore"]:
    """Describe the automations.

    Args:
        silence: The seconds without a heartbeat after which a run has crashed.
    """
    return [_crash_runs_of_dead_workers(silence), _restart_crashed_runs_once()]


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
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

    return AutomationCore(
        name="crash-runs-of-dead-workers",
        description="Marks runs as crashed whose heartbeat is missing.",
        trigger=EventTrigger(
            posture=Posture.Proactive,
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            for_each={"prefect.resource.id"},
            after={HEARTBEAT},
            expect={HEARTBEAT, *(f"prefect.flow-run.{end}" for end in ENDS)},
            threshold=1,
            within=timedelta(seconds=silence),
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                name="Crashed",
                message=f"no heartbeat for {silence} s",
                force=False,
            )
        ],
    )


def _restart_crashed_runs_once() -> "AutomationCore":
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

    return AutomationCore(
        name="restart-crashed-runs-once",
        description="Starts a crashed run a second time, and never a third time.",
        trigger=EventTrigger(
            posture=Posture.Reactive,
            match={
                "prefect.resource.id": ["prefect.flow-run.*"],
                "prefect.run-count": [str(RESTARTED_RUN_COUNT)],
            },
            # A run within a run belongs to no deployment; it is started again by the outer one.
            match_related={"prefect.resource.id": ["prefect.deployment.*"]},
            for_each={"prefect.resource.id"},
            # Without it, a second start that crashes before it runs would be repeated for ever.
            after={"prefect.flow-run.Running"},
            expect={"prefect.flow-run.Crashed"},
            threshold=1,
            within=LONGEST_RUN,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.SCHEDULED,
                name="AwaitingRetry",
                message="started once more after a crash",
                force=False,
            )
        ],
    )
