"""Requests that arrive together are written together, and each is decided as if it had come alone."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_postgres import SQLITE, Engine, PostgresEngine, Server
from support_store import Bench, opened, place_of, plan_of, request_of

from core.errors import EaselError, Refused
from core.model import Admitted, ImageRequest, Plan
from core.ports import Transaction
from core.quota import Limit, Scope, Unit, Window

LIMITS = (
    Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 4),
    Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 3),
    Limit(Scope.CHANNEL, "*", Unit.IMAGES, Window.ROLLING_HOUR, 6),
    Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 100),
)
T = TypeVar("T")

WISHES = st.lists(
    st.tuples(
        st.integers(1, 8),  # the event
        st.sampled_from(["a bicycle", "a boat"]),
        st.sampled_from(["ann", "ben", "cem"]),
        st.sampled_from(["red", "blue"]),  # the workspace
        st.integers(0, 3),  # images
        st.integers(0, 40),  # nano-dollars
    ),
    max_size=14,
)
Wish = tuple[ImageRequest, Plan]


def wishes_of(drawn: Sequence[tuple[int, str, str, str, int, int]]) -> list[Wish]:
    return [
        (
            request_of(f"e{event}", user, prompt=prompt, place=place_of(workspace=workspace), workspace=workspace),
            plan_of(images, nanodollars),
        )
        for event, prompt, user, workspace, images, nanodollars in drawn
    ]


async def verdict(bench: Bench, wish: Wish) -> tuple[object, ...]:
    """What the person learns, without ids and moments."""
    request, plan = wish
    try:
        admitted = await bench.admit(request, plan, waiting_max=9, waiting_max_per_person=4)
    except EaselError as error:
        return type(error), error.sentence
    return Admitted, admitted.plan, admitted.again


async def books(bench: Bench) -> list[object]:
    """Everything that was written, without ids and moments."""
    return [
        await bench.db.fetch("SELECT event_key, fingerprint, flow_parent, flow_key, plan FROM job ORDER BY event_key"),
        await bench.db.fetch(
            "SELECT event_key, limit_id, holder, kind, slot_us, pending, posted, cap, reserved_images"
            " FROM journal JOIN charge ON charge.job = journal.job JOIN job ON job.id = charge.job ORDER BY 1, 2, 3"
        ),
        await bench.db.fetch("SELECT * FROM bucket ORDER BY 1, 2, 3"),
        await bench.db.fetch("SELECT parent, key, tag, virtual, backlog FROM flow ORDER BY 1, 2"),
        await bench.store.verify(),
    ]


async def order_of_service(bench: Bench) -> list[str]:
    served = []
    while (job := await bench.store.claim("worker", 30)) is not None:
        served.append(job.request.event_key)
    return served


@settings(max_examples=40, derandomize=True, deadline=None)
@given(WISHES)
def test_together_is_as_one_after_another(drawn: list[tuple[int, str, str, str, int, int]]) -> None:
    asyncio.run(_compare(wishes_of(drawn), SQLITE))


@settings(max_examples=10, derandomize=True, deadline=None)
@given(WISHES)
def test_together_is_on_postgres_as_one_after_another_in_a_file(
    postgres_server: Server, drawn: list[tuple[int, str, str, str, int, int]]
) -> None:
    postgres = PostgresEngine(postgres_server)
    asyncio.run(_compare(wishes_of(drawn), postgres))
    asyncio.run(postgres.clear())


async def _compare(wishes: list[Wish], engine: Engine) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        async with opened(Path(one), engine=engine) as together, opened(Path(other)) as apart:
            together.limits = apart.limits = LIMITS
            at_once = await asyncio.gather(*(verdict(together, wish) for wish in wishes))
            in_turn = [await verdict(apart, wish) for wish in wishes]
            assert at_once == in_turn
            assert await books(together) == await books(apart)
            assert await order_of_service(together) == await order_of_service(apart)


async def test_a_hundred_requests_share_a_transaction(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path, engine=engine) as bench:
        writes = itertools.count()
        write = bench.db.write

        async def counted(work: Callable[[Transaction], Awaitable[T]]) -> T:
            next(writes)
            return await write(work)

        monkeypatch.setattr(bench.db, "write", counted)
        await asyncio.gather(*(bench.admit(request_of(), waiting_max_per_person=100) for _ in range(100)))
        assert next(writes) <= 2  # the first one may have gone ahead


class Unwritable(Exception):
    """What only one request's row runs into."""


async def test_a_request_that_breaks_the_transaction_breaks_only_its_own(tmp_path: Path, engine: Engine) -> None:
    async with opened(tmp_path, engine=engine) as bench:

        class Announcing:
            """A queue that breaks for one job."""

            async def announce(self, tx: Transaction, job: str) -> None:
                row = await tx.fetch_one("SELECT event_key FROM job WHERE id = $1", job)
                if row == ("web:e3",):
                    raise Unwritable

            def wake(self) -> None:
                """Nobody waits."""

            async def wait(self) -> None:
                """Nobody waits."""

        bench.queue = Announcing()  # type: ignore[assignment]  # a queue like any other
        results = await asyncio.gather(*(bench.admit(request_of(f"e{n}")) for n in range(5)), return_exceptions=True)
        assert [type(result) for result in results] == [Admitted, Admitted, Admitted, Unwritable, Admitted]
        assert await bench.db.fetch("SELECT count(*) FROM job") == [(4,)]
        assert await bench.store.verify() == ()


async def test_who_no_longer_waits_is_not_admitted(tmp_path: Path, engine: Engine) -> None:
    async with opened(tmp_path, engine=engine) as bench:
        gone = asyncio.create_task(bench.admit(request_of("gone")))
        stays = asyncio.create_task(bench.admit(request_of("stays")))
        await asyncio.sleep(0)
        gone.cancel()
        assert (await stays).ahead == 0
        assert await bench.db.fetch("SELECT event_key FROM job") == [("web:stays",)]


async def test_a_refusal_in_between_holds_nothing(tmp_path: Path, engine: Engine) -> None:
    async with opened(tmp_path, engine=engine) as bench:
        bench.limits = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 4),)
        sizes = (3, 2, 1)
        results = await asyncio.gather(
            *(bench.admit(request_of(), plan_of(images)) for images in sizes), return_exceptions=True
        )
        assert [isinstance(result, Refused) for result in results] == [False, True, False]
        allowances = await bench.store.allowances(request_of().actor, request_of().place, bench.limits)
        assert [each.used for each in allowances] == [4]
