"""Who asks for their data: in which workspaces, under which pseudonyms, and with which jobs. Only read here."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.identity import Pseudonyms
from core.model import Actor, ImageId, ImageRef, ImageRequest, JobId, MessageRef, Plan
from core.ports import Database
from core.privacy.remembering import Remembers, Shown, Traces
from core.store import codec
from core.store.erasure import Alias
from core.store.sql import text

_PAGE: Final = 200
# Every table that holds somebody's id beside a workspace.
_WORKSPACES: Final = " UNION ".join(
    f"SELECT workspace FROM {table} WHERE platform = $1 AND {column} = $2"
    for table, column in (
        ("job", "user_id"),
        ("named_picture", "owner"),
        ("approval", "person"),
        ("refusal", "person"),
        ("extra", "person"),
        ("audit", "person"),
        ("own_key", "person"),
        ("erasure", "person"),
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One of their jobs, as far as their data is concerned."""

    id: JobId
    workspace: str
    request: ImageRequest
    plan: Plan
    messages: tuple[MessageRef, ...]


async def aliases_of(
    db: Database, platform: str, workspace: str, user: str, remembers: Remembers | None, pseudonyms: Pseudonyms
) -> tuple[Alias, ...]:
    """All the workspaces in which this platform knows this very person, each with their pseudonym there."""
    home = remembers.home_of(user) if remembers is not None else ""
    found = {workspace}
    if remembers is not None and remembers.one_id_everywhere:
        found |= {text(row[0]) for row in await db.fetch(_WORKSPACES, platform, user)} | ({home} if home else set())
    return tuple(
        Alias(platform, each, user, pseudonyms.erased(platform, each, user), own=bool(home) and each == home)
        for each in sorted(found)
    )


async def jobs_of(db: Database, alias: Alias, until_us: int) -> AsyncIterator[Asked]:
    """Their jobs there, the oldest first, those of an erasure that was interrupted included."""
    for user, workspace in ((alias.person, alias.workspace), (alias.pseudonym, alias.workspace_for(alias.workspace))):
        after_us, after = -1, ""
        while rows := await db.fetch(
            "SELECT id, workspace, request, plan, messages, created_at_us FROM job WHERE platform = $1"
            " AND user_id = $2 AND workspace = $3 AND created_at_us <= $4 AND (created_at_us > $5"
            f" OR (created_at_us = $5 AND id > $6)) ORDER BY created_at_us, id LIMIT {_PAGE}",
            *(alias.platform, user, workspace, until_us, after_us, after),
        ):
            for identity, home, request, plan, messages, at_us in rows:
                after_us, after = int(at_us or 0), text(identity)
                yield Asked(
                    JobId(after),
                    text(home),
                    codec.REQUESTS.decode(text(request)),
                    codec.PLANS.decode(text(plan)),
                    codec.MESSAGES.decode(text(messages)),
                )


async def shown_of(db: Database, asked: Asked) -> Shown:
    """Where the outcome of this job stands, and where its pictures were shown again."""
    images = [ImageId(text(row[0])) for row in await db.fetch("SELECT id FROM image WHERE job = $1", asked.id)]
    found = list(asked.messages)
    for image in images:
        rows = await db.fetch("SELECT DISTINCT platform, channel, message FROM posting WHERE image = $1", image)
        found += [MessageRef(text(row[0]), text(row[1]), text(row[2])) for row in rows]
    messages = {(each.channel, each.message): each for each in found if each.platform == asked.request.actor.platform}
    return Shown(asked.id, asked.request.destination, tuple(messages.values()), tuple(images))


def traces_of(aliases: Sequence[Alias], asked: Sequence[Asked], before_us: int) -> Traces:
    """What leads a platform's adapter to its own rows about them."""
    return Traces(
        person=aliases[0].person,
        workspaces=frozenset(alias.workspace for alias in aliases),
        jobs=tuple(each.id for each in asked),
        tokens=frozenset(token for each in asked for token in tokens_of(each.request)),
        before_us=before_us,
    )


def tokens_of(request: ImageRequest) -> Iterator[str]:
    """The tokens of the platform's own files in a request."""
    refs: list[ImageRef | None] = [*request.attachments, *request.replied]
    refs += [request.mask, request.markup, request.chosen]
    for ref in refs:
        if ref is not None and ref.image is None and ref.platform == request.actor.platform and ref.token:
            yield ref.token


def direct_channels(asked: Sequence[Asked]) -> frozenset[str]:
    """The channels of their conversations with Easel alone: the name of such a channel is as good as theirs."""
    return frozenset(each.request.place.channel for each in asked if each.request.place.personal)


def who(actor: Actor) -> tuple[str, str, str]:
    """Platform, workspace, id."""
    return actor.platform, actor.workspace, actor.user
