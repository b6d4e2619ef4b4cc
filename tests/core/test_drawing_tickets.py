"""What may have been paid for: presumed where it failed, taken up after a crash where there is a ticket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from PIL import Image
from support_house import BOARD, DAILY, MEMBER, became, house, used
from support_images import encoded, photo_png
from support_painter import Painter, read, spending

from core.errors import CannotDraw, DrawingFailed, Moderated, OutcomeUnknown, ProviderBusy, ProviderError
from core.model import ImageRef, JobId, Operation, Size
from core.ports import BlobStore, Order, ProviderEvent, SourceImage, Usage

REASONS: tuple[tuple[ProviderError, bool], ...] = (
    (DrawingFailed("It sent no picture.", note="500 server_error req_1"), True),
    (CannotDraw("It cannot.", note="400 invalid_value req_2"), False),
    (Moderated("It declined.", note="400 moderation_blocked req_3", categories=("sexual",)), False),
    (ProviderBusy("It is busy.", note="503 req_4"), False),
)


@pytest.mark.parametrize(("error", "presumed"), REASONS, ids=[error.code for error, _ in REASONS])
async def test_a_failure_frees_the_person_and_stays_with_the_operator_where_it_may_be_billed(
    tmp_path: Path, error: ProviderError, presumed: bool
) -> None:
    async def fail(order: Order) -> None:
        raise error

    async with house(tmp_path, limits=DAILY, hand=Painter(meanwhile=fail)) as home:
        with structlog.testing.capture_logs() as lines:
            admitted = await home.submit("a secret wish")
            told = await home.board.unfinished(admitted.job)
        assert told.code == error.code
        assert "Nothing was charged." in told.sentence
        assert await used(home) == 0
    assert len(await spending(tmp_path)) == presumed
    warned = [line for line in lines if line["log_level"] == "warning"]
    assert [(line["event"], line["code"], line["note"]) for line in warned] == [
        ("provider_failed", error.code, error.note)
    ]
    assert "secret wish" not in str(lines)


async def test_what_was_thought_before_a_refusal_is_presumed(tmp_path: Path) -> None:
    """At the door a refusal is free; behind a ticket a model has thought, searched and perhaps drawn."""

    async def decline(order: Order) -> None:
        raise Moderated("It declined the finished picture.", note="moderation_blocked resp_1", stage="output")

    async with house(tmp_path, limits=DAILY, hand=Painter(ticket="resp_1", meanwhile=decline)) as home:
        with structlog.testing.capture_logs():
            told = await home.board.unfinished((await home.submit("a square")).job)
        assert (told.code, await used(home)) == ("moderated", 0)
    assert [row[0] for row in await spending(tmp_path)] == ["presumed"]


async def test_what_came_in_time_is_posted(tmp_path: Path) -> None:
    """Of several pictures that are paid for none is thrown away because the last one takes too long."""

    @dataclass
    class Slow(Painter):
        async def _draw(self, order: Order, into: BlobStore) -> AsyncIterator[ProviderEvent]:
            async for event in super()._draw(order, into):
                if isinstance(event, Usage):
                    await asyncio.sleep(60)
                yield event

    hand = Slow(files=[encoded(Image.new("RGB", (64, 64), colour)) for colour in ("teal", "navy")])
    async with house(tmp_path, limits=DAILY, hand=hand) as home:
        finished = await home.board.finished((await home.submit("a square --n 3")).job)
        assert len(finished.images) == 2
        assert "Only 2 of 3 pictures came in time." in finished.remarks
        assert (await used(home), finished.charged.measured) == (2, False)
    assert [row[0] for row in await spending(tmp_path)] == ["billed"]


async def test_a_lost_answers_note_reaches_the_operator(tmp_path: Path) -> None:
    async def lose(order: Order) -> None:
        raise OutcomeUnknown("The connection broke.", note="read timeout req_5")

    async with house(tmp_path, hand=Painter(meanwhile=lose)) as home:
        with structlog.testing.capture_logs() as lines:
            await home.board.unfinished((await home.submit("a square")).job)
    assert [line["note"] for line in lines if line["event"] == "provider_failed"] == ["read timeout req_5"]


@pytest.mark.parametrize("repeatable", [True, False])
async def test_a_defect_after_asking_is_presumed_where_asking_costs(tmp_path: Path, repeatable: bool) -> None:
    async def stumble(order: Order) -> None:
        raise ZeroDivisionError

    async with house(tmp_path, limits=DAILY, hand=Painter(repeatable=repeatable, meanwhile=stumble)) as home:
        with structlog.testing.capture_logs():
            assert (await home.board.unfinished((await home.submit("a square")).job)).code == "internal"
        assert await used(home) == 0
    assert len(await spending(tmp_path)) == (not repeatable)


async def test_the_safety_check_sees_all_the_words_that_go_out(tmp_path: Path) -> None:
    """What is to be left out is said to the provider as well: nobody gets words past the check behind `--no`."""
    shown: list[tuple[str, str]] = []

    class Check:
        async def check(self, prompt: str, pictures: Sequence[SourceImage], workspace: str) -> None:
            shown.append((prompt, workspace))
            raise Moderated("It was taken for something.", note="moderation check: violence", stage="input")

    async with house(tmp_path, limits=DAILY, hand=Painter(), safety_check=Check()) as home:
        with structlog.testing.capture_logs():
            told = await home.board.unfinished((await home.submit('a square --no "or rather a brawl"')).job)
        assert (told.code, await used(home), home.hand.orders) == ("moderated", 0, [])
    assert shown == [("a square\nor rather a brawl", "board:hall")]
    assert await spending(tmp_path) == [], "nobody was asked"


# --- tickets ---------------------------------------------------------------------------------------------------------


async def test_a_ticket_is_durable_before_the_provider_goes_on(tmp_path: Path) -> None:
    seen: list[str] = []

    async def look(order: Order) -> None:
        rows = await read(tmp_path, "SELECT ticket FROM job")
        seen.extend(str(row[0]) for row in rows)

    async with house(tmp_path, hand=Painter(ticket="resp_1", meanwhile=look)) as home:
        await home.board.finished((await home.submit("a square")).job)
    assert seen == ["resp_1"]


async def interrupted(folder: Path, prompt: str = "a square", **fields: object) -> JobId:
    """A job whose process ended after its ticket was kept."""
    kept = asyncio.Event()

    async def hang(order: Order) -> None:
        kept.set()
        await asyncio.sleep(60)

    async with house(folder, limits=DAILY, hand=Painter(ticket="resp_1", meanwhile=hang)) as home:
        home.board.files["photo"] = photo_png("china")
        admitted = await home.submit(prompt, **fields)
        await kept.wait()
    return admitted.job


async def test_after_a_restart_the_answer_is_taken_up(tmp_path: Path) -> None:
    job = await interrupted(tmp_path)
    async with house(tmp_path, limits=DAILY, hand=Painter()) as home:
        finished = await home.board.finished(job)
        (order,) = home.hand.orders
        assert (order.ticket, len(finished.images)) == ("resp_1", 1)
        assert await used(home) == 1
        await became(home, finished.job, "delivered")
    assert [row[0] for row in await spending(tmp_path)] == ["billed"]


async def test_who_waits_for_an_answer_that_is_paid_for_cannot_cancel_it(tmp_path: Path) -> None:
    job = await interrupted(tmp_path)
    async with house(tmp_path, limits=DAILY, hand=Painter(), working=False) as home:
        assert not await home.studio.cancel(job, MEMBER)
        assert (await home.store.counts()).waiting == 1


@pytest.mark.parametrize("why", ["source", "provider", "busy", "cannot"])
async def test_an_answer_that_cannot_be_taken_up_is_free_for_the_person_and_presumed(tmp_path: Path, why: str) -> None:
    """Whether the attachment is gone, the key was taken out or nobody answers: what was asked for may be billed."""

    async def busy(order: Order) -> None:
        raise CannotDraw("It cannot think.") if why == "cannot" else ProviderBusy("It is busy.", note="503")

    photo = ImageRef(BOARD, token="photo", size=Size(640, 427))
    job = await interrupted(tmp_path, "make it night", operation=Operation.EDIT, attachments=(photo,))
    other = Painter(
        meanwhile=busy if why in ("busy", "cannot") else None, name="another" if why == "provider" else "illustrator"
    )
    async with house(tmp_path, limits=DAILY, hand=other) as home:
        if why != "source":
            home.board.files["photo"] = photo_png("china")
        with structlog.testing.capture_logs():
            told = await home.board.unfinished(job)
        assert told.code == "drawing_failed"
        assert "Nothing was charged." in told.sentence
        assert await used(home) == 0
    assert [row[:2] for row in await spending(tmp_path)] == [("presumed", "illustrator")]
