from datetime import timedelta
from typing import Any

from dioptra.jobs.rules import make_automations

CRASH, MARK, RESTART = range(3)


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
