"""What a request wants a message to be: read strictly, then applied to a new message or to one that exists."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulators.discord_api.components import check_message
from emulators.discord_api.refusals import Refusal, form, length, require
from emulators.discord_api.uploads import Body, Upload, safe_name
from emulators.discord_api.values import ALT_TEXT_MAX, CONTENT_MAX, EMBEDS_MAX, FILES_MAX, NONCE_MAX, Flag
from emulators.discord_api.world import Attachment, Message, World, walk

KEYS = {"content", "embeds", "components", "flags", "attachments", "tts", "nonce", "enforce_nonce", "message_reference"}
KEYS |= {"allowed_mentions", "sticker_ids", "username", "avatar_url", "poll", "applied_tags", "thread_name"}
SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.EPHEMERAL | Flag.SUPPRESS_NOTIFICATIONS | Flag.COMPONENTS_V2
EDITABLE = Flag.SUPPRESS_EMBEDS | Flag.COMPONENTS_V2
EMBED_LIMITS = {"title": 256, "description": 4096}
MENTION = re.compile(r"<@(!?|&)(\d+)>|@(everyone|here)")
Store = Callable[[Upload], Attachment]


@dataclass
class Draft:
    """What was sent; None is "not mentioned"."""

    content: str | None = None
    embeds: list[dict[str, Any]] | None = None
    components: list[Any] | None = None
    flags: Flag | None = None
    kept: list[tuple[int, str | None]] | None = None
    uploads: tuple[Upload, ...] = ()
    reference: dict[str, Any] | None = None
    nonce: str | None = None
    enforce_nonce: bool = False
    allowed_mentions: dict[str, Any] | None = None
    explicit: frozenset[str] = frozenset()


def read_draft(body: Body, data: dict[str, Any], *, file_bytes: int, message: Message | None = None) -> Draft:
    """A message's JSON and files; `message` is the one to be edited. Raises refusals."""
    for key in data:
        require(key in KEYS, key, "A message has no such field.", "FAKE_UNKNOWN_FIELD")
    draft = Draft(explicit=frozenset(data))
    if data.get("content") is not None:
        draft.content = length(data["content"], "content", CONTENT_MAX).strip()
    elif "content" in data:
        draft.content = ""
    if "embeds" in data:
        draft.embeds = _embeds(data["embeds"] or [])
    if "flags" in data and data["flags"] is not None:
        require(isinstance(data["flags"], int), "flags", "Value is not int.")
        draft.flags = Flag(data["flags"]) & (SETTABLE if message is None else EDITABLE)
    if "components" in data:
        v2 = bool((draft.flags or Flag(0)) & Flag.COMPONENTS_V2 or (message and message.flags & Flag.COMPONENTS_V2))
        draft.components = check_message(data["components"] or [], v2=v2)
    if data.get("nonce") is not None:
        draft.nonce = length(str(data["nonce"]), "nonce", NONCE_MAX)
        draft.enforce_nonce = bool(data.get("enforce_nonce"))
    draft.reference, draft.allowed_mentions = data.get("message_reference"), data.get("allowed_mentions")
    _check_mentions(draft.allowed_mentions)
    _files(draft, body, data.get("attachments"), message)
    require(
        len(draft.uploads) + len(draft.kept or ()) <= FILES_MAX,
        "attachments",
        "Must be 10 or fewer in length.",
        "BASE_TYPE_MAX_LENGTH",
    )
    for upload in draft.uploads:
        if len(upload.data) > file_bytes:
            raise Refusal(40005)
    return draft


def _files(draft: Draft, body: Body, listed: Any, message: Message | None) -> None:
    """`attachments` names the new files by number and the old ones, to be kept, by id."""
    uploads = dict(body.files)
    old = {file.id for file in message.attachments} if message else set()
    kept: list[tuple[int, str | None]] = []
    seen: set[int] = set()
    for index, entry in enumerate(listed or ()):
        path = f"attachments.{index}"
        require(
            isinstance(entry, dict) and str(entry.get("id", "")).isdigit(),
            f"{path}.id",
            "Value is not snowflake.",
            "NUMBER_TYPE_COERCE",
        )
        known = {"id", "filename", "description", "title", "is_spoiler", "is_remix", "duration_secs", "waveform"}
        known |= {"size", "url", "proxy_url", "content_type", "width", "height", "ephemeral", "flags", "spoiler"}
        require(set(entry) <= known, path, f"An attachment has none of {set(entry) - known}.", "FAKE_UNKNOWN_FIELD")
        said, number = entry.get("description"), int(entry["id"])
        if said is not None:
            length(said, f"{path}.description", ALT_TEXT_MAX)
        require(number not in seen, f"{path}.id", "Named twice.")
        seen.add(number)
        if number in uploads:
            upload = uploads[number]
            uploads[number] = Upload(
                entry.get("filename") or upload.name, upload.data, said, bool(entry.get("is_spoiler"))
            )
        else:
            require(number in old, f"{path}.id", "No such file was uploaded.", "ATTACHMENT_NOT_FOUND")
            kept.append((number, said))
    draft.uploads = tuple(uploads[number] for number in sorted(uploads))
    draft.kept = kept if listed is not None else None


def _embeds(embeds: Any) -> list[dict[str, Any]]:
    require(
        isinstance(embeds, list) and len(embeds) <= EMBEDS_MAX,
        "embeds",
        "Must be 10 or fewer in length.",
        "BASE_TYPE_MAX_LENGTH",
    )
    total = 0
    for index, embed in enumerate(embeds):
        for key, most in EMBED_LIMITS.items():
            total += len(length(embed.get(key) or "", f"embeds.{index}.{key}", most))
        for number, each in enumerate(embed.get("fields") or ()):
            total += len(length(each.get("name"), f"embeds.{index}.fields.{number}.name", 256, 1))
            total += len(length(each.get("value"), f"embeds.{index}.fields.{number}.value", 1024, 1))
        total += len(length((embed.get("footer") or {}).get("text") or "", f"embeds.{index}.footer.text", 2048))
    require(total <= 6000, "embeds", "Embed size exceeds maximum size of 6000", "MAX_EMBED_SIZE_EXCEEDED")
    return copy.deepcopy(embeds)


def _check_mentions(allowed: Any) -> None:
    if allowed is None:
        return
    require(isinstance(allowed, dict), "allowed_mentions", "Only dictionaries may be used in a DictType")
    require(
        set(allowed) <= {"parse", "users", "roles", "replied_user"},
        "allowed_mentions",
        "No such field.",
        "FAKE_UNKNOWN_FIELD",
    )
    for kind in ("users", "roles"):
        both = kind in (allowed.get("parse") or ()) and allowed.get(kind)
        require(
            not both,
            "allowed_mentions",
            f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        )


def apply(draft: Draft, message: Message, store: Store) -> None:
    """Make the message so. Raises 50006 for one that says nothing, and the refusals of "Components V2"."""
    texts = None if draft.kept is None else dict(draft.kept)
    files = [file for file in message.attachments if texts is None or file.id in texts]
    # Embeds may be shown again; "Components V2" is for ever.
    flags = message.flags if draft.flags is None else (message.flags & ~Flag.SUPPRESS_EMBEDS) | draft.flags
    content = message.content if draft.content is None else draft.content
    embeds = message.embeds if draft.embeds is None else draft.embeds
    components = message.components if draft.components is None else draft.components
    if flags & Flag.COMPONENTS_V2:
        _check_layout(content, embeds)
    if not (content or embeds or components or files or draft.uploads or message.snapshots):
        raise Refusal(50006)
    count = len(files) + len(draft.uploads)
    require(count <= FILES_MAX, "attachments", "Must be 10 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    named = {safe_name(upload.name) for upload in draft.uploads} | {file.name for file in files}
    for url in _references(draft.embeds or [], draft.components or []):
        if url.removeprefix("attachment://") not in named:
            raise form("components", "UNKNOWN_ATTACHMENT", f"No file is called {url!r}.")
    for file in files:
        file.description = (texts or {}).get(file.id) or file.description
    message.attachments = files + [store(upload) for upload in draft.uploads]
    message.content, message.embeds, message.components, message.flags = content, embeds, components, flags
    _resolve(message)


def _check_layout(content: str, embeds: list[dict[str, Any]]) -> None:
    """Where there is a layout, there is nothing else."""
    for name, given in (("content", content), ("embeds", embeds)):
        said = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        require(not given, name, said, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")


def media_slots(embeds: list[dict[str, Any]], components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Everything that has a media address."""
    found = [embed[key] for embed in embeds for key in ("image", "thumbnail") if isinstance(embed.get(key), dict)]
    for part in walk(components):
        found += [part[key] for key in ("media", "file") if isinstance(part.get(key), dict)]
        found += [item["media"] for item in part.get("items") or () if isinstance(item.get("media"), dict)]
    return found


def _references(embeds: list[dict[str, Any]], components: list[dict[str, Any]]) -> list[str]:
    return [slot["url"] for slot in media_slots(embeds, components) if str(slot.get("url")).startswith("attachment://")]


def _resolve(message: Message) -> None:
    """From now on the media know their file, and the file is no attachment; addresses are signed when shown."""
    by_name = {file.name: file for file in message.attachments}
    message.hidden_files &= {file.id for file in message.attachments}
    for slot in media_slots(message.embeds, message.components):
        name = str(slot.get("url", "")).removeprefix("attachment://")
        if str(slot.get("url")).startswith("attachment://") and name in by_name:
            slot["attachment_id"] = str(by_name[name].id)
            message.hidden_files.add(by_name[name].id)


def mention(message: Message, world: World, allowed: dict[str, Any] | None) -> None:
    """Who is pinged by the words, as far as `allowed_mentions` lets it."""
    parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or ())
    users = {str(each) for each in (allowed or {}).get("users") or ()}
    roles = {str(each) for each in (allowed or {}).get("roles") or ()}
    message.mentions, message.mention_roles, message.mention_everyone = [], [], False
    for found in MENTION.finditer(message.content):
        kind, number, everybody = found.groups()
        if everybody:
            message.mention_everyone |= "everyone" in parse
        elif kind == "&":
            if "roles" in parse or number in roles:
                message.mention_roles.append(int(number))
        elif ("users" in parse or number in users) and (person := world.users.get(int(number))):
            message.mentions.append(person)
    if message.replied is not None and message.pings_reply and message.replied.author not in message.mentions:
        message.mentions.append(message.replied.author)
