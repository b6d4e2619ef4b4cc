"""Forgetting, in the tables: words and pictures go, the books stay and call nobody by their id.

Two things are forgotten here: what one person asked for, with the person's id replaced by a pseudonym; and what a
workspace keeps no longer, where the ids stay. Each function is one step of a transaction, over a portion of the jobs.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.errors import Refused
from core.model import Actor, Destination, ImageRequest, JobId, Options, Place, Plan
from core.ports import Row, Transaction
from core.store import codec
from core.store.sql import integer, list_of, portions, text

PORTION: Final = 100  # jobs in one write, so that nobody's request waits long for it
# All that a forgetting may have changed: what a database is to scrub.
TABLES: Final = (
    *("job", "image", "posting", "journal", "bucket", "flow", "named_picture", "approval", "refusal", "extra"),
    *("audit", "policy", "own_key", "alert", "erasure", "orphan", "departure", "residue"),
)
JOBS: Final = "id, workspace, user_id, channel, request, plan"


class StillWorking(Refused):
    """Something of theirs is in somebody's hands at this moment."""

    code = "still_working"


@dataclass(frozen=True, slots=True)
class Alias:
    """Who is to be called otherwise. `own`: the workspace is this person's alone, and is renamed with them."""

    platform: str
    workspace: str
    person: str
    pseudonym: str
    own: bool = False

    def workspace_for(self, workspace: str) -> str:
        """What the books call the workspace afterwards."""
        return self.pseudonym if self.own and workspace == self.workspace else workspace


async def begin(tx: Transaction, alias: Alias, now_us: int) -> None:
    """Nothing of theirs waits to be drawn or told any more. Raises `StillWorking` when something is being done.

    What could not be told so far never will be.
    """
    where = "platform = $1 AND user_id = $2 AND workspace = $3"
    whose = (alias.platform, alias.person, alias.workspace)
    busy = await tx.fetch_one(
        f"SELECT id FROM job WHERE {where} AND (state IN ('queued', 'running')"
        " OR (outbox = 1 AND lease IS NOT NULL AND lease_until_us >= $4)) LIMIT 1",
        *(*whose, now_us),
    )
    if busy is not None:
        raise StillWorking(
            "A picture of yours is waited for or being drawn, so nothing was deleted yet.",
            "Wait until it is there, or cancel it, and then ask again.",
        )
    await tx.execute(
        "UPDATE job SET state = CASE WHEN state = 'generated' THEN 'undelivered' ELSE state END, outbox = 0,"
        f" lease = NULL, lease_until_us = NULL, finished_at_us = COALESCE(finished_at_us, $4) WHERE {where}"
        " AND outbox = 1",
        *(*whose, now_us),
    )


async def forget(tx: Transaction, rows: Sequence[Row], alias: Alias | None = None) -> None:
    """The words and pictures of these jobs (rows of `JOBS`). What is left of a picture is that there was one."""
    for row in rows:
        identity, workspace, user, channel, request_text, plan_text = map(text, row)
        request = codec.REQUESTS.decode(request_text)
        if alias is not None:
            user, workspace = alias.pseudonym, alias.workspace_for(workspace)
            channel = "direct" if request.place.personal else channel
        bare = bare_request(request, identity, workspace, user, channel)
        await tx.execute(
            "UPDATE job SET event_key = $2, fingerprint = '', workspace = $3, user_id = $4, channel = $5,"
            " flow_parent = $6, flow_key = $4, request = $7, plan = $8, sentence = '', note = '', remarks = '[]',"
            " messages = '[]', ticket = '' WHERE id = $1",
            *(identity, bare.event_key, workspace, user, channel, f"{bare.actor.platform}:{workspace}"),
            *(codec.REQUESTS.encode(bare), codec.PLANS.encode(bare_plan(codec.PLANS.decode(plan_text)))),
        )
        await _pictures(tx, JobId(identity), workspace, user, channel)
        await tx.execute("DELETE FROM posting WHERE job = $1", identity)


async def _pictures(tx: Transaction, job: JobId, workspace: str, author: str, channel: str) -> None:
    found = await tx.fetch("SELECT blob FROM image WHERE job = $1 AND blob <> ''", job)
    await orphaned(tx, [text(row[0]) for row in found])
    await tx.execute(
        "UPDATE image SET deleted = 1, blob = '', alt = '', prompt = '', words = '', facts = '[]', provider_state = '',"
        " time_zone = 'UTC', workspace = $2, author = $3, channel = $4 WHERE job = $1",
        *(job, workspace, author, channel),
    )


async def orphaned(tx: Transaction, blobs: Sequence[str]) -> None:
    """Nobody has these bytes here any more; whether somebody else does is asked before they go."""
    rows = [(blob,) for blob in dict.fromkeys(blobs)]
    await tx.execute_many("INSERT INTO orphan (blob) VALUES ($1) ON CONFLICT (blob) DO NOTHING", rows)


def bare_request(request: ImageRequest, job: str, workspace: str, user: str, channel: str) -> ImageRequest:
    """What is still known of a wish: who may be asked about its cost, and where it was."""
    actor, place = request.actor, request.place
    return ImageRequest(
        event_key=f"erased:{job}",
        actor=Actor(actor.platform, workspace, user, name=""),
        place=Place(place.platform, workspace, channel, personal=place.personal),
        destination=Destination(request.destination.platform, ""),
        operation=request.operation,
        prompt="",
        options=Options(private=request.options.private),
    )


def bare_plan(plan: Plan) -> Plan:
    """What was drawn and what it was to cost, without a word."""
    return replace(
        plan, text="", quoted=(), without=(), style=None, seed=None, sources=(), mask=None, markup=None, remarks=()
    )


async def kept_besides(tx: Transaction, alias: Alias) -> None:
    """What is a person's own beside their jobs: characters, requests that wait for an approval, their turns' counts."""
    mine = (alias.platform, alias.workspace, alias.person)
    rows = await tx.fetch(
        "DELETE FROM named_picture WHERE platform = $1 AND workspace = $2 AND owner = $3 RETURNING blob", *mine
    )
    await orphaned(tx, [text(row[0]) for row in rows])
    await tx.execute("DELETE FROM approval WHERE platform = $1 AND workspace = $2 AND person = $3", *mine)
    await tx.execute(
        "UPDATE approval SET decided_by = $4 WHERE platform = $1 AND workspace = $2 AND decided_by = $3",
        *(*mine, alias.pseudonym),
    )
    await _own_key(tx, alias)
    parent = f"{alias.platform}:{alias.workspace}"
    await tx.execute("DELETE FROM flow WHERE parent = $1 AND key = $2 AND backlog = 0", parent, alias.person)
    if alias.own:
        await tx.execute(
            "DELETE FROM flow WHERE backlog = 0 AND ((parent = '' AND key = $1) OR parent = $1)"
            " AND NOT EXISTS (SELECT 1 FROM flow w WHERE w.parent = '' AND w.key = $1 AND w.backlog > 0)",
            parent,
        )
    await _refusals(tx, alias)
    await _audit(tx, alias)


async def _own_key(tx: Transaction, alias: Alias) -> None:
    """Of a workspace that many share the key stays, since it is the workspace's; who gave it is not told any more."""
    if alias.own:
        await drop_key(tx, alias.platform, alias.workspace)
        return
    await tx.execute(
        "UPDATE own_key SET person = $4 WHERE platform = $1 AND workspace = $2 AND person = $3",
        *(alias.platform, alias.workspace, alias.person, alias.pseudonym),
    )


async def drop_key(tx: Transaction, platform: str, workspace: str) -> bool:
    """The workspace's own key; whether there was one."""
    return bool(await tx.execute("DELETE FROM own_key WHERE platform = $1 AND workspace = $2", platform, workspace))


async def _refusals(tx: Transaction, alias: Alias) -> None:
    mine = (alias.platform, alias.workspace, alias.person)
    rows = await tx.fetch(
        "DELETE FROM refusal WHERE platform = $1 AND workspace = $2 AND person = $3 RETURNING code, day_us, number",
        *mine,
    )
    home = alias.workspace_for(alias.workspace)
    await tx.execute_many(
        "INSERT INTO refusal (platform, workspace, person, code, day_us, number) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (platform, workspace, person, code, day_us) DO UPDATE"
        " SET number = refusal.number + excluded.number",
        [(alias.platform, home, alias.pseudonym, *row) for row in rows],
    )


async def _audit(tx: Transaction, alias: Alias) -> None:
    """Who decided what stays readable, without the name and the id of who decided it or whom it was about."""
    named = f"user:{alias.person}"
    rows = await tx.fetch(
        "SELECT id, person, name, said, changed FROM audit WHERE platform = $1 AND workspace = $2"
        " AND (person = $3 OR said LIKE $4 ESCAPE '\\' OR changed LIKE $4 ESCAPE '\\')",
        *(alias.platform, alias.workspace, alias.person, f"%{_plain(named)}%"),
    )
    for identity, person, name, said, changed in (list(map(text, row)) for row in rows):
        who = alias.pseudonym if person == alias.person else person
        await tx.execute(
            "UPDATE audit SET person = $2, name = $3, said = $4, changed = $5 WHERE id = $1",
            *(identity, who, name if who == person else ""),
            *(_without(said, named, alias), _without(changed, named, alias)),
        )


def _without(said: str, named: str, alias: Alias) -> str:
    """The id as a whole word: another person's may begin with it."""
    parts = said.split(named)
    told = parts[0]
    for part in parts[1:]:
        told += (named if part[:1].isalnum() or part[:1] in ("_", "-") else f"user:{alias.pseudonym}") + part
    return told


def _plain(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def workspace_besides(tx: Transaction, platform: str, workspace: str) -> None:
    """What is left of a workspace that let Easel go, beside its jobs and its books."""
    where = "platform = $1 AND workspace = $2"
    rows = await tx.fetch(f"DELETE FROM named_picture WHERE {where} RETURNING blob", platform, workspace)
    await orphaned(tx, [text(row[0]) for row in rows])
    for table in ("approval", "audit", "policy", "own_key", "extra", "alert", "refusal"):
        await tx.execute(f"DELETE FROM {table} WHERE {where}", platform, workspace)
    await tx.execute("DELETE FROM departure WHERE platform = $1 AND workspace = $2", platform, workspace)


async def rename(tx: Transaction, jobs: Sequence[JobId], old: tuple[str, str], new: tuple[str, str], slot: int) -> None:
    """One slot of one limit: `(limit, holder)` is called `new` from now on, in the sum and in what it is the sum of.

    `jobs`: all whose holds are counted in it. Its window has ended, so nothing is added to it any more.
    """
    row = await tx.fetch_one(
        "DELETE FROM bucket WHERE limit_id = $1 AND holder = $2 AND slot_us = $3 RETURNING pending, posted",
        *(*old, slot),
    )
    if row is None:
        return
    await tx.execute(
        "INSERT INTO bucket (limit_id, holder, slot_us, pending, posted) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (limit_id, holder, slot_us) DO UPDATE SET"
        " pending = bucket.pending + excluded.pending, posted = bucket.posted + excluded.posted",
        *(*new, slot, integer(row[0]), integer(row[1])),
    )
    for portion in portions(jobs):
        await tx.execute(
            "UPDATE journal SET limit_id = $1, holder = $2 WHERE limit_id = $3 AND holder = $4 AND slot_us = $5"
            f" AND job IN ({list_of(len(portion), first=6)})",
            *(*new, *old, slot),
            *portion,
        )
