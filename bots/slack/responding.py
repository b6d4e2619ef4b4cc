"""Answers by response_url: five for each, in half an hour, whichever process uses them.

What a command's address says is always something new: neither the acknowledgement nor what it said before is ever
replaced or taken away (https://github.com/slackapi/bolt-python/issues/1268, bolt-js/issues/2287). What a press on a
button brings along can replace the message of the button.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from bots.slack import limits
from bots.slack.api import Api
from bots.slack.asking import Payload
from bots.slack.records import Records
from core.ports import Clock

_LIFE_US: Final = (limits.RESPONSE_SECONDS - limits.RESPONSE_SPARE_SECONDS) * 1_000_000


class Responses:
    """Counts what is used: what is used up or over is never tried."""

    def __init__(self, api: Api, records: Records, clock: Clock) -> None:
        self._api = api
        self._records = records
        self._clock = clock

    async def respond(self, url: str, payload: Payload) -> bool:
        """Whether it was said; False when this address is used up. Its first use comes at once, so its age is known.

        Raises `Unreachable`, and `Later` when Slack is away: the use is spent all the same, since nobody knows whether
        it arrived.
        """
        since_us = self._clock.now_us() - _LIFE_US
        if not await self._records.use_response(_digest(url), limits.RESPONSES, since_us):
            return False
        await self._api.respond(url, payload)
        return True


def _digest(url: str) -> str:
    """The address itself is a secret."""
    return "r" + sha256(url.encode()).hexdigest()[:24]
