"""Answers by response_url: five for each, in half an hour, whichever process uses them."""

from __future__ import annotations

from hashlib import sha256

from bots.slack import limits
from bots.slack.api import Api
from bots.slack.asking import Payload, Unreachable
from bots.slack.destination import Spot
from bots.slack.records import Records
from core.errors import Later
from core.ports import Clock


class Responses:
    """Counts what is used, so that progress leaves something for the result."""

    def __init__(self, api: Api, records: Records, clock: Clock) -> None:
        self._api = api
        self._records = records
        self._clock = clock

    async def respond(self, spot: Spot, payload: Payload, *, most: int = limits.RESPONSES) -> bool:
        """Whether it was said. `most`: of so many answers in all; what is over or used up is never tried.

        Raises `Later` when Slack is away: the use is spent all the same, since nobody knows whether it arrived.
        """
        if not spot.responds(self._clock.now_us()):
            return False
        if not await self._records.use_response(answer_id(spot), most):
            return False
        try:
            await self._api.respond(spot.response_url, payload)
        except Unreachable:
            return False
        return True

    async def best_effort(self, spot: Spot, payload: Payload, *, most: int = limits.RESPONSES) -> None:
        """The same, where nothing depends on it."""
        try:
            await self.respond(spot, payload, most=most)
        except Later:
            return


def answer_id(spot: Spot) -> str:
    """A name for the answer to a command: Slack gives it no ts, and its address is a secret."""
    return response_id(spot.response_url)


def response_id(url: str) -> str:
    """The same, from the address."""
    return "r" + sha256(url.encode()).hexdigest()[:24]
