"""Asking a server of the image API what it can do, on connections of its own."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.pricing import Price
from core.providers import models
from core.providers.openai.account import Account
from core.providers.openai.breaker import Breakers
from core.providers.openai.connection import Connection
from core.providers.openai.pacing import Pacing
from core.providers.openai.probing import Found
from core.providers.openai.probing_asking import Prober
from core.providers.openai.probing_requests import estimated_nanodollars, sample_question
from core.providers.profiles import PROVIDER
from core.settings import Settings

FREE_READ_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Live:
    """One check: who is asked, at which price."""

    settings: Settings
    account: Account
    price: Price

    @property
    def bills_by_the_picture(self) -> bool:
        """Whoever bills by the picture might draw one of any size, and bill it: nothing impossible is asked of them."""
        return bool(self.price.picture) or self.price.reports_cost

    def at_most_nanodollars(self, found: Found) -> int:
        """What the one picture may cost."""
        model = models.catalog().find(PROVIDER, self.account.model)
        return estimated_nanodollars(sample_question(self.account, model, self.price, found), self.price)

    @asynccontextmanager
    async def prober(self, found: Found, *, free: bool = False) -> AsyncIterator[Prober]:
        """Connections of its own: nothing that is learnt or broken here holds up anybody's drawing."""
        clock = SystemClock()
        # A refusal comes at once; who is silent for a minute draws, and would be asked for nothing more anyway.
        patience = FREE_READ_SECONDS if free else self.account.read_seconds
        account = replace(self.account, read_seconds=min(patience, self.account.read_seconds))
        connection = Connection(account, clock, Pacing(clock), Breakers(clock))
        model = self.settings.moderation.model
        with tempfile.TemporaryDirectory() as folder:
            try:
                yield Prober(account, connection, FileBlobs(Path(folder)), moderation_model=model, found=found)
            finally:
                await connection.aclose()


async def first_answers(live: Live) -> Found:
    """Whether the key is taken, and whether it may draw, as far as that costs nothing."""
    async with (
        live.prober(Found(), free=True) as prober,
        aclosing(prober.free(may_draw=not live.bills_by_the_picture)) as answers,
    ):
        async for _ in answers:
            if prober.found.can_draw is not None:
                break
        return prober.found
