"""Not faster than the server allows, in the order of arrival, and learning from what the server says."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_store import SECOND_US
from support_virtual_time import VirtualClock

from core.errors import ProviderBusy
from core.providers.openai.pacing import BURST_MINUTES, WAIT_SECONDS_MAX, Lane, Pacing, Turn

ARRIVALS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), min_size=1, max_size=25)


def lane_at(images_per_minute: int = 0) -> tuple[VirtualClock, Lane]:
    clock = VirtualClock()
    return clock, Lane(clock, "OpenAI", images_per_minute)


@dataclass
class Arrivals:
    """Requests that come by themselves, and what became of them: the moment and the pictures, or None."""

    clock: VirtualClock
    lane: Lane
    granted: list[tuple[float, int, int]] = field(default_factory=list)  # second, arrival, pictures
    busy: list[tuple[float, int]] = field(default_factory=list)  # seconds waited, arrival

    async def one(self, number: int, at_second: float, images: int, cancel_after: float | None = None) -> None:
        await self.clock.sleep(at_second)
        began = self.clock.seconds
        taking = asyncio.create_task(self.lane.take(images))
        if cancel_after is not None:
            await self.clock.sleep(cancel_after)
            taking.cancel()
        try:
            await taking
        except ProviderBusy:
            self.busy.append((self.clock.seconds - began, number))
        except asyncio.CancelledError:
            return
        else:
            self.granted.append((self.clock.seconds, number, images))


def run_arrivals(rate: int, wishes: list[tuple[int, int]], cancelled: frozenset[int] = frozenset()) -> Arrivals:
    clock, lane = lane_at(rate)
    arrivals = Arrivals(clock, lane)

    async def everybody() -> None:
        at = 0
        async with asyncio.TaskGroup() as group:
            for number, (gap, images) in enumerate(wishes):
                at += gap
                group.create_task(arrivals.one(number, at, images, 3.0 if number in cancelled else None))

    asyncio.run(clock.run(everybody()))
    return arrivals


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rate=st.integers(5, 60), wishes=ARRIVALS)
def test_in_no_stretch_of_time_more_is_asked_for_than_rate_and_burst_allow(
    rate: int, wishes: list[tuple[int, int]]
) -> None:
    granted = run_arrivals(rate, wishes).granted
    burst = max(1.0, rate * BURST_MINUTES, *(images for _, images in wishes))
    for first, (begin, _, _) in enumerate(granted):
        total = 0
        for moment, _, images in granted[first:]:
            total += images
            assert total <= rate * (moment - begin) / 60 + burst + 1e-3


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rate=st.integers(5, 60), wishes=ARRIVALS, cancelled=st.frozensets(st.integers(0, 24)))
def test_nobody_is_overtaken_and_nobody_waits_for_ever(
    rate: int, wishes: list[tuple[int, int]], cancelled: frozenset[int]
) -> None:
    arrivals = run_arrivals(rate, wishes, cancelled)
    order = [number for _, number, _ in arrivals.granted]
    assert order == sorted(order)
    assert all(waited <= WAIT_SECONDS_MAX for waited, _ in arrivals.busy)
    told = set(order) | {number for _, number in arrivals.busy}
    assert told | cancelled >= set(range(len(wishes)))
    assert arrivals.lane.waiting == 0


def test_all_of_the_allowed_rate_is_used_while_somebody_waits() -> None:
    granted = run_arrivals(30, [(0, 1)] * 40).granted
    assert len(granted) == 40
    # of 40 pictures 7 may go at once, the other 33 come every 2 seconds
    assert granted[-1][0] == pytest.approx(66, abs=1.5)


async def test_without_a_known_limit_nobody_waits() -> None:
    clock, lane = lane_at()
    for _ in range(200):
        await clock.run(lane.take(10))
    assert clock.seconds == 0
    assert math.isinf(lane.images_per_minute)


async def test_a_wait_of_more_than_two_minutes_is_said_at_once_with_its_length() -> None:
    clock, lane = lane_at(1)
    await clock.run(lane.take(1))
    await clock.run(lane.take(1))
    assert clock.seconds == pytest.approx(60, abs=1)
    waiting = [asyncio.create_task(lane.take(1)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(ProviderBusy) as caught:
        await clock.run(lane.take(1))
    assert caught.value.after_seconds == pytest.approx(180, abs=1)
    assert "in 3 minutes" in caught.value.sentence
    assert "Nothing was charged." in caught.value.sentence
    assert clock.seconds == pytest.approx(60, abs=1), "said at once"
    for task in waiting:
        task.cancel()


def test_how_long_one_would_wait_can_be_asked() -> None:
    _, lane = lane_at(60)
    assert lane.wait_seconds(1) == 0
    lane.refused(Turn(0, 1, 1), 20.0, too_many=False)
    assert lane.wait_seconds(1) == pytest.approx(20)


async def test_one_who_is_cancelled_leaves_the_line_and_holds_nobody_up() -> None:
    clock, lane = lane_at(4)
    await clock.run(lane.take(1))
    giving_up = asyncio.create_task(lane.take(4))
    await asyncio.sleep(0)
    behind = asyncio.create_task(lane.take(1))
    await asyncio.sleep(0)
    assert lane.waiting == 2
    giving_up.cancel()
    await clock.run(behind)
    assert clock.seconds == pytest.approx(15, abs=1.1)
    assert lane.waiting == 0


async def test_a_retry_after_holds_everybody_back() -> None:
    clock, lane = lane_at()
    turn = await clock.run(lane.take(1))
    lane.refused(turn, 7.5, too_many=True)
    await clock.run(lane.take(1))
    assert clock.seconds >= 7.5


async def test_who_is_sent_again_goes_before_those_who_came_later() -> None:
    clock, lane = lane_at(60)
    turn = await clock.run(lane.take(1))
    lane.refused(turn, 5.0, too_many=True)
    done: list[str] = []

    async def take(name: str, again: Turn | None = None) -> None:
        await lane.take(1, again)
        done.append(name)

    later = [asyncio.create_task(take(f"later {number}")) for number in range(3)]
    await asyncio.sleep(0)
    await clock.run(asyncio.gather(take("again", turn), *later))
    assert done == ["again", "later 0", "later 1", "later 2"]


async def test_too_many_requests_halve_the_rate_once_for_all_that_were_under_way() -> None:
    clock, lane = lane_at(60)
    turns = [await clock.run(lane.take(1)) for _ in range(10)]
    for turn in turns:
        lane.refused(turn, 1.0, too_many=True)
    assert lane.images_per_minute == pytest.approx(30)
    turn = await clock.run(lane.take(1))
    lane.refused(turn, 1.0, too_many=True)
    assert lane.images_per_minute == pytest.approx(15, rel=0.05)


async def test_an_overloaded_server_gets_a_pause_and_no_slower_rate() -> None:
    clock, lane = lane_at(60)
    lane.refused(await clock.run(lane.take(1)), None, too_many=False)
    assert lane.images_per_minute == 60
    assert lane.wait_seconds(1) == pytest.approx(1)


async def test_pauses_grow_with_every_round_and_an_answer_ends_them() -> None:
    clock, lane = lane_at()
    pauses = []
    for _ in range(7):
        turn = await clock.run(lane.take(1))
        clock.at_us += 1
        lane.refused(turn, None, too_many=False)
        pauses.append(round(lane.wait_seconds(0)))
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    turn = await clock.run(lane.take(1))
    lane.answered({}, accepted=True)
    clock.at_us += 1
    lane.refused(turn, None, too_many=False)
    assert round(lane.wait_seconds(0)) == 1


async def test_the_rate_grows_back_by_a_little_every_minute_and_no_further_than_it_was() -> None:
    clock, lane = lane_at(40)
    lane.refused(await clock.run(lane.take(1)), 1.0, too_many=True)
    seen = []
    for _ in range(7):
        seen.append(round(lane.images_per_minute))
        clock.at_us += 60 * SECOND_US
    assert seen == [20, 24, 28, 32, 36, 40, 40]


@pytest.mark.parametrize("images", [2, 4, 10])
async def test_after_a_cut_several_pictures_at_once_are_granted_all_the_same(images: int) -> None:
    """What a bucket holds grows with the rate: filling it before it has grown would never fill it."""
    clock, lane = lane_at()
    turn = await lane.take(images)
    lane.refused(turn, None, too_many=True)
    again = asyncio.create_task(lane.take(images, turn))
    await clock.run(again)
    assert again.result() is turn
    assert clock.seconds < WAIT_SECONDS_MAX


async def test_an_unknown_limit_is_taken_for_half_of_what_was_too_much() -> None:
    clock, lane = lane_at()
    for _ in range(50):
        turn = await clock.run(lane.take(1))
    lane.refused(turn, None, too_many=True)
    assert lane.images_per_minute == pytest.approx(25)


async def test_the_servers_own_numbers_are_believed_up_to_the_operators() -> None:
    clock, unknown = lane_at()
    unknown.answered({"x-ratelimit-limit-images": "20"}, accepted=True)
    assert unknown.images_per_minute == 20
    careful = Lane(clock, "OpenAI", 8)
    careful.answered({"x-ratelimit-limit-images": "20"}, accepted=True)
    assert careful.images_per_minute == 8
    hopeful = Lane(clock, "OpenAI", 50)
    hopeful.answered({"x-ratelimit-limit-images": "20"}, accepted=True)
    assert hopeful.images_per_minute == 20
    hopeful.answered({"x-ratelimit-remaining-images": "0", "x-ratelimit-reset-images": "30s"}, accepted=True)
    assert hopeful.wait_seconds(1) >= 30


def test_fewer_than_none_cannot_remain() -> None:
    _, lane = lane_at(60)
    lane.answered({"x-ratelimit-remaining-images": "-50"}, accepted=True)
    assert lane.wait_seconds(1) == 0


@pytest.mark.parametrize("said", ["", "-1", "nan", "inf", "many", "0", "1e999", "20, 20"])
def test_numbers_that_cannot_be_meant_are_not_believed(said: str) -> None:
    _, lane = lane_at()
    lane.answered({f"x-ratelimit-{name}-images": said for name in ("limit", "remaining", "reset")}, accepted=True)
    assert math.isinf(lane.images_per_minute)
    assert lane.wait_seconds(1) == 0


async def test_what_asks_for_no_picture_waits_for_pauses_only() -> None:
    clock, lane = lane_at(1)
    await clock.run(lane.take(1))
    await clock.run(lane.take(0))
    assert clock.seconds == 0


def test_keys_and_models_have_lanes_of_their_own() -> None:
    pacing = Pacing(VirtualClock())
    lane = pacing.lane("home:1", "gpt-image-2", label="OpenAI", images_per_minute=5)
    assert pacing.lane("home:1", "gpt-image-2", label="OpenAI") is lane
    assert pacing.lane("home:2", "gpt-image-2", label="OpenAI") is not lane
    assert pacing.lane("home:1", "gpt-image-1-mini", label="OpenAI") is not lane


@dataclass
class StrictServer:
    """Lets so many pictures a minute in, and refuses the others at its door, with the time to wait or without."""

    clock: VirtualClock
    images_per_minute: float
    says_when: bool
    tokens: float = 1.0
    looked_us: int = 0
    refusals: int = 0

    def lets_in(self, images: int) -> bool:
        self.tokens += (self.clock.at_us - (self.looked_us or self.clock.at_us)) / SECOND_US * self._a_second
        self.tokens, self.looked_us = min(self.tokens, 2.0), self.clock.at_us
        if self.tokens < images:
            self.refusals += 1
            return False
        self.tokens -= images
        return True

    @property
    def _a_second(self) -> float:
        return self.images_per_minute / 60

    @property
    def after_seconds(self) -> float | None:
        return (1 - self.tokens) / self._a_second if self.says_when else None


@pytest.mark.parametrize("says_when", [True, False])
@pytest.mark.parametrize("seed", [0, 5, 15])
def test_with_a_wrong_setting_everybody_is_served_nearly_as_fast_as_the_server_allows(
    seed: int, says_when: bool
) -> None:
    clock, lane = lane_at(seed)
    server = StrictServer(clock, 5, says_when)
    waiting = list(range(60))
    failed: list[int] = []

    async def hand() -> None:
        while waiting:
            number = waiting.pop(0)
            turn: Turn | None = None
            for _ in range(3):
                turn = await lane.take(1, turn)
                clock.at_us += 1
                if server.lets_in(1):
                    lane.answered({}, accepted=True)
                    await clock.sleep(40)
                    break
                lane.refused(turn, server.after_seconds, too_many=True)
            else:
                failed.append(number)

    async def hands() -> None:
        await asyncio.gather(*(hand() for _ in range(4)))

    asyncio.run(clock.run(hands()))
    assert not failed
    ideal_minutes = 60 / 5
    assert clock.seconds / 60 < ideal_minutes * 1.25
