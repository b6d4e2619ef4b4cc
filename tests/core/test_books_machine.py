"""The real store against a list of charges: whatever happens to jobs, limits, clocks and processes, the two agree.

Safety: what is let through exceeds no limit in any true window. Liveness: what is refused had to be, or would have been
a 24th of a rolling window earlier. After every step what each limit counts is what the list says, and the books are in
order. Chance finds few edges to the second: those have their own test, `test_books_edges`.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from support_books import HOUR_US, ROLLING_US, SECOND_US, Books, Charge, Given, House, of_jobs, under
from support_postgres import SQLITE, Engine, PostgresEngine, Server
from support_store import pictures_of, plan_of, request_of

from core.administration.office import Office
from core.administration.policy import Kind, Named, Policy
from core.errors import Cancelled, Conflict, QuotaExceeded
from core.model import Actor, Admitted, Cost, ImageRequest, JobId, Place
from core.ports import Database, Transaction
from core.queue.local import LocalQueue
from core.quota import Extra, Limit, Scope, Unit, Window
from core.store.store import Store

T = TypeVar("T")
LEASE_SECONDS = 30
ZONES = ("Europe/Berlin", "Asia/Kolkata", "America/New_York", "UTC", "Pacific/Auckland")
# Before the clocks change in Berlin (25 October) and New York (1 November), near the ends of weeks and months.
STARTS_US = [
    int(datetime(*date, tzinfo=UTC).timestamp()) * SECOND_US
    for date in ((2026, 10, 24, 22), (2026, 10, 31, 21), (2026, 3, 28, 22), (2027, 12, 31, 9), (2028, 2, 28, 20))
]
LIMITS = (
    Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 4),
    Limit(Scope.ROLE, "designer", Unit.IMAGES, Window.DAY, 9),
    Limit(Scope.ROLE, "designer", Unit.MONEY, Window.ROLLING_HOUR, 90),
    Limit(Scope.USER, "*", Unit.IMAGES, Window.ROLLING_DAY, 10),
    Limit(Scope.USER, "ann", Unit.IMAGES, Window.HOUR, 3),
    Limit(Scope.USER, "*", Unit.MONEY, Window.DAY, 250),
    Limit(Scope.CHANNEL, "*", Unit.IMAGES, Window.HOUR, 7),
    Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.WEEK, 400),
    Limit(Scope.EVERYONE, "*", Unit.MONEY, Window.MONTH, 900),
    Limit(Scope.EVERYONE, "*", Unit.IMAGES, Window.ROLLING_WEEK, 30),
    Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 3),
)
OWN = (
    Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 6),
    Limit(Scope.ROLE, "designer", Unit.IMAGES, Window.HOUR, 4),
    Limit(Scope.CHANNEL, "art", Unit.IMAGES, Window.DAY, 8),
    Limit(Scope.USER, "*", Unit.IMAGES, Window.ROLLING_DAY, 5),
)
HOW = ("hang", "ask", "settle", "settle", "crash", "fail", "fail, billed", "fail unasked", "lose", "lose")
ENDS = st.lists(
    st.tuples(st.sampled_from(HOW), st.sampled_from([None, 0.0, 0.5, 1.0, 1.5]), st.integers(0, 4)), max_size=3
)
USERS, WORKSPACES, CHANNELS = ("ann", "ben"), ("one", "two"), ("art", "talk")
PEOPLE = st.sampled_from([(user, workspace) for user in USERS for workspace in WORKSPACES])
WISHES = st.tuples(
    PEOPLE,
    st.sampled_from(CHANNELS),
    st.integers(0, 4),  # images
    st.one_of(st.just(0), st.integers(1, 90)),  # nano-dollars
    st.sampled_from([False] * 9 + [True]),  # whether the process dies before it has committed
    ENDS,  # what workers do then
)
End = tuple[str, float | None, int]
Wish = tuple[tuple[str, str], str, int, int, bool, list[End]]


class Wall:
    """A wall clock that may be set back, and the clock over it that never is, as `core.clock.SystemClock`."""

    def __init__(self, wall_us: int) -> None:
        self.wall_us = wall_us
        self.latest_us = 0

    def now_us(self) -> int:
        self.latest_us = max(self.latest_us, self.wall_us)
        return self.latest_us

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody sleeps here")


class Crash(Exception):
    """The process dies before it has committed."""


class Fragile:
    """A database that loses what was just written, when told to."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.crashes = False

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async def dying(tx: Transaction) -> T:
            result = await work(tx)
            if self.crashes:
                raise Crash
            return result

        return await self.db.write(dying)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.db, name)


class Machine(RuleBasedStateMachine):
    engine: Engine = SQLITE

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        base = "/dev/shm" if Path("/dev/shm").is_dir() else None  # memory, where there is such a place
        self.folder = Path(tempfile.mkdtemp(prefix="easel-books-", dir=base))
        self.clock = Wall(STARTS_US[0])
        self.books = Books(list(LIMITS), {each: House(zone) for each, zone in zip(WORKSPACES, ZONES, strict=False)})
        self.roles: dict[str, tuple[str, ...]] = {}
        self.requests: dict[str, tuple[ImageRequest, Any]] = {}
        self.looked = self.numbers = self.ids = 0
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr("core.store.store._job_id", self.job_id)
        self.open()
        for workspace, house in self.books.houses.items():
            self.decide(workspace, lambda policy, house=house: replace(policy, time_zone=house.zone))

    def run(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return self.runner.run(awaited())

    def open(self) -> None:
        self.db = Fragile(self.run(self.engine.open(self.folder)))
        self.store, self.office, self.queue = Store(self.db, self.clock), Office.over(self.db, self.clock), LocalQueue()

    def job_id(self, now_us: int) -> JobId:
        """Of two jobs of one moment the one with the smaller id is drawn first: chance would not be repeatable."""
        self.ids += 1
        return JobId(f"{now_us // 1000:012x}{self.ids:020x}")

    def teardown(self) -> None:
        self.patch.undo()
        self.run(self.db.close())
        if isinstance(self.engine, PostgresEngine):
            self.run(self.engine.clear())
        self.runner.close()
        shutil.rmtree(self.folder)

    def number(self) -> str:
        self.numbers += 1
        return f"e{self.numbers}"

    def actor(self, user: str, workspace: str) -> Actor:
        return Actor("web", workspace, user, user, roles=self.roles.get(user, ()))

    # --- asking ----------------------------------------------------------------------------------------------------

    @rule(wish=WISHES)
    def somebody_asks(self, wish: Wish) -> None:
        self.ask(wish)

    @rule(wishes=st.lists(WISHES, min_size=2, max_size=4))
    def several_ask(self, wishes: list[Wish]) -> None:
        """What fills the limits up."""
        for wish in wishes:
            self.ask(wish)

    def ask(self, wish: Wish) -> None:
        who, channel, images, nanodollars, crashes, ends = wish
        actor, now_us = self.actor(*who), self.clock.now_us()
        place = Place("web", actor.workspace, channel, time_zone=self.books.houses[actor.workspace].zone)
        event, cost = self.number(), Cost(images, nanodollars)
        plan = plan_of(images, nanodollars, provider="openai" if self.numbers % 2 else "illustrator")
        request = replace(request_of(event), actor=actor, place=place)
        let_through = self.books.exceeded(actor, place, cost, now_us, generous=True)
        self.db.crashes = crashes
        try:
            admitted = self.admit(request, plan)
        except QuotaExceeded as refused:
            assert self.books.exceeded(actor, place, cost, now_us, generous=False), "refused without need"
            named = {each.limit_id for each in refused.allowances if each.refused}
            assert named >= {limit.id for limit in let_through}
            return
        except Crash:
            self.start_again()
            return
        finally:
            self.db.crashes = False
        assert not let_through, f"let through: {let_through}"
        assert not admitted.again
        binding = under(self.books.binding(actor, place))
        self.books.charges.append(Charge(admitted.job, event, now_us, actor, place, cost, binding))
        self.requests[event] = (request, plan)
        self.work(ends)

    def admit(self, request: ImageRequest, plan: Any) -> Admitted:
        async def work() -> Admitted:
            terms = await self.office.terms(self.books.operators, request.actor, request.place)
            return await self.store.admit(
                *(replace(request, place=terms.place), plan, terms.limits),
                extras=terms.extras,
                service_cost=1 + plan.count,
                waiting_max=999,
                waiting_max_per_person=999,
                queue=self.queue,
            )

        return self.run(work())

    @precondition(lambda self: self.books.charges)
    @rule(data=st.data(), same=st.booleans())
    def send_again(self, data: st.DataObject, same: bool) -> None:
        """One event has one outcome for ever, whatever is left and whatever became of it."""
        charge = data.draw(st.sampled_from(self.books.charges))
        request, plan = self.requests[charge.event]
        if same:
            again = self.admit(request, plan)
            assert (again.job, again.again) == (charge.job, True)
            return
        with pytest.raises(Conflict):
            self.admit(replace(request, prompt="something else"), plan)

    # --- what becomes of it ----------------------------------------------------------------------------------------

    @rule(ends=ENDS)
    def somebody_works(self, ends: list[End]) -> None:
        self.work(ends)

    def work(self, ends: list[End]) -> None:
        """Workers take jobs and end them, or hang: chance alone would seldom come so far, step by step."""
        for how, measured, drawn in ends:
            job = self.run(self.store.claim("worker", LEASE_SECONDS, tells=False))
            assert (job is None) == (not self.books.in_state("queued"))
            if job is not None:
                (charge,) = of_jobs(self.books.charges, [job.id])
                charge.state = "running"
                self.go_on(charge, how, measured, drawn)

    @precondition(lambda self: self.books.in_state("running", "asked"))
    @rule(ends=ENDS)
    def wake_up(self, ends: list[End]) -> None:
        """Whoever hung goes on, be it hours later."""
        for charge, end in zip(self.books.in_state("running", "asked"), ends, strict=False):
            if charge.state in ("running", "asked"):  # a crash takes all of them back
                self.go_on(charge, *end)

    def go_on(self, charge: Charge, how: str, measured: float | None, drawn: int) -> None:
        if how == "hang":
            return
        if how == "fail unasked" and charge.state == "running":
            assert self.run(self.store.failed(charge.job, "worker", "x", "It broke.", may_be_billed=True))
            charge.state = "void"
            return
        if charge.state == "running" and not self.is_asked_for(charge):
            return
        match how:
            case "settle" | "crash":
                self.settle(charge, measured, min(drawn, charge.reserved.images), crashes=how == "crash")
            case "fail" | "fail, billed":
                billed = how == "fail, billed"
                assert self.run(self.store.failed(charge.job, "worker", "x", "It broke.", may_be_billed=billed))
                charge.state = "gone" if billed else "void"
            case "lose":
                assert self.run(self.store.uncertain(charge.job, "worker", "The answer was lost."))
                charge.state = "uncertain"
            case _:
                pass  # it is asked for, and waits for the answer

    def is_asked_for(self, charge: Charge) -> bool:
        """Unless it is not wanted any more."""
        try:
            self.run(self.store.asked(charge.job, "worker"))
        except Cancelled:
            assert self.run(self.store.failed(charge.job, "worker", "cancelled", "You cancelled this."))
            charge.state = "void"
        else:
            charge.state = "asked"
        return charge.state == "asked"

    def settle(self, charge: Charge, measured: float | None, drawn: int, *, crashes: bool) -> None:
        """For less than was reserved, for as much, or for more."""
        reserved = charge.reserved.nanodollars
        cost = None if measured is None else int(reserved * measured) + (measured > 1)
        job = self.run(self.store.job(charge.job))
        assert job is not None
        pictures = pictures_of(job, max(1, drawn))  # type: ignore[arg-type]  # a job has what a claimed one has
        self.db.crashes = crashes
        try:
            assert self.run(self.store.generated(charge.job, "worker", pictures, drawn, cost))
        except Crash:
            self.start_again()
            return
        finally:
            self.db.crashes = False
        charge.state, charge.settled = "settled", Cost(drawn, reserved if cost is None else cost)
        # A second time there is nothing to settle.
        assert not self.run(self.store.generated(charge.job, "worker", [], drawn, cost))

    @precondition(lambda self: self.books.in_state("uncertain"))
    @rule(data=st.data(), billed=st.booleans())
    def resolve(self, data: st.DataObject, billed: bool) -> None:
        charge = data.draw(st.sampled_from(self.books.in_state("uncertain")))
        assert self.run(self.store.resolve(charge.job, billed=billed))
        charge.state = "gone" if billed else "void"
        assert not self.run(self.store.resolve(charge.job, billed=not billed))

    @precondition(lambda self: self.books.charges)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        charge = data.draw(st.sampled_from(self.books.charges))
        cancelled = self.run(self.store.cancel(charge.job, self.queue))
        assert cancelled == (charge.state in ("queued", "running"))
        if charge.state == "queued":
            charge.state = "void"

    @rule()
    def tell(self) -> None:
        """An outcome is posted."""
        job = self.run(self.store.claim("teller", LEASE_SECONDS, draws=False))
        if job is not None:
            assert self.run(self.store.delivered(job.id, "teller", [], []))

    # --- time and processes ----------------------------------------------------------------------------------------

    @rule(
        us=st.one_of(
            st.integers(1, 900 * SECOND_US),
            st.sampled_from([1, SECOND_US, HOUR_US // 24, HOUR_US - 1, HOUR_US, HOUR_US + 1, 24 * HOUR_US]),
            st.sampled_from(sorted(ROLLING_US.values())),
        )
    )
    def wait(self, us: int) -> None:
        self.clock.wall_us += us

    @rule(us=st.sampled_from([1, 90 * SECOND_US, HOUR_US, 26 * HOUR_US]))
    def set_the_clock_back(self, us: int) -> None:
        """The books go on as if it stood still."""
        before_us = self.clock.now_us()
        self.clock.wall_us -= us
        assert self.clock.now_us() == before_us

    @precondition(lambda self: not self.books.charges)
    @rule(start_us=st.sampled_from(STARTS_US))
    def begin_elsewhere(self, start_us: int) -> None:
        """Another day near which the clocks, the week, the month or the year change."""
        if not self.books.given:
            self.clock.wall_us, self.clock.latest_us = start_us, 0

    @rule()
    def leases_end(self) -> None:
        self.clock.wall_us = self.clock.now_us() + (LEASE_SECONDS + 1) * SECOND_US
        self.sweep(boot=False)

    @rule()
    def start_again(self) -> None:
        """The process is killed, and another takes over; its clock may be behind, and must not reopen a window."""
        self.run(self.db.close())
        latest_us, self.clock.latest_us = self.clock.now_us(), 0
        self.open()
        self.clock.latest_us = self.run(self.store.latest_us())
        assert self.clock.latest_us <= latest_us
        assert self.clock.latest_us >= max((charge.at_us for charge in self.books.charges), default=0)
        # What was given is dated, too: with what is left of the old clock the list of charges can still be compared.
        self.clock.latest_us = max([self.clock.latest_us, *(each.at_us for each in self.books.given)])
        self.sweep(boot=True)

    def sweep(self, *, boot: bool) -> None:
        running = self.books.in_state("running", "asked")
        lost = [c for c in running if c.state == "asked" and self.requests[c.event][1].provider == "openai"]
        report = self.run(self.store.sweep(lambda provider, model: provider == "illustrator", boot=boot))
        assert {*report.requeued, *report.failed, *report.uncertain} == {charge.job for charge in running}
        assert set(report.uncertain) == {charge.job for charge in lost}
        for jobs, state in ((report.requeued, "queued"), (report.failed, "void"), (report.uncertain, "uncertain")):
            for charge in of_jobs(running, jobs):
                charge.state = state

    # --- what people decide ----------------------------------------------------------------------------------------

    @rule(data=st.data(), who=PEOPLE)
    def somebody_decides(self, data: st.DataObject, who: tuple[str, str]) -> None:
        """One rule for all of it, so that most steps are requests and what becomes of them."""
        user, workspace = who
        match data.draw(st.sampled_from(["roles", "limit", "extra", "own limits", "exempt", "move"])):
            case "roles":
                self.change_roles(user, data.draw(st.sampled_from([(), ("designer",), ("designer", "other")])))
            case "limit":
                self.edit_a_limit(data.draw(st.integers(0, len(LIMITS) - 1)), data.draw(st.integers(0, 12)))
            case "extra":
                unit = data.draw(st.sampled_from([Unit.IMAGES, Unit.MONEY]))
                self.give_extra(who, unit, data.draw(st.integers(1, 5)))
            case "own limits":
                self.decide_limits(workspace, data.draw(st.sets(st.sampled_from(OWN))), data.draw(st.booleans()))
            case "exempt":
                self.exempt(who, data.draw(st.booleans()))
            case "move":
                self.move(workspace, data.draw(st.sampled_from(ZONES)))

    def change_roles(self, user: str, roles: tuple[str, ...]) -> None:
        self.roles[user] = roles

    def edit_a_limit(self, index: int, amount: int) -> None:
        scale = 30 if LIMITS[index].unit is Unit.MONEY else 1
        self.books.operators[index] = LIMITS[index]._replace(amount=amount * scale)

    def give_extra(self, who: tuple[str, str], unit: Unit, amount: int) -> None:
        user, workspace = who
        given = Given(workspace, user, unit, amount * (20 if unit is Unit.MONEY else 1), self.clock.now_us())
        extra = Extra(given.unit, given.amount, given.at_us)
        giver = self.actor("admin", workspace)
        self.run(self.office.policies.give(giver, self.number(), "give", user, extra, "Given."))
        self.books.given.append(given)

    def decide(self, workspace: str, change: Callable[[Policy], Policy]) -> None:
        actor = self.actor("admin", workspace)
        self.run(self.office.policies.change(actor, self.number(), "set", lambda policy: (change(policy), "Changed.")))

    def decide_limits(self, workspace: str, own: set[Limit], lifts: bool) -> None:
        """The house's own limits, between any reservation and its settlement."""
        house = self.books.houses[workspace]
        house.own = {limit.id: limit for limit in OWN if limit in own}
        house.lifted = {LIMITS[1].id} if lifts else set()
        limits, lifted = tuple(house.own.values()), tuple(house.lifted)
        self.decide(workspace, lambda policy: replace(policy, limits=limits, lifted=lifted))

    def exempt(self, who: tuple[str, str], exempt: bool) -> None:
        user, workspace = who
        house = self.books.houses[workspace]
        (house.exempt.add if exempt else house.exempt.discard)(user)
        named = tuple(Named(Kind.PERSON, each) for each in sorted(house.exempt))
        self.decide(workspace, lambda policy: replace(policy, exempt=named))

    def move(self, workspace: str, zone: str) -> None:
        self.books.houses[workspace].zone = zone
        self.decide(workspace, lambda policy: replace(policy, time_zone=zone))

    # --- after every step ------------------------------------------------------------------------------------------

    @invariant()
    def the_books_are_in_order(self) -> None:
        assert self.run(self.store.verify()) == ()

    @invariant()
    def every_limit_counts_what_the_list_says(self) -> None:
        """For one person in one place after another."""
        self.looked += 1
        user, workspace = USERS[self.looked % 2], WORKSPACES[self.looked // 2 % 2]
        house = self.books.houses[workspace]
        place = Place("web", workspace, CHANNELS[self.looked // 4 % 2], time_zone=house.zone)
        actor, now_us = self.actor(user, workspace), self.clock.now_us()
        terms = self.run(self.office.terms(self.books.operators, actor, place))
        told = self.run(self.store.allowances(actor, terms.place, terms.limits, terms.extras))
        binding = {limit.id: limit for limit in self.books.binding(actor, place)}
        assert {each.limit_id for each in told} == set(binding)
        for each in told:
            limit = binding[each.limit_id]
            least, most = (self.books.used(limit, actor, place, now_us, slack) for slack in (0, 1))
            assert least <= each.used <= most, limit
            caps = [self.books.cap(limit, actor, place, now_us, slack) for slack in (0, 1)]
            assert caps[0] <= each.cap <= caps[1], limit


def examine(engine: Engine, examples: int, steps: int = 40) -> None:
    """So many walks of so many steps."""
    machine = type("Machine", (Machine,), {"engine": engine})
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, derandomize=True, deadline=None, suppress_health_check=slow
    )
    run_state_machine_as_test(machine, settings=chosen)


def test_the_store_agrees_with_a_list_of_charges() -> None:
    examine(SQLITE, 50)


def test_the_store_on_postgres_agrees_with_a_list_of_charges(postgres_server: Server) -> None:
    examine(PostgresEngine(postgres_server), 6)


@pytest.mark.long
def test_the_store_agrees_with_a_list_of_charges_at_length() -> None:
    examine(SQLITE, 600, 60)


@pytest.mark.long
def test_the_store_on_postgres_agrees_with_a_list_of_charges_at_length(postgres_server: Server) -> None:
    examine(PostgresEngine(postgres_server), 80, 60)
