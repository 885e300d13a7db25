from datetime import timedelta
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.events.schemas.automations import AutomationCore

from dioptra.jobs.automations import make_automations, register_automation

CRASH, MARK, RESTART = range(3)


@pytest.fixture(params=[CRASH, MARK, RESTART], ids=["crash", "mark", "restart"])
def automation(request: pytest.FixtureRequest, unique: str) -> AutomationCore:
    return make_automations(90)[request.param].model_copy(update={"name": unique})


def test_silence_makes_a_run_crash() -> None:
    automation = make_automations(75)[CRASH]
    trigger: Any = automation.trigger
    action: Any = automation.actions[0]
    assert automation.name == "crash-runs-of-dead-workers"
    assert trigger.within == timedelta(seconds=75)
    assert (action.state, action.message) == ("CRASHED", "no heartbeat for 75 s")


def test_only_a_run_that_was_started_once_and_ran_is_marked() -> None:
    automation = make_automations(90)[MARK]
    trigger: Any = automation.trigger
    action: Any = automation.actions[0]
    assert automation.name == "mark-first-crashes"
    assert (trigger.after, trigger.expect) == (
        {"prefect.flow-run.Running"},
        {"prefect.flow-run.Crashed"},
    )
    assert trigger.match["prefect.run-count"] == ["1"]
    assert (action.state, action.name, action.force) == ("CRASHED", "CrashedOnce", True)


def test_a_marked_run_is_scheduled_after_a_moment() -> None:
    automation = make_automations(90)[RESTART]
    trigger: Any = automation.trigger
    action: Any = automation.actions[0]
    assert automation.name == "restart-crashed-runs-once"
    assert trigger.after == {"prefect.flow-run.CrashedOnce"}
    assert trigger.within == timedelta(seconds=10)
    assert (action.state, action.name) == ("SCHEDULED", "AwaitingRetry")


def test_an_automation_is_made_once(client: SyncPrefectClient, automation: AutomationCore) -> None:
    assert register_automation(client, automation) == "created"
    (made,) = client.read_automations_by_name(automation.name)
    assert register_automation(client, automation) == "unchanged"
    assert client.read_automations_by_name(automation.name) == [made]


def test_an_automation_that_changed_is_updated_and_stays_switched_off(
    client: SyncPrefectClient, automation: AutomationCore
) -> None:
    register_automation(client, automation)
    (made,) = client.read_automations_by_name(automation.name)
    client.pause_automation(made.id)
    changed = automation.model_copy(update={"description": "another"})
    assert register_automation(client, changed) == "updated"
    (found,) = client.read_automations_by_name(automation.name)
    assert (found.id, found.description, found.enabled) == (made.id, "another", False)
    assert register_automation(client, changed) == "unchanged"


def test_doubles_are_removed(client: SyncPrefectClient, automation: AutomationCore) -> None:
    client.create_automation(automation)
    client.create_automation(automation)
    assert register_automation(client, automation) == "unchanged"
    assert len(client.read_automations_by_name(automation.name)) == 1
