"""Who draws: the illustrator always, and an image API where the settings say so, with whoever may stand in for it."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from pydantic import SecretStr

from core.administration.front import Draws
from core.moderation import Check
from core.ports import Clock, ImageProvider, ModelProfile, SafetyCheck
from core.providers.failover import Candidate, FailOver
from core.providers.health import Condition, Examine, Health
from core.providers.illustrator.provider import LABEL, NAME, Illustrator
from core.providers.openai.account import Account
from core.providers.openai.breaker import Breakers, State
from core.providers.openai.connection import Connection
from core.providers.openai.images import Images
from core.providers.openai.moderation import Moderator
from core.providers.openai.pacing import Pacing
from core.providers.openai.provider import OpenAI
from core.providers.openai.thinking import Thinking
from core.providers.own_accounts import Connected
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
    examine: Examine
    safety_check: SafetyCheck | None = None
    connect: Callable[[SecretStr], Connected] | None = None  # who draws with a workspace's own key, where keys count

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
            yield Drawers(
                {illustrator.name: illustrator}, illustrator.name, illustrator.name, illustrator.chart, lambda: [_HOME]
            )
            return
        pacing, breakers = Pacing(clock), Breakers(clock)
        connection = Connection(account, clock, pacing, breakers)
        stack.push_async_callback(connection.aclose)
        openai = _openai(settings, account, connection, clock)
        provider: ImageProvider = openai
        if settings.openai.fall_back:
            provider = FailOver(openai.name, _candidates(settings, openai, illustrator))
        rules = moderation_of(settings)
        check = Moderator(account, connection, rules) if rules.check is not Check.OFF else None
        providers = {illustrator.name: illustrator, provider.name: provider}
        examine = partial(_examined, openai, account, settings, pacing, breakers)
        connect = partial(_connected, settings, account, clock, Pacing(clock), Breakers(clock))
        yield Drawers(providers, provider.name, account.model, illustrator.chart, examine, check, connect)


_HOME: Final = Health(NAME, NAME, LABEL)
_CONDITIONS: Final = {
    State.CLOSED: Condition.WELL,
    State.HALF_OPEN: Condition.TRYING,
    State.OPEN: Condition.RESTING,
}


def _examined(
    openai: OpenAI, account: Account, settings: Settings, pacing: Pacing, breakers: Breakers
) -> Sequence[Health]:
    """The account's models, those that were not asked anything yet included, and the illustrator."""
    asked, lanes = breakers.all(), pacing.all()
    others = [name for name in settings.openai.fall_back if name != _HOME.provider]
    models = dict.fromkeys([account.model, *others, *(model for _, model, payer in asked if payer == account.payer)])
    found = []
    for model in models:
        breaker, lane = asked.get((account.host, model, account.payer)), lanes.get((account.payer, model))
        rate = math.inf if lane is None else lane.images_per_minute
        known = account.model == model or model in others
        found.append(
            Health(
                openai.name,
                model,
                openai.profile(model).label if known else model,
                account.host,
                Condition.WELL if breaker is None else _CONDITIONS[breaker.state],
                "" if breaker is None else breaker.why,
                None if math.isinf(rate) else rate,
                0 if lane is None else lane.waiting,
            )
        )
    return [*found, _HOME]


def _connected(
    settings: Settings, account: Account, clock: Clock, pacing: Pacing, breakers: Breakers, key: SecretStr
) -> Connected:
    """As the operator's account, but for who pays. Only other models may stand in: else nobody would hear of a key
    that is refused."""
    own = replace(account, api_key=key, organization="", project="")
    connection = Connection(own, clock, pacing, breakers)
    openai = _openai(settings, own, connection, clock)
    others = [Candidate(openai, name) for name in settings.openai.fall_back if name != _HOME.provider]
    first = Candidate(openai, own.model)
    return Connected(FailOver(openai.name, [first, *others]) if others else openai, connection.aclose)


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
