"""Requests that wait until somebody agrees to their price. Meanwhile nothing is reserved, and nothing is drawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core import wording
from core.errors import NotAllowed, NotFound, Refused
from core.i18n import say
from core.model import Actor, ImageRequest
from core.ports import Clock, Database, Row, Transaction
from core.store.codec import REQUESTS
from core.store.sql import integer, text
from core.wording import DAY_US

WAIT_US: Final = 7 * DAY_US
WAITING_MAX: Final = 5  # of one person: each of them asks others for their attention


class State(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    AGREED = "agreed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Approval:
    """A request that somebody has to agree to. `nanodollars`: what it costs at most."""

    id: str
    request: ImageRequest
    nanodollars: int
    state: State
    decided_by: str
    at_us: int


class NeedsApproval(Refused):
    """It was not drawn yet: somebody is asked first. `approval` is what their buttons carry."""

    code = "needs_approval"

    def __init__(self, approval: Approval) -> None:
        money = wording.format_money(approval.nanodollars)
        super().__init__(
            say("This may cost up to {money}, and somebody has to agree to that first.", money=money),
            say("It is drawn then."),
        )
        self.approval = approval


class TurnedDown(Refused):
    """Somebody agreed, and it is not drawn all the same: `why`. It waits no longer."""

    code = "turned_down"

    def __init__(self, approval: Approval, why: Refused) -> None:
        super().__init__(why.what, why.remedy)
        self.approval = approval
        self.why = why


class Approvals:
    """Asks, and remembers what was answered. Whose answer counts is the caller's to check."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    async def ask(self, request: ImageRequest, nanodollars: int) -> Approval:
        """Write the request down. The same event is asked about once. Raises `NotAllowed` for a person with many."""
        actor, now_us = request.actor, self._clock.now_us()
        identity = approval_id(request)

        async def work(tx: Transaction) -> Approval:
            await tx.execute("DELETE FROM approval WHERE at_us < $1", now_us - WAIT_US)
            known = _approval(await tx.fetch_one(_SELECT, identity))
            if known is not None:
                return known
            waiting = await tx.fetch(
                "SELECT id FROM approval WHERE platform = $1 AND workspace = $2 AND person = $3 AND state = 'waiting'",
                *(actor.platform, actor.workspace, actor.user),
            )
            if len(waiting) >= WAITING_MAX:
                raise NotAllowed(
                    say("{count} of your requests wait for an approval already.", count=WAITING_MAX),
                    say("Wait for an answer."),
                )
            values = (identity, actor.platform, actor.workspace, actor.user, REQUESTS.encode(request), nanodollars)
            await tx.execute(
                "INSERT INTO approval (id, platform, workspace, person, request, nanodollars, state, at_us)"
                " VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7)",
                *(*values, now_us),
            )
            return Approval(identity, request, nanodollars, State.WAITING, "", now_us)

        return await self._db.write(work)

    async def find(self, approval: str, actor: Actor) -> Approval:
        """What this person is to decide. Raises `NotFound`, for another workspace's, too."""
        found = _approval(await self._db.fetch_one(_SELECT, approval))
        theirs = found is not None and _home(found.request.actor) == _home(actor)
        if found is None or not theirs or self._clock.now_us() - found.at_us > WAIT_US:
            raise _not_waiting()
        return found

    async def withdraw(self, approval: Approval) -> None:
        """Nobody could be asked: it does not wait."""

        async def work(tx: Transaction) -> None:
            await tx.execute("DELETE FROM approval WHERE id = $1 AND state = 'waiting'", approval.id)

        await self._db.write(work)

    async def close(self, approval: Approval) -> None:
        """It was agreed to in vain: whoever comes later decides nothing any more."""

        async def work(tx: Transaction) -> None:
            await tx.execute("DELETE FROM approval WHERE id = $1 AND state = 'agreed'", approval.id)

        await self._db.write(work)

    async def decide(self, approval: Approval, actor: Actor, state: State) -> Approval:
        """Write the answer down, unless there is one: the first one counts. What holds now.

        Raises `NotFound` when it waits no longer.
        """

        async def work(tx: Transaction) -> Approval:
            await tx.execute(
                "UPDATE approval SET state = $2, decided_by = $3, decided_at_us = $4"
                " WHERE id = $1 AND state = 'waiting'",
                *(approval.id, state.value, actor.user, self._clock.now_us()),
            )
            now = _approval(await tx.fetch_one(_SELECT, approval.id))
            if now is None:
                raise _not_waiting()
            return now

        return await self._db.write(work)


def approval_id(request: ImageRequest) -> str:
    """Under which somebody is asked about this request, if anybody is."""
    said = f"{request.event_key}\n{request.actor.user}"
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:32]


_SELECT: Final = "SELECT id, request, nanodollars, state, decided_by, at_us FROM approval WHERE id = $1"


def _not_waiting() -> NotFound:
    return NotFound(say("This request does not wait any more."), say("Ask for the picture again."))


def _approval(row: Row | None) -> Approval | None:
    if row is None:
        return None
    identity, request, nanodollars, state, decided_by, at_us = row
    return Approval(
        text(identity),
        REQUESTS.decode(text(request)),
        integer(nanodollars),
        State(text(state)),
        text(decided_by),
        integer(at_us),
    )


def _home(actor: Actor) -> tuple[str, str]:
    return actor.platform, actor.workspace
