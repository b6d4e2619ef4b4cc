"""Where the decisions of each workspace are kept: the policy, extra allowances, and the audit of both."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import TypeAdapter

from core.administration.policy import NO_POLICY, Policy
from core.errors import NotFound
from core.model import Actor
from core.ports import Clock, Database, Row, Transaction, Value
from core.quota import Extra, Unit
from core.store.codec import Codec
from core.store.sql import integer, text
from core.wording import DAY_US, SECOND_US

# Another process may have changed it: so old may be what a request is held against. A change in this process counts
# at once.
FRESH_US: Final = SECOND_US
KEPT_MAX: Final = 4096  # workspaces
EXTRA_US: Final = 32 * DAY_US  # longer than any window runs
AUDIT_MAX: Final = 50

_POLICIES: Final = Codec[Policy](TypeAdapter(Policy))


@dataclass(frozen=True, slots=True)
class OwnKey:
    """What may be said about the key that a workspace draws with. `ends`: its last characters."""

    ends: str
    person: str
    at_us: int


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What holds in one workspace at this moment."""

    policy: Policy = NO_POLICY
    revision: int = 0
    extras: Mapping[str, tuple[Extra, ...]] = field(default_factory=dict)  # by person
    key: OwnKey | None = None

    def extras_of(self, actor: Actor) -> tuple[Extra, ...]:
        """What this person was given on top."""
        return self.extras.get(actor.user, ())


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One order that was carried out."""

    person: str
    name: str
    said: str
    changed: str
    at_us: int


class Policies:
    """Reads are remembered for a moment; writes are one transaction with their audit."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], tuple[int, HouseRules]] = OrderedDict()

    async def of(self, platform: str, workspace: str) -> HouseRules:
        """What holds there."""
        key, now_us = (platform, workspace), self._clock.now_us()
        read_at_us, known = self._kept.get(key, (0, None))
        if known is not None and 0 <= now_us - read_at_us < FRESH_US:
            return known
        rules = await self._read(platform, workspace, now_us)
        self._kept[key] = (now_us, rules)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return rules

    async def all(self) -> Mapping[tuple[str, str], Policy]:
        """What was decided, by platform and workspace: of every workspace that decided something."""
        rows = await self._db.fetch("SELECT platform, workspace, document FROM policy")
        return {(text(row[0]), text(row[1])): _POLICIES.decode(text(row[2])) for row in rows}

    async def change(
        self, actor: Actor, event_key: str, said: str, work: Callable[[Policy], tuple[Policy, str]]
    ) -> str:
        """Let `work` change the policy; the sentence about it. The same event again changes nothing and says the same.

        Whatever `work` raises undoes everything.
        """

        async def transaction(tx: Transaction) -> str:
            row = await tx.fetch_one(_SELECT_POLICY, actor.platform, actor.workspace)
            before, revision = _policy(row)
            after, changed = work(before)
            document = _POLICIES.encode(after)
            values = (actor.platform, actor.workspace, revision + 1, document, self._clock.now_us())
            await tx.execute(_WRITE_POLICY, *values)
            return changed

        return await self.audited(actor, event_key, said, transaction)

    async def give(
        self, actor: Actor, event_key: str, said: str, person: str, extra: Extra, sentence: str, *, ask: str = ""
    ) -> str:
        """Extra for one person; the sentence about it. The same event again gives nothing more.

        `ask`: what it answers. Whoever gives it first gives it for all; raises `NotFound` for everybody else.
        """
        for_all = _identity(replace(actor, user=""), ask) if ask else ""
        given = await self._db.fetch_one("SELECT person FROM audit WHERE id = $1", for_all) if ask else None
        if given is not None and text(given[0]) != actor.user:
            raise NotFound("Somebody has given this already.", "/easel grant gives more.")

        async def transaction(tx: Transaction) -> str:
            identity = for_all or _identity(actor, event_key)
            values = (identity, actor.platform, actor.workspace, person, extra.unit.value, extra.amount, extra.at_us)
            await tx.execute(
                "INSERT INTO extra (id, platform, workspace, person, unit, amount, at_us)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                *values,
            )
            return sentence

        return await self.audited(actor, event_key, said, transaction, identity=for_all)

    async def audit(self, platform: str, workspace: str) -> Sequence[AuditEntry]:
        """The newest first."""
        rows = await self._db.fetch(
            "SELECT person, name, said, changed, at_us FROM audit WHERE platform = $1 AND workspace = $2"
            " ORDER BY at_us DESC, id LIMIT $3",
            *(platform, workspace, AUDIT_MAX),
        )
        return [_entry(*row) for row in rows]

    async def audited(
        self,
        actor: Actor,
        event_key: str,
        said: str,
        work: Callable[[Transaction], Awaitable[str]],
        *,
        identity: str = "",
    ) -> str:
        """Do `work`, and write down who said what and the sentence about it, in one transaction.

        The same event again does nothing, and says the same. Whatever `work` raises undoes everything. `identity`: of
        what is done once, whoever does it.
        """
        entry = identity or _identity(actor, event_key)

        async def transaction(tx: Transaction) -> str:
            known = await tx.fetch_one("SELECT changed FROM audit WHERE id = $1", entry)
            if known is not None:
                return text(known[0])
            changed = await work(tx)
            await tx.execute(
                "INSERT INTO audit (id, platform, workspace, person, name, said, changed, at_us)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                *(entry, actor.platform, actor.workspace, actor.user, actor.name, said, changed),
                self._clock.now_us(),
            )
            return changed

        try:
            return await self._db.write(transaction)
        finally:
            self._kept.pop((actor.platform, actor.workspace), None)

    async def _read(self, platform: str, workspace: str, now_us: int) -> HouseRules:
        policy, revision = _policy(await self._db.fetch_one(_SELECT_POLICY, platform, workspace))
        rows = await self._db.fetch(
            "SELECT person, unit, amount, at_us FROM extra WHERE platform = $1 AND workspace = $2 AND at_us >= $3",
            *(platform, workspace, now_us - EXTRA_US),
        )
        extras: dict[str, tuple[Extra, ...]] = {}
        for person, unit, amount, at_us in rows:
            extra = Extra(Unit(text(unit)), integer(amount), integer(at_us))
            extras[text(person)] = (*extras.get(text(person), ()), extra)
        key = await self._db.fetch_one(
            "SELECT ends, person, at_us FROM own_key WHERE platform = $1 AND workspace = $2", platform, workspace
        )
        own = None if key is None else OwnKey(text(key[0]), text(key[1]), integer(key[2]))
        return HouseRules(policy, revision, extras, own)


async def retentions(database: Database) -> Mapping[tuple[str, str], int]:
    """The workspaces that keep pictures for a number of days only."""
    rows = await database.fetch("SELECT platform, workspace, document FROM policy")
    days = {(text(row[0]), text(row[1])): _POLICIES.decode(text(row[2])).retention_days for row in rows}
    return {home: number for home, number in days.items() if number}


_SELECT_POLICY: Final = "SELECT revision, document FROM policy WHERE platform = $1 AND workspace = $2"
_WRITE_POLICY: Final = (
    "INSERT INTO policy (platform, workspace, revision, document, at_us) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (platform, workspace) DO UPDATE SET"
    " revision = excluded.revision, document = excluded.document, at_us = excluded.at_us"
)


def _policy(row: Row | None) -> tuple[Policy, int]:
    if row is None:
        return NO_POLICY, 0
    revision, document = row
    return _POLICIES.decode(text(document)), integer(revision)


def _entry(person: Value, name: Value, said: Value, changed: Value, at_us: Value) -> AuditEntry:
    return AuditEntry(text(person), text(name), text(said), text(changed), integer(at_us))


def _identity(actor: Actor, event_key: str) -> str:
    """One order's own: whoever sends the same event twice gives it once. Another person's event is another one."""
    said = f"{actor.platform}\n{actor.workspace}\n{actor.user}\n{event_key}"
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()
