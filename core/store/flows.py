"""Whose turn it is: start-time fair queueing over workspaces, then over the people in one (`core.fairness`)."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple, cast

from core.fairness import ROOT, Flow, activate, serve
from core.model import Actor
from core.ports import Row, Transaction
from core.store.sql import integer, list_of, portions, rows_of, text

Fetch = Callable[..., Awaitable[Sequence[Row]]]

_WRITE: Final = (
    f"INSERT INTO flow (parent, key, tag, virtual, backlog, at_us) VALUES {rows_of(1, 6)}"
    " ON CONFLICT (parent, key) DO UPDATE SET"
    " tag = excluded.tag, virtual = excluded.virtual, backlog = excluded.backlog, at_us = excluded.at_us"
)


@dataclass(frozen=True, slots=True)
class Path:
    """The two flows that a job waits in: its workspace's, and its person's inside it."""

    workspace: str
    person: str


class Branch(NamedTuple):
    """The flows on the way to one person, from the root."""

    root: Flow
    workspace: Flow
    person: Flow


def path_of(actor: Actor) -> Path:
    """A workspace's name is unique within its platform only; a platform's name has no colon."""
    return Path(f"{actor.platform}:{actor.workspace}", actor.user)


class Standings:
    """How things stand on the way to some people; flows that nobody waited in yet stand at nothing."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._flows = {(flow.parent, flow.key): flow for flow in map(_flow, rows)}
        self._joined: set[tuple[str, str]] = set()

    def branch(self, path: Path) -> Branch:
        """The flows on the way to one of these people."""
        return Branch(
            root=self._flow(ROOT, ROOT),
            workspace=self._flow(ROOT, path.workspace),
            person=self._flow(path.workspace, path.person),
        )

    def join(self, branch: Branch) -> None:
        """One more job waits. A flow that nobody waited in starts no earlier than its neighbours are by now."""
        self._wait_in(branch.root, branch.root.tag)
        self._wait_in(branch.workspace, activate(branch.workspace.tag, branch.root.virtual))
        self._wait_in(branch.person, activate(branch.person.tag, branch.workspace.virtual))

    async def write(self, tx: Transaction, now_us: int) -> None:
        """Store what joined."""
        joined = [self._flows[key] for key in sorted(self._joined)]
        rows = [(flow.parent, flow.key, flow.tag, flow.virtual, flow.backlog, now_us) for flow in joined]
        await tx.execute_many(_WRITE, rows)

    def _flow(self, parent: str, key: str) -> Flow:
        return self._flows.get((parent, key)) or Flow(parent, key)

    def _wait_in(self, flow: Flow, tag_of_newcomer: int) -> None:
        tag = flow.tag if flow.backlog else tag_of_newcomer
        key = (flow.parent, flow.key)
        self._flows[key] = Flow(*key, tag, flow.virtual, flow.backlog + 1, flow.weight)
        self._joined.add(key)


async def read(tx: Transaction, paths: Iterable[Path]) -> Standings:
    """How things stand on the way to these people."""
    people: dict[str, dict[str, None]] = {}
    for path in paths:
        people.setdefault(path.workspace, {})[path.person] = None
    rows: list[Row] = []
    for parent, keys in ((ROOT, (ROOT, *people)), *people.items()):
        for portion in portions(keys):
            rows += await tx.fetch(_read(len(portion)), parent, *portion)
    return Standings(rows)


@cache
def _read(keys: int) -> str:
    among = list_of(keys, first=2)
    return f"SELECT parent, key, tag, virtual, backlog FROM flow WHERE parent = $1 AND key IN ({among})"


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
    branch = (await read(tx, [path])).branch(path)
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


def _flow(row: Row) -> Flow:
    return Flow(*cast("tuple[str, str, int, int, int]", row))
