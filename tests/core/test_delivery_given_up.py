"""What is not posted any more is left for its person, where the platform can keep it; and the books say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_house import Board, House, became, house, until

from core.errors import DeliveryError, Gone, Later
from core.model import Destination, Finished, JobId, Outcome
from core.store.leases import DELIVERY_ATTEMPTS_MAX


class Letterbox(Board):
    """A board that can tell its people later."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[tuple[Outcome, DeliveryError]] = []

    async def leave(self, to: Destination, outcome: Outcome, why: DeliveryError) -> None:
        self.left.append((outcome, why))


def with_letterbox(home: House) -> Letterbox:
    """The same house, on whose board letters can be left."""
    box = Letterbox()
    for adapters in (home.worker._adapters, home.worker._delivery._adapters):
        adapters["board"] = box  # type: ignore[index]  # one dict, in fact
    home.board = box
    return box


@pytest.mark.parametrize(
    "failures",
    [[Gone("The channel is no more.")], [Later("Not now.", after_seconds=0.001) for _ in range(21)]],
    ids=["gone", "later, to the end of all patience"],
)
async def test_what_is_given_up_is_left_for_its_person(tmp_path: Path, failures: list[Exception]) -> None:
    last = failures[-1]
    async with house(tmp_path, working=True) as home:
        box = with_letterbox(home)
        box.failures = failures
        job = (await home.submit("a square")).job
        await became(home, job, "undelivered")
        [(outcome, why)] = box.left
        assert isinstance(outcome, Finished)
        assert outcome.job == job
        assert why is last
        assert box.posts == 0


async def test_what_is_tried_again_is_not_left(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        box = with_letterbox(home)
        box.failures = [Later("Not now.", after_seconds=0.001)]
        await became(home, (await home.submit("a square")).job, "delivered")
        assert box.left == []


async def test_a_board_without_a_letterbox_loses_nothing_but_the_word(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        home.board.failures = [Gone("The channel is no more.")]
        job = (await home.submit("a square")).job
        await became(home, job, "undelivered")
        assert (await home.store.job(job)) is not None


async def broken_so_often(home: House, job: JobId, attempts: int) -> None:
    """As if telling it had broken that often, a minute apart."""
    await home.store._db.write(
        lambda tx: tx.execute("UPDATE job SET delivery_attempts = $2, not_before_us = 0 WHERE id = $1", job, attempts)
    )


async def test_a_defect_in_posting_is_given_up_and_left_too(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        box = with_letterbox(home)
        box.failures = [ZeroDivisionError(), ZeroDivisionError(), ZeroDivisionError()]
        job = (await home.submit("a square")).job

        async def put_off() -> bool:
            row = await home.store._db.fetch_one("SELECT note FROM job WHERE id = $1 AND lease IS NULL", job)
            return row is not None and "broke" in str(row[0])

        await until(put_off)
        assert box.left == []
        await broken_so_often(home, job, DELIVERY_ATTEMPTS_MAX - 1)
        await became(home, job, "undelivered")

        async def left() -> bool:
            return bool(box.left)

        await until(left)
        [(outcome, why)] = box.left
        assert outcome.job == job
        assert "ZeroDivision" not in why.sentence
