"""REST: how interactions are answered: callbacks, the original response, follow-ups. None needs the bot's token."""

from __future__ import annotations

import time
from typing import Any

from emulators.discord_api.drafts import Draft, read_draft
from emulators.discord_api.interactions import Interaction
from emulators.discord_api.modals import check_modal
from emulators.discord_api.refusals import Refusal, length, require
from emulators.discord_api.rest import Answer, Route, Visit
from emulators.discord_api.values import Asked, Callback, Flag, Sort
from emulators.discord_api.world import Message

SORTS = {1: Sort.SLASH, 2: Sort.MENU, 3: Sort.MENU}
CHOICES_MAX = 25


async def callback(visit: Visit) -> Answer:
    """Create Interaction Response. Raises 10062 when it is too late, 40060 when there was one."""
    token = visit.request.match_info["token"]
    asked = visit.host.world.interactions.get(token)
    if asked is None or str(asked.id) != visit.request.match_info["interaction"]:
        raise Refusal(10062)
    body = visit.body.object
    kind = asked.check_callback(body.get("type"))
    data = body.get("data") or {}
    asked.callback, asked.acknowledged_at = kind, time.monotonic()
    try:
        await _answer(visit, asked, kind, data)
    except Refusal:
        asked.callback = asked.acknowledged_at = None
        raise
    asked.bell.ring()
    visit.host.world.bell.ring()
    if visit.request.query.get("with_response") not in ("1", "true", "True"):
        return None
    return _told(visit, asked, kind)


async def _answer(visit: Visit, asked: Interaction, kind: Callback, data: dict[str, Any]) -> None:
    match kind:
        case Callback.MODAL:
            asked.modal = check_modal(data, asked)
        case Callback.CHOICES:
            asked.choices = _choices(data)
        case Callback.DEFERRED_UPDATE:
            asked.original = asked.source
        case Callback.UPDATE:
            assert asked.source is not None
            asked.original = asked.source
            draft = read_draft(visit.body, data, file_bytes=asked.file_bytes, message=asked.source)
            await visit.host.change(asked.source, draft)
        case Callback.DEFERRED_MESSAGE:
            require(set(data) <= {"flags"}, "data", "Only flags may be given.", "FAKE_UNKNOWN_FIELD")
            message = _message(visit, asked, Flag(data.get("flags") or 0))
            message.flags |= Flag.LOADING
            asked.original = message
            asked.messages.append(message)
            await visit.host.announce(message)
        case Callback.MESSAGE:
            draft = read_draft(visit.body, data, file_bytes=asked.file_bytes)
            message = _message(visit, asked, draft.flags or Flag(0))
            asked.original = await _post(visit, message, draft)
            asked.messages.append(message)


def _message(visit: Visit, asked: Interaction, flags: Flag) -> Message:
    """A message that answers; whether one person alone sees it is decided once, by the first answer."""
    command = asked.kind == Asked.COMMAND
    sort = SORTS.get(asked.data.get("type", 0), Sort.DEFAULT) if command else Sort.DEFAULT
    message = visit.host.new_message(asked.channel, visit.host.app, sort=sort)
    ephemeral = bool(flags & Flag.EPHEMERAL) or asked.forced_ephemeral
    message.flags, message.interaction = Flag.EPHEMERAL if ephemeral else Flag(0), asked
    message.only_for = asked.person if ephemeral else None
    asked.ephemeral = asked.ephemeral or ephemeral
    if asked.source is not None and not command:
        message.reference = {"type": 0, "message_id": str(asked.source.id), "channel_id": str(asked.channel.id)}
    return message


async def _post(visit: Visit, message: Message, draft: Draft) -> Message:
    draft.flags = (draft.flags or Flag(0)) & ~Flag.EPHEMERAL
    return await visit.host.post(message, draft)


def _choices(data: dict[str, Any]) -> list[dict[str, Any]]:
    choices = data.get("choices")
    require(isinstance(choices, list), "data.choices", "This field is required", "BASE_TYPE_REQUIRED")
    assert isinstance(choices, list)
    require(len(choices) <= CHOICES_MAX, "data.choices", "Must be 25 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    for index, choice in enumerate(choices):
        length(choice.get("name"), f"data.choices.{index}.name", 100, 1)
        if isinstance(choice.get("value"), str):
            length(choice["value"], f"data.choices.{index}.value", 100)
        for said in (choice.get("name_localizations") or {}).values():
            length(said, f"data.choices.{index}.name_localizations", 100, 1)
    return choices


def _told(visit: Visit, asked: Interaction, kind: Callback) -> dict[str, Any]:
    told: dict[str, Any] = {"id": str(asked.id), "type": int(asked.kind)}
    resource: dict[str, Any] = {"type": int(kind)}
    if asked.original is not None and kind not in (Callback.MODAL, Callback.CHOICES):
        told["response_message_id"] = str(asked.original.id)
        told["response_message_loading"] = asked.original.loading
        told["response_message_ephemeral"] = asked.original.ephemeral
        if kind in (Callback.MESSAGE, Callback.UPDATE, Callback.DEFERRED_MESSAGE):
            resource["message"] = _shown(visit, asked.original)
    return {"interaction": told, "resource": resource}


def _asked(visit: Visit) -> Interaction:
    """Whose webhook it is. Raises 10015, 50027."""
    asked = visit.host.world.interactions.get(visit.request.match_info["token"])
    if asked is None or visit.request.match_info["application"] != str(visit.host.app.id):
        raise Refusal(50027 if asked is None else 10015)
    if asked.too_late:
        raise Refusal(10015)
    asked.check_token(visit.host.world.clock.now(), visit.host.token_seconds)
    return asked


def _found(visit: Visit, asked: Interaction) -> Message:
    """The original or a follow-up. Raises 10008."""
    which = visit.request.match_info["message"]
    mine = [*asked.messages, *([asked.original] if asked.original else [])]
    found = asked.original if which == "@original" else next((each for each in mine if str(each.id) == which), None)
    if found is None or found.deleted:
        raise Refusal(10008)
    return found


async def get(visit: Visit) -> Answer:
    """Get Original Interaction Response, Get Followup Message."""
    return _shown(visit, _found(visit, _asked(visit)))


async def edit(visit: Visit) -> Answer:
    """Edit Original Interaction Response, Edit Followup Message."""
    asked = _asked(visit)
    message = _found(visit, asked)
    if message.channel.is_thread and message.channel.archived and message.channel.locked:
        raise Refusal(160005)
    draft = read_draft(visit.body, visit.body.object, file_bytes=asked.file_bytes, message=message)
    await visit.host.change(message, draft)
    asked.bell.ring()
    return _shown(visit, message)


async def delete(visit: Visit) -> Answer:
    """Delete Original Interaction Response, Delete Followup Message."""
    await visit.host.remove(_found(visit, _asked(visit)))
    return None


async def followup(visit: Visit) -> Answer:
    """Create Followup Message; the first after a deferred answer becomes that answer."""
    asked = _asked(visit)
    draft = read_draft(visit.body, visit.body.object, file_bytes=asked.file_bytes)
    if asked.original is not None and asked.original.loading and not asked.original.deleted:
        draft.flags = (draft.flags or Flag(0)) & ~Flag.EPHEMERAL
        return _shown(visit, await visit.host.change(asked.original, draft))
    asked.count_followup()
    message = _message(visit, asked, draft.flags or Flag(0))
    asked.messages.append(message)
    await _post(visit, message, draft)
    asked.bell.ring()
    return _shown(visit, message)


def _shown(visit: Visit, message: Message) -> dict[str, Any]:
    return visit.host.shown.message(message, content=True, full=True)


ROUTES = (
    Route("POST", "/interactions/{interaction}/{token}/callback", callback, token=False),
    Route("POST", "/webhooks/{application}/{token}", followup, token=False),
    Route("GET", "/webhooks/{application}/{token}/messages/{message}", get, token=False),
    Route("PATCH", "/webhooks/{application}/{token}/messages/{message}", edit, token=False),
    Route("DELETE", "/webhooks/{application}/{token}/messages/{message}", delete, token=False),
)
