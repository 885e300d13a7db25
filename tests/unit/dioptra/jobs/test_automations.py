import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.events.schemas.automations import AutomationCore

from dioptra.jobs.automations import register_automation
from dioptra.jobs.rules import make_automations


@pytest.fixture(params=range(3), ids=["crash", "mark", "restart"])
def automation(request: pytest.FixtureRequest, unique: str) -> AutomationCore:
    return make_automations(90)[request.param].model_copy(update={"name": unique})


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
