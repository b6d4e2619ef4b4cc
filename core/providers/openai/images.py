"""The Images API: an order becomes as few requests as its server allows, and their answers become the port's events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, assert_never

from core import pricing, sizes
from core.errors import BadSettings, OutcomeUnknown, ProviderError
from core.model import Size, StageName
from core.ports import (
    BlobStore,
    Drawn,
    EditOrder,
    GenerateOrder,
    ModelProfile,
    ProviderEvent,
    SourceImage,
    Stage,
    Usage,
)
from core.pricing import Price, PriceTable
from core.providers import models
from core.providers.openai import storyboard
from core.providers.openai.account import Account
from core.providers.openai.answers import Answered, Picture
from core.providers.openai.asking import NO_MASKS, Asker
from core.providers.openai.bodies import FLATTENED, Question, prompt_of, shown_in
from core.providers.openai.connection import Connection
from core.providers.openai.inputs import Given, given, given_markup, given_mask
from core.providers.openai.reading import Tell
from core.providers.profiles import PROVIDER, EditEncoding, MaskKind, profile_of

AT_ONCE: Final = 4  # requests for one order
Order = GenerateOrder | EditOrder


@dataclass(slots=True)
class _Tally:
    """What came of an order so far."""

    asked: int
    drawn: int = 0
    costs: list[int | None] = field(default_factory=list)
    remarks: dict[str, None] = field(default_factory=dict)
    failures: list[ProviderError] = field(default_factory=list)

    def usage(self) -> Usage:
        """The end. The money is known when every request's is that may have cost some. Raises when nothing came."""
        if not self.drawn:
            raise self._gravest()
        costs = [*self.costs, *(None for failure in self.failures if _may_have_cost(failure))]
        known = [cost for cost in costs if cost is not None]
        if self.drawn < self.asked:
            why = f" {self.failures[0].what}" if self.failures else ""
            self.remarks[f"Only {self.drawn} of {self.asked} pictures came.{why}"] = None
        return Usage(self.drawn, sum(known) if len(known) == len(costs) else None, tuple(self.remarks))

    def _gravest(self) -> ProviderError:
        """Of several failures the one whose bill is the least certain."""
        return max(self.failures, key=lambda failure: (isinstance(failure, OutcomeUnknown), failure.may_be_billed))


class Images:
    """Draws instant orders for one account. Shared by everything that is drawn with it: it remembers refusals."""

    def __init__(self, account: Account, connection: Connection, prices: PriceTable | None = None) -> None:
        self._account = account
        self._prices = prices or pricing.catalog()
        self._asker = Asker(account, connection)

    async def draw(self, order: Order, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """Draw. Raises `ProviderError`; what is drawn before a failure is delivered, with a remark."""
        told: asyncio.Queue[ProviderEvent | None] = asyncio.Queue()
        work = asyncio.create_task(_Work(self._account, self._asker, self._prices, order, into, told.put_nowait).run())
        work.add_done_callback(lambda _: told.put_nowait(None))
        try:
            while (event := await told.get()) is not None:
                yield event
            await work
        finally:
            await _ended([work])


class _Work:
    """One order on its way."""

    def __init__(
        self, account: Account, asker: Asker, prices: PriceTable, order: Order, into: BlobStore, tell: Tell
    ) -> None:
        self._account = account
        self._server = account.server
        self._asker = asker
        self._order = order
        self._into = into
        self._tell = tell
        self._model = models.catalog().find(PROVIDER, order.model)
        self._profile = self._profile_of(order.model)
        self._price = _price_of(prices, self._server.priced_as, order.model)
        self._tally = _Tally(order.count)

    async def run(self) -> None:
        """All of it, up to the last event."""
        order = self._order
        pictures, mask = await self._inputs()
        notes = order.markup if isinstance(order, EditOrder) else None
        markup = None if notes is None else await given_markup(notes, pictures[0])
        self._tell(Stage(StageName.DRAWING))
        match order:
            case GenerateOrder(panels=True) if order.count > 1:
                await self._story(order, pictures)
            case GenerateOrder() | EditOrder():
                words = prompt_of(order, self._server, shown=shown_in(order)[: len(pictures)])
                question = self._question(words, pictures, mask)
                await self._variants(replace(question, markup=markup))
            case _:
                assert_never(order)
        self._tell(self._tally.usage())

    async def _variants(self, wish: Question) -> None:
        """As many of one kind as ordered, in as few requests as possible."""
        while (missing := self._order.count - self._tally.drawn) > 0 and not self._tally.failures:
            most = self._most(wish)
            counts = [min(most, missing - begun) for begun in range(0, missing, most)]
            streamed = self._profile.previews_max or None if self._order.count == 1 else None
            before = self._tally.drawn
            questions = [replace(wish, count=count, previews=streamed) for count in counts]
            await self._each(questions, [self._order.text] * len(counts), AT_ONCE)
            if self._most(wish) == most or self._tally.drawn == before:
                return  # else its server takes no `n`, which it has only now said

    async def _story(self, order: GenerateOrder, pictures: Sequence[Given]) -> None:
        """The first panel, then the others after it: a picture says more of a character than any words."""
        pictured = self._server.edit_encoding is not EditEncoding.NONE and self._profile.references_max > 0
        panels = storyboard.panels_of(order, pictured=pictured)
        shown = shown_in(order)[: len(pictures)]
        later = (
            ("", *shown)[: self._profile.references_max] if pictured else shown
        )  # the first panel is their first picture
        words = [
            prompt_of(order, self._server, panel.words, shown=later if at else shown) for at, panel in enumerate(panels)
        ]
        alts = [panel.alt for panel in panels]
        first = replace(self._question(words[0], pictures), previews=self._profile.previews_max or None)
        drawn = await self._each([first], alts[:1], 1)
        if not drawn:
            return
        if pictured:
            kept = drawn[0].kept
            source = SourceImage(await self._into.read(kept.blob.key), kept.media_type, kept.size)
            example = await given(source, self._server.picture_types)
            pictures = (example, *pictures)[: self._profile.references_max]
        else:
            self._remark("This image service takes no pictures, so the panels were drawn from the words alone.")
        await self._each([self._question(text, pictures) for text in words[1:]], alts[1:], storyboard.AT_ONCE)

    async def _each(self, questions: Sequence[Question], alts: Sequence[str], at_once: int) -> list[Picture]:
        """Ask all, and tell of their pictures in order. After a failure nothing more is begun."""
        slots = asyncio.Semaphore(at_once)
        asking = [asyncio.create_task(self._one(question, slots)) for question in questions]
        pictures: list[Picture] = []
        try:
            for task, alt in zip(asking, alts, strict=True):
                answered = await task
                if answered is not None:
                    pictures += self._came(answered, alt)
        finally:
            await _ended(asking)
        return pictures

    async def _one(self, question: Question, slots: asyncio.Semaphore) -> Answered | None:
        async with slots:
            if self._tally.failures:
                return None
            try:
                return await self._asker.ask(question, self._price, self._into, self._tell)
            except ProviderError as failure:
                self._tally.failures.append(failure)
                return None

    def _came(self, answered: Answered, alt: str) -> Sequence[Picture]:
        self._tally.costs.append(answered.nanodollars)
        self._tally.drawn += len(answered.pictures)
        for remark in answered.remarks:
            self._remark(remark)
        for picture in answered.pictures:
            kept = picture.kept
            self._tell(Drawn(kept.blob, kept.size, kept.media_type, alt, facts=picture.facts))
        return answered.pictures

    def _remark(self, sentence: str) -> None:
        self._tally.remarks[sentence] = None

    def _most(self, wish: Question) -> int:
        """How many pictures one request may ask for."""
        takes_n = "n" in self._asker.lessened(wish).takes
        return min(self._server.count_max, self._model.count_max) if takes_n else 1

    async def _inputs(self) -> tuple[tuple[Given, ...], Given | None]:
        """The pictures that go out, the edited one first, and its mask."""
        order, mask = self._order, None
        sources = (order.source, *order.references) if isinstance(order, EditOrder) else order.references
        most = self._profile.references_max
        if len(sources) > most > 0:
            self._remark(f"This image service takes {most} pictures; the ones after that were left out.")
            sources = sources[:most]
        pictures = tuple([await given(source, self._server.picture_types) for source in sources])
        if isinstance(order, EditOrder) and order.mask is not None:
            if self._server.mask_kind is MaskKind.NONE:
                self._remark(NO_MASKS)
            else:
                mask = await given_mask(order.mask, pictures[0], self._server.mask_kind)
        return pictures, mask

    def _question(self, prompt: str, pictures: Sequence[Given], mask: Given | None = None) -> Question:
        order = self._order
        if any(picture.flattened for picture in pictures):
            prompt = f"{prompt}\n{FLATTENED}"
        return Question(
            server=self._server,
            model=self._model,
            name=order.model,
            prompt=prompt,
            size=self._size(),
            quality=order.quality,
            format=order.format,
            background=order.background,
            safety_identifier=order.safety_identifier,
            pictures=tuple(pictures),
            mask=mask,
        )

    def _size(self) -> Size:
        """What to ask for: for an edit that keeps its source's size, the nearest that the model draws."""
        order = self._order
        if order.size is not None:
            return order.size
        assert isinstance(order, EditOrder)
        return sizes.fit(None, None, self._profile, source=order.source.size).size

    def _profile_of(self, name: str) -> ModelProfile:
        return profile_of(self._model, name, self._server, previews=self._account.previews, thinking=None)


def _price_of(prices: PriceTable, provider: str, model: str) -> Price | None:
    try:
        return prices.find(provider, model)
    except BadSettings:  # an operator's own table: the estimate that admitted the order is kept then
        return None


async def _ended(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Nobody waits for these any more. What they raise now is nobody's news."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
    for task in tasks:
        _ = task.cancelled() or task.exception()


def _may_have_cost(failure: ProviderError) -> bool:
    return failure.may_be_billed or isinstance(failure, OutcomeUnknown)
