"""Thinking mode: a model that researches, plans, draws, looks and draws once more, asked by one call that survives us.

    POST /responses (background) -> its id, made durable by whoever reads our events -> GET /responses/{id} to the end

The provider works on its own between the polls, so a crash of ours loses nothing: the order's ticket brings the same
answer, and nobody is asked, or paid, a second time (OpenAI, guide to background mode).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from core.errors import BadSettings, CannotDraw, OutcomeUnknown
from core.model import StageName
from core.ports import (
    NOT_WANTED,
    BlobStore,
    Clock,
    Drawn,
    EditOrder,
    GenerateOrder,
    ProviderEvent,
    Stage,
    ThinkingBudget,
    Ticket,
    Usage,
)
from core.pricing import PriceTable, catalog
from core.providers import models
from core.providers.openai.account import Account
from core.providers.openai.connection import WORDS_CHARACTERS_MIN, Connection
from core.providers.openai.failures import UnknownParameter, no_picture
from core.providers.openai.thinking_answer import Asked, facts_of, is_id, output_of, remark_of
from core.providers.openai.thinking_request import body_of
from core.providers.openai.thinking_responses import LOST, Following, Responses, Seen
from core.providers.openai.thinking_sources import sources_of
from core.providers.openai.thinking_usage import charged
from core.providers.openai.thinking_wish import wish_of
from core.providers.profiles import PROVIDER

# Without them the answer is the same picture; with "background" it can be taken up after a crash, which not all have.
DISPENSABLE: Final = frozenset({"background", "include", "reasoning", "safety_identifier", "store"})


class Thinking:
    """Draws orders in thinking mode. One order is one picture: the tool has no `n`, and plans do not ask for more.

    A storyboard is turned down, since how many pictures one answer holds cannot be said. Safe to use from many tasks.
    """

    def __init__(
        self, account: Account, connection: Connection, clock: Clock, *, prices: PriceTable | None = None
    ) -> None:
        self._account = account
        self._responses = Responses(account, connection)
        self._clock = clock
        self._prices = prices or catalog()
        self._dropped: set[str] = set()

    async def draw(self, order: GenerateOrder | EditOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """A `Ticket` as soon as there is one, stages as they change, the picture, its `Usage`.

        With `order.ticket` nothing is asked anew: that answer is waited for. Raises `CannotDraw` before anything is
        asked; `Moderated`, `DrawingFailed` and whatever else the provider says of its end; `OutcomeUnknown` when the
        answer is not to be had any more.
        """
        budget = self._budget(order)
        asked = self._asked(order)
        ticket, seen = order.ticket, None
        stage: StageName | None = None
        if not ticket:
            stage = StageName.PLANNING
            yield Stage(stage)
            seen = await self._begun(order, budget, asked, into)
            ticket = seen.id
            if ticket:
                yield Ticket(ticket)
        following = Following(self._responses, ticket, budget.model, asked, self._clock, at_once=seen is None)
        try:
            while seen is None or not seen.status.ended:
                seen = await following.next(into)
                if (now := seen.stage) is not None and now is not stage:
                    stage = now
                    yield Stage(stage)
        except asyncio.CancelledError as cancelled:
            if NOT_WANTED in cancelled.args:
                await self._responses.stop(ticket, budget.model)
            raise
        yield self._drawn(seen)
        yield self._usage(order, seen, budget)

    async def _begun(
        self, order: GenerateOrder | EditOrder, budget: ThinkingBudget, asked: Asked, into: BlobStore
    ) -> Seen:
        """Ask. A server without a background mode may answer with the end at once.

        A parameter that the server refuses by name is left out from then on, where that changes nothing of the wish
        and nothing of what it may cost: the request was refused before anything began.
        """
        model = models.catalog().find(PROVIDER, order.model)
        wish = await wish_of(order, self._account.server, model)
        body = await asyncio.to_thread(body_of, order, wish, budget)  # base64 of pictures: tens of milliseconds
        while True:
            sent = {name: value for name, value in body.items() if name not in self._dropped}
            try:
                seen = await self._responses.ask(sent, order.model, into, asked)
            except UnknownParameter as error:
                if error.parameter not in DISPENSABLE & sent.keys():
                    raise
                self._dropped.add(error.parameter)
            else:
                break
        if not seen.id and not seen.status.ended:
            raise no_picture(asked.label, "a background response without an id")
        return seen

    def _asked(self, order: GenerateOrder | EditOrder) -> Asked:
        words = (order.text,) if len(order.text) >= WORDS_CHARACTERS_MIN else ()
        pictures = isinstance(order, EditOrder) or bool(order.references)
        key = self._account.api_key.get_secret_value()
        return Asked(self._account.server.label, pictures, (*words, *([key] if key else [])))

    def _budget(self, order: GenerateOrder | EditOrder) -> ThinkingBudget:
        budget = self._account.thinking
        if budget is None or not self._account.server.responses:
            raise CannotDraw("This image service cannot think before it draws.", "Ask for it without thinking.")
        if isinstance(order, GenerateOrder) and order.panels:
            raise CannotDraw("A storyboard cannot be thought about first.", "Ask for it without thinking.")
        if order.ticket and not is_id(order.ticket):
            raise OutcomeUnknown("The answer to this cannot be found again.", LOST, note="a ticket that is no id")
        return budget

    def _drawn(self, seen: Seen) -> Drawn:
        """The picture of an answer that has ended, or its failure, raised."""
        if seen.failure is not None:
            raise seen.failure
        assert seen.call is not None
        assert seen.picture is not None
        facts = facts_of(seen.document, seen.call)
        sources = _listed(seen)
        if sources:
            facts = (*facts, ("Sources", sources))
        return Drawn(seen.picture.blob, seen.picture.size, seen.picture.media_type, facts=facts)

    def _usage(self, order: GenerateOrder | EditOrder, seen: Seen, budget: ThinkingBudget) -> Usage:
        """What it cost, and what is to be said about it. Without a price the estimate stays the cost."""
        provider = self._account.server.priced_as
        try:
            thinking = self._prices.find(provider, budget.model, thinks=True)
            drawing = self._prices.find(provider, order.model)
            nanodollars = charged(seen.document, thinking, drawing)
        except BadSettings:
            nanodollars = None
        sources = _listed(seen)
        remarks = (
            remark_of(seen.status),
            "In thinking mode one picture is drawn at a time." if order.count > 1 else "",
            f"Sources: {sources}" if sources else "",
        )
        return Usage(1, nanodollars, tuple(remark for remark in remarks if remark))


def _listed(seen: Seen) -> str:
    """The pages that were used: "The harbour of Hamburg (https://…), …"."""
    return ", ".join(str(source) for source in sources_of(output_of(seen.document)))
