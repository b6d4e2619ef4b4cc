"""REST: messages of a channel, written with the bot's token."""

from __future__ import annotations

from typing import Any

from emulators.discord_api.drafts import Draft, read_draft
from emulators.discord_api.host import Host
from emulators.discord_api.refusals import Refusal, form, require
from emulators.discord_api.rest import Answer, Route, Visit
from emulators.discord_api.values import FILE_BYTES_BY_TIER, Flag, Kind, Permission, Sort
from emulators.discord_api.world import Channel, Message


def file_bytes(channel: Channel) -> int:
    """The largest file that the application may upload there."""
    return FILE_BYTES_BY_TIER[0] if channel.guild is None else channel.guild.file_bytes


def check_may_send(host: Host, channel: Channel) -> None:
    """Raises 50013 (by the kind of place), 50083, 160005 and 50007."""
    may = channel.permissions(host.app.id)
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    if not may & needed:
        raise Refusal(50013)
    if channel.is_thread and channel.locked and not may & Permission.MANAGE_THREADS:
        raise Refusal(160005)
    if channel.kind == Kind.DM and any(not person.is_app and not person.dms_open for person in channel.recipients):
        raise Refusal(50007)


def refer(host: Host, message: Message, draft: Draft) -> bool:
    """Make it a reply or a forward. Raises 50035 for a message that is gone, 160002 without a right to the history."""
    reference = draft.reference
    if reference is None:
        return True
    require(isinstance(reference, dict), "message_reference", "Only dictionaries may be used in a DictType")
    number, here = str(reference.get("message_id", "")), message.channel
    require(number.isdigit(), "message_reference.message_id", "This field is required", "BASE_TYPE_REQUIRED")
    place = host.world.channels.get(int(reference.get("channel_id") or here.id))
    found = place.history.get(int(number)) if place is not None else None
    if found is None or found.deleted or found.ephemeral:
        if reference.get("fail_if_not_exists", True):
            raise form("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        return False
    if not here.permissions(host.app.id) & Permission.READ_MESSAGE_HISTORY:
        raise Refusal(160002)
    kind = reference.get("type") or 0
    message.reference = {"type": kind, "message_id": number, "channel_id": str(found.channel.id)}
    message.reference |= {} if here.guild is None else {"guild_id": str(here.guild.id)}
    if kind == 1:
        message.snapshots, message.flags = [found], message.flags | Flag.HAS_SNAPSHOT
        return True
    require(
        found.channel is here,
        "message_reference",
        "Cannot reply to a message in a different channel",
        "REPLIES_CANNOT_REPLY_TO_DIFFERENT_CHANNEL",
    )
    message.replied, message.sort = found, Sort.REPLY
    allowed = draft.allowed_mentions
    pinged = True if allowed is None else bool(allowed.get("replied_user"))
    message.pings_reply = pinged and found.interaction is None
    return True


async def create(visit: Visit) -> Answer:
    """Create Message."""
    channel = visit.channel()
    check_may_send(visit.host, channel)
    draft = read_draft(visit.body, visit.body.object, file_bytes=file_bytes(channel))
    may = channel.permissions(visit.host.app.id)
    if draft.uploads and not may & Permission.ATTACH_FILES:
        raise Refusal(50013)
    if not may & Permission.EMBED_LINKS:
        draft.embeds = []
    if draft.flags is not None:
        draft.flags &= ~Flag.EPHEMERAL  # only interactions can be answered so
    message = visit.host.new_message(channel, visit.host.app)
    refer(visit.host, message, draft)
    return _shown(visit, await visit.host.post(message, draft))


async def edit(visit: Visit) -> Answer:
    """Edit Message."""
    channel = visit.channel()
    message = visit.message(channel)
    if message.author is not visit.host.app:
        raise Refusal(50005)
    if channel.is_thread and channel.archived:
        raise Refusal(50083)
    draft = read_draft(visit.body, visit.body.object, file_bytes=file_bytes(channel), message=message)
    return _shown(visit, await visit.host.change(message, draft))


async def delete(visit: Visit) -> Answer:
    """Delete Message."""
    channel = visit.channel()
    message = visit.message(channel)
    own = message.author is visit.host.app
    if not own and not (channel.guild and channel.permissions(visit.host.app.id) & Permission.MANAGE_MESSAGES):
        raise Refusal(50013)
    if channel.is_thread and channel.archived:
        raise Refusal(50083)
    await visit.host.remove(message)
    return None


async def get(visit: Visit) -> Answer:
    """Get Channel Message."""
    return _shown(visit, visit.message(visit.channel(Permission.READ_MESSAGE_HISTORY)))


async def listed(visit: Visit) -> Answer:
    """Get Channel Messages: newest first; without the right to read history there are none."""
    channel = visit.channel()
    if not channel.permissions(visit.host.app.id) & Permission.READ_MESSAGE_HISTORY:
        return []
    query = visit.request.query
    most = int(query.get("limit", 50))
    require(1 <= most <= 100, "limit", "int value should be between 1 and 100.")
    found = sorted(channel.messages(), key=lambda each: each.id, reverse=True)
    if "before" in query:
        found = [each for each in found if each.id < int(query["before"])]
    if "after" in query:
        found = [each for each in found if each.id > int(query["after"])][-most:]
    if "around" in query:
        middle = int(query["around"])
        found = sorted(sorted(found, key=lambda each: abs(each.id - middle))[:most], key=lambda each: -each.id)
    return [_shown(visit, each) for each in found[:most]]


def _shown(visit: Visit, message: Message) -> dict[str, Any]:
    return visit.host.shown.message(message, content=visit.host.message_content)


ROUTES = (
    Route("POST", "/channels/{channel}/messages", create),
    Route("GET", "/channels/{channel}/messages", listed),
    Route("GET", "/channels/{channel}/messages/{message}", get),
    Route("PATCH", "/channels/{channel}/messages/{message}", edit),
    Route("DELETE", "/channels/{channel}/messages/{message}", delete),
)
