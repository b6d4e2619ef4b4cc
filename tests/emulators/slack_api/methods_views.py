"""views.*: forms and the Home tab."""

from __future__ import annotations

import json
import uuid
from typing import Any

from emulators.slack_api import blocks as kit
from emulators.slack_api import payloads
from emulators.slack_api.api import Asked, Payload, Rule, takes
from emulators.slack_api.host import Host
from emulators.slack_api.refusals import Refusal, require
from emulators.slack_api.tickets import Trigger, use_trigger
from emulators.slack_api.world import Installation, Person, View, Workspace

VIEW_BYTES, METADATA_CHARACTERS, STACK = 250_000, 3000, 3
COMMON = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
MODAL = COMMON | {"title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"}


def document(view: Any, kind: str) -> Payload:
    """A view that Slack takes, or invalid_arguments."""
    require(isinstance(view, dict), "invalid_arguments", "view must be an object")
    require(len(json.dumps(view)) <= VIEW_BYTES, "view_too_large")
    look = kit.Check(kit.MODAL if kind == "modal" else kit.HOME, None)
    look.need(view.get("type") == kind, "/view/type", f"must be {kind}")
    look.keys(view, "/view", {"type", "blocks"}, MODAL if kind == "modal" else COMMON)
    if kind == "modal":
        look.need("title" in view, "/view", "missing required field: title")
        for name in ({"title", "submit", "close"} & set(view)) - {n for n in view if view[n] is None}:
            look.text(view[name], f"/view/{name}", 24, plain=True)
    look.string(view.get("private_metadata", ""), "/view/private_metadata", METADATA_CHARACTERS, 0)
    for name in ("callback_id", "external_id"):
        look.string(view.get(name, ""), f"/view/{name}", 255, 0)
    look.wrong += kit.check(view.get("blocks"), look.surface, at_most=100)
    if kind == "modal" and not look.wrong:
        inputs = any(each["type"] == "input" for each in view["blocks"])
        look.need(view.get("submit") or not inputs, "/view/submit", "required when a view has input blocks")
    if look.wrong:
        raise Refusal("invalid_arguments", *look.wrong)
    blocks = kit.validate(view["blocks"], look.surface, at_most=100)
    return {**view, "blocks": [_with_action_id(each) for each in blocks]}


def _with_action_id(block: Payload) -> Payload:
    if block["type"] != "input" or "action_id" in block["element"]:
        return block
    return block | {"element": block["element"] | {"action_id": f"auto-{block['block_id']}"}}


def new_view(host: Host, person: Person, shown: Payload, installation: Installation, team: Workspace) -> View:
    """A view with its id and hash."""
    view = View(host.id("V"), person, shown, _hash(), installation, team)
    view.versions.append(shown)
    host.views[view.id] = view
    return view


def _hash() -> str:
    return uuid.uuid4().hex[:16]


def replace(view: View, shown: Payload) -> None:
    """Other blocks; what was entered stays where block and action keep their ids, as the documentation says."""
    view.document, view.hash, view.errors = shown, _hash(), {}
    view.versions.append(shown)
    ids = {each["block_id"] for each in shown["blocks"]}
    view.state = {name: values for name, values in view.state.items() if name in ids}


def push(
    host: Host, person: Person, shown: Payload, installation: Installation, team: Workspace, over: View | None
) -> View:
    """A form opens, over another or alone."""
    stack = host.stacks.setdefault(person.id, [])
    if over is None:
        stack.clear()
    require(len(stack) < STACK, "push_limit_reached")
    view = new_view(host, person, shown, installation, team)
    if over is not None:
        view.root_id, view.previous_id = over.root_id or over.id, over.id
    stack.append(view)
    host.bell.ring()
    return view


def _answer(asked: Asked, view: View) -> Payload:
    return {"view": payloads.view(view, asked.host.app_id)}


async def open_view(asked: Asked) -> Payload:
    """views.open. The arguments are looked at first: a wrong form does not use the trigger up."""
    shown = document(asked.get("view"), "modal")
    trigger = _trigger(asked)
    return _answer(asked, push(asked.host, trigger.person, shown, asked.installation, trigger.team, None))


def _trigger(asked: Asked) -> Trigger:
    return use_trigger(
        asked.host, str(asked.get("trigger_id") or asked.get("interactivity_pointer")), asked.installation
    )


async def push_view(asked: Asked) -> Payload:
    """views.push: over the form in which something was pressed."""
    shown = document(asked.get("view"), "modal")
    trigger = _trigger(asked)
    stack = asked.host.stacks.get(trigger.person.id, [])
    require(trigger.view is not None and trigger.view in stack, "not_found")
    view = push(asked.host, trigger.person, shown, asked.installation, trigger.team, trigger.view)
    return _answer(asked, view)


async def update_view(asked: Asked) -> Payload:
    """views.update: one that is still open."""
    found = asked.host.views.get(str(asked.get("view_id")))
    if found is None and asked.get("external_id"):
        known = asked.host.views.values()
        found = next((each for each in known if each.document.get("external_id") == asked.get("external_id")), None)
    open_now = found is not None and found in asked.host.stacks.get(found.person.id, [])
    require(open_now or (found is not None and asked.host.homes.get(found.person.id) is found), "not_found")
    assert found is not None
    require(found.installation is asked.installation, "not_found")
    shown = document(asked.get("view"), str(found.document["type"]))
    require(asked.get("hash") in (None, found.hash), "hash_conflict")
    replace(found, shown)
    asked.host.bell.ring()
    return _answer(asked, found)


async def publish(asked: Asked) -> Payload:
    """views.publish: somebody's Home tab."""
    require("home" in asked.host.tabs, "not_enabled")
    person = asked.host.people.get(str(asked.get("user_id")))
    require(person is not None and asked.installation.of(person.team), "invalid_arguments", "user_id")
    assert person is not None
    shown = document(asked.get("view"), "home")
    view = asked.host.homes.get(person.id)
    if view is None:
        view = asked.host.homes[person.id] = new_view(asked.host, person, shown, asked.installation, person.team)
    else:
        require(asked.get("hash") in (None, view.hash), "hash_conflict")
        replace(view, shown)
    asked.host.bell.ring()
    return _answer(asked, view)


METHODS = {
    "views.open": Rule(open_view, takes("trigger_id interactivity_pointer", jsons="view"), ("view",)),
    "views.push": Rule(push_view, takes("trigger_id interactivity_pointer", jsons="view"), ("view",)),
    "views.update": Rule(update_view, takes("view_id external_id hash", jsons="view"), ("view",)),
    "views.publish": Rule(publish, takes("user_id hash", jsons="view"), ("user_id", "view")),
}
