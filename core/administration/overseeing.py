"""What the administrators' page asks: every workspace's limits, usage, requests, providers and decisions, and orders.

Whoever has the page runs this Easel. Who asks is settled at its door, not here; what is changed, and whose words are
looked at, is written down in the workspace's audit under the page's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from pydantic import SecretStr

from core.administration import docket
from core.administration.administration import Administration
from core.administration.docket import Line, Page, Which
from core.administration.homes import Home, HomeNow, first_id, homes
from core.administration.naming import Naming
from core.administration.office import Office
from core.administration.policies import AuditEntry
from core.administration.report_text import report_csv
from core.administration.standing import Standing, Standings
from core.administration.usage import By, Usage
from core.errors import NotFound
from core.model import Actor, JobId, Place
from core.ports import Clock, Database, Transaction
from core.pricing import PriceTable
from core.providers.health import Examine, Health
from core.quota import Limit
from core.store import sweep
from core.store.codec import REQUESTS
from core.store.sql import integer, text
from core.store.store import Counts, Store
from core.windows import Window, calendar_slot
from core.wording import SECOND_US, zone

ACTOR: Final = "administrators' page"  # who says what is ordered here, in the audit
AUDIT_MAX: Final = 50
_FIRST_YEAR, _LAST_YEAR = 2000, 9998
_NAMES: Final = (
    "SELECT j.user_id, j.request FROM (SELECT MAX(id) AS newest FROM job"
    " WHERE id >= $1 AND platform = $2 AND workspace = $3 GROUP BY user_id) AS g JOIN job j ON j.id = g.newest"
)
_SPEND: Final = (
    "SELECT provider, kind, CAST(SUM(nanodollars) AS bigint), COUNT(*) FROM provider_spend"
    " WHERE job >= $1 AND at_us >= $2 GROUP BY provider, kind ORDER BY provider, kind"
)


class Span(NamedTuple):
    """A month: `[since_us, until_us)` by the clocks of `time_zone`; `month` is its name, `2026-11`."""

    month: str
    since_us: int
    until_us: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class Report:
    """A workspace's month, and how its people are called."""

    span: Span
    usage: Usage
    names: Mapping[str, str]


class Spent(NamedTuple):
    """What a provider billed this month (`billed`), or may have, since its answer was lost (`presumed`)."""

    provider: str
    kind: str
    nanodollars: int
    requests: int


@dataclass(frozen=True, slots=True)
class Works:
    """How the house is: who draws, what they cost this month, and how much there is to do."""

    health: Sequence[Health]
    spent: Sequence[Spent]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Decision:
    """An entry of the audit, with where it was decided."""

    home: Home
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What whoever runs Easel decided, as it is now."""

    limits: Callable[[], Sequence[Limit]]
    prices: Callable[[], PriceTable]
    time_zone: str = "UTC"


class Overseeing:
    """Over one Easel."""

    def __init__(
        self,
        database: Database,
        store: Store,
        administration: Administration,
        office: Office,
        clock: Clock,
        rulebook: Rulebook,
        examine: Examine = tuple,
        naming: Naming | None = None,
    ) -> None:
        self.naming = naming or Naming({}, clock)
        self._db = database
        self._store = store
        self._administration = administration
        self._office = office
        self._clock = clock
        self._rulebook = rulebook
        self._examine = examine
        self._standings = Standings(database, store, office.policies, clock)

    @property
    def now_us(self) -> int:
        """The clock that all of this is by."""
        return self._clock.now_us()

    # --- reading --------------------------------------------------------------------------------------------------

    async def homes(self) -> Sequence[HomeNow]:
        """Every workspace, with this month's pictures and money."""
        return await homes(self._db, self._office.policies, self._month_us())

    async def standing(self, home: Home) -> Standing:
        """A workspace's limits, and what is used of them by whom."""
        return await self._standings.of(home, self._rulebook.limits(), self._rulebook.time_zone)

    async def policy(self, home: Home) -> str:
        """What was decided there, in words: what `show` answers."""
        return await self.order(home, "show", "")

    async def report(self, home: Home, month: str = "") -> Report:
        """A month of a workspace, this one when none is named. Raises `NotFound` for what is no month."""
        rules = await self._office.policies.of(home.platform, home.workspace)
        span = self._span(month, rules.policy.time_zone or self._rulebook.time_zone)
        found = await self._office.reports.usage(
            *(home.platform, home.workspace, span.since_us, span.until_us, span.time_zone, self._rulebook.prices())
        )
        rows = await self._db.fetch(_NAMES, first_id(span.since_us), home.platform, home.workspace)
        people = {each.key for each in found.broken_down[By.PERSON]}
        names = {text(row[0]): REQUESTS.decode(text(row[1])).actor.name for row in rows if text(row[0]) in people}
        return Report(span, found, names)

    async def table(self, home: Home, month: str = "") -> str:
        """The same for a spreadsheet."""
        report = await self.report(home, month)
        return report_csv(report.usage, report.names)

    async def requests(self, home: Home, which: Which, before: str = "") -> Page:
        """A workspace's requests, the newest first. No words."""
        return await docket.page(self._db, home, which, before)

    async def uncertain(self, home: Home) -> Sequence[Line]:
        """Those of which nobody knows yet whether they were billed."""
        return await docket.uncertain(self._db, home)

    async def works(self) -> Works:
        """Who draws, how they are, and what they cost this month."""
        since_us = self._month_us()
        rows = await self._db.fetch(_SPEND, first_id(since_us), since_us)
        spent = [Spent(text(row[0]), text(row[1]), integer(row[2]), integer(row[3])) for row in rows]
        return Works(self._examine(), spent, await self._store.counts())

    async def decisions(self, home: Home | None = None, before_us: int | None = None) -> Sequence[Decision]:
        """The audit, the newest first: of one workspace, or of all."""
        rows = await self._db.fetch(
            "SELECT platform, workspace, person, name, said, changed, at_us FROM audit"
            " WHERE ($1 = '' OR (platform = $1 AND workspace = $2)) AND at_us < $3"
            " ORDER BY at_us DESC, id LIMIT $4",
            *(("", "") if home is None else (home.platform, home.workspace)),
            self._clock.now_us() + SECOND_US if before_us is None else before_us,
            AUDIT_MAX,
        )
        return [Decision(Home(text(row[0]), text(row[1])), _entry(row)) for row in rows]

    # --- doing ----------------------------------------------------------------------------------------------------

    async def order(self, home: Home, words: str, event_key: str) -> str:
        """An order in the words of `/easel`. Raises a `Refused`. The same event is one order."""
        return await self._administration.order(_actor(home), self._place(home), words, event_key)

    @property
    def takes_keys(self) -> bool:
        """Whether a workspace may draw with a key of its own."""
        return self._office.keys.are_taken

    async def give_key(self, home: Home, key: SecretStr, event_key: str) -> str:
        """A key of the workspace's own. Raises a `Refused`, which never repeats it."""
        return await self._administration.give_key(_actor(home), event_key, key)

    async def words(self, home: Home, jobs: Sequence[str], event_key: str) -> Mapping[str, str]:
        """What people asked for in these requests. That it was looked at is written down first."""
        found = await docket.words(self._db, home, jobs)
        if found:
            number = "one request" if len(found) == 1 else f"{len(found)} requests"

            async def nothing(tx: Transaction) -> str:
                return f"The words of {number} were shown."

            await self._office.policies.audited(_actor(home), event_key, "show words", nothing)
        return found

    async def resolve(self, home: Home, job: JobId, event_key: str, *, billed: bool) -> str:
        """What the provider's bill says of a request whose answer was lost. Raises `NotFound`."""
        known = await self._store.job(job)
        if known is None or (known.request.actor.platform, known.request.actor.workspace) != (
            home.platform,
            home.workspace,
        ):
            raise NotFound("There is no such request here.", "Load the page again.")

        async def work(tx: Transaction) -> str:
            if not await sweep.looked_up(tx, job, self._clock.now_us(), billed=billed):
                raise NotFound("This request is settled already.", "Load the page again.")
            kept = "The limits on money that many share keep what it held." if billed else "It cost nothing."
            return f"It was {'billed' if billed else 'not billed'}; its person has the allowance back. {kept}"

        said = f"resolve {job} {'billed' if billed else 'not billed'}"
        return await self._office.policies.audited(_actor(home), event_key, said, work)

    # --- time -----------------------------------------------------------------------------------------------------

    def _place(self, home: Home) -> Place:
        return Place(home.platform, home.workspace, "", time_zone=self._rulebook.time_zone)

    def _month_us(self) -> int:
        return self._span("", self._rulebook.time_zone).since_us

    def _span(self, month: str, time_zone: str) -> Span:
        now_us = self._clock.now_us()
        at_us = _middle_us(month, time_zone) if month else now_us
        since_us, until_us = calendar_slot(Window.MONTH, time_zone, at_us)
        local = datetime.fromtimestamp(since_us // SECOND_US, zone(time_zone))
        running = since_us <= now_us < until_us
        return Span(f"{local:%Y-%m}", since_us, now_us + 1 if running else until_us, time_zone)


def _middle_us(month: str, time_zone: str) -> int:
    """A moment within the month that is called like this, wherever that is. Raises `NotFound`."""
    year, _, number = month.partition("-")
    if len(month) != 7 or not (year.isascii() and year.isdigit() and number.isascii() and number.isdigit()):
        raise NotFound("That is no month.", "Choose one of the list.")
    if not (_FIRST_YEAR <= int(year) <= _LAST_YEAR and 1 <= int(number) <= 12):
        raise NotFound("That is no month.", "Choose one of the list.")
    return int(datetime(int(year), int(number), 15, tzinfo=zone(time_zone)).timestamp()) * SECOND_US


def _actor(home: Home) -> Actor:
    return Actor(home.platform, home.workspace, ACTOR, ACTOR, is_admin=True)


def _entry(row: Sequence[object]) -> AuditEntry:
    person, name, said, changed, at_us = row[2:]
    assert isinstance(at_us, int)
    return AuditEntry(str(person), str(name), str(said), str(changed), at_us)
