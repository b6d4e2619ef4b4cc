"""The JSON that Discord would show. What the message content intent hides is hidden here."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from emulators.discord_api.cdn import Cdn
from emulators.discord_api.clock import stamp
from emulators.discord_api.drafts import media_slots
from emulators.discord_api.values import Asked, Flag, Kind, Permission, Sort
from emulators.discord_api.world import Attachment, Channel, Guild, Message, Role

if TYPE_CHECKING:
    from emulators.discord_api.people import Person

JOINED = "2021-05-01T12:00:00.000000+00:00"


def user(person: Person) -> dict[str, Any]:
    """A user."""
    shown = {
        "id": str(person.id),
        "username": person.name.lower().replace(" ", "_"),
        "global_name": None if person.bot else person.name,
        "discriminator": "0",
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
    }
    return shown | ({"bot": True} if person.bot else {})


def member(guild: Guild, person: Person, permissions: Permission | None = None) -> dict[str, Any]:
    """A user as a member of a guild; with permissions, as interactions say it."""
    shown: dict[str, Any] = {
        "user": user(person),
        "roles": [str(role.id) for role in guild.members.get(person.id, ())],
        "joined_at": JOINED,
        "premium_since": None,
        "nick": None,
        "avatar": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    return shown | ({"permissions": str(int(permissions))} if permissions is not None else {})


def role(each: Role) -> dict[str, Any]:
    """A role."""
    return {
        "id": str(each.id),
        "name": each.name,
        "permissions": str(int(each.permissions)),
        "position": each.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def channel(each: Channel, *, permissions: Permission | None = None) -> dict[str, Any]:
    """A channel, a thread, a direct message."""
    last = next(reversed(each.history), None)
    shown: dict[str, Any] = {
        "id": str(each.id),
        "type": int(each.kind),
        "flags": 0,
        "last_message_id": None if last is None else str(last),
    }
    if each.kind in (Kind.DM, Kind.GROUP_DM):
        shown["recipients"] = [user(person) for person in each.recipients if not person.is_app]
        if each.kind == Kind.GROUP_DM:
            shown |= {"name": each.name, "icon": None, "owner_id": str(each.recipients[0].id)}
        return shown
    assert each.guild is not None
    shown |= {"name": each.name, "guild_id": str(each.guild.id), "nsfw": each.nsfw, "rate_limit_per_user": 0}
    shown["parent_id"] = None if each.parent is None else str(each.parent.id)
    if permissions is not None:
        shown["permissions"] = str(int(permissions))
    if each.is_thread:
        return shown | _thread(each)
    overwrites = [
        {"id": str(key), "type": int(key not in each.guild.roles), "allow": str(int(o.allow)), "deny": str(int(o.deny))}
        for key, o in each.overwrites.items()
    ]
    return shown | {"position": 0, "topic": None, "permission_overwrites": overwrites}


def _thread(each: Channel) -> dict[str, Any]:
    return {
        "owner_id": str(each.owner_id),
        "message_count": len(each.history),
        "total_message_sent": len(each.history),
        "member_count": 2,
        "thread_metadata": {
            "archived": each.archived,
            "locked": each.locked,
            "auto_archive_duration": 1440,
            "archive_timestamp": JOINED,
            "create_timestamp": JOINED,
        },
    }


NO_PICTURES = ("icon", "splash", "discovery_splash", "banner", "description", "vanity_url_code")
NO_CHANNELS = ("afk_channel_id", "system_channel_id", "rules_channel_id", "public_updates_channel_id")
EMPTY = ("emojis", "stickers", "features", "voice_states", "presences", "stage_instances", "guild_scheduled_events")


def guild(each: Guild, app: Person) -> dict[str, Any]:
    """GUILD_CREATE for a session that asked for guilds: channels, roles and the application's own membership."""
    places = [place for place in each.channels.values() if not place.deleted]
    return {
        **dict.fromkeys((*NO_PICTURES, *NO_CHANNELS, "safety_alerts_channel_id")),
        **{name: [] for name in (*EMPTY, "soundboard_sounds")},
        "id": str(each.id),
        "name": each.name,
        "owner_id": str(each.owner_id or each.id),
        "afk_timeout": 300,
        "verification_level": 1,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [role(one) for one in each.roles.values()],
        "mfa_level": 0,
        "system_channel_flags": 0,
        "premium_tier": each.tier,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": each.locale,
        "nsfw_level": 0,
        "large": False,
        "unavailable": False,
        "member_count": len(each.members),
        "joined_at": JOINED,
        "members": [member(each, app)],
        "channels": [channel(place) for place in places if not place.is_thread],
        "threads": [channel(place) for place in places if place.is_thread and not place.archived],
    }


class Shown:
    """Renders messages for the application: with the message content intent or without it."""

    def __init__(self, cdn: Cdn, app: Person) -> None:
        self.cdn, self.app = cdn, app

    def attachment(self, file: Attachment) -> dict[str, Any]:
        """An attachment with a fresh address."""
        url = self.cdn.url(file)
        shown: dict[str, Any] = {
            "id": str(file.id),
            "filename": file.name,
            "size": len(file.data),
            "url": url,
            "proxy_url": url,
            "content_scan_version": 1,
        }
        if file.size is not None:
            shown |= {"width": file.size[0], "height": file.size[1], "placeholder_version": 1}
        optional = {"content_type": file.content_type, "description": file.description}
        shown |= {key: value for key, value in optional.items() if value is not None}
        return shown | ({"ephemeral": True} if file.ephemeral else {})

    def readable(self, message: Message) -> bool:
        """Whether the words are shown without the intent: own messages, direct messages, mentions.

        A reply with its ping on counts as a mention, unless it answers an interaction's response (api-docs#5395).
        """
        own = message.author is self.app
        return own or message.channel.guild is None or self.app in message.mentions

    def message(self, message: Message, *, content: bool, full: bool = False) -> dict[str, Any]:
        """A message; `content` is whether the reader has the intent, `full` that an interaction carries it."""
        visible = full or content or self.readable(message)
        shown: dict[str, Any] = {
            "id": str(message.id),
            "channel_id": str(message.channel.id),
            "type": int(message.sort),
            "author": user(message.author),
            "timestamp": stamp(message.posted_at),
            "edited_timestamp": None if message.edited_at is None else stamp(message.edited_at),
            "tts": False,
            "pinned": False,
            "mention_everyone": message.mention_everyone,
            "mentions": [user(person) for person in message.mentions],
            "mention_roles": [str(each) for each in message.mention_roles],
            "flags": int(message.flags),
        }
        shown |= self._words(message) if visible else {"content": "", "attachments": [], "embeds": [], "components": []}
        if message.snapshots:
            shown["message_snapshots"] = [self._snapshot(each, visible) for each in message.snapshots]
        if message.reference is not None:
            shown["message_reference"] = message.reference
            if message.sort in (Sort.REPLY, Sort.THREAD_STARTER):
                gone = message.replied is None or message.replied.deleted
                told = None if gone or message.replied is None else self.message(message.replied, content=content)
                shown["referenced_message"] = None if told is None else _without_reply(told)
        if message.nonce is not None:
            shown["nonce"] = message.nonce
        if message.thread is not None:
            shown["thread"] = channel(message.thread)
        return shown | self._asked(message)

    def _asked(self, message: Message) -> dict[str, Any]:
        if message.interaction is None:
            return {}
        asked = message.interaction
        shown: dict[str, Any] = {
            "id": str(asked.id),
            "type": int(asked.kind),
            "user": user(asked.person),
            "authorizing_integration_owners": asked.owners,
        }
        if asked.name:
            shown["name"] = asked.name
        if asked.kind == Asked.COMPONENT and asked.source is not None:
            shown["interacted_message_id"] = str(asked.source.id)
        application = str(self.app.id)
        return {"webhook_id": application, "application_id": application, "interaction_metadata": shown}

    def _words(self, message: Message) -> dict[str, Any]:
        """Content and what belongs to it; files shown by components or embeds are no attachments (api-docs#8277)."""
        embeds, components = copy.deepcopy(message.embeds), copy.deepcopy(message.components)
        files = {str(file.id): file for file in message.attachments}
        for slot in media_slots(embeds, components):
            file = files.get(str(slot.get("attachment_id")))
            if file is not None:
                told = self.attachment(file)
                slot |= {key: told.get(key) for key in ("url", "proxy_url", "width", "height", "content_type")}
                slot |= {"attachment_id": str(file.id), "loading_state": 2, "flags": 0, "content_scan_version": 1}
            elif "proxy_url" not in slot:
                slot |= {"proxy_url": slot["url"], "width": 64, "height": 64}
        if message.flags & Flag.SUPPRESS_EMBEDS:
            embeds = []
        loose = [file for file in message.attachments if file.id not in message.hidden_files]
        return {
            "content": message.content,
            "attachments": [self.attachment(file) for file in loose],
            "embeds": [{"type": "rich"} | embed for embed in embeds],
            "components": components,
        }

    def _snapshot(self, original: Message, visible: bool) -> dict[str, Any]:
        empty = {"content": "", "attachments": [], "embeds": [], "components": []}
        shown = {
            "type": int(original.sort),
            "timestamp": stamp(original.posted_at),
            "edited_timestamp": None,
            "mentions": [],
            "mention_roles": [],
            "flags": int(original.flags),
        }
        return {"message": shown | (self._words(original) if visible else empty)}


def _without_reply(shown: dict[str, Any]) -> dict[str, Any]:
    """A replied-to message does not carry the one that it answered itself."""
    return {key: value for key, value in shown.items() if key != "referenced_message"}
