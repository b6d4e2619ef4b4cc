"""REST: the application itself, guilds, channels, threads, direct messages, typing, fresh addresses of files."""

from __future__ import annotations

from typing import Any

from emulators.discord_api import payloads
from emulators.discord_api.refusals import Refusal, length, require
from emulators.discord_api.rest import Answer, Route, Visit
from emulators.discord_api.rest_messages import check_may_send
from emulators.discord_api.values import REFRESH_URLS_MAX, THREADS, Flag, Kind, Permission, Sort
from emulators.discord_api.world import Channel, Guild


async def me(visit: Visit) -> Answer:
    """Get Current User."""
    return payloads.user(visit.host.app) | {"verified": True, "mfa_enabled": False, "email": None, "locale": "en-US"}


async def application(visit: Visit) -> Answer:
    """Get Current Application."""
    return visit.host.application() | {
        "name": visit.host.app.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "summary": "",
        "verify_key": "0" * 64,
        "owner": {"id": "1", "username": "owner", "discriminator": "0", "avatar": None, "global_name": None},
        "team": None,
        "bot": payloads.user(visit.host.app),
        "integration_types_config": {"0": {}, "1": {}},
    }


async def gateway(visit: Visit) -> Answer:
    """Get Gateway."""
    return {"url": visit.host.gateway_url}


async def gateway_bot(visit: Visit) -> Answer:
    """Get Gateway Bot."""
    line = visit.host.gateway
    used = len(line.identified)
    limits = {
        "total": 1000,
        "remaining": 1000 - used,
        "reset_after": 86_400_000,
        "max_concurrency": line.max_concurrency,
    }
    return {"url": visit.host.gateway_url, "shards": line.recommended_shards, "session_start_limit": limits}


async def one_user(visit: Visit) -> Answer:
    """Get User."""
    person = visit.host.world.users.get(visit.number("user"))
    if person is None:
        raise Refusal(10013)
    return payloads.user(person)


def _guild(visit: Visit) -> Guild:
    guild = visit.host.world.guilds.get(visit.number("guild"))
    if guild is None:
        raise Refusal(10004)
    if not guild.has_bot:
        raise Refusal(50001)
    return guild


async def one_guild(visit: Visit) -> Answer:
    """Get Guild."""
    return payloads.guild(_guild(visit), visit.host.app)


async def one_member(visit: Visit) -> Answer:
    """Get Guild Member."""
    guild = _guild(visit)
    person = visit.host.world.users.get(visit.number("user"))
    if person is None or person.id not in guild.members:
        raise Refusal(10007)
    return payloads.member(guild, person)


async def guild_channels(visit: Visit) -> Answer:
    """Get Guild Channels."""
    return [
        payloads.channel(each) for each in _guild(visit).channels.values() if not each.is_thread and not each.deleted
    ]


async def guild_roles(visit: Visit) -> Answer:
    """Get Guild Roles."""
    return [payloads.role(each) for each in _guild(visit).roles.values()]


async def one_channel(visit: Visit) -> Answer:
    """Get Channel."""
    return payloads.channel(visit.channel())


async def open_direct(visit: Visit) -> Answer:
    """Create DM."""
    person = visit.host.world.users.get(int(visit.body.object.get("recipient_id") or 0))
    if person is None:
        raise Refusal(10013)
    if person.is_app:
        raise Refusal(50007)
    return payloads.channel(visit.host.direct(person))


async def typing(visit: Visit) -> Answer:
    """Trigger Typing Indicator."""
    channel = visit.channel()
    check_may_send(visit.host, channel)
    channel.typed_at.append(visit.host.world.clock.now())
    visit.host.world.bell.ring()
    return None


async def thread_of_message(visit: Visit) -> Answer:
    """Start Thread from Message: the thread's id is the message's."""
    channel = visit.channel(Permission.CREATE_PUBLIC_THREADS, Permission.READ_MESSAGE_HISTORY)
    require(channel.kind == Kind.TEXT, "_", "Cannot execute action on this channel type")
    message = visit.message(channel)
    if message.thread is not None:
        raise Refusal(160004)
    thread = _thread(visit, channel, message.id, Kind.PUBLIC_THREAD)
    message.thread, message.flags = thread, message.flags | Flag.HAS_THREAD
    starter = visit.host.new_message(thread, visit.host.app, sort=Sort.THREAD_STARTER)
    starter.id, starter.replied = message.id, message
    starter.reference = {"type": 0, "message_id": str(message.id), "channel_id": str(channel.id)}
    visit.host.world.add_message(starter)
    await visit.host.tell_place("THREAD_CREATE", thread)
    return payloads.channel(thread)


async def thread_alone(visit: Visit) -> Answer:
    """Start Thread without Message."""
    channel = visit.channel(Permission.CREATE_PUBLIC_THREADS)
    kind = Kind(visit.body.object.get("type", Kind.PRIVATE_THREAD))
    require(kind in THREADS, "type", "Value must be one of (10, 11, 12).")
    thread = _thread(visit, channel, 0, kind)
    await visit.host.tell_place("THREAD_CREATE", thread)
    return payloads.channel(thread)


def _thread(visit: Visit, parent: Channel, number: int, kind: Kind) -> Channel:
    name = length(visit.body.object.get("name"), "name", 100, 1)
    thread = visit.host.world.add_channel(name, kind, channel_id=number, guild=parent.guild)
    thread.parent, thread.owner_id = parent, visit.host.app.id
    return thread


async def edit_channel(visit: Visit) -> Answer:
    """Modify Channel: of threads only what they are called, and whether they are archived or locked."""
    channel = visit.channel()
    data: dict[str, Any] = visit.body.object
    if not channel.is_thread:
        raise Refusal(50013)
    may = channel.permissions(visit.host.app.id)
    if (channel.owner_id != visit.host.app.id or "locked" in data) and not may & Permission.MANAGE_THREADS:
        raise Refusal(50013)
    if channel.archived and data.get("archived") is not False:
        raise Refusal(50083)
    channel.name = length(data.get("name", channel.name), "name", 100, 1)
    channel.archived, channel.locked = data.get("archived", channel.archived), data.get("locked", channel.locked)
    await visit.host.tell_place("THREAD_UPDATE", channel)
    return payloads.channel(channel)


async def join_thread(visit: Visit) -> Answer:
    """Join Thread."""
    if not visit.channel().is_thread:
        raise Refusal(50024)
    return None


async def refresh_urls(visit: Visit) -> Answer:
    """Fresh addresses for files. Not in the documentation; clients and bots use it."""
    urls = visit.body.object.get("attachment_urls")
    require(
        isinstance(urls, list) and 1 <= len(urls) <= REFRESH_URLS_MAX,
        "attachment_urls",
        "Must be between 1 and 50 in length.",
        "BASE_TYPE_BAD_LENGTH",
    )
    assert isinstance(urls, list)
    return {"refreshed_urls": [{"original": url, "refreshed": visit.host.cdn.refresh(url) or url} for url in urls]}


ROUTES = (
    Route("GET", "/users/@me", me),
    Route("GET", "/users/{user}", one_user),
    Route("POST", "/users/@me/channels", open_direct),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/applications/@me", application),
    Route("GET", "/gateway", gateway, token=False),
    Route("GET", "/gateway/bot", gateway_bot),
    Route("GET", "/guilds/{guild}", one_guild),
    Route("GET", "/guilds/{guild}/channels", guild_channels),
    Route("GET", "/guilds/{guild}/roles", guild_roles),
    Route("GET", "/guilds/{guild}/members/{user}", one_member),
    Route("GET", "/channels/{channel}", one_channel),
    Route("PATCH", "/channels/{channel}", edit_channel),
    Route("POST", "/channels/{channel}/typing", typing),
    Route("POST", "/channels/{channel}/threads", thread_alone),
    Route("POST", "/channels/{channel}/messages/{message}/threads", thread_of_message),
    Route("PUT", "/channels/{channel}/thread-members/@me", join_thread),
    Route("POST", "/attachments/refresh-urls", refresh_urls),
)
