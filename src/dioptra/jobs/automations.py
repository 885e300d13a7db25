# SPDX-License-Identifier: Apache-2.0
"""Automations: rules that the Prefect server keeps to by itself."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.events.schemas.automations import AutomationCore


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
