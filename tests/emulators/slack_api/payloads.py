"""Everything of the world as Slack writes it in JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from emulators.slack_api.world import Channel, Enterprise, File, Message, Person, View, Workspace

Payload = dict[str, Any]
KINDS = {b"\x89PNG": ("image/png", "png"), b"\xff\xd8": ("image/jpeg", "jpg"), b"GIF8": ("image/gif", "gif")}
KINDS |= {b"RIFF": ("image/webp", "webp"), b"%PDF": ("application/pdf", "pdf")}


def kind_of(file: File) -> tuple[str, str]:
    """What Slack finds a file to be."""
    for start, kind in KINDS.items():
        if file.data.startswith(start):
            return kind
    return "text/plain", "text"


def file(shown: File, base: str, *, stub: bool = False) -> Payload:
    """A file object; `stub` is what Slack Connect sends instead."""
    if stub:
        return {
            "id": shown.id,
            "mode": "file_access",
            "file_access": "check_file_info",
            "created": 0,
            "timestamp": 0,
            "user": "",
        }
    if shown.deleted:
        return {"id": shown.id, "mode": "tombstone"}
    mimetype, filetype = kind_of(shown) if shown.ready else ("", "")
    folder = f"{base}/files-pri/{shown.team.id}-{shown.id}"
    private = shown.external_url or f"{folder}/{shown.name}"
    document: Payload = {
        "id": shown.id,
        "created": int(shown.created),
        "timestamp": int(shown.created),
        "name": shown.name,
        "title": shown.title or shown.name,
        "mimetype": mimetype,
        "filetype": filetype,
        "pretty_type": filetype.upper(),
        "user": shown.user.id,
        "user_team": shown.user.team.id,
        "editable": False,
        "size": len(shown.data),
        "mode": shown.mode,
        "is_external": shown.mode == "external",
        "external_type": "",
        "is_public": any(each.kind == "channel" for each in shown.places),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": private,
        "url_private_download": shown.external_url or f"{folder}/download/{shown.name}",
        "media_display_type": "unknown",
        "permalink": f"{base}/files/{shown.user.id}/{shown.id}/{shown.name}",
        "permalink_public": f"{base}/{shown.team.id}-{shown.id}-0000000000",
        "has_rich_preview": False,
        "file_access": "visible",
    }
    if shown.alt_txt:
        document["alt_txt"] = shown.alt_txt
    if shown.ready and mimetype.startswith("image/") and shown.size is not None and shown.mode == "hosted":
        document |= {"original_w": shown.size[0], "original_h": shown.size[1]}
        document |= {
            f"thumb_{side}": f"{base}/files-tmb/{shown.team.id}-{shown.id}/thumb_{side}.png" for side in (360, 1024)
        }
    return document | shares(shown)


def shares(shown: File) -> Payload:
    """Where a file appeared."""
    where: Payload = {}
    for messages in shown.shares.values():
        for message in (each for each in messages if not each.deleted):
            share: Payload = {
                "reply_users": [],
                "reply_users_count": 0,
                "reply_count": 0,
                "ts": message.ts,
                "channel_name": message.channel.name,
                "team_id": message.channel.team.id,
                "share_user_id": message.user.id,
                "source": "UNKNOWN",
                "is_silent_share": False,
            }
            if message.thread:
                share["thread_ts"] = message.thread
            group = "private" if message.channel.is_private else "public"
            where.setdefault(group, {}).setdefault(message.channel.id, []).append(share)
    places = [each for each in shown.places if each.id in shown.shares]
    return {
        "shares": where,
        "channels": [each.id for each in places if each.kind == "channel"],
        "groups": [each.id for each in places if each.kind in ("group", "mpim")],
        "ims": [each.id for each in places if each.kind == "im"],
    }


def message(shown: Message, base: str, *, event: bool = False, stub: bool = False) -> Payload:
    """A message object; in an event it also says where it is."""
    document: Payload = {"user": shown.user.id, "type": "message", "ts": shown.ts, "text": shown.text}
    if shown.client_msg_id:
        document["client_msg_id"] = shown.client_msg_id
    if shown.subtype:
        document["subtype"] = shown.subtype
    document["team"] = shown.user.team.id
    if shown.user.bot_id and shown.subtype != "file_share":
        document |= {"bot_id": shown.user.bot_id, "app_id": shown.user.app_id, "bot_profile": bot_profile(shown.user)}
    if shown.blocks:
        document["blocks"] = shown.blocks
    if shown.attachments:
        document["attachments"] = shown.attachments
    if shown.files:
        document |= {"files": [file(each, base, stub=stub) for each in shown.files], "upload": False}
        document["display_as_bot"] = False
    if shown.edited_ts:
        document["edited"] = {"user": shown.user.id, "ts": shown.edited_ts}
    document |= _threading(shown)
    if event:
        document |= {"channel": shown.channel.id, "event_ts": shown.ts, "channel_type": shown.channel.kind}
    return document


def _threading(shown: Message) -> Payload:
    if shown.thread:
        root = shown.channel.messages.get(shown.thread)
        return {"thread_ts": shown.thread} | ({} if root is None else {"parent_user_id": root.user.id})
    replies = shown.replies()
    if not replies:
        return {}
    users = list(dict.fromkeys(each.user.id for each in replies))
    return {
        "thread_ts": shown.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users,
        "is_locked": False,
        "subscribed": False,
    }


def bot_profile(bot: Person) -> Payload:
    """What a message of an app says about it."""
    return {
        "id": bot.bot_id,
        "app_id": bot.app_id,
        "user_id": bot.id,
        "name": bot.name,
        "icons": {},
        "deleted": False,
        "updated": 0,
        "team_id": bot.team.id,
    }


def offset(tz: str) -> int:
    """Seconds that a zone is ahead of UTC now."""
    ahead = datetime.now(ZoneInfo(tz)).utcoffset()
    return 0 if ahead is None else int(ahead.total_seconds())


def user(shown: Person, *, locale: bool) -> Payload:
    """users.info."""
    document: Payload = {
        "id": shown.id,
        "team_id": shown.team.id,
        "name": shown.name.lower().replace(" ", "."),
        "deleted": shown.deleted,
        "color": "9f69e7",
        "real_name": shown.name,
        "tz": shown.tz,
        "tz_label": shown.tz,
        "tz_offset": offset(shown.tz),
        "profile": {
            "real_name": shown.name,
            "real_name_normalized": shown.name,
            "display_name": shown.name,
            "display_name_normalized": shown.name,
            "team": shown.team.id,
        },
        "is_admin": shown.is_admin or shown.is_owner,
        "is_owner": shown.is_owner,
        "is_primary_owner": False,
        "is_restricted": shown.is_guest,
        "is_ultra_restricted": False,
        "is_bot": bool(shown.bot_id),
        "is_app_user": False,
        "updated": 0,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }
    return document | ({"locale": shown.locale} if locale else {})


def channel(shown: Channel, me: Person) -> Payload:
    """conversations.info."""
    if shown.kind == "im":
        other = next(each for each in shown.members if each is not me)
        return {"id": shown.id, "created": 0, "is_archived": False, "is_im": True, "is_org_shared": False} | {
            "user": other.id,
            "context_team_id": shown.team.id,
            "is_open": True,
        }
    return {
        "id": shown.id,
        "name": shown.name,
        "is_channel": shown.kind == "channel",
        "is_group": shown.kind == "group",
        "is_im": False,
        "is_mpim": shown.kind == "mpim",
        "is_private": shown.is_private,
        "is_archived": shown.archived,
        "is_general": False,
        "is_member": me in shown.members,
        "is_shared": shown.shared,
        "is_ext_shared": shown.shared,
        "is_org_shared": False,
        "name_normalized": shown.name,
        "context_team_id": shown.team.id,
        "creator": shown.members[0].id if shown.members else "",
        "created": 0,
    }


def view(shown: View, app_id: str) -> Payload:
    """A view, as views.* answer and interactions carry it."""
    empty: Payload = {"private_metadata": "", "callback_id": "", "external_id": "", "submit": None, "close": None}
    empty |= {"clear_on_close": False, "notify_on_close": False, "previous_view_id": shown.previous_id or None}
    fixed = {
        "id": shown.id,
        "team_id": shown.person.team.id,
        "state": {"values": shown.state},
        "hash": shown.hash,
        "root_view_id": shown.root_id or shown.id,
        "app_id": app_id,
        "app_installed_team_id": shown.team.id,
        "bot_id": shown.installation.bots[shown.team.id].bot_id,
    }
    return empty | shown.document | fixed


def team(shown: Workspace) -> Payload:
    """The team of an interaction."""
    document: Payload = {"id": shown.id, "domain": shown.domain}
    if shown.enterprise is not None:
        document |= {"enterprise_id": shown.enterprise.id, "enterprise_name": shown.enterprise.name}
    return document


def enterprise(shown: Enterprise | None) -> Payload | None:
    """The organisation of an interaction."""
    return None if shown is None else {"id": shown.id, "name": shown.name}
