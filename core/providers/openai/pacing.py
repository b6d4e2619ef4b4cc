"""Not faster than the server allows: one line of requests for each key and model, first come, first served.

A token bucket that learns. It starts from what the operator says (`images_per_minute`, 0 for "not known"), takes one
token for each picture, waits for everybody when the server says how long to wait, halves its rate when the server
says "too many requests", and grows back by a little every minute (additive increase, multiplicative decrease, as TCP
does). Where the server tells its limit in headers, that is believed, but never beyond what the operator said.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.errors import ProviderBusy
from core.i18n import say
from core.ports import Clock
from core.wording import duration

WAIT_SECONDS_MAX: Final = 120.0  # longer than this nobody is kept waiting in silence
NAP_SECONDS: Final = 1.0  # a waiter looks again this often: the rate and the pauses change while it waits
LOOK_SECONDS: Final = 0.01  # for one whose time has come and whose turn has not
BURST_MINUTES: Final = 0.25  # this much of a minute's pictures may be asked for at once after a quiet time
CUT: Final = 0.5
RATE_MIN: Final = 1.0  # pictures a minute
RATE_UNKNOWN: Final = 10.0  # what an unknown limit is taken for at the first refusal, if less than that was asked for
GROWTH: Final = 0.1  # of the rate before the last cut, every minute
PAUSE_SECONDS_FIRST: Final = 1.0  # where a refusal does not say how long; doubled with each further round
PAUSE_SECONDS_MAX: Final = 30.0
_SECOND_US: Final = 1_000_000
_MINUTE_SECONDS: Final = 60.0


@dataclass(slots=True)
class Turn:
    """One request's place in the line. Sent again, it keeps its place: nobody who came later overtakes it."""

    number: int
    images: int
    granted_us: int = 0


class Lane:
    """The line of the requests of one key to one model. Rates are pictures a minute; infinite: no limit is known."""

    def __init__(self, clock: Clock, label: str, images_per_minute: int = 0) -> None:
        self._clock = clock
        self._label = label
        self._ceiling = float(images_per_minute) if images_per_minute > 0 else math.inf
        self._seed = self._ceiling
        self._rate = self._ceiling
        self._growth = 0.0  # pictures a minute, each minute
        self._tokens = self._burst()
        self._looked_us = clock.now_us()
        self._paused_until_us = 0
        self._refused_us = 0
        self._rounds = 0  # of refusals, one after another
        self._next_number = 0
        self._waiting: dict[int, Turn] = {}
        self._granted: deque[tuple[int, int]] = deque()  # of the last minute, while the rate is not known

    @property
    def images_per_minute(self) -> float:
        """The rate at this moment; infinite while no limit is known."""
        self._look()
        return self._rate

    @property
    def waiting(self) -> int:
        """How many requests are waiting."""
        return len(self._waiting)

    def wait_seconds(self, images: int) -> float:
        """How long a request for so many pictures would wait if it came now."""
        return self._wait_seconds(Turn(self._next_number, images))

    async def take(self, images: int, turn: Turn | None = None) -> Turn:
        """Wait for one's turn. With a `turn` from before, the same request is sent again.

        Raises `ProviderBusy` with the time to wait as soon as that is more than two minutes in all. May be cancelled.
        """
        if turn is None:
            turn = Turn(self._next_number, images)
            self._next_number += 1
        since_us = self._clock.now_us()
        self._waiting[turn.number] = turn
        try:
            while (seconds := self._wait_seconds(turn)) > 0 or self._is_overtaking(turn):
                waited = (self._clock.now_us() - since_us) / _SECOND_US
                if waited + seconds > WAIT_SECONDS_MAX:
                    raise self._too_long(seconds)
                await self._clock.sleep(min(max(seconds, LOOK_SECONDS), NAP_SECONDS))
        finally:
            del self._waiting[turn.number]
        self._spend(turn)
        return turn

    def refused(self, turn: Turn, after_seconds: float | None, *, too_many: bool) -> None:
        """The server turned this request away: pause for everybody, and with `too_many` ask more slowly from now on.

        Of requests that were under way together only the first refusal counts, or fifty of them would halve the rate
        fifty times.
        """
        self._look()
        now_us = self._clock.now_us()
        if turn.granted_us > self._refused_us:
            self._refused_us = now_us
            self._rounds += 1
            if too_many:
                self._cut()
        if after_seconds is None:
            after_seconds = min(PAUSE_SECONDS_FIRST * 2 ** min(self._rounds - 1, 10), PAUSE_SECONDS_MAX)
        self._pause(after_seconds)

    def answered(self, headers: Mapping[str, str], *, accepted: bool) -> None:
        """Learn from any answer's headers (OpenAI's X-RateLimit-*-Images; any of them may be absent)."""
        if accepted:
            self._rounds = 0
        self._look()
        limit = _amount(headers.get("x-ratelimit-limit-images"))
        if limit is not None and limit >= 1 and min(limit, self._seed) != self._ceiling:
            self._ceiling = min(limit, self._seed)
            fresh = math.isinf(self._rate)
            self._rate = self._ceiling
            self._tokens = self._burst() if fresh else min(self._tokens, self._burst())
        remaining = _amount(headers.get("x-ratelimit-remaining-images"))
        if remaining is None or math.isinf(self._rate):
            return
        self._tokens = min(self._tokens, remaining)
        reset = _amount(headers.get("x-ratelimit-reset-images"))
        if remaining < 1 and reset is not None:
            self._pause(min(reset, WAIT_SECONDS_MAX))

    def _wait_seconds(self, turn: Turn) -> float:
        """Until those before this one and this one itself have their tokens, as things are now."""
        self._look()
        pause = max(0, self._paused_until_us - self._clock.now_us()) / _SECOND_US
        if math.isinf(self._rate) or not turn.images:
            return pause
        ahead = sum(other.images for other in self._waiting.values() if other.number < turn.number)
        a_second = self._rate / _MINUTE_SECONDS
        tokens = min(self._burst(), self._tokens + a_second * pause)
        missing = ahead + self._needed(turn) - tokens
        return pause + max(0.0, missing) / a_second

    def _needed(self, turn: Turn) -> float:
        """A request for more pictures than the bucket holds goes when it is full, and leaves a debt behind."""
        return min(turn.images, self._burst())

    def _is_overtaking(self, turn: Turn) -> bool:
        return turn.images > 0 and any(other.images and number < turn.number for number, other in self._waiting.items())

    def _spend(self, turn: Turn) -> None:
        turn.granted_us = self._clock.now_us()
        if math.isinf(self._rate):
            self._granted.append((turn.granted_us, turn.images))
            self._forget_granted()
        else:
            self._tokens -= turn.images

    def _look(self) -> None:
        """Bring tokens and rate up to now."""
        now_us = self._clock.now_us()
        minutes = max(0, now_us - self._looked_us) / _SECOND_US / _MINUTE_SECONDS
        self._looked_us = now_us
        if math.isinf(self._rate):
            return
        # The rate first: what a bucket holds grows with it, and must not run away from what is in it.
        if self._rate < self._ceiling:
            self._rate = min(self._ceiling, self._rate + self._growth * minutes)
        self._tokens = min(self._burst(), self._tokens + self._rate * minutes)

    def _cut(self) -> None:
        before = self._rate
        if math.isinf(before):
            self._forget_granted()
            before = max(RATE_UNKNOWN, float(sum(images for _, images in self._granted)))
            self._granted.clear()
        self._rate = min(self._ceiling, max(RATE_MIN, before * CUT))
        self._growth = max(RATE_MIN, before * GROWTH)
        self._tokens = 0.0

    def _pause(self, seconds: float) -> None:
        self._paused_until_us = max(self._paused_until_us, self._clock.now_us() + int(seconds * _SECOND_US))

    def _burst(self) -> float:
        return max(1.0, self._rate * BURST_MINUTES)

    def _forget_granted(self) -> None:
        minute_ago_us = self._clock.now_us() - int(_MINUTE_SECONDS * _SECOND_US)
        while self._granted and self._granted[0][0] < minute_ago_us:
            self._granted.popleft()

    def _too_long(self, seconds: float) -> ProviderBusy:
        when = duration(int(seconds * _SECOND_US))
        return ProviderBusy(
            say(
                "{label} takes no more pictures at the moment; this one could begin {when}.",
                label=self._label,
                when=when,
            ),
            say("Ask again then."),
            note=f"paced: {seconds:.0f} s to wait at {self._rate:.3g} images a minute, {len(self._waiting)} waiting",
            after_seconds=seconds,
        )


class Pacing:
    """All lanes of this process. Several connections with one key share theirs."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lanes: dict[tuple[str, str], Lane] = {}

    def lane(self, payer: str, model: str, *, label: str, images_per_minute: int = 0) -> Lane:
        """The lane of a key (by `Account.payer`, never the key itself) and a model."""
        key = (payer, model)
        if key not in self._lanes:
            self._lanes[key] = Lane(self._clock, label, images_per_minute)
        return self._lanes[key]

    def all(self) -> Mapping[tuple[str, str], Lane]:
        """By payer and model, as far as anything was asked of them."""
        return dict(self._lanes)


def _amount(said: str | None) -> float | None:
    """A header's number, when it is one that can be meant: finite and not negative. Seconds may end in `s`."""
    try:
        number = float((said or "").strip().removesuffix("s"))
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
