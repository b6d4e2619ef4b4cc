"""Who draws: the illustrator always, and an image API where the settings say so, with whoever may stand in for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from core.administration.front import Draws
from core.moderation import Check
from core.ports import Clock, ImageProvider, ModelProfile, SafetyCheck
from core.providers.failover import Candidate, FailOver
from core.providers.illustrator.provider import Illustrator
from core.providers.openai.account import Account
from core.providers.openai.breaker import Breakers
from core.providers.openai.connection import Connection
from core.providers.openai.images import Images
from core.providers.openai.moderation import Moderator
from core.providers.openai.pacing import Pacing
from core.providers.openai.provider import OpenAI
from core.providers.openai.thinking import Thinking
from core.settings import Settings
from core.settings_moderation import moderation_of
from core.settings_openai import account_of
from core.settings_prices import prices_of


@dataclass(frozen=True, slots=True)
class Drawers:
    """All providers by name; `name` and `model` are those that draw when nobody says otherwise."""

    providers: Mapping[str, ImageProvider]
    name: str
    model: str
    charts: Draws
    safety_check: SafetyCheck | None = None

    @property
    def profile(self) -> ModelProfile:
        """What the usual model can do."""
        return self.providers[self.name].profile(self.model)


@asynccontextmanager
async def drawers(settings: Settings, clock: Clock) -> AsyncIterator[Drawers]:
    """Connect them; let go of them in the end. Raises `BadSettings`."""
    async with AsyncExitStack() as stack:
        illustrator = Illustrator()
        stack.push_async_callback(illustrator.aclose)
        account = account_of(settings)
        if account is None:
            yield Drawers({illustrator.name: illustrator}, illustrator.name, illustrator.name, illustrator.chart)
            return
        connection = Connection(account, clock, Pacing(clock), Breakers(clock))
        stack.push_async_callback(connection.aclose)
        openai = _openai(settings, account, connection, clock)
        provider: ImageProvider = openai
        if settings.openai.fall_back:
            provider = FailOver(openai.name, _candidates(settings, openai, illustrator))
        rules = moderation_of(settings)
        check = Moderator(account, connection, rules) if rules.check is not Check.OFF else None
        providers = {illustrator.name: illustrator, provider.name: provider}
        yield Drawers(providers, provider.name, account.model, illustrator.chart, check)


def _openai(settings: Settings, account: Account, connection: Connection, clock: Clock) -> OpenAI:
    prices = prices_of(settings)
    thinking = Thinking(account, connection, clock, prices=prices) if account.thinking is not None else None
    return OpenAI(account, connection, Images(account, connection, prices), thinking)


def _candidates(settings: Settings, openai: OpenAI, illustrator: Illustrator) -> list[Candidate]:
    """The model itself, and then those that may draw in its place."""
    others = [
        Candidate(illustrator, illustrator.name) if name == illustrator.name else Candidate(openai, name)
        for name in settings.openai.fall_back
    ]
    return [Candidate(openai, settings.openai.model), *others]
