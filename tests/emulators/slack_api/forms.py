"""Forms as a client handles them: what is entered, what it refuses to send, and what an answer does to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulators.slack_api import payloads
from emulators.slack_api.host import Host
from emulators.slack_api.methods_views import document, push, replace
from emulators.slack_api.world import File, View

Payload = dict[str, Any]
Entered = Mapping[str, str | int | Sequence[str] | None]


def fill(host: Host, view: View, values: dict[str, Any], files: list[File]) -> None:
    """Write what was entered into the form's state; a client does not send what is missing or too long."""
    for block in view.blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        name, action = block["block_id"], element["action_id"]
        known = view.state.get(name, {}).get(action)
        if element["type"] == "file_input":
            given: Any = _files(host, element, files)
            files = []
        elif action in values or name in values:
            given = _given(element, values.pop(action) if action in values else values.pop(name))
        else:
            given = known or _proposed(element)
        optional = block.get("optional", False)
        assert optional or _filled(given), f"the form says: please complete {block['label']['text']!r}"
        view.state.setdefault(name, {})[action] = given
    assert not values, f"the form has no {sorted(values)}; it has {sorted(view.state)}"
    assert not files, "the form takes no files"


def _filled(state: Payload) -> bool:
    return any(value not in (None, "", []) for key, value in state.items() if key != "type")


def _files(host: Host, element: Payload, files: list[File]) -> Payload:
    assert len(files) <= element.get("max_files", 10), "the form takes fewer files"
    for file in files:
        assert len(file.data) <= 10_000_000, "the form takes files of up to 10 MB"
        kinds = element.get("filetypes")
        assert not kinds or file.name.rpartition(".")[2].lower() in kinds, f"the form takes {kinds}"
        file.given = True
    return {"type": "file_input", "files": [payloads.file(each, host.base) for each in files]}


def _options(element: Payload) -> list[Payload]:
    grouped = [each for group in element.get("option_groups") or [] for each in group["options"]]
    return [*(element.get("options") or []), *grouped]


def _given(element: Payload, value: Any) -> Payload:
    kind = element["type"]
    if kind in ("plain_text_input", "number_input"):
        text = "" if value is None else str(value)
        low, high = element.get("min_length", 0), element.get("max_length", 3000)
        assert not text or low <= len(text) <= high, f"the form takes {low} to {high} characters"
        return {"type": kind, "value": text or None}
    if kind in ("static_select", "radio_buttons"):
        return {"type": kind, "selected_option": None if value is None else _option(element, value)}
    if kind in ("checkboxes", "multi_static_select"):
        return {"type": kind, "selected_options": [_option(element, each) for each in value or []]}
    names = {"users_select": "selected_user", "conversations_select": "selected_conversation"}
    return {"type": kind, names.get(kind, "selected_channel"): value}


def _option(element: Payload, wanted: Any) -> Payload:
    for each in _options(element):
        if wanted in (each["value"], each["text"]["text"]):
            return each
    raise AssertionError(f"no {wanted!r} among {[each['value'] for each in _options(element)]}")


def _proposed(element: Payload) -> Payload:
    kind = element["type"]
    if kind in ("plain_text_input", "number_input"):
        return {"type": kind, "value": element.get("initial_value")}
    if kind in ("static_select", "radio_buttons"):
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in ("checkboxes", "multi_static_select"):
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    names = {"users_select": "user", "conversations_select": "conversation"}
    name = names.get(kind, "channel")
    return {"type": kind, f"selected_{name}": element.get(f"initial_{name}")}


def answered(host: Host, view: View, answer: Any) -> None:
    """What an acknowledgement does: nothing closes the form, errors are shown in it, and so on."""
    stack = host.stacks.setdefault(view.person.id, [])
    action = answer.get("response_action") if isinstance(answer, dict) else None
    view.errors = {}
    match action:
        case None:
            assert not isinstance(answer, dict) or not answer, f"We had some trouble connecting: {answer}"
            if view in stack:
                stack.remove(view)
        case "clear":
            stack.clear()
        case "errors":
            names = {each["block_id"] for each in view.blocks if each["type"] == "input"}
            assert answer["errors"], "errors, but none are named"
            assert set(answer["errors"]) <= names, f"errors for no input: {answer['errors']}"
            view.errors = dict(answer["errors"])
        case "update":
            replace(view, document(answer["view"], "modal"))
        case "push":
            push(host, view.person, document(answer["view"], "modal"), view.installation, view.team, view)
        case _:
            raise AssertionError(f"unknown response_action {action!r}")
    host.bell.ring()
