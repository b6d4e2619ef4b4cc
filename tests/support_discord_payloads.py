"""What Discord's gateway sends, as dicts, and the objects that discord.py makes of it. Without a connection."""

from __future__ import annotations

from typing import Any

import discord

Payload = dict[str, Any]

APPLICATION = 500000000000000001
GUILD = 600000000000000001
OTHER_GUILD = 600000000000000002
TEXT = 700000000000000001
THREAD = 700000000000000002
DIRECT = 700000000000000003
GROUP = 700000000000000004
OWNER = 800000000000000001
MEMBER = 800000000000000002
STRANGER = 800000000000000003
MODERATORS = 900000000000000001
DESIGNERS = 900000000000000002
MANAGE_GUILD = 1 << 5
ADMINISTRATOR = 1 << 3
VERSION = 1


def user(identity: int, name: str = "member", **more: Any) -> Payload:
    return {
        "id": str(identity),
        "username": name,
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        **more,
    }


def member(identity: int, *, roles: tuple[int, ...] = (), permissions: int = 0, nick: str | None = None) -> Payload:
    return {
        "user": user(identity),
        "roles": [str(role) for role in roles],
        "nick": nick,
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": str(permissions),
    }


def role(identity: int, name: str, permissions: int = 0) -> Payload:
    return {
        "id": str(identity),
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 1,
        "permissions": str(permissions),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def text_channel(identity: int = TEXT) -> Payload:
    return {"id": str(identity), "type": 0, "name": "studio", "position": 0, "permission_overwrites": []}


def thread(identity: int = THREAD, parent: int = TEXT) -> Payload:
    return {
        "id": str(identity),
        "type": 11,
        "name": "a fox",
        "parent_id": str(parent),
        "owner_id": str(OWNER),
        "guild_id": str(GUILD),
        "message_count": 0,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 60,
            "archive_timestamp": "2026-01-01T00:00:00+00:00",
            "locked": False,
        },
    }


def guild(identity: int = GUILD, *, locale: str = "de", tier: int = 0) -> Payload:
    return {
        "id": str(identity),
        "name": "A server",
        "owner_id": str(OWNER),
        "preferred_locale": locale,
        "premium_tier": tier,
        "roles": [
            role(identity, "@everyone"),
            role(MODERATORS, "moderators", MANAGE_GUILD),
            role(DESIGNERS, "designers"),
        ],
        "channels": [text_channel()],
        "threads": [thread()],
        "members": [],
        "emojis": [],
        "stickers": [],
        "features": [],
        "member_count": 3,
    }


def message(author: int, channel: int, *, roles: tuple[int, ...] = (), in_guild: int | None = GUILD) -> Payload:
    said: Payload = {
        "id": "1000000000000000001",
        "channel_id": str(channel),
        "author": user(author),
        "content": "a fox",
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
    }
    if in_guild is not None:
        said["guild_id"] = str(in_guild)
        said["member"] = {key: value for key, value in member(author, roles=roles).items() if key != "user"}
    return said


def interaction(
    *,
    channel: Payload,
    by: Payload,
    in_guild: int | None = GUILD,
    owners: dict[str, str] | None = None,
    context: int = 0,
    kind: int = 2,
    locale: str = "pt-BR",
    limit: int = 10485760,
    data: Payload | None = None,
) -> Payload:
    """`by` is a member in a server, a user elsewhere."""
    said: Payload = {
        "id": "1100000000000000001",
        "application_id": str(APPLICATION),
        "type": kind,
        "token": "an-interaction-token",
        "version": VERSION,
        "channel": channel,
        "channel_id": channel["id"],
        "data": data or {"id": "1", "name": "imagine", "type": 1},
        "locale": locale,
        "app_permissions": "0",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(in_guild or 0)} if owners is None else owners,
        "context": context,
        "attachment_size_limit": limit,
    }
    if in_guild is not None:
        said |= {
            "guild_id": str(in_guild),
            "guild": {"id": str(in_guild), "locale": "fr", "features": []},
            "member": by,
        }
        said["guild_locale"] = "fr"
    else:
        said["user"] = by
    return said


class Objects:
    """discord.py's state without its connection."""

    def __init__(self, *guilds: Payload) -> None:
        self.client = discord.AutoShardedClient(intents=discord.Intents.none(), max_messages=None)
        self.state = self.client._connection
        self.state.user = discord.ClientUser(state=self.state, data=user(APPLICATION, "Easel"))  # type: ignore[arg-type]
        for each in guilds:
            self.state._add_guild(discord.Guild(data=each, state=self.state))  # type: ignore[arg-type]

    def interaction(self, **said: Any) -> discord.Interaction:
        return discord.Interaction(data=interaction(**said), state=self.state)  # type: ignore[arg-type]

    def message(self, said: Payload) -> discord.Message:
        guild_id = int(said["guild_id"]) if "guild_id" in said else None
        channel, _ = self.state._get_guild_channel(said, guild_id)  # type: ignore[arg-type]
        return discord.Message(channel=channel, data=said, state=self.state)  # type: ignore[arg-type]
