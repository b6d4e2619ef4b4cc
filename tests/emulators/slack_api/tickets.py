"""What an interaction hands to the app for a while: a trigger_id for a form, a response_url for answers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from emulators.slack_api import blocks as kit
from emulators.slack_api.host import Host
from emulators.slack_api.recorded import Call
from emulators.slack_api.refusals import Refusal, require
from emulators.slack_api.values import RESPONSE_URL_SECONDS, RESPONSE_URL_USES, TRIGGER_SECONDS
from emulators.slack_api.world import Channel, Installation, Message, Person, View, Workspace

Payload = dict[str, Any]
KEYS = {"text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts"}
KEYS |= {"unfurl_links", "unfurl_media", "metadata", "mrkdwn", "parse", "link_names"}


@dataclass
class Trigger:
    """Opens one form, within three seconds."""

    person: Person
    installation: Installation
    team: Workspace
    at: float
    view: View | None = None  # the form in which something was pressed
    used: bool = False


@dataclass
class Responding:
    """A response_url: five answers within half an hour."""

    person: Person
    channel: Channel
    at: float
    command: bool
    original: Message | None = None
    uses: int = 0
    thread: str = ""
    posted: list[Message] = field(default_factory=list)


def new_trigger(host: Host, person: Person, view: View | None = None, channel: Channel | None = None) -> str:
    """A trigger_id."""
    team = host.reached(person, channel) if view is None else view.team
    installation = host.installation_of(team) or host.installations[0]
    name = f"{host.id('1')}.{person.team.id}.{uuid.uuid4().hex}"
    host.triggers[name] = Trigger(person, installation, team, host.clock.now(), view)
    return name


def use_trigger(host: Host, name: str, installation: Installation) -> Trigger:
    """Take it, once."""
    found = host.triggers.get(name)
    if found is None or found.installation is not installation:
        raise Refusal("invalid_trigger_id")
    require(not found.used, "exchanged_trigger_id")
    require(host.clock.now() - found.at <= TRIGGER_SECONDS, "expired_trigger_id")
    found.used = True
    return found


def new_response_url(host: Host, person: Person, channel: Channel, original: Message | None, *, command: bool) -> str:
    """A response_url."""
    name = f"{'commands' if command else 'actions'}/{person.team.id}/{host.id('')}/{uuid.uuid4().hex[:24]}"
    thread = "" if original is None else original.thread
    host.responding[name] = Responding(person, channel, host.clock.now(), command, original, thread=thread)
    return f"{host.base}/{name}"


def answer_ack(host: Host, answer: Any, responding: Responding) -> Message | None:
    """The body of a command's acknowledgement is a message: a string, or a document; nothing is nothing."""
    if not answer or answer == "ok":
        return None
    document = {"text": answer} if isinstance(answer, str) else answer
    wrong = kit.check(document.get("blocks", []), kit.MESSAGE)
    assert not wrong, f"Slack shows invalid_command_response: {wrong}"
    return respond(host, responding, document)


async def handle(request: web.Request, host: Host) -> web.Response:
    """POST to a response_url."""
    name = request.path.lstrip("/")
    found = host.responding.get(name)
    call = Call("response_url", {})
    host.calls.add(call)
    try:
        await host.faults.before("response_url")
    except Refusal as refused:
        call.error = refused.error
        return web.Response(status=refused.status if refused.status != 200 else 500, text=refused.error)
    if found is None:
        return _gone(call, "invalid_url")
    if host.clock.now() - found.at > RESPONSE_URL_SECONDS:
        return _gone(call, "expired_url")
    if found.uses >= RESPONSE_URL_USES:
        return _gone(call, "used_url")
    found.uses += 1
    document = call.arguments = await request.json()
    wrong = sorted(set(document) - KEYS) or kit.check(document.get("blocks") or [], kit.MESSAGE)
    if not document.get("delete_original") and not document.get("text"):
        wrong.append("no_text: blocks need a text as fallback, for notifications and screen readers")
    if wrong:
        call.error, call.said = "invalid_blocks", f"invalid_blocks {wrong}"
        return web.Response(status=400, text=call.said)
    respond(host, found, document)
    call.ok = True
    return web.Response(text="ok")


def _gone(call: Call, error: str) -> web.Response:
    call.error = error
    return web.json_response({"ok": False, "error": error}, status=404)


def respond(host: Host, found: Responding, document: Payload) -> Message | None:
    """Post, replace or delete, as the document says.

    What a command's own response_url said cannot be changed through it: it is said anew, and a deletion does nothing
    (https://github.com/slackapi/bolt-python/issues/1268, https://github.com/slackapi/bolt-js/issues/2287). What a
    press on a button brings along can. `host.command_replaces` is for those who believe the documentation.
    """
    original = found.original if found.original is None or not found.original.deleted else None
    if found.command and not host.command_replaces:
        original = None
    if document.get("delete_original"):
        if original is not None:
            host.remove(original)
        return original
    text = str(document.get("text", ""))
    blocks = kit.validate(document.get("blocks") or [], kit.MESSAGE)
    if document.get("replace_original") and original is not None:
        host.change(original, text=text, blocks=blocks)
        return original
    team = host.reached(found.person, found.channel)
    me = host.me(team) or host.once(team)
    message = Message(host.clock.ts(), found.channel, me, text, blocks, arguments=document)
    message.thread = str(document.get("thread_ts") or "")
    if document.get("response_type", "ephemeral") == "ephemeral":
        message.only_for = found.person
    host.post(message)
    found.posted.append(message)
    if found.command:
        found.original = message
    return message
