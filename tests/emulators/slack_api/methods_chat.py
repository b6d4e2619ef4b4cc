"""chat.*, reactions.* and assistant.threads.*: what the app says."""

from __future__ import annotations

from typing import Any

from emulators.slack_api import blocks as kit
from emulators.slack_api import payloads
from emulators.slack_api.api import Asked, Payload, Rule, takes
from emulators.slack_api.refusals import Refusal, require
from emulators.slack_api.values import BLOCKS_CHARACTERS, TEXT_CHARACTERS, UPDATE_CHARACTERS
from emulators.slack_api.world import Channel, Message, Status

# what the methods document, as slack_sdk 3.47 names it
COMMON = takes("channel text parse", bools="link_names as_user", jsons="blocks attachments")
SAID = COMMON | takes("thread_ts username icon_emoji icon_url")
POSTED = SAID | takes("", bools="mrkdwn unfurl_links unfurl_media reply_broadcast", jsons="metadata")
CHANGED = COMMON | takes("ts", bools="reply_broadcast", jsons="file_ids metadata")


def seen_by(asked: Asked, channel: Channel) -> kit.Seen:
    """Which files may stand in an image block."""

    def seen(name: str) -> bool:
        for file in asked.host.files_by_id.values():
            if name in (file.id, payloads.file(file, asked.host.base).get("url_private")):
                kind = payloads.kind_of(file)[1]
                return file.ready and asked.host.sees_file(file, asked.me) and kind in ("png", "jpg", "gif")
        return False

    return seen


def draft(asked: Asked, channel: Channel, *, at_most: int = TEXT_CHARACTERS) -> tuple[str, list[Payload] | None]:
    """Text and blocks, validated. Blocks without text are refused: people would be notified of nothing."""
    text, blocks = asked.get("text"), asked.get("blocks")
    require(text or blocks or asked.get("attachments"), "no_text")
    if blocks:
        require(text, "no_text", "blocks need a text as fallback, for notifications and screen readers")
    require(len(text or "") <= at_most, "msg_too_long")
    require(asked.get("parse", "none") in ("none", "full", "client"), "invalid_arguments", "parse")
    if blocks is None:
        return text or "", None
    checked = kit.validate(blocks, kit.MESSAGE, seen_by(asked, channel))
    require(kit.characters(checked) <= BLOCKS_CHARACTERS, "msg_blocks_too_long")
    return text or "", checked


def thread_of(asked: Asked, channel: Channel) -> str:
    """The root to hang under. The ts of a reply starts a thread nobody sees on that reply, so it is refused here."""
    given = str(asked.get("thread_ts") or "")
    if not given:
        return ""
    root = channel.messages.get(given)
    require(root is not None, "thread_not_found")
    assert root is not None
    require(not root.thread, "cannot_reply_to_message", "thread_ts must be the ts of the thread's root")
    require(not root.deleted or any(each.thread == root.ts for each in channel.messages.values()), "thread_not_found")
    return given


def place(asked: Asked) -> Channel:
    """Where a message may be posted."""
    public = "chat:write.public" in asked.installation.scopes
    channel = asked.channel(member=False)
    require(not channel.archived, "is_archived")
    require(asked.me in channel.members or (channel.kind == "channel" and public), "not_in_channel")
    return channel


async def post_message(asked: Asked) -> Payload:
    """chat.postMessage."""
    channel = place(asked)
    limit(asked, channel)
    text, blocks = draft(asked, channel)
    message = Message(asked.host.clock.ts(), channel, asked.me, text, blocks or [])
    message.thread = thread_of(asked, channel)
    message.attachments = asked.get("attachments") or []
    message.broadcast = bool(asked.get("reply_broadcast"))
    message.subtype = "thread_broadcast" if message.broadcast else ""
    message.arguments = asked.arguments
    asked.host.post(message)
    shown = payloads.message(message, asked.host.base)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def limit(asked: Asked, channel: Channel) -> None:
    """About one message a second and channel, when limits are switched on."""
    if not asked.host.rate_limits:
        return
    now = asked.host.clock.now()
    if now - channel.posted_at < 1:
        raise Refusal("ratelimited", status=429, headers={"Retry-After": "1"})
    channel.posted_at = now


async def post_ephemeral(asked: Asked) -> Payload:
    """chat.postEphemeral: for one member of the channel; no files, no ts to change it by."""
    channel = asked.channel(member=channel_needs_membership(asked))
    require(not channel.archived, "is_archived")
    person = asked.host.people.get(str(asked.get("user")))
    require(person in channel.members, "user_not_in_channel")
    text, blocks = draft(asked, channel)
    message = Message(asked.host.clock.ts(), channel, asked.me, text, blocks or [], only_for=person)
    message.thread = thread_of(asked, channel)
    message.arguments = asked.arguments
    asked.host.post(message)
    return {"message_ts": message.ts}


def channel_needs_membership(asked: Asked) -> bool:
    """With chat:write.public the app may speak in public channels that it is not in."""
    return "chat:write.public" not in asked.installation.scopes


async def update(asked: Asked) -> Payload:
    """chat.update: one's own messages, never ephemeral ones."""
    channel = asked.channel()
    message = asked.message(channel)
    require(message.user is asked.me, "cant_update_message")
    text, blocks = draft(asked, channel, at_most=UPDATE_CHARACTERS)
    if blocks is None and "text" in asked.arguments:
        blocks = []  # text alone takes the blocks away
    asked.host.change(message, text=text, blocks=blocks)
    message.arguments = asked.arguments
    shown = payloads.message(message, asked.host.base)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


async def delete(asked: Asked) -> Payload:
    """chat.delete: one's own messages."""
    channel = asked.channel()
    message = asked.message(channel)
    require(message.user is asked.me, "cant_delete_message")
    asked.host.remove(message)
    return {"channel": channel.id, "ts": message.ts}


async def permalink(asked: Asked) -> Payload:
    """chat.getPermalink."""
    channel = asked.channel(member=False)
    message = asked.message(channel, "message_ts")
    address = f"https://{asked.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


async def add_reaction(asked: Asked) -> Payload:
    """reactions.add."""
    where = _reactions(asked)
    one = (asked.me.id, str(asked.get("name")))
    require(one not in where, "already_reacted")
    where.append(one)
    asked.host.bell.ring()
    return {}


async def remove_reaction(asked: Asked) -> Payload:
    """reactions.remove."""
    where = _reactions(asked)
    one = (asked.me.id, str(asked.get("name")))
    require(one in where, "no_reaction")
    where.remove(one)
    asked.host.bell.ring()
    return {}


def _reactions(asked: Asked) -> list[tuple[str, str]]:
    message = asked.message(asked.channel(), "timestamp")
    return asked.host.reactions.setdefault((message.channel.id, message.ts), [])


async def set_status(asked: Asked) -> Payload:
    """assistant.threads.setStatus: works in channels too; "" takes it away."""
    channel = asked.channel("channel_id")
    thread = _thread(asked, channel)
    text, loading = str(asked.get("status", "")), asked.get("loading_messages") or []
    require(isinstance(loading, list) and len(loading) <= 10, "invalid_arguments", "at most 10 loading_messages")
    asked.host.statuses.pop((channel.id, thread), None)
    if text:
        asked.host.statuses[(channel.id, thread)] = Status(text, loading, asked.host.clock.now())
    asked.host.bell.ring()
    return {}


def _thread(asked: Asked, channel: Channel) -> str:
    given = str(asked.get("thread_ts"))
    root = channel.find(given)
    require(root is not None and not root.thread, "invalid_thread_ts")
    return given


async def set_suggested_prompts(asked: Asked) -> Payload:
    """assistant.threads.setSuggestedPrompts: up to four, in a DM."""
    channel = asked.channel("channel_id")
    require(channel.kind == "im", "channel_not_supported")
    if asked.get("thread_ts"):
        _thread(asked, channel)
    prompts: Any = asked.get("prompts")
    require(isinstance(prompts, list) and 1 <= len(prompts) <= 4, "invalid_arguments", "1 to 4 prompts")
    whole = all(isinstance(each, dict) and set(each) == {"title", "message"} and all(each.values()) for each in prompts)
    require(whole, "invalid_arguments", "a prompt has a title and a message")
    asked.host.prompts[channel.id] = {"title": asked.get("title", ""), "prompts": prompts}
    asked.host.bell.ring()
    return {}


METHODS = {
    "chat.postMessage": Rule(post_message, POSTED, ("channel",), ("chat:write",)),
    "chat.postEphemeral": Rule(post_ephemeral, SAID | {"user": "str"}, ("channel", "user"), ("chat:write",)),
    "chat.update": Rule(update, CHANGED, ("channel", "ts"), ("chat:write",)),
    "chat.delete": Rule(delete, takes("channel ts", bools="as_user"), ("channel", "ts"), ("chat:write",)),
    "chat.getPermalink": Rule(permalink, takes("channel message_ts"), ("channel", "message_ts")),
    "reactions.add": Rule(
        add_reaction, takes("channel timestamp name"), ("channel", "timestamp", "name"), ("reactions:write",)
    ),
    "reactions.remove": Rule(
        remove_reaction, takes("channel timestamp name"), ("channel", "timestamp", "name"), ("reactions:write",)
    ),
    "assistant.threads.setStatus": Rule(
        set_status,
        takes("channel_id thread_ts status username icon_emoji icon_url", jsons="loading_messages"),
        ("channel_id", "thread_ts"),
        ("chat:write", "assistant:write"),
    ),
    "assistant.threads.setSuggestedPrompts": Rule(
        set_suggested_prompts,
        takes("channel_id thread_ts title", jsons="prompts"),
        ("channel_id", "prompts"),
        ("assistant:write",),
    ),
}
