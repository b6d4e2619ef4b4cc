"""A workspace whose administrators decide: what they say holds for the next request, and everybody is told why."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from support_house import BOARD, GUEST, MEMBER, WALL, Hand, House, house

from core.administration.approvals import NeedsApproval, TurnedDown
from core.admission import Admission
from core.errors import NotAllowed, NotFound, QuotaExceeded
from core.model import Actor, Admitted
from core.quota import Limit, Scope, Unit, Window

MODERATOR = Actor(BOARD, "hall", "moderator", "Moderator", is_admin=True)
APPROVER = replace(GUEST, user="approver", roles=("art",))
FIVE = (Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 5),)
BUDGET = (Limit(Scope.WORKSPACE, "*", Unit.IMAGES, Window.MONTH, 6),)


async def say(home: House, words: str) -> str:
    return await home.studio.administration.order(MODERATOR, WALL, words, words)


async def left(home: House, actor: Actor = MEMBER) -> list[int]:
    return [each.remaining for each in await home.studio.allowances(actor, WALL)]


async def test_a_limit_that_is_said_holds_for_the_next_request(tmp_path: Path) -> None:
    async with house(tmp_path, limits=FIVE) as home:
        await say(home, "limit 1 image a day for everyone")
        await home.submit("a square")
        with pytest.raises(QuotaExceeded, match="You have used 1 of 1 image for today"):
            await home.submit("a square")
        await say(home, "limit 3 images a day for everyone")
        admitted = await home.submit("two squares --n 2")
        finished = await home.board.finished(admitted.job)
        assert [each.cap for each in finished.allowances] == [3]  # the result tells what is left by the new limit
        assert await left(home) == [0]


async def test_an_extra_is_used_up_and_the_caps_hold_for_it_too(tmp_path: Path) -> None:
    async with house(tmp_path, limits=(*FIVE, *BUDGET)) as home:
        await say(home, "grant 4 images to user:member")
        assert sorted(await left(home)) == [6, 9]
        assert sorted(await left(home, GUEST)) == [5, 6]
        await home.submit("six squares --n 6")
        with pytest.raises(QuotaExceeded, match="This workspace has used 6 of 6 images for this month"):
            await home.submit("a square")


async def test_who_is_exempt_draws_on_and_others_do_not(tmp_path: Path) -> None:
    async with house(tmp_path, limits=FIVE) as home:
        await say(home, "exempt user:member")
        await home.submit("six squares --n 6")
        with pytest.raises(QuotaExceeded):
            await home.submit("six squares --n 6", actor=GUEST)


async def test_while_it_is_paused_nothing_new_is_drawn_and_what_is_begun_comes(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        admitted = await home.submit("a square")
        await say(home, "pause for lunch")
        told = r"paused in this workspace\. The reason given: for lunch Nothing was charged"
        with pytest.raises(NotAllowed, match=told):
            await home.submit("a square")
        await home.board.finished(admitted.job)
        await say(home, "resume")
        await home.board.finished((await home.submit("a square")).job)


async def test_words_of_the_workspace_are_not_drawn_there(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await say(home, "words add casino")
        with pytest.raises(NotAllowed, match="“casino” is on the list"):
            await home.submit("a CASINO at night")
        await home.submit("a boat at night")


async def test_results_are_private_at_first_where_that_is_usual(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await say(home, "private on")
        assert (await home.submit("a square")).plan.private
        await say(home, "private off")
        assert not (await home.submit("a square")).plan.private


async def test_the_time_zone_of_the_workspace_is_everybodys(tmp_path: Path) -> None:
    async with house(tmp_path, limits=FIVE) as home:
        await say(home, "timezone Asia/Tokyo")
        await home.submit("a square")
        elsewhere = replace(WALL, time_zone="America/New_York")
        (allowance,) = await home.studio.allowances(MEMBER, elsewhere)
        assert allowance.used == 1


# --- approvals -------------------------------------------------------------------------------------------------------


async def asked(home: House, key: str = "") -> str:
    with pytest.raises(NeedsApproval, match="somebody has to agree") as waiting:
        await home.submit("a square", **({"key": key} if key else {}))
    return waiting.value.approval.id


async def test_what_costs_more_is_drawn_when_somebody_agreed(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Hand(name="openai"), limits=FIVE) as home:
        await say(home, "approval above $0.01 by role:art")
        approval = await asked(home)
        assert await left(home) == [5], "while it waits nothing is held"
        for nobody in (MEMBER, GUEST):
            with pytest.raises(NotAllowed, match="Somebody else has to agree"):
                await home.studio.agree(approval, nobody)
        admitted = await home.studio.agree(approval, APPROVER)
        finished = await home.board.finished(admitted.job)
        assert finished.request.actor == MEMBER
        assert await left(home) == [4], "the person who asked is charged, not the one who agreed"


async def test_many_who_agree_at_once_draw_one_picture(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Hand(name="openai")) as home:
        await say(home, "approval above $0.01 by role:art")
        approval = await asked(home)
        agreed: list[Admitted] = await asyncio.gather(*(home.studio.agree(approval, APPROVER) for _ in range(5)))
        await home.board.finished(agreed[0].job)
        assert len({each.job for each in agreed}) == 1
        assert len(home.hand.orders) == 1


async def test_what_is_declined_is_not_drawn_by_a_later_yes(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Hand(name="openai")) as home:
        await say(home, "approval above $0.01")
        approval = await asked(home)
        await home.studio.decline(approval, MODERATOR)
        with pytest.raises(NotFound, match="declined this already"):
            await home.studio.agree(approval, MODERATOR)
        assert home.hand.orders == []


async def test_somebody_who_may_agree_is_not_asked(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Hand(name="openai")) as home:
        await say(home, "approval above $0.01 by role:art")
        await home.submit("a square", actor=APPROVER)


async def test_an_approval_does_not_lift_a_limit(tmp_path: Path) -> None:
    async with house(tmp_path, hand=Hand(name="openai"), limits=FIVE) as home:
        await say(home, "approval above $0.01 by role:art")
        approval = await asked(home)
        await say(home, "limit 0 images a day for everyone")
        with pytest.raises(TurnedDown) as raised:
            await home.studio.agree(approval, APPROVER)
        assert isinstance(raised.value.why, QuotaExceeded)
        for late in (home.studio.agree, home.studio.decline):
            with pytest.raises(NotFound, match="does not wait any more"):
                await late(approval, APPROVER)


class Stopped(Exception):
    """What befalls a process."""


async def test_who_declines_what_was_agreed_to_is_told_what_is_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path, hand=Hand(name="openai")) as home:
        await say(home, "approval above $0.01")
        approval = await asked(home)

        async def stopped(*_: object, **__: object) -> Admitted:
            raise Stopped

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(Admission, "admit", stopped)
            with pytest.raises(Stopped):
                await home.studio.agree(approval, MODERATOR)
        with pytest.raises(NotFound, match="Press Agree again if no picture comes"):
            await home.studio.decline(approval, MODERATOR)
        admitted = await home.studio.agree(approval, MODERATOR)
        await home.board.finished(admitted.job)
        with pytest.raises(NotFound, match="The picture will come"):
            await home.studio.decline(approval, MODERATOR)
