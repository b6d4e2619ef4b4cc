"""Whose turn it is: start-time fair queueing over workspaces, then over the people in one (`core.fairness`)."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from core.fairness import ROOT, Flow, activate, serve
from core.model import Actor
from core.ports import Row, Transaction
from core.store.sql import integer, rows_of, text

Fetch = Callable[..., Awaitable[Sequence[Row]]]

# As two ranges of the key, which SQLite looks up three times as fast as a list of pairs.
_READ: Final = (
    "SELECT parent, key, tag, virtual, backlog FROM flow WHERE parent = '' AND key IN ('', $1)"
    " UNION ALL SELECT parent, key, tag, virtual, backlog FROM flow WHERE parent = $1 AND key = $2"
)
_WRITE: Final = (
    f"INSERT INTO flow (parent, key, tag, virtual, backlog, at_us) VALUES {rows_of(3, 6)}"
    " ON CONFLICT (parent, key) DO UPDATE SET"
    " tag = excluded.tag, virtual = excluded.virtual, backlog = excluded.backlog, at_us = excluded.at_us"
)


@dataclass(frozen=True, slots=True)
class Path:
    """The two flows that a job waits in: its workspace's, and its person's inside it."""

    workspace: str
    person: str


@dataclass(frozen=True, slots=True)
class Branch:
    """The flows on the way to one person, from the root."""

    root: Flow
    workspace: Flow
    person: Flow


def path_of(actor: Actor) -> Path:
    """A workspace's name is unique within its platform only; a platform's name has no colon."""
    return Path(f"{actor.platform}:{actor.workspace}", actor.user)


async def read(tx: Transaction, path: Path) -> Branch:
    """How things stand; flows that nobody waited in yet stand at nothing."""
    found = {(row[0], row[1]): row for row in await tx.fetch(_READ, path.workspace, path.person)}
    root, workspace, person = _keys(path)
    return Branch(
        root=_flow(found.get(root, (*root, 0, 0, 0))),
        workspace=_flow(found.get(workspace, (*workspace, 0, 0, 0))),
        person=_flow(found.get(person, (*person, 0, 0, 0))),
    )


async def join(tx: Transaction, path: Path, branch: Branch, now_us: int) -> None:
    """One more job waits. A flow that nobody waited in starts no earlier than its neighbours are by now."""
    root, workspace, person = branch.root, branch.workspace, branch.person
    workspace_tag = workspace.tag if workspace.backlog else activate(workspace.tag, root.virtual)
    person_tag = person.tag if person.backlog else activate(person.tag, workspace.virtual)
    await tx.execute(
        _WRITE,
        *("", "", root.tag, root.virtual, root.backlog + 1, now_us),
        *("", path.workspace, workspace_tag, workspace.virtual, workspace.backlog + 1, now_us),
        *(path.workspace, path.person, person_tag, person.virtual, person.backlog + 1, now_us),
    )


async def all_waiting(fetch: Fetch) -> list[Flow]:
    """Every flow that somebody waits in, and the root: what a prediction of the order starts from."""
    rows = await fetch("SELECT parent, key, tag, virtual, backlog FROM flow WHERE backlog > 0 OR parent = ''")
    return [_flow(row) for row in rows]


async def latest_us(fetch: Fetch) -> int:
    """When the ledger was last added to."""
    rows = await fetch("SELECT at_us FROM flow WHERE parent = '' AND key = ''")
    return integer(rows[0][0]) if rows else 0


async def leave(tx: Transaction, path: Path) -> None:
    """A job waits no more, and was not served."""
    await tx.execute(
        "UPDATE flow SET backlog = backlog - 1 WHERE (parent = '' AND key IN ('', $1)) OR (parent = $1 AND key = $2)",
        *(path.workspace, path.person),
    )


async def next_turn(tx: Transaction) -> Path | None:
    """The person whose turn it is, or None when nobody waits."""
    workspace = await tx.fetch_one(
        "SELECT key FROM flow WHERE parent = '' AND key <> '' AND backlog > 0 ORDER BY tag, key LIMIT 1"
    )
    if workspace is None:
        return None
    person = await tx.fetch_one(
        "SELECT key FROM flow WHERE parent = $1 AND backlog > 0 ORDER BY tag, key LIMIT 1", workspace[0]
    )
    assert person is not None  # `verify` holds a workspace's backlog to the sum of its people's
    return Path(text(workspace[0]), text(person[0]))


async def take_turn(tx: Transaction, path: Path, service_cost: int) -> None:
    """One of this person's jobs is served: both of its flows move back by what it costs."""
    branch = await read(tx, path)
    root, workspace, person = branch.root, branch.workspace, branch.person
    root_virtual, workspace_tag = serve(workspace.tag, service_cost, workspace.weight)
    workspace_virtual, person_tag = serve(person.tag, service_cost, person.weight)
    rows: Sequence[Row] = (
        (root.tag, max(root.virtual, root_virtual), root.parent, root.key),
        (workspace_tag, max(workspace.virtual, workspace_virtual), workspace.parent, workspace.key),
        (person_tag, person.virtual, person.parent, person.key),
    )
    await tx.execute_many(
        "UPDATE flow SET tag = $1, virtual = $2, backlog = backlog - 1 WHERE parent = $3 AND key = $4", rows
    )


def _keys(path: Path) -> tuple[tuple[str, str], ...]:
    return (ROOT, ROOT), (ROOT, path.workspace), (path.workspace, path.person)


def _flow(row: Row) -> Flow:
    return Flow(*cast("tuple[str, str, int, int, int]", row))
